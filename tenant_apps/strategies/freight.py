"""What an order's transport costs: a warehouse's freight table, computed and explained step by step.

Pure: no database, no clock. Sources: W-043, W-050…W-053, G-01…G-09, G-34; decisions.md §2 rows 1 and 3.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Protocol, TypeVar

from platform_core.kernel import places
from platform_core.kernel.errors import DomainError
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.quantity import plain
from platform_core.kernel.regions import level
from platform_core.kernel.search_keys import fold
from platform_core.kernel.words import Sentence, noop

_GAPS = re.compile(r"[\s-]+")
_DIGITS = 60


class Rounding(StrEnum):
    """How weight above the first weight counts (decisions.md §2 row 1)."""

    LINEAR = "linear"
    PER_STARTED_UNIT = "per_started_unit"


@dataclass(frozen=True, slots=True)
class Tier:
    """A range of weight above the previous one: `fee` per `unit_kg`, up to `up_to_kg` (None: no end)."""

    up_to_kg: Decimal | None
    unit_kg: Decimal
    fee: Decimal


@dataclass(frozen=True, slots=True)
class FreightRate:
    """One line of a freight table: the first weight in kg, its fee, and the ranges above it (W-052)."""

    first_kg: Decimal
    first_fee: Decimal
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the sum on the page: an operator (`+`, `=`), an amount, a sentence with its numbers."""

    operator: str
    amount: Decimal
    code: str
    message: Sentence
    facts: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.with_facts(self.facts)


class WeightBeyondTable(DomainError):
    """The freight line has no range for this weight: its last range is limited."""

    code = "weight_beyond_table"
    status = 409
    message = noop(
        "The freight table ends at {limit_kg} kg; this order weighs {weight_kg} kg. Extend the table."
    )


def freight(
    rate: FreightRate,
    weight_kg: Decimal,
    rounding: Rounding,
    currency: Currency,
    *,
    free_shipping: bool = False,
) -> Money:
    """Freight of a weight, rounded half up once at the end; zero with a free-shipping carrier (W-043).

    Raises WeightBeyondTable when the table has no range for the weight.
    """
    if free_shipping:
        return Money.zero(currency)
    parts = _parts(rate, weight_kg, rounding)
    with localcontext() as context:
        context.prec = _DIGITS
        return Money.rounded(_exact(sum((part.amount for part in parts), Fraction(0))), currency)


def explain(
    rate: FreightRate,
    weight_kg: Decimal,
    rounding: Rounding,
    currency: Currency,
    *,
    free_shipping: bool = False,
) -> list[Step]:
    """The same sum as `freight`, as steps for the page; the last step (`=`) is what is charged."""
    total = freight(rate, weight_kg, rounding, currency, free_shipping=free_shipping)
    if free_shipping:
        return [Step("=", total.amount, "free_shipping", noop("This carrier ships free of charge."))]
    steps = [part.step() for part in _parts(rate, weight_kg, rounding)]
    facts = {"weight_kg": plain(weight_kg)}
    return [*steps, Step("=", total.amount, "freight_total", noop("Freight for {weight_kg} kg"), facts)]


@dataclass(frozen=True, slots=True)
class _Part:
    """An exact share of the freight: thirds of a cent stay thirds until the one rounding."""

    amount: Fraction
    weight_kg: Fraction
    tier: Tier | None
    started_units: int | None = None

    def step(self) -> Step:
        shown = _exact(self.amount)
        if self.tier is None:
            facts = {"first_kg": plain(_exact(self.weight_kg))}
            return Step("+", shown, "freight_first", noop("First {first_kg} kg"), facts)
        facts = {
            "weight_kg": plain(_exact(self.weight_kg)),
            "unit_kg": plain(self.tier.unit_kg),
            "fee": plain(self.tier.fee),
        }
        if self.started_units is None:
            sentence = noop("{weight_kg} kg more, {fee} for each {unit_kg} kg")
            return Step("+", shown, "freight_further", sentence, facts)
        sentence = noop("{weight_kg} kg more, begun units of {unit_kg} kg: {units}, {fee} for each")
        facts["units"] = str(self.started_units)
        return Step("+", shown, "freight_further_started", sentence, facts)


def _parts(rate: FreightRate, weight_kg: Decimal, rounding: Rounding) -> list[_Part]:
    if not weight_kg.is_finite() or weight_kg < 0:
        raise ValueError("a weight is a finite number that is not negative")
    weight = Fraction(weight_kg)
    parts = [_Part(Fraction(rate.first_fee), Fraction(rate.first_kg), None)]
    reached = Fraction(rate.first_kg)
    for tier in rate.tiers:
        if weight <= reached:
            return parts
        end = weight if tier.up_to_kg is None else min(weight, Fraction(tier.up_to_kg))
        units = (end - reached) / Fraction(tier.unit_kg)
        started = ceil(units) if rounding is Rounding.PER_STARTED_UNIT else None
        counted = units if started is None else Fraction(started)
        parts.append(_Part(counted * Fraction(tier.fee), end - reached, tier, started))
        reached = end
    if weight > reached:
        raise WeightBeyondTable(limit_kg=plain(_exact(reached)), weight_kg=plain(weight_kg))
    return parts


def _exact(value: Fraction) -> Decimal:
    """As a decimal, cut and not rounded: an exact half stays a half, and nothing is lifted up to one."""
    with localcontext() as context:
        context.prec, context.rounding = _DIGITS, ROUND_DOWN
        return Decimal(value.numerator) / Decimal(value.denominator)


class Place(places.Place, Protocol):
    """What an address must tell to be matched."""

    @property
    def postcode(self) -> str:
        """As written, with or without spaces."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where a freight line holds: country, regions, postcode prefix; blank or 无 is everywhere."""

    country: str = ""
    region1: str = ""
    region2: str = ""
    region3: str = ""
    postcode_prefix: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """The area as it is compared: folded, wildcards blank."""
        regions = (self.country, self.region1, self.region2, self.region3)
        return (*(level(name) for name in regions), _postcode(level(self.postcode_prefix)))


def covers(area: Area, address: Place) -> bool:
    """Whether the address lies in the area: every level that the area names must be the same (G-34)."""
    *regions, postcode = area.key
    places = (address.country, address.region1, address.region2, address.region3)
    if any(wanted and wanted != fold(place) for wanted, place in zip(regions, places, strict=True)):
        return False
    return _postcode(fold(address.postcode)).startswith(postcode)


def _postcode(text: str) -> str:
    return _GAPS.sub("", text)


class TableRow(Protocol):
    """A line of a freight table: an area and a carrier (None: every carrier)."""

    @property
    def area(self) -> Area:
        """Where the line holds."""

    @property
    def carrier(self) -> Hashable | None:
        """The carrier's id, or None for every carrier."""


RowT = TypeVar("RowT", bound=TableRow)


def best_row(rows: Iterable[RowT], address: Place, carrier: Hashable | None) -> RowT | None:
    """The line that holds for an address and a carrier, or None when the address is not covered.

    A line for this carrier beats one for every carrier; then the finest region, then the longest
    postcode prefix, then country; of equals the first in the table.
    """
    fitting = [row for row in rows if row.carrier in (None, carrier) and covers(row.area, address)]
    return max(fitting, key=_fineness, default=None)


def _fineness(row: TableRow) -> tuple[bool, bool, bool, bool, int, bool]:
    country, region1, region2, region3, postcode = row.area.key
    return (
        row.carrier is not None,
        bool(region3),
        bool(region2),
        bool(region1),
        len(postcode),
        bool(country),
    )


class Coverage(StrEnum):
    """Why a warehouse can or cannot send to an address (W-139 reasons 1 and 2; W-168)."""

    COVERED = "covered"
    NO_STRATEGY = "no_freight_strategy"
    CARRIER_NOT_SUPPORTED = "carrier_not_supported"
    ADDRESS_NOT_REACHABLE = "address_not_reachable"


def coverage(rows: Iterable[TableRow] | None, address: Place, carrier: Hashable | None) -> Coverage:
    """The first reason that keeps a warehouse from sending; `rows` is None without a freight strategy.

    Anything but COVERED and a forced choice of this warehouse leads to finance review (W-168).
    """
    table = list(rows or ())
    if not table:
        return Coverage.NO_STRATEGY
    if best_row(table, address, carrier) is not None:
        return Coverage.COVERED
    if not any(row.carrier in (None, carrier) for row in table):
        return Coverage.CARRIER_NOT_SUPPORTED
    return Coverage.ADDRESS_NOT_REACHABLE
