"""What a dealer earns with an order. Pure. Sources: W-140, decisions.md §3 "Supplier profit"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from platform_core.kernel.money import Currency, Money, UnitPrice


@dataclass(frozen=True, slots=True)
class Sold:
    """A line: what the dealer's own customer pays for a unit, how many, and what the dealer pays for all."""

    sales_price: Decimal
    quantity: Decimal
    paid: Money


@dataclass(frozen=True, slots=True)
class Profit:
    """An order as the dealer's business: sales − goods − freight − fee."""

    sales: Money
    goods: Money
    freight: Money
    fee: Money

    @property
    def total(self) -> Money:
        """What is left; may be below zero."""
        return self.sales - self.goods - self.freight - self.fee


def sales_amount(price: Decimal, quantity: Decimal, currency: Currency) -> Money:
    """What a line is sold for, half up to the minor unit."""
    return UnitPrice(price, currency).times(quantity)


def dealer_profit(
    lines: Sequence[Sold], goods_adjustment: Money, freight: Money, fee: Money, currency: Currency
) -> Profit:
    """Σ (sales price − what the goods cost) × quantity − freight − service fee (decisions.md §3).

    What promotions took off and finance adjusted lowers the cost; freight with its adjustment.
    """
    sales = Money.total((sales_amount(x.sales_price, x.quantity, currency) for x in lines), currency)
    goods = Money.total((line.paid for line in lines), currency) + goods_adjustment
    return Profit(sales, goods, freight, fee)
