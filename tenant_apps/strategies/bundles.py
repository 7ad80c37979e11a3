"""What a bundle is made of, and how its sales price is shared by its parts. Pure. Sources: W-119, W-140."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.quantity import plain, quantity_errors
from platform_core.kernel.words import noop

PARTS_MAX = 50
PRICE_PLACES = 6
_NO_PARTS = noop("A bundle has at least one SKU.")
_TOO_MANY = noop("A bundle has at most {maximum} SKUs.")
_REPEATED = noop("{sku} stands in this bundle already. Put the quantities together.")


@dataclass(frozen=True, slots=True)
class Part:
    """One SKU of a bundle: how much of it one bundle holds, in base units, and its retail price each."""

    sku: str
    quantity: Decimal
    retail_price: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ExpandedLine:
    """A SKU of so many bundles; `sales_price` each, None where the bundle names none."""

    sku: str
    quantity: Decimal
    sales_price: Decimal | None


def expanded(
    parts: Sequence[Part], count: Decimal, sales_price: Decimal | None, currency: Currency
) -> list[ExpandedLine]:
    """The lines of `count` bundles sold at `sales_price` each.

    The price is shared by the parts' retail value (by quantity, when nothing has one) so that the
    lines' amounts add up to the bundles' amount to the minor unit; each line's price is its amount
    over its quantity, to 6 decimals, which gives that amount back for up to 10,000 units of a line.
    """
    quantities = [part.quantity * count for part in parts]
    if sales_price is None:
        return [ExpandedLine(p.sku, q, None) for p, q in zip(parts, quantities, strict=True)]
    whole = Money.rounded(sales_price * count, currency)
    shares = whole.split(_weights(parts))
    return [
        ExpandedLine(part.sku, quantity, _each(share, quantity))
        for part, quantity, share in zip(parts, quantities, shares, strict=True)
    ]


def _weights(parts: Sequence[Part]) -> list[int]:
    """Whole numbers in proportion to what the parts are worth."""
    values = [part.retail_price * part.quantity for part in parts]
    if not any(values):
        values = [part.quantity for part in parts]
    return [int(value.scaleb(PRICE_PLACES + 3)) for value in values]


def _each(share: Money, quantity: Decimal) -> Decimal:
    return (share.amount / quantity).quantize(Decimal(1).scaleb(-PRICE_PLACES), rounding=ROUND_HALF_UP)


def part_problems(parts: Sequence[tuple[str, Decimal]], precision: int) -> list[FieldProblem]:
    """What is wrong with the parts as they were asked: (merchant code, quantity) each."""
    if not parts:
        return [FieldProblem("/items", "no_items", _NO_PARTS)]
    if len(parts) > PARTS_MAX:
        return [FieldProblem("/items", "too_many_items", _TOO_MANY, {"maximum": PARTS_MAX})]
    problems, seen = [], set[str]()
    for index, (sku, quantity) in enumerate(parts):
        if sku in seen:
            facts = {"sku": sku}
            problems.append(FieldProblem(f"/items/{index}/sku", "item_repeated", _REPEATED, facts))
        seen.add(sku)
        problems += [
            FieldProblem(f"/items/{index}/quantity", wrong.code, wrong.message, wrong.facts)
            for wrong in quantity_errors(quantity, precision)
        ]
    return problems


def written(parts: Sequence[tuple[str, Decimal]]) -> str:
    """Parts as one text for the log and for lists: `TEA × 2, CUP × 1`."""
    return ", ".join(f"{sku} × {plain(quantity)}" for sku, quantity in parts)
