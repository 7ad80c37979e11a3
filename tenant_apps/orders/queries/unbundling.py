"""Bundles in a request become lines of their SKUs (W-119)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from platform_core.kernel.money import Currency
from platform_core.kernel.words import noop
from tenant_apps.catalog import queries as catalog
from tenant_apps.catalog.models import Sku
from tenant_apps.orders.rules import WantedLine
from tenant_apps.strategies.queries import Offer, lines_of_bundles, offers_named

Offered = dict[str, tuple[Sku, Offer]]
TOO_MANY_OPENED = noop("With its bundles opened, this order has {lines} lines; it may have {maximum}.")
_PRICE = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A line of one SKU (or of an unknown name): its place in the request, and whether bundles are in it.

    A bundle of which nobody can order that many stays the line it was.
    """

    index: int
    wanted: WantedLine
    is_bundled: bool = False


def unbundled(
    dealer_id: int, lines: Sequence[WantedLine], offered: Offered, currency: Currency
) -> tuple[list[AskedLine], Offered]:
    """The request's lines with its bundles opened, and the offers of all SKUs that are then asked.

    A SKU that several bundles hold, or a bundle and a line of its own, becomes one line in base units;
    its sales price is what they all come to over the quantity. Two lines of its own stay two, which the
    rules refuse. No statement when every name is a SKU's.
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
    if any(line.pack for line in lines):
        catalog.add_packs(sku for sku, _offer in offered.values())
    whole = _Joining(offered)
    for one in asked:
        if one.index not in parts:
            whole.put(one)
        elif not parts[one.index]:
            whole.put(replace(one, is_bundled=True))
        for part in parts.get(one.index, ()):
            line = WantedLine(part.sku, part.quantity, "", part.sales_price, one.wanted.note)
            whole.put(AskedLine(one.index, line, is_bundled=True))
    return whole.lines, offered


class _Joining:
    """Lines as they come; one that asks for the SKU of another is joined to it where a bundle is in it."""

    def __init__(self, offered: Offered) -> None:
        self.lines: list[AskedLine] = []
        self._offered = offered
        self._places: dict[int, int] = {}
        self._base: dict[int, WantedLine] = {}
        self._own: set[int] = set()

    def put(self, new: AskedLine) -> None:
        """Add a line, or join it."""
        known = self._offered.get(new.wanted.sku)
        added = known and _in_base_units(new.wanted, known[0])
        if known is None or added is None:
            self.lines.append(new)
            return
        sku = known[0]
        place = self._places.setdefault(sku.pk, len(self.lines))
        old = self._base.get(sku.pk)
        if old is None or (not new.is_bundled and sku.pk in self._own):
            self.lines.append(new)
            self._base.setdefault(sku.pk, added)
        else:
            self._base[sku.pk] = _joined(old, added, sku.retail_price)
            self.lines[place] = replace(self.lines[place], wanted=self._base[sku.pk], is_bundled=True)
        if not new.is_bundled:
            self._own.add(sku.pk)


def _in_base_units(line: WantedLine, sku: Sku) -> WantedLine | None:
    """The line without its pack; None for what nobody can order, which the rules refuse as it stands."""
    if not line.quantity.is_finite() or line.quantity <= 0:
        return None
    if not line.pack or line.pack == sku.unit:
        return line
    units = next((pack.units for pack in sku.packs.all() if pack.name == line.pack), None)
    return None if units is None else replace(line, quantity=line.quantity * units, pack="")


def _joined(old: WantedLine, new: WantedLine, retail: Decimal) -> WantedLine:
    quantity = old.quantity + new.quantity
    if old.sales_price is None and new.sales_price is None:
        return replace(old, quantity=quantity)
    prices = [(line, retail if line.sales_price is None else line.sales_price) for line in (old, new)]
    amount = sum((price * line.quantity for line, price in prices), Decimal(0))
    each = (amount / quantity).quantize(_PRICE, rounding=ROUND_HALF_UP)
    return replace(old, quantity=quantity, sales_price=each)
