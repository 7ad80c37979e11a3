"""What a request would come to: goods, prices, stock, freight and what is wrong with it.

The order pad shows it live, placing and editing store it: one road for all paths. The number of
statements does not grow with the lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from platform_core.kernel.actor import Actor
from platform_core.kernel.addresses import address_problems
from platform_core.kernel.amounts import Amounts, TaxMode
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.money import Currency, Money, UnitPrice
from platform_core.kernel.quantity import PLACES_MAX, plain, quantity_errors
from platform_core.kernel.words import noop
from tenant_apps.access.models import SupplierSettings
from tenant_apps.catalog import queries as catalog
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers.models import Dealer, Shop
from tenant_apps.logistics.models import Carrier, Warehouse
from tenant_apps.orders.allocation import Allocation, Demand
from tenant_apps.orders.approval import Limit
from tenant_apps.orders.queries.choosing import Choice, Need, choose
from tenant_apps.orders.queries.cycles import Cycle, cycle_of, sum_problems, window_problem
from tenant_apps.orders.queries.dividing import take_apart
from tenant_apps.orders.queries.limits import is_bound, person_of
from tenant_apps.orders.queries.parties import buyer_of, carrier_of
from tenant_apps.orders.queries.promoting import add_gifts, gift_demands, take_discounts
from tenant_apps.orders.queries.supply import (
    Short,
    demanded_in_all,
    read_supply,
    supply_problems,
    take_granted,
)
from tenant_apps.orders.queries.totals import add_up, set_amounts
from tenant_apps.orders.queries.unbundling import TOO_MANY_OPENED, unbundled
from tenant_apps.orders.rules import (
    LINES_MAX,
    OrderAmounts,
    Wanted,
    WantedLine,
    line_problem,
    priced,
    request_problems,
    trimmed,
)
from tenant_apps.orders.splitting import step_of
from tenant_apps.strategies.models import Promotion
from tenant_apps.strategies.queries import Offer
from tenant_apps.strategies.queries.freight_tables import FreightQuote
from tenant_apps.strategies.queries.goods_list import EXACT as SHOWN_EXACTLY
from tenant_apps.strategies.queries.overlay import offers_named
from tenant_apps.strategies.queries.promotions import Gift

_NOT_OFFERED = noop("{sku} is not among your goods.")
_DISABLED = noop("{sku} cannot be ordered at the moment.")
_REPEATED = noop("{sku} stands in line {line} already. Put the quantities together.")
_NO_PACK = noop("{sku} has no pack “{pack}”. Enter the quantity in {unit}.")
_SHORT = noop("Only {free} {unit} of {sku} can be ordered, {asked} are asked.")
_SHORT_UNSAID = noop("There is not enough stock of {sku} for {asked} {unit}.")
_NO_LINES = noop("Enter a quantity for at least one SKU.")
_TOO_MANY = noop("An order has at most {maximum} lines.")
_NO_CARRIER = noop("Choose a carrier for this order.")


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line as it would be stored; `index` is its place in the request.

    `own_code` and `own_name` are how the dealer calls the SKU (K-06). `amounts` are those after the
    discount; `promotions` are the facts frozen with it. A gift has no place: its index is -1.
    `priced_for` is the quantity whose price a piece of a divided line has.
    """

    index: int
    wanted: WantedLine
    sku: Sku
    price: Decimal
    quantity: Decimal
    pack_units: Decimal
    amounts: Amounts
    weight_kg: Decimal
    own_code: str = ""
    own_name: str = ""
    discount_minor: int = 0
    promotions: Sequence[dict[str, str]] = ()
    is_gift: bool = False
    demanded: Decimal | None = None
    display_warehouse_id: int | None = None
    priced_for: Decimal | None = None


@dataclass(slots=True)
class Draft:
    """A request understood. It may be stored only when `problems` is empty.

    `hints` would refuse its review as things are now, but not the request: what is short of stock while
    the supplier leaves that check to the review. `notes` tell what promotions leave out, `chosen` how
    warehouse and carrier were chosen.
    `person` is the dealer's person who asks, blank for a machine, None for the supplier's people, who
    are bound by no spending limit; `limit` is what that person may spend alone.
    `day` is the order day; `left` what its supply board still has for the dealer, and `shorts` the lines
    that are granted less than they demand (G-60).
    `parts` are the orders of a request that several warehouses send, `place` the number of such a part
    (0: the order is not one of several); the whole then has no warehouse of its own.
    """

    wanted: Wanted
    settings: SupplierSettings
    shop: Shop
    dealer: Dealer
    available: Money
    currency: Currency
    mode: TaxMode
    lines: list[DraftLine] = field(default_factory=list)
    problems: list[FieldProblem] = field(default_factory=list)
    hints: list[FieldProblem] = field(default_factory=list)
    warehouse: Warehouse | None = None
    carrier: Carrier | None = None
    chosen: dict[str, Any] = field(default_factory=dict)
    freight_known: bool = False
    amounts: OrderAmounts | None = None
    weight_kg: Decimal = Decimal(0)
    tells_stock: bool = True
    cycle: Cycle | None = None
    day: date | None = None
    left: dict[int, Decimal] = field(default_factory=dict)
    shorts: list[Short] = field(default_factory=list)
    person: str | None = None
    limit: Limit | None = None
    gifts_due: Sequence[Gift] = ()
    gifts: list[DraftLine] = field(default_factory=list)
    coupon: Promotion | None = None
    notes: list[FieldProblem] = field(default_factory=list)
    has_bundles: bool = False
    parts: list[Draft] = field(default_factory=list)
    place: int = 0

    @property
    def orders(self) -> list[Draft]:
        """The orders that it becomes: its parts, or itself."""
        return self.parts or [self]

    @property
    def warehouse_ids(self) -> list[int]:
        """The row ids of the warehouses that it leaves from."""
        return [order.warehouse.pk for order in self.orders if order.warehouse]

    @property
    def stored_lines(self) -> list[DraftLine]:
        """What the order will hold: the asked lines, then the gifts."""
        return [*self.lines, *self.gifts]

    @property
    def discount(self) -> Money:
        """All that promotions and the coupon take off."""
        return Money(sum(line.discount_minor for line in self.lines), self.currency)

    def require_sound(self) -> None:
        """Raise Invalid (422) with every problem when there is one."""
        if self.problems:
            raise Invalid(problems=self.problems)


def draft_of(actor: Actor, wanted: Wanted, kept_cycle: date | None = None, *, is_kept: bool = False) -> Draft:
    """Understand a request of one dealer. Raises NotFound for a shop, carrier or warehouse not its own.

    `kept_cycle` is the order day of an order that is edited: it stays. With `is_kept` the problems are
    kept where the dealer reads them, so they tell no stock that it may not see, whoever asks.
    """
    wanted = trimmed(wanted)
    buyer = buyer_of(actor, wanted.shop)
    shop, settings = buyer.shop, buyer.settings
    draft = Draft(
        wanted=wanted,
        settings=settings,
        shop=shop,
        dealer=shop.dealer,
        available=buyer.available,
        currency=Currency(settings.currency),
        mode=TaxMode.INCLUSIVE if settings.prices_include_tax else TaxMode.EXCLUSIVE,
        cycle=cycle_of(buyer.calendar, settings.timezone),
        person=person_of(actor) if is_bound(actor) else None,
        limit=buyer.limit,
        tells_stock=settings.show_stock == SHOWN_EXACTLY or (actor.dealer_id is None and not is_kept),
        place=wanted.part,
    )
    draft.problems += request_problems(wanted)
    draft.day = kept_cycle or (draft.cycle.day if draft.cycle else None)
    if closed := window_problem(actor, draft.cycle, kept_cycle):
        draft.problems.append(closed)
    _read_lines(draft, wanted)
    if draft.lines:
        draft.problems += sum_problems(draft.cycle, demanded_in_all(draft))
    draft.problems += supply_problems(draft)
    take_discounts(draft, buyer.promotions)
    draft.weight_kg = sum((line.weight_kg for line in draft.lines), Decimal(0))
    _choose_carrier(draft, actor, wanted)
    draft.problems += address_problems(wanted.address.columns(), "/address")
    _choose_warehouse(draft, actor, wanted)
    return draft


def _read_lines(draft: Draft, wanted: Wanted) -> None:
    if not wanted.lines:
        draft.problems.append(FieldProblem("/lines", "no_lines", _NO_LINES))
    if len(wanted.lines) > LINES_MAX:
        draft.problems.append(FieldProblem("/lines", "too_many_lines", _TOO_MANY, {"maximum": LINES_MAX}))
        return
    offered = offers_named(dealer_id=draft.dealer.pk, names={line.sku for line in wanted.lines})
    asked, offered = unbundled(draft.dealer.pk, wanted.lines, offered, draft.currency)
    draft.has_bundles = any(one.is_bundled for one in asked)
    if len(asked) > LINES_MAX:
        facts = {"maximum": LINES_MAX, "lines": len(asked)}
        draft.problems.append(FieldProblem("/lines", "too_many_lines", TOO_MANY_OPENED, facts))
        return
    read_supply(draft, {sku.pk for sku, _offer in offered.values()})
    if any(line.pack for line in wanted.lines):
        catalog.add_packs(sku for sku, _offer in offered.values())
    seen: dict[int, int] = {}
    for one in asked:
        index, line = one.index, one.wanted
        if line.sku not in offered and one.is_bundled:
            wrong = quantity_errors(line.quantity, PLACES_MAX)
            draft.problems += [line_problem(index, "quantity", w.code, w.message, **w.facts) for w in wrong]
            continue
        if line.sku not in offered:
            draft.problems.append(line_problem(index, "sku", "not_offered", _NOT_OFFERED, sku=line.sku))
            continue
        sku, offer = offered[line.sku]
        if not offer.orderable:
            draft.problems.append(
                line_problem(index, "sku", "not_orderable", _DISABLED, sku=sku.merchant_code)
            )
            continue
        if sku.pk in seen:
            draft.problems.append(
                line_problem(
                    index, "sku", "line_repeated", _REPEATED, sku=sku.merchant_code, line=seen[sku.pk] + 1
                )
            )
            continue
        seen[sku.pk] = index
        _read_line(draft, index, line, sku, offer)


def _read_line(draft: Draft, index: int, line: WantedLine, sku: Sku, offer: Offer) -> None:
    units = _pack_units(draft, index, line, sku)
    if units is None:
        return
    quantity = line.quantity * units
    wrong = quantity_errors(quantity, draft.settings.quantity_precision, sku.minimum, sku.multiple)
    if wrong:
        draft.problems += [line_problem(index, "quantity", w.code, w.message, **w.facts) for w in wrong]
        return
    demanded, quantity = quantity, take_granted(draft, index, line, sku, quantity)
    if not quantity:
        return
    price = offer.price_at(quantity)
    found = priced(UnitPrice(price, draft.currency), quantity, sku.weight_kg, sku.tax_rate, draft.mode)
    draft.lines.append(
        DraftLine(
            index,
            line,
            sku,
            price,
            quantity,
            units,
            found.amounts,
            found.weight_kg,
            offer.own_code,
            offer.own_name,
            demanded=demanded if demanded != quantity else None,
            display_warehouse_id=offer.display_warehouse_id,
        )
    )


def _pack_units(draft: Draft, index: int, line: WantedLine, sku: Sku) -> Decimal | None:
    if not line.pack or line.pack == sku.unit:
        return Decimal(1)
    for pack in sku.packs.all():
        if pack.name == line.pack:
            units: Decimal = pack.units
            return units
    draft.problems.append(
        line_problem(
            index, "pack", "no_such_pack", _NO_PACK, sku=sku.merchant_code, pack=line.pack, unit=sku.unit
        )
    )
    return None


def _choose_carrier(draft: Draft, actor: Actor, wanted: Wanted) -> None:
    draft.carrier, how = carrier_of(actor, wanted.carrier, memo=wanted.memo, service_memo=wanted.service_memo)
    draft.chosen["carrier"] = how
    if draft.carrier is None and draft.settings.carrier_required:
        draft.problems.append(FieldProblem("/carrier", "required", _NO_CARRIER))


def _choose_warehouse(draft: Draft, actor: Actor, wanted: Wanted) -> None:
    """The warehouse by the supplier's rule; what it has too little of refuses the request, or its review."""
    is_checked = draft.settings.check_stock_at_submit
    choice = choose(actor, wanted.warehouse, need_of(draft), may_be_short=not is_checked)
    if choice.shares:
        draft.chosen["warehouse"] = choice.why
        take_apart(draft, choice)
    elif choice.option is not None:
        draft.warehouse, draft.chosen["warehouse"] = choice.option.warehouse, choice.why
        short = _stock_problems(draft, choice.option.candidate.visible)
        if is_checked:
            draft.problems += short
        else:
            draft.hints += short
    _take_freight(draft, choice)


def _take_freight(draft: Draft, choice: Choice) -> None:
    """Gifts and freight of each order, and what the whole comes to."""
    if choice.tables is None:
        # The totals are shown all the same; the order is refused for the reasons.
        set_amounts(draft, FreightQuote(known=False, amount=Money.zero(draft.currency), steps=[]))
        draft.problems += choice.problems
        return
    add_gifts(draft, choice)
    for order in draft.orders:
        assert order.warehouse is not None
        set_amounts(order, choice.tables.quote(order.warehouse.pk, order.weight_kg))
    if draft.parts:
        add_up(draft)


def need_of(draft: Draft) -> Need:
    """What a draft asks of a warehouse."""
    return Need(
        demands=[
            Demand(
                line.sku.pk,
                line.sku.merchant_code,
                line.quantity,
                line.display_warehouse_id,
                step_of(line.sku.multiple, line.pack_units, draft.settings.quantity_precision),
                line.sku.minimum or Decimal(0),
                line.sku.weight_kg,
            )
            for line in draft.lines
        ],
        carrier=draft.carrier,
        address=draft.wanted.address,
        weight_kg=draft.weight_kg,
        currency=draft.currency,
        stock_percent=draft.dealer.level.stock_percent,
        precision=draft.settings.quantity_precision,
        rule=Allocation(draft.settings.allocation),
        gifts=gift_demands(draft),
        # An order that is changed stays one order.
        may_split=draft.settings.may_split and not draft.wanted.order,
    )


def _stock_problems(draft: Draft, visible: Mapping[int, Decimal]) -> list[FieldProblem]:
    problems = []
    for line in draft.lines:
        free = visible.get(line.sku.pk, Decimal(0))
        if line.quantity > free:
            facts = {
                "sku": line.sku.merchant_code,
                "free": plain(free),
                "asked": plain(line.quantity),
                "unit": line.sku.unit,
            }
            if not draft.tells_stock:
                del facts["free"]
            sentence = _SHORT if draft.tells_stock else _SHORT_UNSAID
            problems.append(line_problem(line.index, "quantity", "sku_stock_short", sentence, **facts))
    return problems
