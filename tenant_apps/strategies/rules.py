"""What a settlement price may be. Pure. Sources: W-010, decisions.md §5 "Precision"."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.quantity import plain
from platform_core.kernel.words import noop

PRICE_MAX = Decimal(1_000_000_000)
# Of a workbook: so many prices or freight lines were stored within 15 s on a busy machine.
ROWS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What one row asks for a SKU, by merchant code; a field that is None stays as it is."""

    code: str
    price: Decimal | None = None
    enabled: bool | None = None


def price_problem(price: Decimal, places: int, pointer: str) -> FieldProblem | None:
    """Why a price in major units may not be stored, or None; `places` is the supplier's precision.

    The one check on every path: page, import, API.
    """
    if not price.is_finite():
        return FieldProblem(pointer, "price_invalid", noop("Write a number."))
    if price < 0:
        return FieldProblem(pointer, "price_negative", noop("A price may not be negative."))
    if price > PRICE_MAX:
        facts = {"maximum": plain(PRICE_MAX)}
        return FieldProblem(pointer, "price_too_large", noop("At most {maximum}."), facts)
    if price != 0 and -int(price.normalize().as_tuple().exponent) > places:
        facts = {"price": plain(price), "places": str(places)}
        message = noop("{price} has too many decimals: prices have at most {places}.")
        return FieldProblem(pointer, "price_too_precise", message, facts)
    return None
