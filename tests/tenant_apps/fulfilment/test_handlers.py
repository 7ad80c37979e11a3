"""The mail that says goods are on the way."""

from __future__ import annotations

import pytest
from django.core import mail

from platform_core.identity.models import User
from platform_core.outbox import relay
from platform_core.outbox.models import OutboxEntry
from tenant_apps.fulfilment.handlers import mail_shipment_sent
from tests.cast import make_person
from tests.factories.fulfilment import approved, ship


@pytest.fixture
def sent(olga, dealer, dora_user):
    """Goods on the way to Dora's company; the event as its handler gets it."""
    made = approved(dealer, ("10",))
    shipment = ship(olga, made, tracking_number="SF100")
    entry = OutboxEntry.objects.get(name="fulfilment.shipment_sent")
    return shipment, {"id": entry.public_id, **entry.body}


def test_the_relay_mails_the_dealers_administrators(sent, dealer, dora_user):
    shipment, _ = sent
    make_person(dealer.organisation, "clerk")
    User.objects.filter(pk=dora_user.pk).update(language="en")

    relay.drain()

    (message,) = mail.outbox
    assert message.to == ["dora@people.example"]
    assert message.subject == f"Acme Wholesale: shipment {shipment.number} is on its way"
    assert "SF100" in message.body
    assert f"http://acme.localhost:8000/fulfilment/{shipment.public_id}" in message.body
    shipment.refresh_from_db()
    assert shipment.mailed_to == [dora_user.public_id]


def test_each_reads_it_in_the_own_language(sent, dealer, dora_user):
    User.objects.filter(pk=dora_user.pk).update(language="zh-hans")
    english = make_person(dealer.organisation, "erin", administrator=True)
    User.objects.filter(pk=english.pk).update(language="en")

    mail_shipment_sent(sent[1])

    subjects = {message.to[0]: message.subject for message in mail.outbox}
    assert subjects == {
        "dora@people.example": f"Acme Wholesale：发货单 {sent[0].number} 已发出",
        "erin@people.example": f"Acme Wholesale: shipment {sent[0].number} is on its way",
    }


def test_a_repeated_event_tells_nobody_twice(sent):
    mail_shipment_sent(sent[1])
    mail_shipment_sent(sent[1])

    assert len(mail.outbox) == 1


def test_after_a_failure_only_the_others_are_told(sent, dealer, monkeypatch):
    make_person(dealer.organisation, "erin", administrator=True)
    send = mail.EmailMessage.send

    def refusing(message, **options):
        if message.to == ["erin@people.example"]:
            raise OSError("greylisted")
        return send(message, **options)

    with monkeypatch.context() as patched:
        patched.setattr(mail.EmailMessage, "send", refusing)
        with pytest.raises(OSError, match="greylisted"):
            mail_shipment_sent(sent[1])
    mail_shipment_sent(sent[1])

    assert [message.to for message in mail.outbox] == [["dora@people.example"], ["erin@people.example"]]


def test_the_same_mail_always_has_the_same_identity(sent):
    shipment, event = sent
    mail_shipment_sent(event)
    type(shipment).objects.update(mailed_to=[])
    mail_shipment_sent(event)

    first, second = (message.extra_headers["Message-ID"] for message in mail.outbox)
    assert first == second
    assert first.startswith(f"<{event['id']}.")


def test_nobody_to_tell_is_no_failure(sent, dora_user):
    User.objects.filter(pk=dora_user.pk).update(email="")

    mail_shipment_sent(sent[1])

    assert mail.outbox == []
