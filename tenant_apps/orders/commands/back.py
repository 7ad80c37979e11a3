"""Send an order back or end it: money and stock return exactly once (W-156, W-158)."""

from __future__ import annotations

from uuid import UUID

from platform_core.commands import command
from platform_core.kernel.actor import Actor
from platform_core.kernel.money import Currency, Money
from tenant_apps.inventory import operations as inventory
from tenant_apps.ledger import operations as ledger
from tenant_apps.orders.commands.coupons import leave_coupon_of
from tenant_apps.orders.commands.finance import undo_finance
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.operations import Before, finish, locked_order, refuse_bought, source_of
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.states import ORDER_FLOW, OrderState, RefundState


@command(OrderPermission.REJECT, moves=True)
def reject_order(*, actor: Actor, operation_id: UUID, order_id: str, reason: str) -> SalesOrder:
    """Back to the dealer's review: amounts as before finance, deposit and stock returned (W-156, G-18).

    Raises StepRefused, StockOutStarted.
    """
    order = locked_order(actor, order_id)
    target = ORDER_FLOW.target(order.state, "reject")
    before = Before.of(order)
    _give_back(actor, operation_id, order)
    order.reviewed_at = order.approved_at = None
    order.finance_reasons, order.approval = [], None
    order.refund_state = RefundState.NONE
    return finish(order, "reject", actor, before, target, reason)


@command(OrderPermission.CANCEL, moves=True)
def cancel_order(*, actor: Actor, operation_id: UUID, order_id: str, reason: str = "") -> SalesOrder:
    """End an order before it is shipped (W-158). One that was never reviewed returns nothing.

    Raises StepRefused, StockOutStarted, AlreadyBought.
    """
    order = locked_order(actor, order_id)
    refuse_bought(actor, order)
    return cancelled(actor, operation_id, order, reason)


def cancelled(actor: Actor, operation_id: UUID, order: SalesOrder, reason: str) -> SalesOrder:
    """End a locked order, inside the caller's transaction."""
    target = ORDER_FLOW.target(order.state, "cancel")
    before = Before.of(order)
    if order.state != OrderState.PENDING_REVIEW:
        _give_back(actor, operation_id, order)
        order.refund_state = RefundState.FULL
    leave_coupon_of(order)
    order.marks, order.needs_approval = [], False
    return finish(order, "cancel", actor, before, target, reason)


def _give_back(actor: Actor, operation_id: UUID, order: SalesOrder) -> None:
    """Void the stock-out, release the stock, refund all that is still charged."""
    if order.state == OrderState.APPROVED:
        inventory.void_stock_out(source=source_of(order))
    inventory.release(actor=actor, operation_id=operation_id, source=source_of(order))
    returned = ledger.refund_source(operation_id=operation_id, source=source_of(order))
    assert returned == order.charged, f"{order.number}: {returned} returned of {order.charged}"
    undo_finance(actor, operation_id, order)
    order.charged = Money.zero(Currency(order.currency))
