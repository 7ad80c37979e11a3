"""How a try to log in can end."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoginOutcome(models.TextChoices):
    """Words of the login log."""

    LOGGED_IN = "logged_in", _("Logged in")
    HANDED_OVER = "handed_over", _("Logged in after sign-up")
    REFUSED = "refused", _("Wrong name or password")
    DISABLED = "disabled", _("Refused: disabled")
    LIMITED = "limited", _("Refused: too many tries")
