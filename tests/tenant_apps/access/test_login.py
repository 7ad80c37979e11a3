"""Coming in: three names, many spellings, limits, issued passwords, hand-over, reset by mail."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from platform_core.identity.models import User
from platform_core.kernel import clock
from platform_core.outbox import relay
from tenant_apps.access.models import LoginLine, OpenSession
from tenants.commands import issue_hand_over
from tenants.models import Supplier
from tests.cast import client_of, make_person
from tests.world import PASSWORD


@pytest.fixture(autouse=True)
def fresh_limits(acme):
    """Counted tries of other tests are not ours."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def pat(supplier_organisation) -> User:
    """Has all three names."""
    user = make_person(supplier_organisation, "pat.smith", permissions=["access.read"])
    user.phone = "+8613800138000"
    user.save()
    return user


def log_in(client: Client, name: str, password: str = PASSWORD, **more: str):
    return client.post("/login/", {"login": name, "password": password, **more})


@pytest.mark.parametrize(
    "name",
    [
        "pat.smith",
        "PAT.Smith",
        " pat.smith ",
        "pat.smith@people.example",
        "Pat.Smith@People.Example",
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 138 0013 8000",
        "008613800138000",
    ],
)
def test_any_name_in_any_spelling_logs_in(pat, anonymous, name):
    answer = log_in(anonymous, name)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert anonymous.get("/api/v1/me").json()["id"] == pat.public_id
    assert EmailAddress.objects.count() == 0


def test_next_stays_on_this_host(pat, anonymous):
    assert log_in(anonymous, "pat.smith", next="/people/")["Location"] == "/people/"
    outside = client_of(None)
    assert log_in(outside, "pat.smith", next="https://evil.example/")["Location"] == "/"


def test_wrong_and_unknown_are_told_alike(pat, anonymous):
    bodies = []
    for name in ("pat.smith", "nobody.here"):
        answer = log_in(anonymous, name, "wrong password")
        assert answer.status_code == 200
        text = answer.content.decode().replace(name, "…")
        bodies.append(re.sub(r'(csrf[^>]*(?:value|content)=")[^"]*|nonce="[^"]*', r"\1", text))
    assert bodies[0] == bodies[1]
    assert "This name or password is wrong." in bodies[0]


def test_every_try_stands_in_the_log(pat, anonymous):
    log_in(anonymous, "138 0013 8000", "wrong password")
    log_in(anonymous, "stranger@people.example", "wrong password")
    log_in(anonymous, "pat.smith")

    lines = LoginLine.objects.order_by("id").values_list("user__login", "login", "outcome", "ip")

    assert list(lines) == [
        ("pat.smith", "+8613800138000", "refused", "127.0.0.1"),
        (None, "stranger@people.example", "refused", "127.0.0.1"),
        ("pat.smith", "pat.smith", "logged_in", "127.0.0.1"),
    ]


def test_the_sixth_wrong_try_is_refused_over_all_spellings(pat, anonymous):
    spellings = ["13800138000", "138 0013 8000", "+8613800138000", "138-0013-8000", "008613800138000"]
    for name in spellings:
        log_in(anonymous, name, "wrong password")

    answer = log_in(anonymous, "13800138000")

    assert "Too many wrong tries" in answer.content.decode()
    assert anonymous.get("/api/v1/me").status_code == 401
    assert LoginLine.objects.order_by("-id").values_list("outcome", flat=True)[0] == "limited"


def test_limits_of_one_supplier_do_not_bind_the_other(pat, anonymous, rival):
    for _ in range(6):
        log_in(anonymous, "olga@rival.example", "wrong password")
    other = client_of(None, "rival.localhost")
    assert log_in(other, "olga@rival.example").status_code == 302


@pytest.mark.parametrize("what", ["user", "membership", "organisation"])
def test_the_disabled_are_told_so_only_with_the_right_password(pat, anonymous, supplier_organisation, what):
    row, column = {
        "user": (pat, "is_active"),
        "membership": (pat.membership, "enabled"),
        "organisation": (supplier_organisation, "enabled"),
    }[what]
    setattr(row, column, False)
    row.save()

    wrong, right = log_in(anonymous, "pat.smith", "wrong password"), log_in(anonymous, "pat.smith")

    assert "This account is disabled" not in wrong.content.decode()
    assert right.status_code == 403
    assert "This account is disabled" in right.content.decode()
    assert anonymous.get("/api/v1/me").status_code == 401
    assert list(LoginLine.objects.order_by("id").values_list("outcome", flat=True)) == ["refused", "disabled"]


def test_logging_out_needs_a_post(as_olga):
    assert as_olga.get("/logout/").status_code == 200
    assert as_olga.get("/profile/").status_code == 200

    answer = as_olga.post("/logout/")

    assert (answer.status_code, answer["Location"]) == (302, "/login/")
    assert as_olga.get("/profile/").status_code == 302


def test_the_session_cookie_belongs_to_this_host_only(pat, anonymous):
    cookie = log_in(anonymous, "pat.smith").cookies["session"]
    assert (cookie["domain"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")


def test_a_login_gets_a_new_session_key(pat, anonymous):
    anonymous.get("/login/")
    log_in(anonymous, "pat.smith")
    first = anonymous.cookies["session"].value
    anonymous.post("/logout/")
    log_in(anonymous, "pat.smith")
    assert anonymous.cookies["session"].value != first


class TestIssuedPassword:
    """decisions.md §2 row 21."""

    @pytest.fixture
    def fresh(self, pat) -> User:
        pat.must_change_password = True
        pat.save()
        return pat

    @pytest.mark.parametrize("path", ["/", "/people/", "/profile/", "/profile/password/"])
    def test_it_opens_nothing_else(self, fresh, anonymous, path):
        log_in(anonymous, "pat.smith")
        answer = anonymous.get(path)
        assert (answer.status_code, answer["Location"]) == (302, "/first-password/")

    def test_not_the_api_either(self, fresh, anonymous):
        log_in(anonymous, "pat.smith")
        answer = anonymous.get("/api/v1/me")
        assert (answer.status_code, answer.json()["code"]) == (403, "password_change_required")

    def test_choosing_an_own_one_opens_everything(self, fresh, anonymous):
        log_in(anonymous, "pat.smith")
        new = "another horse battery"

        answer = anonymous.post("/first-password/", {"password": new, "repeated": new})

        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert anonymous.get("/profile/").status_code == 200
        fresh.refresh_from_db()
        assert fresh.check_password(new)
        assert not fresh.must_change_password
        assert OpenSession.objects.get().session_key == anonymous.session.session_key

    @pytest.mark.parametrize(
        ("password", "repeated", "sentence"),
        [
            (PASSWORD, PASSWORD, "Choose a password other than the present one."),
            (
                "just eleven",
                "just eleven",
                "This password is too short. It must contain at least 12 characters.",
            ),
            ("password1234", "password1234", "This password is too common."),
            ("another horse battery", "another horse", "The two passwords differ."),
        ],
    )
    def test_a_bad_one_changes_nothing(self, fresh, anonymous, password, repeated, sentence):
        log_in(anonymous, "pat.smith")

        answer = anonymous.post("/first-password/", {"password": password, "repeated": repeated})

        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        fresh.refresh_from_db()
        assert fresh.must_change_password
        assert fresh.check_password(PASSWORD)

    def test_who_has_changed_it_has_nothing_to_do_there(self, as_olga):
        assert as_olga.get("/first-password/")["Location"] == "/"


class TestHandOver:
    """The ticket that lands the owner on its own host."""

    @pytest.fixture
    def ticket(self, acme, olga_user) -> str:
        return issue_hand_over(Supplier.objects.get(slug="acme"), olga_user.public_id)

    def test_it_logs_in_once(self, ticket, anonymous, olga_user):
        answer = anonymous.get(f"/hand-over/{ticket}/")

        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert answer.content == b""
        assert anonymous.get("/api/v1/me").json()["id"] == olga_user.public_id
        assert LoginLine.objects.get().outcome == "handed_over"
        second = client_of(None)
        refused = second.get(f"/hand-over/{ticket}/")
        assert refused.status_code == 410
        assert "log in with the e-mail address and password" in refused.content.decode()
        assert second.get("/api/v1/me").status_code == 401

    def test_it_is_good_for_a_minute(self, ticket, anonymous):
        with clock.at(clock.now() + timedelta(seconds=61)):
            assert anonymous.get(f"/hand-over/{ticket}/").status_code == 410
        assert anonymous.get("/api/v1/me").status_code == 401

    def test_it_is_good_on_its_own_host_only(self, ticket, rival):
        other = client_of(None, "rival.localhost")
        assert other.get(f"/hand-over/{ticket}/").status_code == 410
        assert other.get("/api/v1/me").status_code == 401

    def test_a_look_without_visit_does_not_use_it_up(self, ticket, anonymous):
        assert anonymous.head(f"/hand-over/{ticket}/").status_code == 405
        assert anonymous.get(f"/hand-over/{ticket}/").status_code == 302


class TestReset:
    """A new password by mail."""

    def ask(self, client: Client, email: str) -> str:
        answer = client.post("/password/reset/", {"email": email})
        assert (answer.status_code, answer["Location"]) == (302, "/password/reset/sent/")
        relay.drain()
        return mail.outbox[-1].body if mail.outbox else ""

    def link(self, text: str) -> str:
        found = re.search(r"http://acme\.localhost:8000(/password/reset/\S+)", text)
        assert found, text
        return found[1]

    def test_the_link_sets_it_once(self, pat, anonymous):
        elsewhere = client_of(pat)
        path = self.link(self.ask(anonymous, "PAT.smith@people.example"))
        new = "another horse battery"

        form = anonymous.get(path, follow=True)
        answer = anonymous.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})

        assert (answer.status_code, answer["Location"]) == (302, "/password/reset/done/")
        assert elsewhere.get("/profile/").status_code == 302
        assert log_in(anonymous, "pat.smith", new).status_code == 302
        again = client_of(None).get(path)
        assert "This link is not valid any more" in again.content.decode()
        assert EmailAddress.objects.count() == 0

    def test_the_host_of_the_request_is_not_believed(self, pat):
        client = Client(HTTP_HOST="acme.localhost:9999", HTTP_X_FORWARDED_HOST="evil.example")
        assert "http://acme.localhost:8000/password/reset/" in self.ask(client, pat.email)

    def test_it_is_good_for_an_hour(self, pat, anonymous, monkeypatch):
        from datetime import datetime

        from django.contrib.auth.tokens import default_token_generator

        path = self.link(self.ask(anonymous, pat.email))
        later = datetime.now() + timedelta(seconds=3601)
        monkeypatch.setattr(default_token_generator, "_now", lambda: later)
        monkeypatch.setattr("django.contrib.auth.tokens.PasswordResetTokenGenerator._now", lambda self: later)
        assert "This link is not valid any more" in anonymous.get(path).content.decode()

    @pytest.mark.parametrize("email", ["nobody@people.example", "nil@people.example"])
    def test_unknown_people_get_no_mail_and_the_same_answer(self, pat, nil_user, anonymous, email):
        assert self.ask(anonymous, email) == ""

    def test_a_link_of_one_supplier_does_nothing_at_another(self, pat, anonymous, rival):
        path = self.link(self.ask(anonymous, pat.email))
        answer = client_of(None, "rival.localhost").get(path)
        assert "This link is not valid any more" in answer.content.decode()


class TestOwnAccount:
    def test_changing_the_password_ends_the_other_sessions(self, pat, anonymous):
        other = client_of(None)
        log_in(anonymous, "pat.smith")
        log_in(other, "pat.smith")
        new = "another horse battery"

        answer = anonymous.post("/profile/password/", {"present": PASSWORD, "password": new, "repeated": new})

        assert answer.status_code == 302
        assert anonymous.get("/profile/").status_code == 200
        assert other.get("/profile/").status_code == 302
        assert OpenSession.objects.filter(user=pat).count() == 1

    def test_without_the_present_one_nothing_changes(self, pat, anonymous):
        log_in(anonymous, "pat.smith")
        new = "another horse battery"
        answer = anonymous.post("/profile/password/", {"present": "no", "password": new, "repeated": new})
        assert answer.status_code == 422
        pat.refresh_from_db()
        assert pat.check_password(PASSWORD)

    def test_logging_out_the_others(self, pat, anonymous):
        other = client_of(None)
        log_in(anonymous, "pat.smith")
        log_in(other, "pat.smith")
        assert anonymous.get("/profile/").content.decode().count("127.0.0.1") == 2

        anonymous.post("/profile/sessions/end/")

        assert anonymous.get("/profile/").content.decode().count("127.0.0.1") == 1
        assert other.get("/profile/").status_code == 302

    def test_name_and_language(self, as_olga, olga_user):
        answer = as_olga.post("/profile/", {"name": " Olga O. ", "language": "zh-hans"})
        assert answer.status_code == 302
        assert answer.cookies["language"].value == "zh-hans"
        olga_user.refresh_from_db()
        assert (olga_user.name, olga_user.language) == ("Olga O.", "zh-hans")
