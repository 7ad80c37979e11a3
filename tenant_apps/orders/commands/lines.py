"""Take one line out of an order; the others stay (W-160)."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from platform_core.commands import command
from platform_core.db.models import actor_columns
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.quantity import plain
from tenant_apps.inventory import operations as inventory
from tenant_apps.ledger import operations as ledger
from tenant_apps.orders.approval import share_of
from tenant_apps.orders.commands.back import cancelled
from tenant_apps.orders.commands.edit import rewritten
from tenant_apps.orders.errors import NoSuchLine
from tenant_apps.orders.models import (
    AdjustmentKind,
    CancelledLine,
    OrderAdjustment,
    SalesOrder,
    SalesOrderLine,
)
from tenant_apps.orders.operations import Before, finish, locked_order, refuse_bought, source_of
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.details import wanted_without
from tenant_apps.orders.queries.parties import in_name_of
from tenant_apps.orders.states import ORDER_FLOW, OrderState, RefundState


@command(OrderPermission.CANCEL, moves=True)
def cancel_line(
    *, actor: Actor, operation_id: UUID, order_id: str, line: int, reason: str = ""
) -> SalesOrder:
    """Take the line at a position out, before the order is pushed (W-160).

    Before the review it is an edit: every check runs again. After it the line's money goes back with
    its tax, what finance adjusted on it and its share of what finance adjusted on the whole order; its
    stock is free again and the stock-out loses it. Freight and fee stay. The last line that was asked
    for cancels the order; a gift comes anew with every draft, so before the review it cannot be taken
    out. Raises StepRefused, NoSuchLine, StockOutStarted, and before the review what an edit raises.
    """
    order = locked_order(actor, order_id)
    target = ORDER_FLOW.target(order.state, "cancel_line", order.state)
    refuse_bought(actor, order)
    lines = list(order.lines.order_by("position"))
    gone = next((one for one in lines if one.position == line), None)
    if gone is None or (gone.is_gift and order.state == OrderState.PENDING_REVIEW):
        raise NoSuchLine(line=line)
    said = _said(gone, reason)
    if all(one.is_gift for one in lines if one is not gone):
        return cancelled(actor, operation_id, order, said)
    who = in_name_of(actor, order.dealer)
    before = Before.of(order)
    if order.state == OrderState.PENDING_REVIEW:
        rewritten(actor, order, wanted_without(order, line))
        return finish(order, "cancel_line", who, before, target, said)
    _take_out(actor, operation_id, order, lines, gone, reason)
    return finish(order, "cancel_line", who, before, target, said)


def _said(line: SalesOrderLine, reason: str) -> str:
    """Which line, in the history: `A-1 × 2: no longer made`."""
    name = f"{line.merchant_code} × {plain(line.quantity)}"
    return (f"{name}: {reason.strip()}" if reason.strip() else name)[:500]


def _take_out(
    actor: Actor,
    operation_id: UUID,
    order: SalesOrder,
    lines: list[SalesOrderLine],
    gone: SalesOrderLine,
    reason: str,
) -> None:
    """Documents and stock first, the wallet last (design.md §3)."""
    source = source_of(order)
    weight = gone.weight_kg * gone.quantity
    if order.state == OrderState.APPROVED:
        inventory.drop_stock_out_line(source=source, line_id=gone.pk, weight_kg=weight)
    inventory.release(actor=actor, operation_id=operation_id, source=source, line_id=gone.pk)
    adjusted = _taken_adjustments(actor, order, lines, gone)
    goods, tax = _parts(order, gone)
    back = goods + tax + adjusted
    CancelledLine.objects.create(
        order=order,
        position=gone.position,
        merchant_code=gone.merchant_code,
        name=gone.name,
        unit=gone.unit,
        quantity=gone.quantity,
        returned_minor=back.minor,
        reason=reason.strip()[:500],
        **actor_columns(actor),
    )
    gone.delete()
    _lower(order, gone, weight, goods, adjusted)
    _refund(order, operation_id, gone, {"goods": goods + adjusted, "tax": tax})


def _parts(order: SalesOrder, line: SalesOrderLine) -> tuple[Money, Money]:
    """What the wallet paid for a line: goods, and tax where prices exclude it."""
    currency = Currency(order.currency)
    tax = 0 if order.tax_included else line.tax_minor
    return Money(line.amount_minor, currency), Money(tax, currency)


def _taken_adjustments(
    actor: Actor, order: SalesOrder, lines: list[SalesOrderLine], gone: SalesOrderLine
) -> Money:
    """What finance adjusted on the line, and its share of what it adjusted on the goods as a whole.

    The share is in proportion to what the lines cost after their own adjustments, half up: so no line
    gives back less than nothing. It is kept as an adjustment of its own, against the first.
    """
    standing = list(order.adjustments.filter(undone_at=None, kind=AdjustmentKind.GOODS))
    own = {line.pk: line.amount_minor for line in lines}
    for one in standing:
        if one.line_id is not None:
            own[one.line_id] += one.amount_minor
    whole = sum(one.amount_minor for one in standing if one.line_id is None)
    share = share_of(whole, own[gone.pk], sum(own.values()))
    mine = [one.pk for one in standing if one.line_id == gone.pk]
    if mine:
        order.adjustments.filter(pk__in=mine).update(undone_at=clock.now(), line=None)
    if share:
        OrderAdjustment.objects.create(
            order=order,
            kind=AdjustmentKind.GOODS,
            amount_minor=-share,
            reason=_said(gone, "")[:200],
            **actor_columns(actor),
        )
    return Money(own[gone.pk] - gone.amount_minor + share, Currency(order.currency))


def _lower(order: SalesOrder, gone: SalesOrderLine, weight: Decimal, goods: Money, adjusted: Money) -> None:
    """The order without the line; freight and fee are as they were."""
    currency = Currency(order.currency)
    tax = Money(gone.tax_minor, currency)
    back = goods + adjusted if order.tax_included else goods + adjusted + tax
    order.goods -= goods
    order.discount -= Money(gone.discount_minor, currency)
    order.goods_adjustment -= adjusted
    order.tax -= tax
    order.total -= back
    order.charged -= back
    order.weight_kg -= weight
    order.refund_state = RefundState.PARTIAL


def _refund(order: SalesOrder, operation_id: UUID, gone: SalesOrderLine, parts: dict[str, Money]) -> None:
    """By kind, from what was charged for it; each refund names the line (refunded once per cause)."""
    for kind, amount in parts.items():
        if amount:
            ledger.adjust(
                operation_id=operation_id,
                dealer_id=order.dealer_id,
                source=source_of(order),
                kind=kind,
                amount=-amount,
                note=_said(gone, ""),
                line=gone.position,
            )
