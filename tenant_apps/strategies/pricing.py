"""A dealer's unit price, and the gross profit of a line. Pure. Sources: WK-13, G-19, G-68."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from platform_core.kernel.money import Money, UnitPrice

PRICE_PLACES_MAX = 6


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
