"""A person who logs in. No groups, no Django permissions: `access` decides what they may."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from platform_core.db.fields import ClockTime, public_id


class UserManager(BaseUserManager["User"]):
    """Finds people by any of their three names."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Case-insensitive by account name."""
        return self.get(login__iexact=username)


class User(AbstractBaseUser):
    """Logs in by e-mail, phone (E.164) or account name; at least one of them is set.

    `must_change_password` is set for issued passwords (`decisions.md` §2 row 21).
    """

    public_id = public_id("usr")
    login = models.CharField(max_length=60, blank=True, default="")
    email = models.EmailField(max_length=254, blank=True, default="")
    phone = models.CharField(max_length=20, blank=True, default="")
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, blank=True, default="")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = ClockTime(on="create")

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        db_table = "user_account"
        constraints = [
            models.UniqueConstraint(Lower("login"), name="user_login_unique", condition=~models.Q(login="")),
            models.UniqueConstraint(Lower("email"), name="user_email_unique", condition=~models.Q(email="")),
            models.UniqueConstraint(
                fields=["phone"], name="user_phone_unique", condition=~models.Q(phone="")
            ),
            models.CheckConstraint(
                condition=~models.Q(login="", email="", phone=""), name="user_has_a_name_to_log_in"
            ),
        ]
