"""What transport costs from a warehouse, and who can carry there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.db.fast import looked_up
from platform_core.kernel.actor import Actor
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.quantity import plain
from platform_core.kernel.search_keys import fold
from tenant_apps.logistics.models import Carrier
from tenant_apps.strategies import freight
from tenant_apps.strategies.freight import Area, Coverage, FreightRate, Place, Rounding, Step, Tier
from tenant_apps.strategies.models import FreightRow, FreightStrategy

NO_LIMIT = "0"
BEYOND_TABLE = freight.WeightBeyondTable.code


@dataclass(frozen=True, slots=True)
class TableLine:
    """One line of a stored freight table; `carrier` is the carrier's row id, None for every carrier."""

    position: int
    carrier: int | None
    area: Area
    rate: FreightRate


@dataclass(frozen=True, slots=True)
class FreightQuote:
    """The freight of an order, and how it came about.

    Not `known`: the amount is zero and `reason` says why (a `Coverage`, or "weight_beyond_table");
    such an order is forced into finance review (W-168, decisions.md §2 row 3). `line` and `rounding` are
    those of the table that were taken; a free-shipping carrier takes none.
    """

    known: bool
    amount: Money
    steps: list[Step]
    reason: str = ""
    line: TableLine | None = None
    rounding: Rounding | None = None

    def step_facts(self) -> list[dict[str, Any]]:
        """The steps as JSON values. The last (`=`) has the currency's decimals, the others are exact."""
        return [
            {
                "operator": step.operator,
                "amount": str(self.amount.amount) if step.operator == "=" else plain(step.amount),
                "code": step.code,
                "message": str(step),
                "facts": dict(step.facts),
            }
            for step in self.steps
        ]


def freight_quote(
    *, warehouse_id: int, carrier: Carrier | None, address: Place, weight_kg: Decimal, currency: Currency
) -> FreightQuote:
    """Freight of a weight in kg to an address, in one statement (a second one only to say why not).

    A free-shipping carrier costs nothing, wherever it goes (W-043). Raises nothing.
    """
    return freight_quotes(
        warehouse_ids=[warehouse_id], carrier=carrier, address=address, weight_kg=weight_kg, currency=currency
    )[warehouse_id]


def freight_quotes(
    *,
    warehouse_ids: Sequence[int],
    carrier: Carrier | None,
    address: Place,
    weight_kg: Decimal,
    currency: Currency,
) -> dict[int, FreightQuote]:
    """The same from each of several warehouses, in as many statements."""
    tables = freight_tables(warehouse_ids=warehouse_ids, carrier=carrier, address=address, currency=currency)
    return {pk: tables.quote(pk, weight_kg) for pk in warehouse_ids}


@dataclass(frozen=True, slots=True)
class FreightTables:
    """The line of each warehouse's table that holds for an address and a carrier: any weight may be asked."""

    currency: Currency
    best: Mapping[int, tuple[Rounding, TableLine | None]]
    reasons: Mapping[int, str]
    is_free: bool = False

    def quote(self, warehouse_id: int, weight_kg: Decimal) -> FreightQuote:
        """Freight of a weight in kg from one of the warehouses; no statement."""
        if self.is_free:
            steps = freight.explain(_NO_RATE, weight_kg, Rounding.LINEAR, self.currency, free_shipping=True)
            return FreightQuote(known=True, amount=Money.zero(self.currency), steps=steps)
        rounding, line = self.best.get(warehouse_id, (Rounding.LINEAR, None))
        if line is None:
            return _unknown(self.currency, self.reasons[warehouse_id])
        return _quoted(line, weight_kg, rounding, self.currency)


def freight_tables(
    *, warehouse_ids: Sequence[int], carrier: Carrier | None, address: Place, currency: Currency
) -> FreightTables:
    """What several warehouses take to an address, in one statement (a second one only to say why not)."""
    if carrier is not None and carrier.free_shipping:
        return FreightTables(currency, {}, {}, is_free=True)
    carrier_id = None if carrier is None else carrier.pk
    tables = _lines_for(warehouse_ids, carrier_id, address)
    best = {
        pk: (rounding, freight.best_row(lines, address, carrier_id))
        for pk, (rounding, lines) in tables.items()
    }
    uncovered = [pk for pk in warehouse_ids if pk not in best or best[pk][1] is None]
    return FreightTables(currency, best, _reasons(uncovered, carrier_id) if uncovered else {})


def _quoted(line: TableLine, weight_kg: Decimal, rounding: Rounding, currency: Currency) -> FreightQuote:
    try:
        amount = freight.freight(line.rate, weight_kg, rounding, currency)
        steps = freight.explain(line.rate, weight_kg, rounding, currency)
    except freight.WeightBeyondTable:
        return _unknown(currency, BEYOND_TABLE)
    return FreightQuote(known=True, amount=amount, steps=steps, line=line, rounding=rounding)


def carriers_reaching(*, warehouse_ids: Sequence[int], address: Place) -> list[Carrier]:
    """The enabled carriers that one of the warehouses can send with to an address, by name (W-138).

    A free-shipping carrier goes everywhere (W-043). Two statements, however many warehouses there are.
    """
    tables = _lines_for(warehouse_ids, None, address, any_carrier=True).values()
    covering = {
        line.carrier for _rounding, lines in tables for line in lines if freight.covers(line.area, address)
    }
    enabled = Carrier.objects.filter(enabled=True).order_by("name", "id")
    return [one for one in enabled if one.free_shipping or None in covering or one.pk in covering]


def freight_table(warehouse_id: int) -> list[TableLine]:
    """All lines of a warehouse's freight table, in its order; empty without a strategy."""
    rows = FreightRow.objects.filter(strategy__warehouse_id=warehouse_id).order_by("position")
    return [_line(row) for row in rows.values_list(*_COLUMNS)]


def freight_strategies_visible_to(actor: Actor) -> QuerySet[FreightStrategy]:
    """Freight strategies of the warehouses that the actor may see (W-026)."""
    found = FreightStrategy.objects.select_related("warehouse")
    if actor.dealer_id is not None:
        return found.none()
    return found if actor.warehouse_ids is None else found.filter(warehouse__in=actor.warehouse_ids)


def freight_strategy_for(actor: Actor, public_id: str) -> FreightStrategy:
    """One freight strategy by its public id. Raises NotFound."""
    return current(freight_strategies_visible_to(actor).filter(public_id=public_id), _("freight strategy"))


def freight_strategies_with_counts(actor: Actor) -> QuerySet[FreightStrategy]:
    """The visible freight strategies by warehouse, each with `row_count`, in one statement."""
    rows = FreightRow.objects.filter(strategy=OuterRef("pk")).order_by().values("strategy")
    count = Subquery(rows.annotate(count=Count("*")).values("count"))
    return (
        freight_strategies_visible_to(actor)
        .annotate(row_count=Coalesce(count, 0))
        .order_by("warehouse__name")
    )


@dataclass(frozen=True, slots=True)
class Destination:
    """An address as far as freight needs it."""

    country: str
    region1: str = ""
    region2: str = ""
    region3: str = ""
    postcode: str = ""


def destination(address: Mapping[str, str]) -> Destination:
    """The part of an address that freight needs."""
    return Destination(*(address.get(name, "") for name in _PLACE))


def coded_lines(lines: Sequence[TableLine]) -> list[tuple[str | None, TableLine]]:
    """Each line behind its carrier's public id (None: every carrier). One statement."""
    ids: dict[int, str] = dict(Carrier.objects.values_list("id", "public_id"))
    return [(None if line.carrier is None else ids[line.carrier], line) for line in lines]


def shown_lines(lines: Sequence[TableLine]) -> list[dict[str, Any]]:
    """Lines as a page shows them: with carrier names and the ranges with their beginnings. One statement."""
    names = dict(Carrier.objects.filter(pk__in={line.carrier for line in lines}).values_list("id", "name"))
    return [
        {
            "number": line.position + 1,
            "carrier": names.get(line.carrier or 0, ""),
            "area": line.area,
            "rate": line.rate,
            "tiers": _with_beginnings(line.rate),
        }
        for line in lines
    ]


def lines_matching(lines: Sequence[TableLine], q: str) -> list[TableLine]:
    """Lines whose area or carrier holds every typed word."""
    words = fold(q).split()
    if not words:
        return list(lines)
    names = dict(Carrier.objects.values_list("id", "name"))
    return [
        line
        for line in lines
        if all(word in fold(" ".join((*line.area.key, names.get(line.carrier or 0, "")))) for word in words)
    ]


def reason_sentence(reason: str) -> str:
    """What a person reads about an unknown freight; empty for none."""
    return str(_REASONS.get(reason, ""))


_PLACE = ("country", "region1", "region2", "region3", "postcode")
_REASONS = {
    Coverage.NO_STRATEGY.value: _("This warehouse has no freight table."),
    Coverage.CARRIER_NOT_SUPPORTED.value: _("The freight table has no line for this carrier."),
    Coverage.ADDRESS_NOT_REACHABLE.value: _("The freight table has no line for this address."),
    BEYOND_TABLE: _("The freight table ends below this weight."),
}


def _with_beginnings(rate: FreightRate) -> list[dict[str, Any]]:
    starts = [rate.first_kg, *(tier.up_to_kg for tier in rate.tiers)]
    return [
        {"from_kg": start, "up_to_kg": tier.up_to_kg, "unit_kg": tier.unit_kg, "fee": tier.fee}
        for start, tier in zip(starts, rate.tiers, strict=False)
    ]


_NO_RATE = FreightRate(Decimal(0), Decimal(0), ())
_COLUMNS = (
    "position",
    "carrier",
    "country",
    "region1",
    "region2",
    "region3",
    "postcode_prefix",
    "first_kg",
    "first_fee",
    "tiers",
)
# Asked by every order and every change on the order pad, so its text is made once.
_LINES_FOR = """
SELECT s.warehouse_id, s.rounding, r.position, r.carrier_id, r.country, r.region1, r.region2, r.region3,
  r.postcode_prefix, r.first_kg, r.first_fee, r.tiers
FROM strategies_freightrow r JOIN strategies_freightstrategy s ON s.id = r.strategy_id
WHERE s.warehouse_id = ANY(%s) AND r.country = ANY(%s)
  AND (%s OR r.carrier_id IS NULL OR r.carrier_id = %s) ORDER BY s.warehouse_id, r.position
"""


def _lines_for(
    warehouse_ids: Sequence[int], carrier_id: int | None, address: Place, *, any_carrier: bool = False
) -> dict[int, tuple[Rounding, list[TableLine]]]:
    """Each table's rounding, and its lines for a carrier and a country: whoever compares names is Python."""
    countries = ["", address.country.strip().upper()]
    found = looked_up(_LINES_FOR, [list(warehouse_ids), countries, any_carrier, carrier_id])
    tables: dict[int, tuple[Rounding, list[TableLine]]] = {}
    for pk, rounding, *row, tiers in found:
        lines = tables.setdefault(pk, (Rounding(rounding), []))[1]
        lines.append(_line((*row, json.loads(tiers))))
    return tables


def _reasons(warehouse_ids: Sequence[int], carrier_id: int | None) -> dict[int, str]:
    """Why no line of each table fits (W-139 reason 1 and 2)."""
    rows = FreightRow.objects.filter(strategy__warehouse_id__in=warehouse_ids).order_by()
    held: dict[int, set[int | None]] = {pk: set() for pk in warehouse_ids}
    for pk, carrier in rows.values_list("strategy__warehouse_id", "carrier").distinct():
        held[pk].add(carrier)
    return {pk: _reason(carriers, carrier_id) for pk, carriers in held.items()}


def _reason(held: set[int | None], carrier_id: int | None) -> str:
    if not held:
        return Coverage.NO_STRATEGY
    return Coverage.ADDRESS_NOT_REACHABLE if held & {None, carrier_id} else Coverage.CARRIER_NOT_SUPPORTED


def _unknown(currency: Currency, reason: str) -> FreightQuote:
    return FreightQuote(known=False, amount=Money.zero(currency), steps=[], reason=str(reason))


def _line(row: Sequence[Any]) -> TableLine:
    position, carrier, country, region1, region2, region3, postcode, first_kg, first_fee, tiers = row
    area = Area(country, region1, region2, region3, postcode)
    return TableLine(position, carrier, area, FreightRate(first_kg, first_fee, tiers_of(tiers)))


def tiers_of(stored: Iterable[Sequence[str]]) -> tuple[Tier, ...]:
    """The stored ranges `[up_to_kg or "0", unit_kg, fee]` as values; 0 is no upper limit (W-052)."""
    return tuple(
        Tier(None if up_to == NO_LIMIT else Decimal(up_to), Decimal(unit), Decimal(fee))
        for up_to, unit, fee in stored
    )
