"""Bundles in a request become lines of their SKUs (W-119)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from platform_core.kernel.money import Currency
from tenant_apps.catalog.models import Sku
from tenant_apps.orders.rules import WantedLine
from tenant_apps.strategies.queries import Offer, lines_of_bundles, offers_named

Offered = dict[str, tuple[Sku, Offer]]
_PRICE = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A line of one SKU (or of an unknown name): its place in the request, and whether bundles are in it."""

    index: int
    wanted: WantedLine
    is_bundled: bool = False


def unbundled(
    dealer_id: int, lines: Sequence[WantedLine], offered: Offered, currency: Currency
) -> tuple[list[AskedLine], Offered]:
    """The request's lines with its bundles opened, and the offers of all SKUs that are then asked.

    A SKU that several bundles hold, or a bundle and a line of its own, becomes one line in base units;
    its sales price is what they all come to over the quantity. No statement when every name is a SKU's.
    """
    asked = [AskedLine(index, line) for index, line in enumerate(lines)]
    unknown = [one for one in asked if one.wanted.sku not in offered]
    if not unknown:
        return asked, offered
    opened = lines_of_bundles(
        dealer_id=dealer_id,
        asked=[(one.wanted.sku, one.wanted.quantity, one.wanted.sales_price) for one in unknown],
        currency=currency,
    )
    parts = {one.index: part for one, part in zip(unknown, opened, strict=True) if part is not None}
    if not parts:
        return asked, offered
    codes = {line.sku for part in parts.values() for line in part}
    offered = {**offered, **offers_named(dealer_id=dealer_id, names=codes)}
    found: list[AskedLine] = []
    for one in asked:
        if one.index not in parts:
            found.append(one)
            continue
        for part in parts[one.index]:
            line = WantedLine(part.sku, part.quantity, "", part.sales_price, one.wanted.note)
            _put(found, AskedLine(one.index, line, is_bundled=True), offered)
    return found, offered


def _put(found: list[AskedLine], new: AskedLine, offered: Mapping[str, tuple[Sku, Offer]]) -> None:
    """Add a bundle's line, or join it to the line that asks for the same SKU in base units."""
    sku = offered[new.wanted.sku][0] if new.wanted.sku in offered else None
    for place, old in enumerate(found):
        known = offered.get(old.wanted.sku)
        if sku is not None and known is not None and known[0].pk == sku.pk and not old.wanted.pack:
            joined = _joined(old.wanted, new.wanted, sku.retail_price)
            found[place] = replace(old, wanted=joined, is_bundled=True)
            return
    found.append(new)


def _joined(old: WantedLine, new: WantedLine, retail: Decimal) -> WantedLine:
    quantity = old.quantity + new.quantity
    if old.sales_price is None and new.sales_price is None:
        return replace(old, quantity=quantity)
    prices = [(line, retail if line.sales_price is None else line.sales_price) for line in (old, new)]
    amount = sum((price * line.quantity for line, price in prices), Decimal(0))
    each = (amount / quantity).quantize(_PRICE, rounding=ROUND_HALF_UP)
    return replace(old, quantity=quantity, sales_price=each)
