"""How much of a stock may be promised, and which counts may be stored. Pure."""

from __future__ import annotations

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
