"""Quantities: decimals with at most three places, in the SKU's base unit; which of them may be ordered.

Pure. Sources: W-010, W-065, G-10…G-13, G-52; decisions.md §2 rows 5 and 11.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any

from platform_core.kernel.words import Sentence, noop

QUANTITY_MAX = Decimal(1_000_000_000)
PLACES_MAX = 3
PERCENT_MAX = Decimal(100)
_EXACT = Context(prec=60, rounding=ROUND_FLOOR)
_STEPS = tuple(Decimal(1).scaleb(-places) for places in range(PLACES_MAX + 1))


def floor_to(value: Decimal, precision: int) -> Decimal:
    """Cut down to `precision` decimals: what is shown is never more than what is there."""
    return value.quantize(_STEPS[precision], rounding=ROUND_FLOOR)


def plain(value: Decimal) -> str:
    """A decimal string without exponent and trailing zeros: `12`, `0.5`."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def share(available: Decimal, percent: Decimal, precision: int) -> Decimal:
    """A dealer's share of the available stock: what it sees *and* may order (G-10…G-13).

    `percent` is the dealer level's, 0 to 100; the share is cut down to `precision` decimals (0 to 3).
    Raises ValueError for another percent.
    """
    if not 0 <= percent <= PERCENT_MAX:
        raise ValueError("a percentage lies between 0 and 100")
    part = _EXACT.divide(_EXACT.multiply(max(available, Decimal(0)), percent), PERCENT_MAX)
    return part.quantize(_STEPS[precision], context=_EXACT)


@dataclass(frozen=True, slots=True)
class QuantityError:
    """Why a quantity may not be ordered; the sentence says what may."""

    code: str
    message: Sentence
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.with_facts(self.facts)


def quantity_errors(
    quantity: Decimal, precision: int, minimum: Decimal | None = None, multiple: Decimal | None = None
) -> tuple[QuantityError, ...]:
    """Everything wrong with a demanded quantity, in base units, on every path; empty when it is fine.

    `precision` is the decimals the SKU may have (0 to 3); `minimum` and `multiple` bind when they are
    set and positive (decisions.md §2 row 11, G-52).
    """
    if not quantity.is_finite():
        return (_error("quantity_invalid", quantity=str(quantity)),)
    if quantity <= 0:
        return (_error("quantity_not_positive", quantity=plain(quantity)),)
    if quantity > QUANTITY_MAX:
        return (_error("quantity_too_large", quantity=plain(quantity), maximum=plain(QUANTITY_MAX)),)
    if _finer_than(quantity, precision):
        code = "quantity_not_whole" if precision == 0 else "quantity_too_precise"
        return (_error(code, quantity=plain(quantity), precision=precision),)
    return tuple(_pack_errors(quantity, precision, minimum or Decimal(0), multiple or Decimal(0)))


def _pack_errors(
    quantity: Decimal, precision: int, minimum: Decimal, multiple: Decimal
) -> Iterable[QuantityError]:
    facts: dict[str, Any] = {"quantity": plain(quantity)}
    if quantity < minimum:
        yield _error("quantity_below_minimum", **facts, minimum=plain(minimum))
    if multiple > 0 and quantity % multiple:
        higher = next_orderable(quantity, precision, minimum, multiple)
        yield _error("quantity_not_multiple", **facts, multiple=plain(multiple), higher=plain(higher))


def next_orderable(
    quantity: Decimal, precision: int, minimum: Decimal | None = None, multiple: Decimal | None = None
) -> Decimal:
    """The smallest quantity that may be ordered and is not less than the given one: what a pad offers."""
    step = multiple if multiple is not None and multiple > 0 else Decimal(1).scaleb(-precision)
    wanted = max(quantity, minimum or Decimal(0), step)
    return (wanted / step).to_integral_value(rounding=ROUND_CEILING) * step


def _finer_than(quantity: Decimal, precision: int) -> bool:
    exponent = quantity.normalize().as_tuple().exponent
    return isinstance(exponent, int) and -exponent > min(precision, PLACES_MAX)


_SENTENCES = {
    "quantity_invalid": noop("{quantity} is not a quantity. Write a number."),
    "quantity_not_positive": noop("The quantity must be more than 0."),
    "quantity_too_large": noop("{quantity} is more than the largest possible quantity, {maximum}."),
    "quantity_not_whole": noop("{quantity} is not a whole number. This SKU is sold in whole units only."),
    "quantity_too_precise": noop("{quantity} has more than {precision} decimals."),
    "quantity_below_minimum": noop("Order at least {minimum}; {quantity} is too little."),
    "quantity_not_multiple": noop(
        "Order in multiples of {multiple}, for example {higher}; {quantity} is none."
    ),
}


def _error(code: str, **facts: Any) -> QuantityError:
    return QuantityError(code, _SENTENCES[code], facts)
