"""What a line costs when only a part of it is delivered (decisions.md §5 "Partial fulfilment"). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Costs:
    """A line's amounts in minor units: what the promotions took off is gone from the others already."""

    net: int
    tax: int
    gross: int
    discount: int = 0

    def __sub__(self, other: Costs) -> Costs:
        return Costs(
            self.net - other.net,
            self.tax - other.tax,
            self.gross - other.gross,
            self.discount - other.discount,
        )


def kept_of(amount: int, kept: Decimal, quantity: Decimal) -> int:
    """The part of an amount that stays with `kept` of `quantity`, half up away from zero."""
    part = Decimal(amount) * kept / quantity
    return int(part.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def shortened(costs: Costs, kept: Decimal, quantity: Decimal, *, tax_included: bool) -> Costs:
    """A line's amounts in proportion to what is kept of it; net and tax still make the gross.

    What was asked in the first place is rounded (gross where prices include tax, else net), then the tax.
    """
    tax = kept_of(costs.tax, kept, quantity)
    discount = kept_of(costs.discount, kept, quantity)
    if tax_included:
        gross = kept_of(costs.gross, kept, quantity)
        return Costs(gross - tax, tax, gross, discount)
    net = kept_of(costs.net, kept, quantity)
    return Costs(net, tax, net + tax, discount)


def regranted(
    base: int, held: Costs, kept: Decimal, quantity: Decimal, *, tax_included: bool
) -> tuple[int, int]:
    """Amount and discount of a line of which `kept` of `quantity` is granted (K-21, G-60).

    `base` is the unit price times `kept`, rounded. The discount goes with the quantity; the amount never
    rises by it, and amount and discount always make the base.
    """
    amount = held.gross if tax_included else held.net
    after = base - min(kept_of(held.discount, kept, quantity), base)
    if kept < quantity:
        after = min(after, amount)
    return after, base - after


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A line as finance left it: its amount, what was adjusted on it, and how much of it is delivered."""

    amount: int
    own: int
    quantity: Decimal
    kept: Decimal


def adjustments_going_back(lines: Mapping[int, Adjusted], whole: int) -> dict[int, int]:
    """How much of the goods adjustments goes back with each line's rest, by line; signed as they are.

    A line has its own adjustments and its share of those on the whole order (`whole`), in proportion to
    what the lines cost after their own; the shares add up to the whole. Of both the undelivered part goes
    back (decisions.md §5).
    """
    shares = _spread(whole, [line.amount + line.own for line in lines.values()])
    found = {}
    for (key, line), share in zip(lines.items(), shares, strict=True):
        adjusted = line.own + share
        found[key] = adjusted - kept_of(adjusted, line.kept, line.quantity)
    return found


def adjustments_cut(
    lines: Mapping[int, Adjusted], after: Mapping[int, int], whole: int
) -> dict[int, tuple[int, int]]:
    """What goes back of each line's own adjustments, and of its share of those on the whole order.

    The same parts as in `adjustments_going_back`, told apart; `after` is what a line costs then, below
    which no adjustment brings it.
    """
    shares = _spread(whole, [line.amount + line.own for line in lines.values()])
    found = {}
    for (key, line), share in zip(lines.items(), shares, strict=True):
        own = max(kept_of(line.own, line.kept, line.quantity), -after[key])
        both = max(kept_of(line.own + share, line.kept, line.quantity), -after[key])
        found[key] = (line.own - own, line.own + share - both - (line.own - own))
    return found


def _spread(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount shared by weight so that the parts add up (largest remainder)."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    sign, size = (-1, -amount) if amount < 0 else (1, amount)
    parts = [size * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: -(size * weights[i] % total))
    for place in order[: size - sum(parts)]:
        parts[place] += 1
    return [sign * part for part in parts]
