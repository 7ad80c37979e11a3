"""What may leave in one shipment. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.quantity import plain, quantity_errors
from platform_core.kernel.words import noop

_NEGATIVE = noop("A quantity cannot be negative.")
_BEYOND = noop("Only {left} are left to ship.")
_NO_LINE = noop("This stock-out has no line {line}.")


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a stock-out's line, named by its position, in base units."""

    position: int
    left: Decimal


def quantity_problems(
    rests: Sequence[Rest], quantities: Mapping[int, Decimal], precision: int
) -> list[FieldProblem]:
    """What is wrong with the asked quantities; a problem points at the place in the asked order.

    `precision` is the decimals the supplier works with; what is left may always leave whole,
    also when the supplier lowered its precision since.
    """
    left_of = {rest.position: rest.left for rest in rests}
    return [
        found
        for place, (position, quantity) in enumerate(quantities.items())
        if (found := _problem(place, position, quantity, left_of.get(position), precision))
    ]


def _problem(
    place: int, position: int, quantity: Decimal, left: Decimal | None, precision: int
) -> FieldProblem | None:
    pointer = f"/lines/{place}/quantity"
    if left is None:
        return FieldProblem(f"/lines/{place}/position", "no_such_line", _NO_LINE, {"line": position})
    if quantity.is_finite() and (quantity in (0, left)):
        return None
    if quantity.is_finite() and quantity < 0:
        return FieldProblem(pointer, "quantity_negative", _NEGATIVE)
    for error in quantity_errors(quantity, precision):
        return FieldProblem(pointer, error.code, error.message, error.facts)
    if quantity > left:
        return FieldProblem(pointer, "over_delivery", _BEYOND, {"left": plain(left)})
    return None
