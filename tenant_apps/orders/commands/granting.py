"""What finance changes of an order but its amounts: quantities, organisation, delivery day (K-21, G-60)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from platform_core.db.models import actor_columns
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.amounts import TaxMode, taxed
from platform_core.kernel.context import serving
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.money import Currency, Money, UnitPrice
from platform_core.kernel.quantity import plain, quantity_errors
from platform_core.kernel.texts import text_problems
from platform_core.kernel.words import noop
from tenant_apps.access.models import SupplierSettings
from tenant_apps.inventory import operations as inventory
from tenant_apps.orders.commands.review import demands_of
from tenant_apps.orders.models import (
    AdjustmentKind,
    LineGrant,
    OrderAdjustment,
    SalesOrder,
    SalesOrderLine,
)
from tenant_apps.orders.operations import source_of
from tenant_apps.orders.shortening import Adjusted, Costs, adjustments_cut, regranted
from tenant_apps.strategies.queries.publication import organisations_of
from tenant_apps.strategies.queries.publishing import named_organisation

REASON_MAX = 200
GRANTED = "granted"
_COLUMNS = ("quantity", "demanded", "amount_minor", "net_minor", "tax_minor", "gross_minor", "discount_minor")
_NO_LINE = noop("This order has no line {line}.")
_BEYOND = noop("At most {held} of {sku} can be granted: that is what the order holds.")
_TWICE = noop("{sku} is granted twice. Say one quantity.")
_PAST = noop("Choose today or a later day.")
_NOT_THEIRS = noop("{dealer} does not order from {name}. Choose one of its ordering organisations.")


@dataclass(frozen=True, slots=True)
class GrantWanted:
    """What the supplier grants of a line, in base units, at most what the order holds of it.

    `line` is a position. With `sku` (merchant code) in its place the quantity is the most that the lines of
    that SKU keep: the same request serves many orders.
    """

    quantity: Decimal
    reason: str
    line: int | None = None
    sku: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """Ordering organisation (public id or code, blank: none) and delivery day; None leaves what it is."""

    organisation: str | None = None
    delivery_day: date | None = None


AS_IT_IS = Terms()


@dataclass(frozen=True, slots=True)
class _Change:
    line: SalesOrderLine
    quantity: Decimal
    reason: str


def grant_lines(
    actor: Actor,
    operation_id: UUID,
    order: SalesOrder,
    settings: SupplierSettings,
    wanted: Sequence[GrantWanted],
) -> tuple[dict[str, Money], str]:
    """Lower lines of a locked order in finance review; what the wallet gets by kind, and the words for it.

    Lines, their adjustments in proportion, weight and reservations change; freight and fee stay, as with a
    partial delivery (decisions.md §5). The frozen price stays too, though a smaller quantity might cost
    more. The caller moves the money and stores the order. Raises Invalid, OutOfStock.
    """
    lines = list(order.lines.order_by("position"))
    earlier: dict[int, Decimal] = defaultdict(Decimal)
    if order.before_finance.get(GRANTED):
        for position, before, quantity in order.grants.filter(undone_at=None).values_list(
            "position", "before", "quantity"
        ):
            earlier[position] += before - quantity
    changes = _checked(lines, earlier, wanted, settings.quantity_precision)
    if not changes:
        return {}, ""
    back = _cut_adjustments(actor, order, lines, changes)
    grants = [_granted(actor, order, change) for change in changes]
    LineGrant.objects.bulk_create(grants)
    touched = [change.line for change in changes]
    SalesOrderLine.objects.bulk_update(touched, _COLUMNS)
    order.before_finance = {**order.before_finance, GRANTED: True}
    moved = _lowered(order, {line.position: line for line in touched}, grants, sign=1)
    order.goods_adjustment -= back
    order.total -= back
    _hold(actor, operation_id, order, settings, touched)
    words = "; ".join(
        f"{c.line.merchant_code} × {plain(g.before)} → {plain(g.quantity)}: {g.reason}"
        for c, g in zip(changes, grants, strict=True)
    )
    return {**moved, "goods": moved["goods"] - back}, words


def undo_grants(
    actor: Actor, operation_id: UUID, order: SalesOrder, settings: SupplierSettings | None
) -> dict[str, Money]:
    """Give the lines back what finance cut; what the wallet pays for it, by kind.

    With `settings` the stock is held again: refused with OutOfStock when it is gone. Without, the caller
    has freed everything. A line that was cancelled meanwhile stays gone.
    """
    grants = list(order.grants.filter(undone_at=None))
    lines = {line.position: line for line in order.lines.filter(position__in=[g.position for g in grants])}
    standing = [one for one in grants if one.position in lines]
    order.grants.filter(undone_at=None).update(undone_at=clock.now())
    moved = _lowered(order, lines, standing, sign=-1)
    for one in standing:
        line = lines[one.position]
        line.quantity += one.before - one.quantity
        line.net_minor += one.cut_net_minor
        line.tax_minor += one.cut_tax_minor
        line.gross_minor += one.cut_gross_minor
        line.discount_minor += one.cut_discount_minor
        line.amount_minor = line.gross_minor if order.tax_included else line.net_minor
        line.demanded = None if line.demanded == line.quantity else line.demanded
    SalesOrderLine.objects.bulk_update(lines.values(), _COLUMNS)
    if settings is not None:
        _hold(actor, operation_id, order, settings, list(lines.values()))
    return moved


def change_terms(actor: Actor, order: SalesOrder, terms: Terms) -> str:
    """Set organisation and delivery day of a locked order; the words for what changed. Raises Invalid."""
    before: dict[str, Any] = {}
    said: list[str] = []
    day = terms.delivery_day
    if day is not None and day != order.delivery_day:
        if day < clock.today(serving().timezone):
            raise Invalid(problems=[FieldProblem("/delivery_day", "in_past", _PAST)])
        before["delivery_day"] = order.delivery_day.isoformat() if order.delivery_day else None
        said.append(f"{order.delivery_day or '–'} → {day}")
        order.delivery_day = day
    if terms.organisation is not None and terms.organisation != order.organisation:
        public_id, name = _organisation(actor, order, terms.organisation)
        if public_id != order.organisation:
            before["organisation"] = [order.organisation, order.organisation_name]
            said.append(f"{order.organisation_name or '–'} → {name or '–'}")
            order.organisation, order.organisation_name = public_id, name
    # What stood before the first change of this finance review is what a rejection restores.
    order.before_finance = {**before, **order.before_finance}
    return "; ".join(said)


def restore_terms(order: SalesOrder) -> None:
    """Organisation and delivery day as they were before the finance review."""
    if "delivery_day" in order.before_finance:
        day = order.before_finance["delivery_day"]
        order.delivery_day = date.fromisoformat(day) if day else None
    if "organisation" in order.before_finance:
        order.organisation, order.organisation_name = order.before_finance["organisation"]
    order.before_finance = {}


def _organisation(actor: Actor, order: SalesOrder, text: str) -> tuple[str, str]:
    row, problems = named_organisation(actor, text)
    if problems:
        raise Invalid(problems=problems)
    if row is None:
        return "", ""
    theirs = organisations_of(actor, order.dealer)
    if theirs and row not in theirs:
        facts = {"dealer": order.dealer.name, "name": row.name}
        raise Invalid(problems=[FieldProblem("/organisation", "not_theirs", _NOT_THEIRS, facts)])
    return row.public_id, row.name


def _checked(
    lines: Sequence[SalesOrderLine],
    earlier: Mapping[int, Decimal],
    wanted: Sequence[GrantWanted],
    precision: int,
) -> list[_Change]:
    """The lines that change, each once. Raises Invalid with every problem."""
    problems: list[FieldProblem] = []
    found: dict[int, _Change] = {}
    for index, one in enumerate(wanted):
        base = f"/grants/{index}"
        problems += text_problems({"reason": one.reason.strip()}, {"reason": REASON_MAX}, ["reason"], base)
        wrong = quantity_errors(one.quantity, precision)
        problems += [FieldProblem(f"{base}/quantity", w.code, w.message, w.facts) for w in wrong]
        meant = [x for x in lines if (x.merchant_code == one.sku if one.sku else x.position == one.line)]
        if not meant:
            facts = {"line": one.sku or one.line}
            problems.append(FieldProblem(f"{base}/line", "no_such_line", _NO_LINE, facts))
        for line in meant if not wrong else ():
            held = line.quantity + earlier.get(line.position, Decimal(0))
            quantity = min(one.quantity, line.quantity) if one.sku else one.quantity
            if quantity > held:
                facts = {"held": plain(held), "sku": line.merchant_code}
                problems.append(FieldProblem(f"{base}/quantity", "beyond_demand", _BEYOND, facts))
            if line.position in found:
                facts = {"sku": line.merchant_code}
                problems.append(FieldProblem(f"{base}/line", "line_repeated", _TWICE, facts))
            found[line.position] = _Change(line, quantity, one.reason.strip())
    if problems:
        raise Invalid(problems=problems)
    return [one for one in found.values() if one.quantity != one.line.quantity]


def _granted(actor: Actor, order: SalesOrder, change: _Change) -> LineGrant:
    """Set a line to its quantity; what that takes off it."""
    line, currency = change.line, Currency(order.currency)
    held = Costs(line.net_minor, line.tax_minor, line.gross_minor, line.discount_minor)
    amount, discount = _amount_of(order, change)
    mode = TaxMode.INCLUSIVE if order.tax_included else TaxMode.EXCLUSIVE
    kept = taxed(Money(amount, currency), line.tax_rate, mode)
    now = Costs(kept.net.minor, kept.tax.minor, kept.gross.minor, discount)
    before, lost = line.quantity, held - now
    line.demanded = line.quantity if line.demanded is None else line.demanded
    line.quantity = change.quantity
    line.demanded = None if line.demanded == line.quantity else line.demanded
    line.amount_minor = amount
    line.net_minor, line.tax_minor, line.gross_minor = now.net, now.tax, now.gross
    line.discount_minor = now.discount
    return LineGrant(
        order=order,
        position=line.position,
        merchant_code=line.merchant_code,
        before=before,
        quantity=change.quantity,
        cut_net_minor=lost.net,
        cut_tax_minor=lost.tax,
        cut_gross_minor=lost.gross,
        cut_discount_minor=lost.discount,
        reason=change.reason,
        **actor_columns(actor),
    )


def _amount_of(order: SalesOrder, change: _Change) -> tuple[int, int]:
    line = change.line
    price = Decimal(0) if line.is_gift else line.settlement_price
    base = UnitPrice(price, Currency(order.currency)).times(change.quantity).minor
    held = Costs(line.net_minor, line.tax_minor, line.gross_minor, line.discount_minor)
    return regranted(base, held, change.quantity, line.quantity, tax_included=order.tax_included)


def _cut_adjustments(
    actor: Actor, order: SalesOrder, lines: Sequence[SalesOrderLine], changes: Sequence[_Change]
) -> Money:
    """Goods adjustments of an earlier level go back with what is not granted; the sum of what goes back."""
    currency = Currency(order.currency)
    standing = order.adjustments.filter(undone_at=None, kind=AdjustmentKind.GOODS)
    own, whole = {line.pk: 0 for line in lines}, 0
    for line_id, amount in standing.values_list("line", "amount_minor"):
        if line_id in own:
            own[line_id] += amount
        else:
            whole += amount
    if not whole and not any(own.values()):
        return Money.zero(currency)
    by_line = {one.line.pk: one for one in changes if one.quantity < one.line.quantity}
    kept = {pk: one.quantity for pk, one in by_line.items()}
    after = {line.pk: line.amount_minor for line in lines}
    after.update({pk: _amount_of(order, one)[0] for pk, one in by_line.items()})
    asked = {x.pk: Adjusted(x.amount_minor, own[x.pk], x.quantity, kept.get(x.pk, x.quantity)) for x in lines}
    cut = adjustments_cut(asked, after, whole)
    rows = []
    for pk, one in by_line.items():
        for line, part in ((one.line, cut[pk][0]), (None, cut[pk][1])):
            if part:
                rows.append(
                    OrderAdjustment(
                        order=order,
                        kind=AdjustmentKind.GOODS,
                        line=line,
                        amount_minor=-part,
                        reason=one.reason,
                        **actor_columns(actor),
                    )
                )
    OrderAdjustment.objects.bulk_create(rows)
    return Money(sum(-row.amount_minor for row in rows), currency)


def _lowered(
    order: SalesOrder, lines: Mapping[int, SalesOrderLine], grants: Sequence[LineGrant], *, sign: int
) -> dict[str, Money]:
    """The order without what was cut (`sign` 1), or with it again (−1); what that is for the wallet."""
    currency = Currency(order.currency)
    goods = sum(g.cut_gross_minor if order.tax_included else g.cut_net_minor for g in grants) * sign
    tax = sum(g.cut_tax_minor for g in grants) * sign
    extra = 0 if order.tax_included else tax
    order.goods -= Money(goods, currency)
    order.tax -= Money(tax, currency)
    order.total -= Money(goods + extra, currency)
    order.discount_minor -= sum(g.cut_discount_minor for g in grants) * sign
    order.weight_kg -= (
        sum((lines[g.position].weight_kg * (g.before - g.quantity) for g in grants), Decimal(0)) * sign
    )
    return {"goods": Money(-goods, currency), "tax": Money(-extra, currency)}


def _hold(
    actor: Actor,
    operation_id: UUID,
    order: SalesOrder,
    settings: SupplierSettings,
    lines: list[SalesOrderLine],
) -> None:
    inventory.hold_anew(
        actor=actor,
        operation_id=operation_id,
        source=source_of(order),
        demands=demands_of(lines),
        stock_percent=order.dealer.level.stock_percent,
        precision=settings.quantity_precision,
    )
