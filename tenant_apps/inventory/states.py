"""The life of a stock-out document, and the reasons why stock moves."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StockOutState(models.TextChoices):
    """`open` until everything is shipped (`done`), or the order left review (`void`)."""

    OPEN = "open", pgettext_lazy("stock-out", "open")
    DONE = "done", pgettext_lazy("stock-out", "done")
    VOID = "void", pgettext_lazy("stock-out", "void")


class ReservationState(models.TextChoices):
    """A reservation holds stock, was shipped, or was given back."""

    ACTIVE = "active", "active"
    CONSUMED = "consumed", "consumed"
    RELEASED = "released", "released"


class MovementKind(models.TextChoices):
    """Why a stock row changed."""

    RESERVE = "reserve", _("reserved")
    RELEASE = "release", _("given back")
    SHIP = "ship", _("shipped")
    IMPORT = "import", _("import")
    ADJUST = "adjust", _("adjusted by hand")
    API = "api", _("set by API")
    SYNC = "sync", _("ERP sync")
    COUNT = "count", _("stock take")
