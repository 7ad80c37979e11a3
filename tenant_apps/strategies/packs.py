"""Prices of packs: 118.80 for a case of 12 is 9.90 for one. Pure. Source: decisions.md §5 "Units".

A price is always stored for one base unit, so a pack's price is taken only when it can be kept exactly so:
what was agreed for the case is what the case costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal
from typing import NamedTuple

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.quantity import plain
from platform_core.kernel.words import noop
from tenant_apps.strategies.pricing import PRICE_PLACES_MAX
from tenant_apps.strategies.rules import decimals, price_problem

PACK_NAME_MAX = 20
_EXACT = Context(prec=60, rounding=ROUND_FLOOR)
_NO_SKU = noop("A price for a pack needs a SKU. Name it, or give the price of one unit.")
_NO_PRICE = noop("Give the price of “{pack}” with it.")
_UNKNOWN = noop("{code} has no pack “{pack}”. Give the price of one {unit}, or add the pack to the SKU.")
_INEXACT = noop(
    "{price} for {pack} of {units} makes no exact price of one {unit}, as prices have {places} decimals."
    " Take {lower} or {upper}."
)
_TOO_FINE = noop(
    "{price} for {pack} of {units} makes {exact} for one {unit}, and prices have {places} decimals."
    " Take {lower} or {upper}, or more decimals under Settings."
)


@dataclass(frozen=True, slots=True)
class Packs:
    """In what a SKU may be priced: its base unit, and how many of it each named pack holds."""

    code: str
    unit: str
    units: Mapping[str, Decimal]


class PackPrice(NamedTuple):
    """What a pack costs: the exact product of unit price and base units."""

    name: str
    units: Decimal
    price: Decimal


def unit_price(price: Decimal, pack: str, of: Packs | None, places: int) -> Decimal | FieldProblem:
    """The price of one base unit when `price` is that of a pack; blank or the base unit's name: `price`.

    `of` is None when no SKU is named. A problem, at `/price` or `/pack`, when there is no such pack, the
    price may not be stored, or one unit's price would have more than `places` decimals.
    """
    if not pack or (of is not None and pack == of.unit):
        return price
    if of is None:
        return FieldProblem("/pack", "pack_without_sku", _NO_SKU)
    units = of.units.get(pack)
    if units is None:
        facts = {"code": of.code, "pack": pack, "unit": of.unit}
        return FieldProblem("/pack", "no_such_pack", _UNKNOWN, facts)
    wrong = price_problem(price, PRICE_PLACES_MAX, "/price")
    return wrong or _divided(price, pack, units, of.unit, places)


def _divided(price: Decimal, pack: str, units: Decimal, unit: str, places: int) -> Decimal | FieldProblem:
    """The unit price when it is exact, or the two pack prices nearest to the asked one that have one."""
    step = _EXACT.multiply(units, Decimal(1).scaleb(-places))
    steps, rest = _EXACT.divmod(price, step)
    if not rest:
        return steps.scaleb(-places, _EXACT)
    # For packs of fractions only some multiples of the step can be written with so many decimals.
    stride = step.scaleb(max(0, decimals(step) - PRICE_PLACES_MAX), _EXACT)
    lower = _EXACT.multiply(_EXACT.divide_int(price, stride), stride)
    facts = {"price": plain(price), "pack": pack, "units": plain(units), "unit": unit, "places": str(places)}
    facts |= {"lower": plain(lower), "upper": plain(_EXACT.add(lower, stride))}
    finest = _EXACT.multiply(units, Decimal(1).scaleb(-PRICE_PLACES_MAX))
    finer, left = _EXACT.divmod(price, finest)
    if left:
        return FieldProblem("/price", "pack_price_inexact", _INEXACT, facts)
    facts["exact"] = plain(finer.scaleb(-PRICE_PLACES_MAX, _EXACT))
    return FieldProblem("/price", "pack_price_inexact", _TOO_FINE, facts)


def pack_prices(
    packs: Iterable[tuple[str, Decimal]], price_at: Callable[[Decimal], Decimal]
) -> tuple[PackPrice, ...]:
    """What one of each pack costs, (name, base units), at the unit price of so many."""
    return tuple(PackPrice(name, units, _EXACT.multiply(price_at(units), units)) for name, units in packs)


def price_needed(pack: str) -> FieldProblem:
    """A pack was named without the price that it is for."""
    return FieldProblem("/pack", "pack_without_price", _NO_PRICE, {"pack": pack})
