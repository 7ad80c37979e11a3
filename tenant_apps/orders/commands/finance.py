"""The supplier's finance review: approve, adjust and approve, send back (W-165, W-166, W-157)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from platform_core.commands import command
from platform_core.db.models import actor_columns
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.amounts import adjusted
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.words import noop
from tenant_apps.inventory import operations as inventory
from tenant_apps.ledger import operations as ledger
from tenant_apps.orders.commands.review import demands_of, release_to_warehouse
from tenant_apps.orders.errors import NotFinanceReviewed, NothingToAdjust
from tenant_apps.orders.models import AdjustmentKind, OrderAdjustment, SalesOrder
from tenant_apps.orders.operations import Before, finish, locked_order, source_of
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.states import ORDER_FLOW

_NO_LINE = noop("This order has no line {line}.")
_NO_REASON = noop("Say why.")


@dataclass(frozen=True, slots=True)
class AdjustmentWanted:
    """A signed change: negative lowers what the dealer pays (G-16, G-17). `line` is a position."""

    kind: str
    amount_minor: int
    reason: str
    line: int | None = None


@command(OrderPermission.FINANCE_REVIEW, moves=True)
def approve_order(
    *,
    actor: Actor,
    operation_id: UUID,
    order_id: str,
    adjustments: Sequence[AdjustmentWanted] = (),
    reason: str = "",
) -> SalesOrder:
    """Approve, with adjustments if any; the difference moves at once (decisions.md §2 row 7).

    A raise beyond the available amount, or a cut below zero, is refused and nothing changes.
    Raises StepRefused, NothingToAdjust, AmountBelowZero, InsufficientBalance, NotFound.
    """
    order = locked_order(actor, order_id)
    name = "adjust" if adjustments else "approve"
    target = ORDER_FLOW.target(order.state, name)
    before = Before.of(order)
    if adjustments:
        _adjust(order, actor, operation_id, adjustments)
    release_to_warehouse(order, demands_of(list(order.lines.order_by("position"))))
    why = reason or "; ".join(a.reason for a in adjustments)
    return finish(order, name, actor, before, target, why[:500])


@command(OrderPermission.REJECT_FINANCE, moves=True)
def reject_finance(*, actor: Actor, operation_id: UUID, order_id: str, reason: str) -> SalesOrder:
    """Back to finance: its adjustments are undone, the stock-out is void (W-157).

    Raises StepRefused, NotFinanceReviewed, StockOutStarted, InsufficientBalance.
    """
    order = locked_order(actor, order_id)
    target = ORDER_FLOW.target(order.state, "reject_finance")
    if not order.finance_reasons:
        raise NotFinanceReviewed
    before = Before.of(order)
    inventory.void_stock_out(source=source_of(order))
    undo_adjustments(order, operation_id, move_money=True)
    order.approved_at = None
    return finish(order, "reject_finance", actor, before, target, reason)


def undo_adjustments(order: SalesOrder, operation_id: UUID, *, move_money: bool) -> None:
    """Take all adjustments off the order again; each is kept, marked as undone.

    Without `move_money` the caller gives back all that was charged anyway.
    """
    currency = Currency(order.currency)
    standing = list(order.adjustments.filter(undone_at__isnull=True).order_by("pk"))
    for adjustment in standing if move_money else []:
        ledger.adjust(
            operation_id=operation_id,
            dealer_id=order.dealer_id,
            source=source_of(order),
            kind=adjustment.kind,
            amount=Money(-adjustment.amount_minor, currency),
            note=adjustment.reason,
            line=adjustment.pk,
        )
    undone = sum(a.amount_minor for a in standing)
    OrderAdjustment.objects.filter(pk__in=[a.pk for a in standing]).update(undone_at=clock.now())
    order.goods_adjustment = order.freight_adjustment = Money.zero(currency)
    order.total_minor -= undone
    if move_money:
        order.charged_minor -= undone


def _adjust(order: SalesOrder, actor: Actor, operation_id: UUID, wanted: Sequence[AdjustmentWanted]) -> None:
    _check_wanted(order, wanted)
    currency = Currency(order.currency)
    positions = dict(order.lines.values_list("position", "pk"))
    rows = OrderAdjustment.objects.bulk_create(
        [
            OrderAdjustment(
                order=order,
                kind=a.kind,
                line_id=positions[a.line] if a.line is not None else None,
                amount_minor=a.amount_minor,
                reason=a.reason.strip(),
                **actor_columns(actor),
            )
            for a in wanted
        ]
    )
    for row in rows:
        change = Money(row.amount_minor, currency)
        if row.kind == AdjustmentKind.FREIGHT:
            adjusted(order.freight + order.freight_adjustment, change)
            order.freight_adjustment += change
        else:
            adjusted(order.goods + order.goods_adjustment, change)
            order.goods_adjustment += change
        order.total += change
        order.charged += change
        ledger.adjust(
            operation_id=operation_id,
            dealer_id=order.dealer_id,
            source=source_of(order),
            kind=row.kind,
            amount=change,
            note=row.reason,
            line=row.pk,
        )


def _check_wanted(order: SalesOrder, wanted: Sequence[AdjustmentWanted]) -> None:
    if any(a.amount_minor == 0 for a in wanted):
        raise NothingToAdjust
    positions = set(order.lines.values_list("position", flat=True))
    problems = []
    for index, a in enumerate(wanted):
        if not a.reason.strip():
            problems.append(FieldProblem(f"/adjustments/{index}/reason", "required", _NO_REASON))
        if a.line is not None and a.line not in positions:
            problems.append(
                FieldProblem(f"/adjustments/{index}/line", "no_such_line", _NO_LINE, {"line": a.line})
            )
    if problems:
        raise Invalid(problems=problems)
