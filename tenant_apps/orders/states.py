"""The lives of raw orders and sales orders, as tables (decisions.md §4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from platform_core.kernel.flow import Flow, step
from tenant_apps.orders.permissions import OrderPermission as May


class RawOrderState(models.TextChoices):
    """What came in: waits, became a sales order, or was given up (W-132).

    Where the dealer's ordering calendar has two phases it is saved first: void unless committed (TB-07).
    """

    SAVED = "saved", _("saved")
    VOIDED = "voided", _("void")
    PENDING = "pending", _("to submit")
    SUBMITTED = "submitted", _("submitted")
    CANCELLED = "cancelled", _("cancelled")


class Mark(models.TextChoices):
    """Why an order does not go on; each has a remedy in its log (W-134, W-135, decisions.md §5)."""

    GOODS = "goods", pgettext_lazy("mark", "goods")
    WAREHOUSE = "warehouse", pgettext_lazy("mark", "warehouse")
    STOCK = "stock", pgettext_lazy("mark", "stock")
    PRICE = "price", pgettext_lazy("mark", "price")
    BALANCE = "balance", pgettext_lazy("mark", "balance")
    IMPORT = "import", pgettext_lazy("mark", "import")
    APPROVAL = "approval", pgettext_lazy("mark", "approval")


class OrderState(models.TextChoices):
    """A sales order's life. `pushed` and `partly_shipped` may be skipped."""

    PENDING_REVIEW = "pending_review", _("to review")
    PENDING_FINANCE = "pending_finance", _("in finance review")
    APPROVED = "approved", _("approved")
    PUSHED = "pushed", _("pushed")
    PARTLY_SHIPPED = "partly_shipped", _("partly shipped")
    SHIPPED = "shipped", _("shipped")
    COMPLETED = "completed", _("completed")
    CANCELLED = "cancelled", _("cancelled")


class RefundState(models.TextChoices):
    """Stands beside the state."""

    NONE = "none", _("none")
    REQUESTED = "requested", _("requested")
    PARTIAL = "partial", _("partial")
    FULL = "full", _("full")


class BoardState(models.TextChoices):
    """A supply board: only a published one binds orders, and only that one is seen by dealers (TA-02)."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    CLOSED = "closed", pgettext_lazy("board", "closed")


R, S = RawOrderState, OrderState
# Raw orders that nobody goes on with: their reference is free again.
GIVEN_UP = (R.CANCELLED, R.VOIDED)

RAW_ORDER_FLOW = Flow(
    step("change", {R.SAVED}, R.SAVED, May.PLACE),
    step("commit", {R.SAVED}, R.SUBMITTED, May.PLACE),
    step("void", {R.SAVED}, R.VOIDED, May.CANCEL),
    step("submit", {R.PENDING}, R.SUBMITTED, May.PLACE),
    step("edit", {R.PENDING}, R.PENDING, May.EDIT),
    step("cancel", {R.PENDING}, R.CANCELLED, May.CANCEL),
)

# A line is cancelled where a whole order may be; the state stays (W-160).
REVERSIBLE = (S.PENDING_REVIEW, S.PENDING_FINANCE, S.APPROVED)

# `review` leads to finance review where the warehouse, an uncovered address or an approval chain
# asks for it (W-034…W-036, W-168, WK-07). With a chain, `approve_level` is asked until the last level,
# which approves. Shipping and receipt are asked of higher apps, which call operations.
ORDER_FLOW = Flow(
    step("edit", {S.PENDING_REVIEW}, S.PENDING_REVIEW, May.EDIT),
    step("review", {S.PENDING_REVIEW}, (S.APPROVED, S.PENDING_FINANCE), May.REVIEW),
    step("approve", {S.PENDING_FINANCE}, S.APPROVED, May.FINANCE_REVIEW),
    step("adjust", {S.PENDING_FINANCE}, S.APPROVED, May.FINANCE_REVIEW),
    step("approve_level", {S.PENDING_FINANCE}, S.PENDING_FINANCE, May.FINANCE_REVIEW),
    step("return_level", {S.PENDING_FINANCE}, S.PENDING_FINANCE, May.FINANCE_REVIEW),
    step("reject_finance", {S.APPROVED}, S.PENDING_FINANCE, May.REJECT_FINANCE),
    step("reject", {S.PENDING_FINANCE, S.APPROVED}, S.PENDING_REVIEW, May.REJECT),
    step("decline", {S.PENDING_REVIEW}, S.PENDING_REVIEW, May.REVIEW),
    step("cancel_line", REVERSIBLE, REVERSIBLE, May.CANCEL),
    step("cancel", REVERSIBLE, S.CANCELLED, May.CANCEL),
    step("ship", {S.APPROVED, S.PARTLY_SHIPPED}, (S.SHIPPED, S.PARTLY_SHIPPED), "fulfilment.ship"),
    step("close_rest", {S.PARTLY_SHIPPED}, (S.SHIPPED, S.COMPLETED), May.CLOSE),
    step("complete", {S.SHIPPED}, S.COMPLETED, "aftersales.confirm_receipt"),
)


B = BoardState
BOARD_FLOW = Flow(
    step("change", {B.DRAFT, B.PUBLISHED}, (B.DRAFT, B.PUBLISHED), May.MANAGE_CALENDARS),
    step("publish", {B.DRAFT}, B.PUBLISHED, May.MANAGE_CALENDARS),
    step("close", {B.PUBLISHED}, B.CLOSED, May.MANAGE_CALENDARS),
    step("delete", {B.DRAFT}, B.DRAFT, May.MANAGE_CALENDARS),
)


def is_freight_open(state: str, *, freight_known: bool) -> bool:
    """Whether the freight is still to be set: until finance has approved the order (W-168)."""
    return not freight_known and state in {S.PENDING_REVIEW, S.PENDING_FINANCE}
