"""Which warehouse an order leaves from, judged with stock and freight; and how that is said.

As many statements for ten warehouses as for one. `allocation` decides, purely.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from platform_core.kernel.actor import Actor
from platform_core.kernel.address_text import regions_in
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.money import Currency
from platform_core.kernel.quantity import share
from platform_core.kernel.words import Sentence, noop
from tenant_apps.access.models import SupplierSettings
from tenant_apps.inventory import queries as inventory
from tenant_apps.logistics.models import Carrier, Warehouse
from tenant_apps.orders.allocation import (
    STOCK_REASONS,
    Allocation,
    Candidate,
    Demand,
    best_first,
    named_reason,
    reason_of,
)
from tenant_apps.orders.queries.parties import warehouses_for
from tenant_apps.orders.rules import Address
from tenant_apps.orders.splitting import Share, split
from tenant_apps.strategies.queries.freight_tables import FreightQuote, FreightTables, freight_tables

NAMED, DEFAULT, ONLY, SPLIT = "named", "default", "only", "split"
Free = Mapping[tuple[int, int], Decimal]
_REASONS = {
    "no_freight_strategy": noop("{warehouse}: it has no freight table."),
    "carrier_not_supported": noop("{warehouse}: it does not send with this carrier."),
    "address_not_reachable": noop("{warehouse}: its freight table does not cover the address."),
    "weight_beyond_table": noop("{warehouse}: the freight table ends below this weight."),
    "sku_not_in_warehouse": noop("{warehouse}: {sku} is not kept here."),
    "sku_stock_short": noop("{warehouse}: too little stock of {sku}."),
}
# The same where the warehouse's name stands beside them.
_BARE = {
    "no_freight_strategy": noop("It has no freight table."),
    "carrier_not_supported": noop("It does not send with this carrier."),
    "address_not_reachable": noop("Its freight table does not cover the address."),
    "weight_beyond_table": noop("Its freight table ends below this weight."),
    "sku_not_in_warehouse": noop("{sku} is not kept here."),
    "sku_stock_short": noop("Too little stock of {sku}."),
}
_CARRIER = "carrier_not_supported"
# What is said of the carrier where none was chosen.
_NO_CARRIER = (
    noop("{warehouse}: it sends with named carriers only. Choose a carrier."),
    noop("It sends with named carriers only. Choose a carrier."),
)
_NOT_UNDERSTOOD = noop(
    "No province or city is found at its beginning. Write it like 浙江省杭州市西湖区, or fill in the fields."
)
_NO_WAREHOUSE = noop("No warehouse takes orders at the moment.")
_WHY = {
    NAMED: noop("The order names this warehouse."),
    DEFAULT: noop("It is the default warehouse."),
    ONLY: noop("No other warehouse takes orders."),
    Allocation.FIRST: noop("The first by code of {count} that can serve the order."),
    Allocation.CHEAPEST: noop("The cheapest freight of {count} that can serve the order."),
    Allocation.MOST_STOCK: noop("The most stock of {count} that can serve the order."),
    Allocation.NEAREST: noop("The nearest of {count} that can serve the order."),
    f"{SPLIT} {Allocation.FIRST}": noop(
        "No warehouse can send the whole order, so it is split over {count}:"
        " as few as can, the first by code."
    ),
    f"{SPLIT} {Allocation.CHEAPEST}": noop(
        "No warehouse can send the whole order, so it is split over {count}:"
        " as few as can, with the cheapest freight together."
    ),
    f"{SPLIT} {Allocation.MOST_STOCK}": noop(
        "No warehouse can send the whole order, so it is split over {count}:"
        " as few as can, with the most stock."
    ),
    f"{SPLIT} {Allocation.NEAREST}": noop(
        "No warehouse can send the whole order, so it is split over {count}: as few as can, the nearest."
    ),
}

_WHY_CARRIER = {
    NAMED: noop("The order names this carrier."),
    DEFAULT: noop("It is the default carrier."),
    "memo": noop("The memo names “{keyword}”."),
    "service_memo": noop("The service memo names “{keyword}”."),
}


@dataclass(frozen=True, slots=True)
class Need:
    """What a warehouse must be able to do: the lines, the way, and how much of the stock the dealer sees.

    `gifts` come along where there are some: who has them too is preferred, nobody is refused for them.
    """

    demands: Sequence[Demand]
    carrier: Carrier | None
    address: Address
    weight_kg: Decimal
    currency: Currency
    stock_percent: Decimal
    precision: int
    rule: Allocation = Allocation.FIRST
    gifts: Sequence[Demand] = ()
    may_split: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A warehouse with its freight; `reason` says why it cannot serve, for the SKU of code `sku`."""

    warehouse: Warehouse
    quote: FreightQuote
    candidate: Candidate
    reason: str = ""
    sku: str = ""
    has_carrier: bool = True

    def sentence(self) -> str:
        """The reason for people; blank for one that can serve."""
        if self._lacks_carrier:
            return _NO_CARRIER[1].with_facts({})
        return str(_BARE[self.reason].with_facts({"sku": self.sku})) if self.reason else ""

    def problem(self) -> FieldProblem:
        """The reason as a refused order tells it."""
        facts = {"warehouse": self.warehouse.name, "sku": self.sku}
        sentence = _NO_CARRIER[0] if self._lacks_carrier else _REASONS[self.reason]
        return FieldProblem("/warehouse", self.reason, sentence, facts)

    @property
    def _lacks_carrier(self) -> bool:
        return self.reason == _CARRIER and not self.has_carrier


@dataclass(frozen=True, slots=True)
class Choice:
    """The warehouse that was chosen and why; without one, `problems` tell what keeps each.

    Where no single one can send everything and the supplier allows it, `shares` say who sends what;
    each with its warehouse in `houses`, by code. `tables` answer the freight of any weight.
    """

    option: Option | None
    why: dict[str, Any] = field(default_factory=dict)
    problems: list[FieldProblem] = field(default_factory=list)
    shares: Sequence[Share] = ()
    houses: Mapping[str, Option] = field(default_factory=dict)
    tables: FreightTables | None = None


def choose(actor: Actor, name: str, need: Need, *, may_be_short: bool) -> Choice:
    """The named warehouse, the default one, or the best that serves everything (W-033, W-139).

    A named, a default or an only one is taken even when it cannot serve: its shortage refuses the
    order, and freight that no table knows is set in finance review. Where the supplier allows splitting,
    the default one is only the first of all, and an order that names none and that nobody can send
    alone is divided (`splitting` has the rule). With `may_be_short` the best that reaches the address
    is taken when none has everything. Of those that can serve, those with the gifts come first.
    Raises NotFound for a named one that the actor does not see.
    """
    takes_default = need.rule is Allocation.FIRST
    houses = warehouses_for(actor, name, takes_default=takes_default and not need.may_split)
    options, tables = _judged(houses, need)
    if len(options) == 1:
        house = options[0].warehouse
        by = NAMED if name else DEFAULT if house.is_default else ONLY
        return Choice(options[0], {"by": by}, tables=tables)
    usable = [one for one in options if not one.reason]
    usable = [one for one in usable if _has_gifts(one, need)] or usable
    if not usable and need.may_split and (divided := _divided(options, tables, need)):
        return divided
    default = next((one for one in options if one.warehouse.is_default), None)
    if default is not None and takes_default and (default in usable or not usable):
        return Choice(default, {"by": DEFAULT}, tables=tables)
    if not usable and may_be_short:
        usable = [one for one in options if one.reason in STOCK_REASONS]
    if usable:
        why = {"by": need.rule.value, "count": len(usable)}
        return Choice(ranked(usable, need)[0], why, tables=tables)
    nobody = FieldProblem("/warehouse", "no_warehouse", _NO_WAREHOUSE)
    return Choice(None, problems=[one.problem() for one in options] or [nobody])


def _divided(options: Sequence[Option], tables: FreightTables, need: Need) -> Choice | None:
    """The request over several warehouses; None where it cannot be divided."""
    by_code = {one.candidate.code: one for one in options}

    def freight(candidate: Candidate, weight_kg: Decimal) -> int | None:
        quote = tables.quote(by_code[candidate.code].warehouse.pk, weight_kg)
        return quote.amount.minor if quote.known else None

    shares = split([one.candidate for one in options], need.demands, need.rule, need.address, freight)
    if not shares:
        return None
    why = {"by": SPLIT, "count": len(shares), "rule": need.rule.value}
    return Choice(None, why, shares=shares, houses=by_code, tables=tables)


def _has_gifts(option: Option, need: Need) -> bool:
    """Whether a warehouse that can serve the lines has all gifts beside them."""
    if not need.gifts:
        return True
    left = dict(option.candidate.visible)
    for one in (*need.demands, *need.gifts):
        left[one.sku_id] = left.get(one.sku_id, Decimal(0)) - one.quantity
    return all(left[one.sku_id] >= 0 for one in need.gifts)


def open_need(
    settings: SupplierSettings, *, carrier: Carrier | None, address: Address, weight_kg: Decimal
) -> Need:
    """A need without goods: only the way counts (W-131)."""
    return Need(
        demands=(),
        carrier=carrier,
        address=address,
        weight_kg=weight_kg,
        currency=Currency(settings.currency),
        stock_percent=Decimal(100),
        precision=settings.quantity_precision,
        rule=Allocation(settings.allocation),
    )


def address_in(text: str) -> Address:
    """The place of a Chinese address in one piece, as people write it (W-131). Raises Invalid."""
    found = regions_in(text)
    if not found.region1:
        raise Invalid(problems=[FieldProblem("/address_text", "address_not_understood", _NOT_UNDERSTOOD)])
    return Address(**found._asdict())


def panel(actor: Actor, need: Need) -> list[Option]:
    """Every warehouse that the actor may order from: those that can serve first, the best on top (W-139)."""
    options = ranked(judged(warehouses_for(actor, "", takes_default=False), need), need)
    return sorted(options, key=lambda one: bool(one.reason))


def judged(houses: Sequence[Warehouse], need: Need) -> list[Option]:
    """Each warehouse with its freight and what keeps it from serving, in the given order."""
    return _judged(houses, need)[0]


def _judged(houses: Sequence[Warehouse], need: Need) -> tuple[list[Option], FreightTables]:
    ids = [house.pk for house in houses]
    skus = [one.sku_id for one in (*need.demands, *need.gifts)]
    free = inventory.available(warehouse_ids=ids, sku_ids=skus)
    tables = freight_tables(
        warehouse_ids=ids, carrier=need.carrier, address=need.address, currency=need.currency
    )
    found = []
    for house in houses:
        quote = tables.quote(house.pk, need.weight_kg)
        visible = visible_in(house, need, free)
        candidate = Candidate(
            house.code, house, quote.reason, quote.amount.minor, visible, is_default=house.is_default
        )
        has_carrier = need.carrier is not None
        found.append(Option(house, quote, candidate, *reason_of(candidate, need.demands), has_carrier))
    return found, tables


def ranked(options: Sequence[Option], need: Need) -> list[Option]:
    """Options by the supplier's rule; a warehouse's code is unique."""
    by_code = {one.candidate.code: one for one in options}
    order = best_first([one.candidate for one in options], need.rule, need.demands, need.address)
    return [by_code[one.code] for one in order]


def visible_in(house: Warehouse, need: Need, free: Free) -> dict[int, Decimal]:
    """What the dealer may order here, by SKU: its share of what is free (W-065).

    The one place that says which stock counts: a SKU with a display warehouse is kept in no other (K-14).
    """
    return {
        one.sku_id: share(free[house.pk, one.sku_id], need.stock_percent, need.precision)
        for one in (*need.gifts, *need.demands)
        if (house.pk, one.sku_id) in free and one.display_warehouse_id in (None, house.pk)
    }


def why_sentences(chosen: Mapping[str, Any]) -> dict[str, str]:
    """Why an order has its `warehouse` and its `carrier`, from what was kept with it, for people."""
    found = {
        "warehouse": _said(_WHY, chosen.get("warehouse")),
        "carrier": _said(_WHY_CARRIER, chosen.get("carrier")),
    }
    return {name: sentence for name, sentence in found.items() if sentence}


def _said(sentences: Mapping[str, Sentence], why: Mapping[str, Any] | None) -> str:
    by = " ".join(why[name] for name in ("by", "rule") if name in why) if why else ""
    found = sentences.get(by)
    return str(found.with_facts(why)) if found and why else ""


def option_facts(option: Option, chosen: Collection[int] = ()) -> dict[str, Any]:
    """A warehouse of the panel as JSON values: usable or not, one of W-139's four reasons, the freight.

    `chosen` are the row ids of those that the order, or each of its parts, leaves from.
    """
    house = option.warehouse
    return {
        "warehouse": house.public_id,
        "code": house.code,
        "name": house.name,
        "usable": not option.reason,
        "reason": named_reason(option.reason),
        "detail": option.reason,
        "message": option.sentence(),
        "sku": option.sku,
        "freight": str(option.quote.amount.amount),
        "freight_known": option.quote.known,
        "freight_steps": option.quote.step_facts(),
        "chosen": house.pk in chosen,
    }
