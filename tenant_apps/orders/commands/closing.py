"""Close what will not be shipped any more: its money and stock go back (decisions.md §5)."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from platform_core.commands import command
from platform_core.db.models import actor_columns
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.money import Currency, Money
from tenant_apps.inventory import operations as inventory
from tenant_apps.ledger import operations as ledger
from tenant_apps.orders.models import (
    AdjustmentKind,
    CancelledLine,
    OrderAdjustment,
    SalesOrder,
    SalesOrderLine,
)
from tenant_apps.orders.operations import Before, finish, locked_order, source_of
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.shortening import Adjusted, Costs, adjustments_going_back, shortened
from tenant_apps.orders.states import ORDER_FLOW, OrderState, RefundState

_CHANGED = ("quantity", "demanded", "amount_minor", "net_minor", "tax_minor", "gross_minor", "discount_minor")


@command(OrderPermission.CLOSE, moves=True)
def close_rest(*, actor: Actor, operation_id: UUID, order_id: str, reason: str = "") -> SalesOrder:
    """End a partly shipped order: what was not shipped is neither sent nor paid for.

    Goods and what finance adjusted on them go back in proportion by line, with their tax; freight and
    fee stay. The lines hold afterwards what was shipped; the rest stands among the cancelled lines. The
    order is complete when all that was shipped is received, else shipped. Raises StepRefused,
    StockOutStarted while a parcel is packed and not shipped.
    """
    order = locked_order(actor, order_id)
    lines = list(order.lines.order_by("position"))
    is_received = all(line.received >= line.shipped for line in lines)
    chosen = OrderState.COMPLETED if is_received else OrderState.SHIPPED
    target = ORDER_FLOW.target(order.state, "close_rest", chosen)
    before, now = Before.of(order), clock.now()
    inventory.close_stock_out(source=source_of(order))
    inventory.release(actor=actor, operation_id=operation_id, source=source_of(order))
    back = _shorten(actor, order, lines, reason)
    order.shipped_at = now
    order.completed_at = now if is_received else None
    order.refund_state = RefundState.PARTIAL
    done = finish(order, "close_rest", actor, before, target, reason)
    for kind, amount in back.items():
        if amount:
            ledger.adjust(
                operation_id=operation_id,
                dealer_id=order.dealer_id,
                source=source_of(order),
                kind=kind,
                amount=-amount,
                note=reason.strip()[:200],
            )
    return done


def _shorten(actor: Actor, order: SalesOrder, lines: list[SalesOrderLine], reason: str) -> dict[str, Money]:
    """Lower every line to what was shipped, and the order with them; what goes back, by kind."""
    currency = Currency(order.currency)
    adjusted = _adjustments_back(order, lines)
    gone, goods, tax = [], 0, 0
    for line in lines:
        rest = line.quantity - line.shipped
        if not rest:
            continue
        lost = _lowered(line, tax_included=order.tax_included)
        paid = lost.gross if order.tax_included else lost.net
        goods, tax = goods + paid, tax + lost.tax
        order.discount_minor -= lost.discount
        order.weight_kg -= line.weight_kg * rest
        gone.append(_gone(actor, order, line, rest, lost.gross + adjusted[line.pk], reason))
    CancelledLine.objects.bulk_create(gone)
    SalesOrderLine.objects.filter(order=order, shipped=0).delete()
    SalesOrderLine.objects.bulk_update([line for line in lines if line.shipped], _CHANGED)
    change = sum(adjusted.values())
    if change:
        OrderAdjustment.objects.create(
            order=order,
            kind=AdjustmentKind.GOODS,
            amount_minor=-change,
            reason=reason.strip()[:200],
            **actor_columns(actor),
        )
    extra = 0 if order.tax_included else tax
    order.goods -= Money(goods, currency)
    order.goods_adjustment -= Money(change, currency)
    order.tax -= Money(tax, currency)
    order.total -= Money(goods + change + extra, currency)
    order.charged -= Money(goods + change + extra, currency)
    return {"goods": Money(goods + change, currency), "tax": Money(extra, currency)}


def _lowered(line: SalesOrderLine, *, tax_included: bool) -> Costs:
    """Set the line to what was shipped of it; what that takes off."""
    before = Costs(line.net_minor, line.tax_minor, line.gross_minor, line.discount_minor)
    kept = shortened(before, line.shipped, line.quantity, tax_included=tax_included)
    line.net_minor, line.tax_minor, line.gross_minor = kept.net, kept.tax, kept.gross
    line.discount_minor = kept.discount
    line.amount_minor = kept.gross if tax_included else kept.net
    line.demanded = line.quantity if line.demanded is None else line.demanded
    line.quantity = line.shipped
    return before - kept


def _adjustments_back(order: SalesOrder, lines: list[SalesOrderLine]) -> dict[int, int]:
    standing = order.adjustments.filter(undone_at=None, kind=AdjustmentKind.GOODS)
    own, whole = {line.pk: 0 for line in lines}, 0
    for line_id, amount in standing.values_list("line", "amount_minor"):
        if line_id in own:
            own[line_id] += amount
        else:
            whole += amount
    return adjustments_going_back(
        {line.pk: Adjusted(line.amount_minor, own[line.pk], line.quantity, line.shipped) for line in lines},
        whole,
    )


def _gone(
    actor: Actor, order: SalesOrder, line: SalesOrderLine, rest: Decimal, returned: int, reason: str
) -> CancelledLine:
    return CancelledLine(
        order=order,
        position=line.position,
        merchant_code=line.merchant_code,
        name=line.name,
        unit=line.unit,
        quantity=rest,
        returned_minor=returned,
        reason=reason.strip()[:500],
        **actor_columns(actor),
    )
