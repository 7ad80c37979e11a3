"""The life of a stock-out document."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StockOutState(models.TextChoices):
    """`open` until everything is shipped (`done`), or the order left review (`void`)."""

    OPEN = "open", _("open")
    DONE = "done", _("done")
    VOID = "void", _("void")


class ReservationState(models.TextChoices):
    """A reservation holds stock, was shipped, or was given back."""

    ACTIVE = "active", "active"
    CONSUMED = "consumed", "consumed"
    RELEASED = "released", "released"
