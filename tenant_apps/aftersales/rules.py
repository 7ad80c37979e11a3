"""What a dealer may say about a shipment, and what it means. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.quantity import quantity_errors
from platform_core.kernel.words import noop

_NEGATIVE = noop("Enter how much arrived: 0 or more.")
_NO_LINE = noop("This shipment has no line {line}.")
_TWICE = noop("Line {line} is named twice.")


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """What arrived of one line of a shipment, by the position of its stock-out line, in base units.

    `replenish` asks for what is missing; it means nothing where nothing is.
    """

    position: int
    received: Decimal
    replenish: bool = False


def receipt_problems(
    shipped: Mapping[int, Decimal], lines: Sequence[ReceivedLine], precision: int
) -> list[FieldProblem]:
    """What is wrong with the said lines; a problem points at the line's place. `shipped` by position."""
    problems = []
    seen: set[int] = set()
    for place, line in enumerate(lines):
        position = f"/lines/{place}/position"
        if line.position not in shipped:
            problems.append(FieldProblem(position, "no_such_line", _NO_LINE, {"line": line.position}))
        elif line.position in seen:
            problems.append(FieldProblem(position, "line_twice", _TWICE, {"line": line.position}))
        else:
            found = _problem(place, line.received, shipped[line.position], precision)
            problems += [found] if found else []
        seen.add(line.position)
    return problems


def _problem(place: int, received: Decimal, shipped: Decimal, precision: int) -> FieldProblem | None:
    """More than was shipped is a difference too, and may be said."""
    pointer = f"/lines/{place}/received"
    if received.is_finite() and received in (0, shipped):
        return None
    if received.is_finite() and received < 0:
        return FieldProblem(pointer, "quantity_negative", _NEGATIVE)
    for error in quantity_errors(received, precision):
        return FieldProblem(pointer, error.code, error.message, error.facts)
    return None


def said_of_all(shipped: Mapping[int, Decimal], lines: Sequence[ReceivedLine]) -> Mapping[int, ReceivedLine]:
    """What arrived of every line, by position: lines nobody named arrived as shipped."""
    named = {line.position: line for line in lines}
    return {
        position: _sober(named.get(position) or ReceivedLine(position, quantity), quantity)
        for position, quantity in shipped.items()
    }


def _sober(line: ReceivedLine, shipped: Decimal) -> ReceivedLine:
    return line if line.received < shipped else replace(line, replenish=False)
