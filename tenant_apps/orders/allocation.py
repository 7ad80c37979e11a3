"""Which warehouse an order leaves from: who can serve it, why the others cannot, and who comes first.

Pure: no database, no clock. Sources: W-033, W-051, W-131, W-139, FP-05.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from platform_core.kernel.places import Place
from platform_core.kernel.regions import level

NO_FREIGHT_STRATEGY = "no_freight_strategy"
NOT_KEPT = "sku_not_in_warehouse"
SHORT = "sku_stock_short"
NOT_COVERED = "not_covered"
STOCK_REASONS = frozenset({NOT_KEPT, SHORT})
_NAMED = STOCK_REASONS | {NO_FREIGHT_STRATEGY}


class Allocation(StrEnum):
    """A supplier's rule for orders that name no warehouse, among those that can serve them.

    `first` is by code and takes the default warehouse before all others, whatever it has (W-033), unless
    the supplier lets orders be split; the other rules treat it like any.
    """

    FIRST = "first"
    CHEAPEST = "cheapest"
    MOST_STOCK = "most_stock"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class Demand:
    """What one line needs. A SKU with a display warehouse is kept nowhere else (K-14).

    Where the line has to be divided, its pieces are multiples of `step` and not below `minimum`;
    `weight_kg` is that of one unit.
    """

    sku_id: int
    code: str
    quantity: Decimal
    display_warehouse_id: int | None = None
    step: Decimal = Decimal(1)
    minimum: Decimal = Decimal(0)
    weight_kg: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A warehouse as the choice sees it. `covered` is the freight table's reason, blank when it sends there.

    `freight` is in minor units; `visible` is what the dealer may order by SKU, absent where the
    warehouse never had it.
    """

    code: str
    place: Place
    covered: str
    freight: int
    visible: Mapping[int, Decimal]
    is_default: bool = False


def reason_of(candidate: Candidate, demands: Iterable[Demand]) -> tuple[str, str]:
    """Why a warehouse cannot serve and for which SKU's code; blank when it can.

    Freight comes first, then the first line that is not kept or short (W-139).
    """
    if candidate.covered:
        return candidate.covered, ""
    for demand in demands:
        visible = candidate.visible.get(demand.sku_id)
        if visible is None:
            return NOT_KEPT, demand.code
        if demand.quantity > visible:
            return SHORT, demand.code
    return "", ""


def named_reason(code: str) -> str:
    """One of W-139's four for a finer one: what freight does not cover is `not_covered`."""
    return code if not code or code in _NAMED else NOT_COVERED


def best_first(
    candidates: Iterable[Candidate], rule: Allocation, demands: Sequence[Demand], address: Place
) -> list[Candidate]:
    """Candidates in the order of a rule; equals by code."""

    def rank(one: Candidate) -> tuple[Fraction | int, str]:
        match rule:
            case Allocation.CHEAPEST:
                return one.freight, one.code
            case Allocation.MOST_STOCK:
                return -fullness(one, demands), one.code
            case Allocation.NEAREST:
                return -nearness(one.place, address), one.code
            case _:
                return 0, one.code

    return sorted(candidates, key=rank)


def fullness(candidate: Candidate, demands: Iterable[Demand]) -> Fraction:
    """How often a warehouse could serve the line that it has the least of; 0 without lines."""
    shares = (
        Fraction(candidate.visible.get(one.sku_id, Decimal(0))) / Fraction(one.quantity)
        for one in demands
        if one.quantity > 0
    )
    return min(shares, default=Fraction(0))


def nearness(place: Place, address: Place) -> int:
    """4 in the same district, 3 in the same city, 2 in the same province, 1 in the same country, else 0."""
    near = 0
    for name in ("country", "region1", "region2", "region3"):
        wanted = level(getattr(address, name))
        if not wanted or wanted != level(getattr(place, name)):
            return near
        near += 1
    return near
