"""Which goods a dealer gets, at which price, and how much of the stock it may see and order.

Pure. Sources: W-010, W-065, W-070…W-077, W-139, G-10…G-13; decisions.md §2 rows 4 and 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from platform_core.kernel.quantity import share
from tenant_apps.strategies.pricing import Terms


@dataclass(frozen=True, slots=True)
class StrategyRow:
    """A SKU in a goods strategy: what every dealer of the strategy pays, and whether it is on offer."""

    price: Decimal
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """A dealer's own row: a field that is None follows the strategy.

    `added` marks a SKU that the supplier gave to this dealer alone (W-076 "add SKU"): it stands
    without a strategy row. Other overrides vanish from sight with the strategy's row (W-072 reset).
    """

    price: Decimal | None = None
    enabled: bool | None = None
    added: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """What a dealer is offered for a SKU, and which fields are its own.

    `listed` is the price while no price rule is reached: the dealer's own or the strategy's; what an
    order costs is asked by `price_at`. `in_archive` says whether the goods archive has the SKU and its
    product enabled (W-083, W-090). `terms` are there when price rules concern the dealer and the SKU;
    with `display_warehouse_id` only that warehouse's stock counts (K-14).
    `own_code` and `own_name` are how the dealer calls it (K-06), blank while the supplier shows none.
    """

    listed: Decimal
    enabled: bool
    price_overridden: bool
    enabled_overridden: bool
    in_archive: bool = True
    own_code: str = ""
    own_name: str = ""
    terms: Terms | None = None
    display_warehouse_id: int | None = None

    def price_at(self, quantity: Decimal) -> Decimal:
        """What one base unit costs when this many are ordered (WK-13)."""
        return self.listed if self.terms is None else self.terms.at(quantity).price

    @property
    def orderable(self) -> bool:
        """Whether the dealer may order it: on offer to it, and not disabled for everybody."""
        return self.enabled and self.in_archive


def effective(strategy_row: StrategyRow | None, override_row: OverrideRow | None) -> Offer | None:
    """Lay a dealer's row over the strategy's, field by field; None when the SKU is not among its goods."""
    own = override_row or OverrideRow()
    if strategy_row is None and not own.added:
        return None
    price = own.price if own.price is not None or strategy_row is None else strategy_row.price
    if price is None:
        return None
    followed = strategy_row is None or strategy_row.enabled
    enabled = followed if own.enabled is None else own.enabled
    return Offer(price, enabled, own.price is not None, own.enabled is not None)


def synced_on_hand(erp_stock: Decimal, sync_percent: Decimal, precision: int) -> Decimal:
    """The share of the ERP's stock that is put into distribution, cut down to the precision (G-11)."""
    return share(erp_stock, sync_percent, precision)


def unreserved(on_hand: Decimal, reserved: Decimal) -> Decimal:
    """What is not promised yet; 0 when more is reserved than is there (decisions.md §5 "Reservation")."""
    return max(on_hand - reserved, Decimal(0))


class StockVerdict(StrEnum):
    """Whether a warehouse can serve a line (W-139 reasons 3 and 4)."""

    ENOUGH = "enough"
    NOT_IN_WAREHOUSE = "sku_not_in_warehouse"
    SHORT = "sku_stock_short"


def stock_verdict(share: Decimal | None, ordered: Decimal) -> StockVerdict:
    """Compare a dealer's share (`share`) with the quantity it orders; None: the warehouse has no such SKU.

    Exactly the whole share may be ordered (G-13); one more is short (G-12).
    """
    if share is None:
        return StockVerdict.NOT_IN_WAREHOUSE
    return StockVerdict.SHORT if ordered > share else StockVerdict.ENOUGH
