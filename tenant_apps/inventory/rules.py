"""How much of a stock may be promised, and which counts may be stored. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.quantity import QUANTITY_MAX, floor_to, plain
from platform_core.kernel.quantity import share as share_of
from platform_core.kernel.words import noop
from platform_core.workbooks.columns import Column, Kind
from tenant_apps.inventory.errors import OverDelivery

IMPORT_COLUMNS = (
    Column("merchant_code", "Merchant code", "商家编码", required=True, unique=True, max_length=60),
    Column(
        "on_hand",
        "On hand",
        "库存",
        Kind.DECIMAL,
        required=True,
        places=3,
        help=noop("What lies in the warehouse now, in the base unit, also what is reserved."),
    ),
)
IMPORT_ROWS_MAX = 20_000
_PARTS = re.compile(r"[\t,;，；\s]+")

COUNT_COLUMNS = (
    Column("merchant_code", "Merchant code", "商家编码", required=True, unique=True, max_length=60),
    Column("name", "Name", "名称", max_length=400),
    Column("unit", "Unit", "单位", max_length=20),
    Column(
        "counted",
        "Counted",
        "实盘数量",
        Kind.DECIMAL,
        places=3,
        help=noop("What you counted, in the base unit. Leave it empty where you did not count."),
    ),
)
LINES_MAX = 1000


def share(on_hand: Decimal, reserved: Decimal, percent: Decimal, precision: int) -> Decimal:
    """What may be ordered of a stock row: the level's share of what is not reserved (G-10…G-13)."""
    return share_of(on_hand - reserved, percent, precision)


def count_problem(
    count: Decimal | str | None, precision: int, pointer: str = "/on_hand"
) -> FieldProblem | None:
    """What is wrong with a counted quantity: below 0, above the maximum, finer than the precision."""
    try:
        value = Decimal(count if count is not None else "")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        return FieldProblem(pointer, "count_not_a_number", noop("Enter a quantity, like 12."))
    if value < 0:
        return FieldProblem(pointer, "count_negative", noop("The quantity must not be below 0."))
    if value > QUANTITY_MAX:
        most = {"most": f"{QUANTITY_MAX:f}"}
        return FieldProblem(pointer, "count_too_large", noop("The quantity must be at most {most}."), most)
    if value != floor_to(value, precision):
        places = {"places": precision}
        return FieldProblem(
            pointer, "count_too_fine", noop("A quantity has at most {places} decimals here."), places
        )
    return None


def moved_problem(quantity: str, precision: int, pointer: str) -> FieldProblem | None:
    """What is wrong with a quantity to move: not a number, not above 0, too large or too fine."""
    problem = count_problem(quantity, precision, pointer)
    if problem is None and Decimal(quantity) == 0:
        return FieldProblem(pointer, "quantity_not_positive", noop("The quantity must be more than 0."))
    return problem


def pasted(text: str) -> list[tuple[str, str]]:
    """Code and number of every pasted line: parted by a tab, comma, semicolon or spaces, as from a sheet.

    The last word is the number; a line with a code alone has an empty one. Empty lines are left out.
    """
    rows = []
    for line in text.splitlines():
        parts = [part for part in _PARTS.split(line.strip()) if part]
        if parts:
            rows.append((parts[0], parts[-1] if len(parts) > 1 else ""))
    return rows


def refuse_beyond(asked: Mapping[int, Decimal], left: Mapping[int, Decimal]) -> None:
    """Raise OverDelivery (409) for every line of which more is asked than is left to be shipped."""
    problems = []
    for place, (line, quantity) in enumerate(asked.items()):
        rest = left.get(line, Decimal(0))
        if quantity > rest:
            facts = {"left": plain(rest), "asked": plain(quantity)}
            sentence = noop("{asked} is more than the {left} still to be shipped.")
            problems.append(FieldProblem(f"/lines/{place}/quantity", "over_delivery", sentence, facts))
    if problems:
        raise OverDelivery(problems=problems)
