"""How a total is shared out over dealers, and what a demand is granted of a share. Pure.

Sources: TA-02, TA-04, ZZ-05, G-60; decisions.md §2 row 11 (multiples bind the demand, not what is granted).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal


def shared_equally(total: Decimal, dealers: Sequence[int], precision: int) -> dict[int, Decimal]:
    """Equal parts that add up to the total at `precision` decimals; the first dealers get the rest."""
    return shared_by(total, dict.fromkeys(dealers, Decimal(1)), precision)


def shared_by(total: Decimal, weights: Mapping[int, Decimal], precision: int) -> dict[int, Decimal]:
    """Parts in proportion to the weights that add up to the total exactly (largest remainder).

    Equal remainders are served in the order of `weights`; when all weights are 0, the parts are equal.
    Raises ValueError for a negative weight, or a total that is negative or finer than `precision`.
    """
    unit = Decimal(1).scaleb(-precision)
    units = total / unit
    if units < 0 or units != units.to_integral_value() or any(weight < 0 for weight in weights.values()):
        raise ValueError("a total is shared out in whole units by weights from 0")
    if not weights:
        return {}
    known: Mapping[int, Decimal] = weights if any(weights.values()) else dict.fromkeys(weights, Decimal(1))
    # Whole numbers: a division would round.
    scale = 10 ** max(-_exponent(weight) for weight in known.values())
    parts = {dealer: int(weight * scale) for dealer, weight in known.items()}
    whole = sum(parts.values())
    found = {dealer: int(units) * part // whole for dealer, part in parts.items()}
    rest = int(units) - sum(found.values())
    by_remainder = sorted(parts, key=lambda dealer: -(int(units) * parts[dealer] % whole))
    for dealer in by_remainder[:rest]:
        found[dealer] += 1
    return {dealer: number * unit for dealer, number in found.items()}


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return min(exponent, 0) if isinstance(exponent, int) else 0


def granted(demanded: Decimal, left: Decimal | None) -> Decimal:
    """What a demand gets of what is left of the dealer's share; all of it where the SKU is not shared out."""
    return demanded if left is None else min(demanded, max(left, Decimal(0)))
