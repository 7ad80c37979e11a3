"""Quantities: decimals with at most three places, in the SKU's base unit."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

QUANTITY_MAX = Decimal(1_000_000_000)
PLACES_MAX = 3


def floor_to(value: Decimal, precision: int) -> Decimal:
    """Cut down to `precision` decimals: what is shown is never more than what is there."""
    return value.quantize(Decimal(1).scaleb(-precision), rounding=ROUND_FLOOR)


def plain(value: Decimal) -> str:
    """A decimal string without exponent and trailing zeros: `12`, `0.5`."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
