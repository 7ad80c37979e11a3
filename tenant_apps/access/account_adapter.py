"""How allauth meets our people: three names to log in, no open sign-up, every try in the log."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from platform_core.db.router import shard_alias
from platform_core.identity.models import User
from platform_core.outbox.record import record
from tenant_apps.access import operations, queries, rules
from tenant_apps.access.events import PasswordResetAsked
from tenant_apps.access.operations import Visit
from tenant_apps.access.states import LoginOutcome


class PhoneField(forms.CharField):
    """A phone number in any national spelling of the supplier's country, or international; E.164 out."""

    def clean(self, value: Any) -> str:
        """Raises ValidationError when it is no valid number."""
        text = super().clean(value)
        number = rules.phone_number(text, queries.settings().country)
        if not number:
            raise ValidationError(_("This is no phone number of your country."), code="malformed")
        return number


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People are issued an account; nobody signs up on a supplier's host."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        **dict.fromkeys(
            ("email_password_mismatch", "phone_password_mismatch", "username_password_mismatch"),
            _("This name or password is wrong. Check both, or ask for a new password."),
        ),
        "too_many_login_attempts": _("Too many wrong tries. Wait five minutes, then try again."),
        "rate_limited": _("Too many requests. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: suppliers sign up on the public site, dealers are created."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the page that follows says enough."""

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        """How allauth tells a phone number from an account name."""
        return PhoneField(**kwargs)

    def get_user_by_phone(self, phone: str) -> User | None:
        """Find by E.164 number."""
        return User.objects.filter(phone=phone).first()

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """The number, always counted as verified: the supplier vouches for it."""
        return (user.phone, True) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:  # noqa: FBT001 - allauth's signature
        """Store the number."""
        user.phone = phone
        user.save(update_fields=["phone"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Nothing to store: numbers are vouched for by who enters them."""

    def set_password(self, user: User, password: str) -> None:
        """A password that the person chose itself, over a mailed link."""
        operations.set_password(user=user, password=password, issued=False)
        operations.end_sessions(user=user)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse and log who tried too often."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._log(request, _name(credentials), LoginOutcome.LIMITED)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Log the try, with the person when the name is somebody's."""
        name = _name(credentials)
        self._log(request, name, LoginOutcome.REFUSED, queries.user_of_name(name))

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Refuse the disabled, whose password was right: they may know why."""
        if queries.may_enter(user):
            return None
        self._log(request, user.login or user.email or user.phone, LoginOutcome.DISABLED, user)
        return render(request, "access/disabled.html", status=403)

    def login(self, request: HttpRequest, user: User) -> None:
        """Open the session and note it."""
        self.enter(request, user, LoginOutcome.LOGGED_IN)

    def enter(self, request: HttpRequest, user: User, outcome: LoginOutcome) -> None:
        """The one way into a session, by password or by hand-over."""
        super().login(request, user)
        visit = self._visit(request)
        with transaction.atomic(using=shard_alias()):
            self._log(request, user.login or user.email or user.phone, outcome, user)
            operations.note_open_session(
                user=user, session_key=request.session.session_key or "", visit=visit
            )

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Leave the mail to the outbox: an address that is known answers as fast as an unknown one."""
        if queries.may_enter(user):
            with transaction.atomic(using=shard_alias()):
                record(PasswordResetAsked(user.public_id, user.email, get_language() or "en"))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong tries are counted by the name as it is kept; the cache key carries the supplier."""
        return _name(credentials).lower()

    def _log(self, request: HttpRequest, name: str, outcome: LoginOutcome, user: User | None = None) -> None:
        operations.note_login(login=name, outcome=outcome, visit=self._visit(request), user=user)

    def _visit(self, request: HttpRequest) -> Visit:
        return Visit(self.get_client_ip(request), self.get_http_user_agent(request))


def _name(credentials: dict[str, Any]) -> str:
    found = (credentials.get(kind) for kind in ("email", "phone", "username"))
    return next((str(name) for name in found if name), "")
