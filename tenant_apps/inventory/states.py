"""The lives of the documents of stock, and the reasons why stock moves."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from platform_core.kernel.flow import Flow, step
from tenant_apps.inventory.permissions import InventoryPermission as May


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
    STOCK_TAKE = "stock_take", _("stock take")
    TRANSFER_OUT = "transfer_out", _("sent to another warehouse")
    TRANSFER_IN = "transfer_in", _("came from another warehouse")
    BROUGHT_BACK = "brought_back", _("came back, not delivered")


SETTING_KINDS = frozenset(
    {
        MovementKind.IMPORT,
        MovementKind.ADJUST,
        MovementKind.API,
        MovementKind.SYNC,
        MovementKind.STOCK_TAKE,
    }
)
"""What says how much lies there, whatever lay there before: a count from before it is out of date."""


class StockTakeState(models.TextChoices):
    """Counting goes on while it is `open`; `posted` moved the stock, `cancelled` did not."""

    OPEN = "open", pgettext_lazy("stock take", "open")
    POSTED = "posted", pgettext_lazy("stock take", "posted")
    CANCELLED = "cancelled", pgettext_lazy("stock take", "cancelled")


STOCK_TAKE_FLOW = Flow(
    step("count", {StockTakeState.OPEN}, StockTakeState.OPEN, May.TAKE_STOCK),
    step("post", {StockTakeState.OPEN}, StockTakeState.POSTED, May.TAKE_STOCK),
    step("cancel", {StockTakeState.OPEN}, StockTakeState.CANCELLED, May.TAKE_STOCK),
)


class TransferState(models.TextChoices):
    """A `sent` transfer's goods are in transit: they lie in neither warehouse."""

    DRAFT = "draft", pgettext_lazy("stock transfer", "draft")
    SENT = "sent", pgettext_lazy("stock transfer", "in transit")
    RECEIVED = "received", pgettext_lazy("stock transfer", "received")
    RETURNED = "returned", pgettext_lazy("stock transfer", "returned")
    CANCELLED = "cancelled", pgettext_lazy("stock transfer", "cancelled")


TRANSFER_FLOW = Flow(
    step("change", {TransferState.DRAFT}, TransferState.DRAFT, May.TRANSFER),
    step("send", {TransferState.DRAFT}, TransferState.SENT, May.TRANSFER),
    step("receive", {TransferState.SENT}, TransferState.RECEIVED, May.TRANSFER),
    step("return", {TransferState.SENT}, TransferState.RETURNED, May.TRANSFER),
    step("cancel", {TransferState.DRAFT}, TransferState.CANCELLED, May.TRANSFER),
)
