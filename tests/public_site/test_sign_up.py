"""A visitor becomes the owner of a supplier, and nobody else does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from platform_core.kernel import clock
from tenants import provisioning
from tenants.commands import TicketInvalid, use_hand_over
from tenants.models import HandOver, Provisioning, SignUp, Supplier
from tenants.states import ProvisioningState
from tests.tenants.trail import fresh_slug

TYPED = {
    "company": "Northwind Traders",
    "name": "Olga",
    "email": "Olga@Example.com",
    "password": "correct horse battery",
    "language": "en",
    "currency": "EUR",
    "timezone": "berlin",
}


def typed(**changes: str) -> dict[str, str]:
    return {"slug": fresh_slug(), **TYPED, **changes}


def link() -> str:
    """The path of the link in the newest mail."""
    found = re.search(r"http://localhost:\d+(/\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


def token() -> str:
    return link().partition("token=")[2]


def confirmed(visitor: Client, **changes: str) -> Provisioning:
    visitor.post("/sign-up/", typed(**changes))
    visitor.post("/sign-up/confirm/", {"token": token()})
    return Provisioning.objects.order_by("-pk")[0]


def test_the_whole_way(visitor, committing):
    slug = fresh_slug()
    answer = visitor.post("/sign-up/", typed(slug=slug))
    assert (answer.status_code, answer["Location"]) == (302, "/sign-up/mail/")
    assert "olga@example.com" in visitor.get("/sign-up/mail/").content.decode()

    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == ["olga@example.com"]
    assert link() in mail.outbox[0].alternatives[0].content.replace("&amp;", "&")

    page = visitor.get(link())
    assert page.status_code == 200
    assert not Provisioning.objects.filter(sign_up__slug=slug).exists()

    answer = visitor.post("/sign-up/confirm/", {"token": token()})
    work = Provisioning.objects.get(sign_up__slug=slug)
    assert (answer.status_code, answer["Location"]) == (302, f"/sign-up/progress/{work.public_id}/")
    assert "being prepared" in visitor.get(answer["Location"]).content.decode()

    assert provisioning.provision(work.public_id)
    part = visitor.get(answer["Location"], headers={"hx-request": "true"}).content.decode()
    assert f'hx-post="/sign-up/progress/{work.public_id}/enter/"' in part
    assert "every 1s" not in part

    answer = visitor.post(f"/sign-up/progress/{work.public_id}/enter/")
    there = re.fullmatch(rf"http://{slug}\.localhost(:\d+)?/hand-over/([\w-]+)/", answer["Location"])
    assert there
    supplier = Supplier.objects.get(slug=slug)
    assert (supplier.name, supplier.currency, supplier.timezone) == (
        "Northwind Traders",
        "EUR",
        "Europe/Berlin",
    )
    assert use_hand_over(there[2], supplier.public_id) == work.owner_id
    with pytest.raises(TicketInvalid):
        use_hand_over(there[2], supplier.public_id)


def test_htmx_is_sent_over_by_a_header(visitor, committing):
    work = confirmed(visitor)
    provisioning.provision(work.public_id)

    answer = visitor.post(f"/sign-up/progress/{work.public_id}/enter/", headers={"hx-request": "true"})

    assert answer.status_code == 200
    assert "/hand-over/" in answer["HX-Redirect"]


def test_another_browser_gets_the_login_not_a_ticket(visitor, committing):
    work = confirmed(visitor)
    provisioning.provision(work.public_id)

    answer = Client(HTTP_HOST="localhost").post(f"/sign-up/progress/{work.public_id}/enter/")

    assert answer["Location"].endswith("/login/")
    assert HandOver.objects.count() == 0


def test_the_link_leads_to_the_login_when_the_account_is_old(visitor, committing):
    work = confirmed(visitor)
    address = link()
    provisioning.provision(work.public_id)

    with clock.at(clock.now() + timedelta(minutes=11)):
        page = visitor.get(address, follow=True).content.decode()
        answer = visitor.post(f"/sign-up/progress/{work.public_id}/enter/")

    assert "/login/" in page
    assert "hx-post" not in page
    assert answer["Location"].endswith("/login/")
    assert HandOver.objects.count() == 0


def test_nobody_enters_before_it_is_ready(visitor, committing):
    work = confirmed(visitor)

    answer = visitor.post(f"/sign-up/progress/{work.public_id}/enter/")

    assert answer["Location"] == f"/sign-up/progress/{work.public_id}/"
    assert HandOver.objects.count() == 0


def test_confirming_twice_leads_to_the_same_account(visitor, committing):
    work = confirmed(visitor)

    answer = visitor.post("/sign-up/confirm/", {"token": token()})

    assert answer["Location"] == f"/sign-up/progress/{work.public_id}/"
    assert Provisioning.objects.filter(sign_up=work.sign_up).count() == 1


def test_a_name_taken_meanwhile_can_be_replaced(visitor, committing):
    slug, other = fresh_slug(), fresh_slug()
    quick = confirmed(Client(HTTP_HOST="localhost"), slug=slug, email="quick@example.com")
    slow = confirmed(visitor, slug=slug)
    provisioning.provision(quick.public_id)
    provisioning.provision(slow.public_id)
    here = f"/sign-up/progress/{slow.public_id}/"
    assert "Choose another name" in visitor.get(here).content.decode()

    refused = visitor.post(f"{here}name/", {"slug": slug})
    assert refused.status_code == 422
    assert Client(HTTP_HOST="localhost").post(f"{here}name/", {"slug": other}).status_code == 404
    answer = visitor.post(f"{here}name/", {"slug": other})
    provisioning.provision(slow.public_id)

    assert answer["Location"] == here
    assert Supplier.objects.get(slug=other).name == "Northwind Traders"
    slow.refresh_from_db()
    assert slow.state == ProvisioningState.READY


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("acme", "is taken"),
        ("a-cme", "is taken"),
        ("acrne", "is taken"),
        ("www", "is reserved"),
        ("adrnin", "is reserved"),
        ("a", "3 to 40"),
        ("1acme", "3 to 40"),
        ("xn--80ak6aa92e", "3 to 40"),
        ("ac me", "3 to 40"),
    ],
)
def test_a_subdomain_that_cannot_be_had_is_refused_live_and_on_sending(visitor, database, slug, sentence):
    before = SignUp.objects.count()

    live = visitor.get("/sign-up/address/", {"slug": slug}).content.decode()
    sent = visitor.post("/sign-up/", typed(slug=slug))

    assert sentence in live
    assert sent.status_code == 422
    assert sentence in sent.content.decode()
    assert SignUp.objects.count() == before
    assert mail.outbox == []


def test_a_free_subdomain_is_said_to_be_free(visitor, database):
    assert "fine-name.localhost" in visitor.get("/sign-up/address/", {"slug": "Fine-Name"}).content.decode()


def test_a_suggestion_never_replaces_what_was_typed(visitor, database):
    asked = {"company": "Northwind Traders"}

    suggested = visitor.get("/sign-up/suggestion/", asked).content.decode()
    again = visitor.get("/sign-up/suggestion/", {**asked, "slug": "old", "suggested": "old"})
    typed_one = visitor.get("/sign-up/suggestion/", {**asked, "slug": "mine", "suggested": "old"})

    assert 'value="northwind-traders"' in suggested
    assert 'value="northwind-traders"' in again.content.decode()
    assert typed_one.status_code == 204


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("company", "", "required"),
        ("name", "", "required"),
        ("email", "nope", "valid email"),
        ("password", "just eleven", "at least 12"),
        ("password", "1234567890", "too common"),
        ("password", "olga@example.com", "too similar"),
        ("language", "tlh", "valid choice"),
        ("currency", "XXX", "valid choice"),
        ("timezone", "Atlantis", "from the list"),
    ],
)
def test_wrong_entries_are_named_and_the_rest_is_kept(visitor, database, field, value, sentence):
    answer = visitor.post("/sign-up/", typed(**{field: value, "slug": "fine-name"}))
    html = answer.content.decode()

    assert answer.status_code == 422
    assert sentence in html
    assert 'value="fine-name"' in html
    assert not SignUp.objects.filter(slug="fine-name").exists()
    assert "no-store" in answer["Cache-Control"]


def test_a_refused_password_is_not_sent_back(visitor, database):
    assert "short-one" not in visitor.post("/sign-up/", typed(password="short-one")).content.decode()


def test_all_problems_are_named_at_once(visitor, database):
    html = visitor.post("/sign-up/", typed(slug="www", email="nope")).content.decode()

    assert "is reserved" in html
    assert "valid email" in html


def test_the_mail_speaks_the_chosen_language(visitor, database):
    visitor.post("/sign-up/", typed(language="zh-hans"))

    assert mail.outbox[0].subject == "确认您的邮箱"
    assert "有效期一小时" in mail.outbox[0].body


def test_a_known_and_an_unknown_mail_address_get_the_same_answer(visitor, database):
    known = visitor.post("/sign-up/", typed(email="olga@acme.example"))
    unknown = Client(HTTP_HOST="localhost").post("/sign-up/", typed(email="new@nowhere.example"))

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(mail.outbox) == 2


def test_another_mail_ends_the_link_of_the_first(visitor, database):
    visitor.post("/sign-up/", typed())
    first = link()

    visitor.post("/sign-up/mail/")

    assert len(mail.outbox) == 2
    assert visitor.get(first).status_code == 410
    assert visitor.get(link()).status_code == 200


def test_a_mailbox_gets_three_mails_in_ten_minutes(visitor, database):
    visitor.post("/sign-up/", typed())

    answers = [visitor.post("/sign-up/mail/").status_code for _ in range(4)]

    assert answers == [302, 302, 429, 429]
    assert len(mail.outbox) == 3
    assert visitor.get(link()).status_code == 200


def test_a_link_ends_after_an_hour(visitor, database):
    visitor.post("/sign-up/", typed())
    before = Provisioning.objects.count()

    with clock.at(clock.now() + timedelta(minutes=61)):
        looked = visitor.get(link())
        confirmed_late = visitor.post("/sign-up/confirm/", {"token": token()})

    assert (looked.status_code, confirmed_late.status_code) == (410, 410)
    assert Provisioning.objects.count() == before


def test_looking_at_the_link_confirms_nothing(visitor, database):
    visitor.post("/sign-up/", typed())
    before = Provisioning.objects.count()

    for _ in range(3):
        assert visitor.get(link()).status_code == 200
        assert visitor.head(link()).status_code == 200

    assert Provisioning.objects.count() == before


def test_a_form_from_elsewhere_is_refused(database):
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)

    assert strict.post("/sign-up/", typed(slug="fine-name")).status_code == 403
    assert not SignUp.objects.filter(slug="fine-name").exists()


def test_a_mail_server_that_refuses_is_told_and_can_be_asked_again(visitor, database, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    visitor.post("/sign-up/", typed())

    page = visitor.get("/sign-up/mail/").content.decode()

    assert "could not be sent" in page


def test_unknown_progress_is_404(visitor, database):
    assert visitor.get("/sign-up/progress/prv_nothing/").status_code == 404
    assert visitor.post("/sign-up/progress/prv_nothing/enter/").status_code == 404


def test_the_sign_up_exists_only_on_the_public_host(client, acme):
    assert client.get("/sign-up/", HTTP_HOST="acme.localhost").status_code in {302, 404}
