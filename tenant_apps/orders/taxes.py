"""What an order is made of, taxed part by part, and its tax by rate. Pure (decisions.md §5).

All amounts are minor units. Finance adjustments are gross and no taxed parts (docs/decisions/0007), so
`total = Σ gross of the parts + adjustments` and `tax = Σ tax of the parts`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

GOODS, FREIGHT, FEE = "goods", "freight", "fee"


@dataclass(frozen=True, slots=True)
class Part:
    """A line, the freight or the fee: `net + tax = gross`; `rate` in percent. `position` is the line's."""

    kind: str
    rate: Decimal
    net: int
    tax: int
    gross: int
    position: int | None = None


@dataclass(frozen=True, slots=True)
class TaxSum:
    """All parts of one rate."""

    rate: Decimal
    net: int
    tax: int
    gross: int


def part_of(kind: str, shown: int, tax: int, rate: Decimal, *, tax_included: bool) -> Part:
    """Freight or fee: `shown` is its amount as the order has it, with its tax where prices include tax."""
    net = shown - tax if tax_included else shown
    return Part(kind, rate, net, tax, net + tax)


def by_rate(parts: Iterable[Part]) -> list[TaxSum]:
    """The parts' sums for each rate, the lowest rate first; parts that cost nothing are left out."""
    sums: dict[Decimal, list[int]] = {}
    for part in parts:
        if part.gross:
            found = sums.setdefault(part.rate.normalize(), [0, 0, 0])
            for place, amount in enumerate((part.net, part.tax, part.gross)):
                found[place] += amount
    return [TaxSum(rate, *sums[rate]) for rate in sorted(sums)]


def is_taxed(parts: Iterable[Part]) -> bool:
    """Whether any part has a tax rate or a tax."""
    return any(part.rate or part.tax for part in parts)
