"""What a settlement price and a dealer's own code may be. Pure. Sources: W-010, K-06, decisions.md §5."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.quantity import plain
from platform_core.kernel.texts import text_problems
from platform_core.kernel.words import noop

PRICE_MAX = Decimal(1_000_000_000)
# Of a workbook: so many prices or freight lines were stored within 15 s on a busy machine.
ROWS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What one row asks for a SKU, by merchant code; a field that is None stays as it is.

    `price` is that of one base unit, or of one `pack` of the SKU (`packs.unit_price`).
    """

    code: str
    price: Decimal | None = None
    enabled: bool | None = None
    pack: str = ""


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
    if price != 0 and decimals(price) > places:
        facts = {"price": plain(price), "places": str(places)}
        message = noop("{price} has too many decimals: prices have at most {places}.")
        return FieldProblem(pointer, "price_too_precise", message, facts)
    return None


def decimals(number: Decimal) -> int:
    """How many decimals a number needs."""
    return max(0, -int(number.normalize().as_tuple().exponent))


@dataclass(frozen=True, slots=True)
class CodeChange:
    """How a dealer calls the SKU with this merchant code (K-06); a blank `own_code` forgets it."""

    code: str
    own_code: str = ""
    own_name: str = ""


CODE_TEXTS = {"own_code": 60, "own_name": 200}


def own_code_problem(change: CodeChange, pointer: str) -> FieldProblem | None:
    """Why an own code may not be stored, or None. The one check on every path: page, import, API."""
    texts = {name: getattr(change, name) for name in CODE_TEXTS}
    wrong = text_problems(texts, CODE_TEXTS, required=["own_code"] if change.own_name else [], base=pointer)
    if wrong:
        return wrong[0]
    if any(char.isspace() for char in change.own_code):
        return FieldProblem(f"{pointer}/own_code", "spaces", noop("A code has no spaces."))
    return None
