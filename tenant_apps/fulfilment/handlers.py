"""Mails that follow from a shipment."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from platform_core.identity.models import User
from platform_core.kernel.context import serving
from tenant_apps.fulfilment import operations, queries
from tenant_apps.fulfilment.models import Shipment


def mail_shipment_sent(event: dict[str, Any]) -> None:
    """Tell the dealer's administrators that goods are on the way, each in the own language.

    Called outside of any transaction. Whoever was told is remembered at once, so that a repeat
    after a failure tells only the others; and a mail that was sent twice all the same, because we
    died in between, carries the same Message-ID.
    """
    shipment = queries.shipment_told(event["shipment_id"])
    if shipment is None:
        return
    for person in queries.people_to_mail(shipment):
        _mail(shipment, person, event)
        operations.remember_mail(shipment=shipment, person_id=person.public_id)


def _mail(shipment: Shipment, person: User, event: dict[str, Any]) -> None:
    supplier = serving()
    path = reverse(
        "fulfilment:detail", kwargs={"shipment_id": shipment.public_id}, urlconf=settings.SUPPLIER_URLCONF
    )
    words = {
        "name": person.name,
        "supplier": supplier.name,
        "shipment": shipment,
        "order_number": event["order_number"],
        "carrier": event["carrier"],
        "lines": shipment.lines.all(),
        "url": f"{settings.SCHEME}://{supplier.host}{path}",
    }
    host = supplier.host.partition(":")[0]
    with translation.override(person.language or supplier.language):
        subject = " ".join(render_to_string("fulfilment/mail/shipment_sent_subject.txt", words).split())
        body = render_to_string("fulfilment/mail/shipment_sent.txt", words)
    message_id = f"<{event['id']}.{person.public_id}@{host}>"
    EmailMessage(subject, body, None, [person.email], headers={"Message-ID": message_id}).send()
