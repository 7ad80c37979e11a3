"""Mails of a development instance can be read."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMultiAlternatives

from platform_core.web import inbox

pytestmark = pytest.mark.urls("tests.public_site.debug_urls")


@pytest.fixture
def developing(settings, tmp_path, database):
    settings.DEBUG, settings.VAR = True, tmp_path
    settings.PUBLIC_URLCONF = "tests.public_site.debug_urls"


def send(subject: str) -> None:
    mail = EmailMultiAlternatives(
        subject, "Follow http://localhost:8000/x?token=1 now", to=["olga@example.com"]
    )
    mail.attach_alternative("<p onclick='x()'>Follow</p>", "text/html")
    inbox.InboxBackend().send_messages([mail])


def test_the_newest_mail_comes_first(visitor, developing):
    send("First")
    send("Second")

    html = visitor.get("/__inbox").content.decode()

    assert html.index("Second") < html.index("First")


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
