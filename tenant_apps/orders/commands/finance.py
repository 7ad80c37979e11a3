"""The supplier's finance review: approve, adjust and approve, send back (W-165, W-166, W-157)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from platform_core.commands import command
from platform_core.db.models import actor_columns
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.amounts import adjusted
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.money import MINOR_MAX, Currency, Money
from platform_core.kernel.texts import text_problems
from platform_core.kernel.words import noop
from tenant_apps.access.models import SupplierSettings
from tenant_apps.inventory import operations as inventory
from tenant_apps.ledger import operations as ledger
from tenant_apps.orders.approval import (
    Capacity,
    capacity_of,
    is_waiting,
    level_of,
    may_return,
    restarted,
    returned,
    signed,
)
from tenant_apps.orders.commands.granting import (
    AS_IT_IS,
    GRANTED,
    GrantWanted,
    Terms,
    change_terms,
    grant_lines,
    restore_terms,
    undo_grants,
)
from tenant_apps.orders.commands.review import demands_of, releasing_to_warehouse
from tenant_apps.orders.errors import NoChain, NotFinanceReviewed, NothingToAdjust, NotYourLevel
from tenant_apps.orders.models import AdjustmentKind, OrderAdjustment, SalesOrder, SalesOrderLine
from tenant_apps.orders.operations import (
    OWN_CAPACITY,
    Before,
    finish,
    locked_order,
    locked_with_settings,
    source_of,
)
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.approvers import panel_for
from tenant_apps.orders.states import ORDER_FLOW

REASON_MAX = 200
_NO_LINE = noop("This order has no line {line} whose goods could be adjusted.")
_NO_KIND = noop("Choose freight or goods.")
_TOO_LARGE = noop("This amount is too large.")
_LINE_BELOW = noop("This would bring the line below zero. Take away at most what it costs.")


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
    grants: Sequence[GrantWanted] = (),
    terms: Terms = AS_IT_IS,
    reason: str = "",
    is_confirmed: bool = False,
) -> SalesOrder:
    """Approve, with adjustments if any; the difference moves at once (decisions.md §2 row 7).

    `grants` lower lines before the adjustments are checked (G-60), `terms` change organisation and delivery
    day (K-21): all of it moves together, or nothing does.

    With an approval chain the actor approves the level that waits, and only the last one approves the
    order (WK-07); `is_confirmed` says that who approves alone was asked twice. A raise beyond the
    available amount, or a cut below zero, is refused and nothing changes. Raises StepRefused,
    NotYourLevel, OwnOrder, SecondLevel, ConfirmAlone, NothingToAdjust, AmountBelowZero,
    InsufficientBalance, OutOfStock, Invalid, NotFound.
    """
    order, settings = locked_with_settings(actor, order_id)
    target = ORDER_FLOW.target(order.state, "approve")
    before = Before.of(order)
    capacity = _signed(actor, order, is_confirmed=is_confirmed) if order.approval else OWN_CAPACITY
    said = [change_terms(actor, order, terms)]
    name = "adjust" if adjustments or grants or said[0] else "approve"
    changes, notes = _nothing(order), {}
    if grants:
        cut, words = grant_lines(actor, operation_id, order, settings, grants)
        said.append(words)
        changes.update(cut)
        notes = dict.fromkeys(cut, words)
        order.charged += Money.total(cut.values(), Currency(order.currency))
    if adjustments:
        said += [a.reason for a in adjustments]
        notes = _merged(notes, _adjust(order, actor, adjustments, changes))
    _move(order, operation_id, changes, notes)
    why = (reason or "; ".join(filter(None, said)))[:500]
    if is_waiting(order.approval):
        target = ORDER_FLOW.target(order.state, "approve_level")
        return finish(order, "approve_level", actor, before, target, why, capacity=capacity)
    document = releasing_to_warehouse(order, demands_of(list(order.lines.order_by("position"))))
    return finish(order, name, actor, before, target, why, also=document, capacity=capacity)


def _signed(actor: Actor, order: SalesOrder, *, is_confirmed: bool) -> Capacity:
    """Put the actor's approval under the level that waits."""
    capacity = capacity_of(order.approval, actor.id, panel_for(order), is_confirmed=is_confirmed)
    order.approval = signed(
        order.approval, capacity, by=actor.id, by_name=actor.name, at=clock.now().isoformat()
    )
    return capacity


@command(OrderPermission.FINANCE_REVIEW, moves=True)
def return_level(*, actor: Actor, operation_id: UUID, order_id: str, reason: str) -> SalesOrder:
    """Back by one level of the order's approval chain: it is approved again from there (WK-07).

    No money moves. Raises StepRefused, NoChain, FirstLevel, NotYourLevel.
    """
    order = locked_order(actor, order_id)
    target = ORDER_FLOW.target(order.state, "return_level")
    if not order.approval:
        raise NoChain
    level = level_of(order.approval)
    if not may_return(order.approval, actor.id, panel_for(order)):
        raise NotYourLevel(level=level.name)
    before = Before.of(order)
    order.approval = returned(order.approval)
    return finish(order, "return_level", actor, before, target, reason[:500], capacity=Capacity(level.name))


@command(OrderPermission.REJECT_FINANCE, moves=True)
def reject_finance(*, actor: Actor, operation_id: UUID, order_id: str, reason: str) -> SalesOrder:
    """Back to finance, to the first level of a chain: as before it, stock-out void (W-157).

    What was granted less is charged and held again. Raises StepRefused, NotFinanceReviewed,
    StockOutStarted, InsufficientBalance, OutOfStock.
    """
    order, settings = locked_with_settings(actor, order_id)
    target = ORDER_FLOW.target(order.state, "reject_finance")
    if not order.finance_reasons:
        raise NotFinanceReviewed
    before = Before.of(order)
    inventory.void_stock_out(source=source_of(order))
    undo_finance(actor, operation_id, order, settings)
    order.approved_at = None
    order.approval = restarted(order.approval)
    return finish(order, "reject_finance", actor, before, target, reason)


def undo_finance(
    actor: Actor, operation_id: UUID, order: SalesOrder, settings: SupplierSettings | None = None
) -> None:
    """Take everything finance changed off the order again; each change is kept, marked as undone.

    With `settings` money and stock move with it. Without them the caller gives back all that was charged
    and reserved anyway. Raises InsufficientBalance, OutOfStock.
    """
    changes = {**_nothing(order), "goods": -order.goods_adjustment, "freight": -order.freight_adjustment}
    undone = order.goods_adjustment + order.freight_adjustment
    order.adjustments.filter(undone_at__isnull=True).update(undone_at=clock.now())
    order.goods_adjustment = order.freight_adjustment = Money.zero(Currency(order.currency))
    order.total -= undone
    if order.before_finance.get(GRANTED):
        for kind, change in undo_grants(actor, operation_id, order, settings).items():
            changes[kind] += change
    restore_terms(order)
    if settings is not None:
        order.charged += Money.total(changes.values(), Currency(order.currency))
        _move(order, operation_id, changes, {})


def _nothing(order: SalesOrder) -> dict[str, Money]:
    return dict.fromkeys(("goods", "tax", "freight"), Money.zero(Currency(order.currency)))


def _merged(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """Both words for each movement."""
    return {
        kind: "; ".join(filter(None, (first.get(kind), second.get(kind)))) for kind in {**first, **second}
    }


def _adjust(
    order: SalesOrder, actor: Actor, wanted: Sequence[AdjustmentWanted], moved: dict[str, Money]
) -> dict[str, str]:
    """Store the adjustments and add them to what moves; the reasons by kind."""
    lines = {line.position: line for line in order.lines.all()}
    changes = _checked(order, lines, wanted)
    OrderAdjustment.objects.bulk_create(
        [
            OrderAdjustment(
                order=order,
                kind=a.kind,
                line=None if a.line is None else lines[a.line],
                amount_minor=a.amount_minor,
                reason=a.reason.strip(),
                **actor_columns(actor),
            )
            for a in wanted
        ]
    )
    order.goods_adjustment += changes["goods"]
    order.freight_adjustment += changes["freight"]
    order.total += changes["goods"] + changes["freight"]
    order.charged += changes["goods"] + changes["freight"]
    for kind, change in changes.items():
        moved[kind] += change
    return {kind: "; ".join(a.reason.strip() for a in wanted if a.kind == kind) for kind in changes}


def _move(
    order: SalesOrder, operation_id: UUID, changes: Mapping[str, Money], notes: Mapping[str, str]
) -> None:
    """Move the sum of each kind, what goes back first: it may pay for what is added.

    The dealer's statement gives each movement the reasons of its own kind.
    """
    for kind, change in sorted(changes.items(), key=lambda entry: entry[1].minor):
        if change:
            ledger.adjust(
                operation_id=operation_id,
                dealer_id=order.dealer_id,
                source=source_of(order),
                kind=kind,
                amount=change,
                note=notes.get(kind, "")[:200],
            )


def _checked(
    order: SalesOrder, lines: Mapping[int, SalesOrderLine], wanted: Sequence[AdjustmentWanted]
) -> dict[str, Money]:
    """The sum of the changes by kind. Raises NothingToAdjust, Invalid, AmountBelowZero."""
    if any(a.amount_minor == 0 for a in wanted):
        raise NothingToAdjust
    problems: list[FieldProblem] = []
    currency = Currency(order.currency)
    changes = dict.fromkeys(AdjustmentKind.values, Money.zero(currency))
    left = {position: line.amount_minor for position, line in lines.items()}
    if order.goods_adjustment_minor:
        places = {line.pk: position for position, line in lines.items()}
        for line_id, minor in order.adjustments.filter(undone_at=None, line__isnull=False).values_list(
            "line_id", "amount_minor"
        ):
            left[places[line_id]] += minor
    for index, a in enumerate(wanted):
        problems += _problems_of(index, a, left)
        if a.kind in changes:
            changes[a.kind] += Money(a.amount_minor, currency)
        if a.line in left:
            left[a.line] += a.amount_minor
    for position, minor in left.items():
        if minor < 0:
            index = max(i for i, a in enumerate(wanted) if a.line == position)
            problems.append(FieldProblem(f"/adjustments/{index}/amount", "line_below_zero", _LINE_BELOW))
    if problems:
        raise Invalid(problems=problems)
    adjusted(order.goods + order.goods_adjustment, changes["goods"])
    adjusted(order.freight + order.freight_adjustment, changes["freight"])
    return changes


def _problems_of(index: int, a: AdjustmentWanted, positions: Collection[int]) -> list[FieldProblem]:
    base = f"/adjustments/{index}"
    found = text_problems({"reason": a.reason.strip()}, {"reason": REASON_MAX}, ["reason"], base)
    if a.kind not in AdjustmentKind.values:
        found.append(FieldProblem(f"{base}/kind", "unknown", _NO_KIND))
    if a.line is not None and (a.kind != AdjustmentKind.GOODS or a.line not in positions):
        found.append(FieldProblem(f"{base}/line", "no_such_line", _NO_LINE, {"line": a.line}))
    if abs(a.amount_minor) > MINOR_MAX:
        found.append(FieldProblem(f"{base}/amount", "too_large", _TOO_LARGE))
    return found
