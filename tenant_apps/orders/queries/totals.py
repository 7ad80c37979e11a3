"""What an order's lines, freight and fee come to under the supplier's tax settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from platform_core.kernel.amounts import Amounts, TaxMode
from platform_core.kernel.money import Money
from tenant_apps.access.models import SupplierSettings
from tenant_apps.dealers.models import Dealer
from tenant_apps.orders.rules import OrderAmounts, order_amounts
from tenant_apps.strategies.queries.freight_tables import FreightQuote

if TYPE_CHECKING:
    from tenant_apps.orders.queries.drafts import Draft


def amounts_for(
    lines: Sequence[Amounts], freight: Money, fee: Money, settings: SupplierSettings, mode: TaxMode
) -> OrderAmounts:
    """An order's amounts under the supplier's tax settings."""
    rates = {"freight": settings.freight_tax_rate, "fee": settings.fee_tax_rate}
    return order_amounts(lines, freight, fee, rates, mode)


def fee_of(dealer: Dealer, part: int, freight: Money) -> Money:
    """The service fee of an order in the currency of its freight; of several parts the first bears it."""
    return Money(0 if part > 1 else dealer.service_fee_minor, freight.currency)


def set_amounts(draft: Draft, quote: FreightQuote) -> None:
    """The draft's amounts with this freight; gifts cost nothing."""
    draft.freight_known = quote.known
    draft.amounts = amounts_for(
        [line.amounts for line in draft.lines],
        quote.amount,
        fee_of(draft.dealer, draft.place, quote.amount),
        draft.settings,
        draft.mode,
    )


def add_up(draft: Draft) -> None:
    """The whole request's amounts: the sum of its parts, each rounded for itself."""
    found = [part.amounts for part in draft.parts if part.amounts]
    names = ("goods", "freight", "fee", "tax", "total", "freight_tax", "fee_tax")
    sums = {name: Money.total((getattr(one, name) for one in found), draft.currency) for name in names}
    draft.amounts = OrderAmounts(**sums, rates=found[0].rates)
    draft.freight_known = all(part.freight_known for part in draft.parts)
