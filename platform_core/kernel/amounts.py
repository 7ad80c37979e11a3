"""Taxed amounts: what a line, freight or a fee comes to, net, tax and gross; sums of rounded parts.

Pure. Money is rounded half up once per line. Sources: G-16, G-17; decisions.md §5 "Currency and tax".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, localcontext
from enum import StrEnum

from platform_core.kernel.errors import DomainError
from platform_core.kernel.money import Currency, Money, UnitPrice
from platform_core.kernel.words import noop

HUNDRED = Decimal(100)


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
