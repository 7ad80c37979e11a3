"""What a line costs: settlement price, amount, tax, sums, and which quantities may be ordered.

Pure. Money is rounded half up once per line. Sources: WK-13, W-010, G-16, G-17, G-19, G-52, G-68;
decisions.md §2 row 11 and §5 "Currency and tax", "Precision".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from typing import Any

from platform_core.kernel.errors import DomainError
from platform_core.kernel.money import Currency, Money, UnitPrice
from platform_core.kernel.quantity import PLACES_MAX, QUANTITY_MAX, plain
from platform_core.kernel.words import Sentence, noop

HUNDRED = Decimal(100)
PRICE_PLACES_MAX = 6


class TaxMode(StrEnum):
    """Whether prices already contain the tax: a supplier's setting, fixed at its first order."""

    INCLUSIVE = "inclusive"
    EXCLUSIVE = "exclusive"


@dataclass(frozen=True, slots=True)
class Amounts:
    """A taxed amount: `gross` is charged to the wallet, and is always `net + tax`."""

    net: Money
    tax: Money
    gross: Money

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(self.net + other.net, self.tax + other.tax, self.gross + other.gross)


class AmountBelowZero(DomainError):
    """An adjustment takes away more than there is."""

    code = "amount_below_zero"
    status = 422
    message = noop("{change} would bring {amount} below zero. Take away at most {amount}.")


def line_amounts(price: UnitPrice, quantity: Decimal, tax_percent: Decimal, mode: TaxMode) -> Amounts:
    """Amount of a line, rounded once, and its tax (`tax_percent` 13 is 13 %)."""
    return taxed(price.times(quantity), tax_percent, mode)


def taxed(amount: Money, tax_percent: Decimal, mode: TaxMode) -> Amounts:
    """Split an amount (inclusive) or add to it (exclusive): a line, freight or a fee."""
    if mode is TaxMode.EXCLUSIVE:
        tax = Money.rounded(amount.amount * tax_percent / HUNDRED, amount.currency)
        return Amounts(amount, tax, amount + tax)
    with localcontext() as context:
        # Cut, not rounded: what lies below half a cent must stay below it for the one rounding.
        context.prec, context.rounding = 60, ROUND_DOWN
        net = Money.rounded(amount.amount * HUNDRED / (HUNDRED + tax_percent), amount.currency)
    return Amounts(net, amount - net, amount)


def total(parts: Iterable[Amounts], currency: Currency) -> Amounts:
    """Sum of the rounded parts: what the lines show adds up to what the order shows."""
    zero = Money.zero(currency)
    return sum(parts, start=Amounts(zero, zero, zero))


def adjusted(amount: Money, change: Money) -> Money:
    """Freight or goods after a signed finance adjustment (G-16, G-17). Raises AmountBelowZero."""
    result = amount + change
    if result.minor < 0:
        raise AmountBelowZero(change=str(change), amount=str(amount))
    return result


def settlement_price(
    base: Decimal,
    *,
    fixed: Decimal | None = None,
    rate: Decimal | None = None,
    places: int = PRICE_PLACES_MAX,
) -> Decimal:
    """A dealer's unit price: the fixed price (一口价), or base × settlement rate (结算率, 0.85), or the base.

    The fixed price wins when both are set (WK-13, G-68). Rounded half up to `places` decimals.
    """
    price = fixed if fixed is not None else base if rate is None else base * rate
    return price.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def goods_profit(wholesale: UnitPrice, settlement: UnitPrice, quantity: Decimal) -> Money:
    """The supplier's gross profit of a line: settlement minus wholesale amount (G-19)."""
    return settlement.times(quantity) - wholesale.times(quantity)


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
    "quantity_not_whole": noop("{quantity} is not a whole number. This article is sold in whole units only."),
    "quantity_too_precise": noop("{quantity} has more than {precision} decimals."),
    "quantity_below_minimum": noop("Order at least {minimum}; {quantity} is too little."),
    "quantity_not_multiple": noop(
        "Order in multiples of {multiple}, for example {higher}; {quantity} is none."
    ),
}


def _error(code: str, **facts: Any) -> QuantityError:
    return QuantityError(code, _SENTENCES[code], facts)
