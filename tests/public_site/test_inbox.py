"""Mails of a development instance can be read."""

from __future__ import annotations

import os
import time

import pytest
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from platform_core.web import inbox, inbox_pages
from tenants.models import SignUp

pytestmark = pytest.mark.urls("tests.public_site.debug_urls")


@pytest.fixture
def developing(settings, tmp_path, database):
    settings.DEBUG, settings.VAR = True, tmp_path
    settings.PUBLIC_URLCONF = "tests.public_site.debug_urls"


def send(subject: str, to: str = "olga@example.com") -> None:
    mail = EmailMultiAlternatives(subject, "Follow http://localhost:8000/x?token=1 now", to=[to])
    mail.attach_alternative("<p onclick='x()'>Follow</p>", "text/html")
    inbox.InboxBackend().send_messages([mail])


def test_the_newest_mail_comes_first(visitor, developing):
    send("First")
    send("Second")

    html = visitor.get("/__inbox").content.decode()

    assert html.index("Second") < html.index("First")


def test_a_mail_is_found_below_the_many_to_others(visitor, developing):
    send("Mine", to="Dora+1@example.com")
    for number in range(inbox_pages.SHOWN_MAX):
        send(f"Theirs {number} about dora+1@example.com")
    assert "Mine" not in visitor.get("/__inbox").content.decode()

    html = visitor.get("/__inbox", {"to": "dora+1@example.com"}).content.decode()

    assert "Mine" in html
    assert "Theirs" not in html
    assert 'hx-get="/__inbox?to=dora%2B1%40example.com"' in html


def test_the_sign_up_leads_to_its_own_mail(visitor, developing):
    asked = SignUp(email="dora+1@example.com")

    facts = {"asked": asked, "is_debug": True, "csrf_token": "any"}
    html = render_to_string("public_site/read_mail.html", facts)

    assert 'href="/__inbox?to=dora%2B1%40example.com"' in html


def test_mails_are_dropped_when_they_are_many_and_old(visitor, developing, monkeypatch):
    monkeypatch.setattr(inbox, "KEPT_MAX", 1)
    send("Old")
    ((old, _),) = inbox.mails()
    an_age = time.time() - inbox.KEPT_SECONDS - 1
    os.utime(inbox.folder() / f"{old}.eml", (an_age, an_age))
    send("Young")
    send("Youngest")

    assert [str(mail["Subject"]) for _, mail in inbox.mails()] == ["Youngest", "Young"]


def test_htmx_gets_only_the_rows(visitor, developing):
    answer = visitor.get("/__inbox", headers={"hx-request": "true"})

    assert answer.content.decode().strip().startswith('<div id="letters"')


def test_links_can_be_followed_and_html_is_shown_as_source(visitor, developing):
    send("First")
    ((name, _),) = inbox.mails()

    html = visitor.get(f"/__inbox/{name}").content.decode()

    assert 'href="http://localhost:8000/x?token=1"' in html
    assert "&lt;p onclick=" in html
    assert "<p onclick" not in html


@pytest.mark.parametrize("name", ["nothing", "..%2Fsecret_key", "mail_x.eml"])
def test_only_mails_can_be_read(visitor, developing, name):
    assert visitor.get(f"/__inbox/{name}").status_code == 404


@pytest.mark.parametrize("path", ["/__inbox", "/__inbox/mail_1"])
def test_it_is_closed_outside_of_development(visitor, developing, settings, path):
    settings.DEBUG = False

    assert visitor.get(path).status_code == 404
