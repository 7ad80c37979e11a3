"""How allauth meets our people: phones, no open sign-up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from platform_core.identity.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People are issued an account or invited; nobody signs up on a supplier's host."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: suppliers sign up on the public site, dealers are created."""
        return False

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
        """Numbers are verified where SMS is on (a later issue)."""

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: object) -> None:
        """SMS codes are switched off."""
        raise NotImplementedError
