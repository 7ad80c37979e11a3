"""What narrows a dealer's goods, as conditions in SQL. Sources: W-076, W-118, TB-02."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from platform_core.kernel.search_keys import fold
from tenant_apps.strategies.queries.overlay import ENABLED, IN_ARCHIVE, OWN_CODES
from tenant_apps.strategies.rules import PRICE_MAX

OWN_STATES = {
    "orderable": f"{ENABLED} AND {IN_ARCHIVE}",
    "disabled": f"NOT ({ENABLED} AND {IN_ARCHIVE})",
    "own": "d.id IS NOT NULL",
}
_BELOW_CATEGORY = """ AND p.category_id IN (
 WITH RECURSIVE below AS (SELECT c.id FROM catalog_category c WHERE c.public_id = %(category)s
  UNION ALL SELECT c.id FROM catalog_category c JOIN below ON c.parent_id = below.id)
 SELECT id FROM below)"""
_OF_BRAND = " AND p.brand_id = (SELECT b.id FROM catalog_brand b WHERE b.public_id = %(brand)s)"
# A word of the goods' own, or of how the dealer calls them (K-06).
_FOUND = (
    " AND (s.search_key LIKE %(word{0})s OR s.id = ANY(ARRAY(SELECT c.sku_id FROM "  # noqa: S608 - our own
    f"{OWN_CODES} AND c.search_key LIKE %(word{{0}})s)))"
)
PRICE_BAND = ("price_from", "price_to")
FAVORITE = "EXISTS (SELECT 1 FROM strategies_favorite f WHERE f.dealer_id = %(dealer)s AND f.sku_id = s.id)"
_TEXTS = ("q", "category", "brand", "origin", "sku")
_LIKE = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})


@dataclass(frozen=True, slots=True)
class GoodsFilter:
    """What narrows and orders a dealer's goods.

    `category` (with everything below it), `brand` and `sku` are public ids, `origin` a text; `state` is a
    key of `OWN_STATES` and for the supplier's people only; `price_from` and `price_to` bound the dealer's own
    price at the smallest quantity, both included; `sort` is name, code or price, with `-` descending.
    `favorite` (any text) leaves the dealer's favorites, `skus` only these row ids; `favorites_first` is for
    pages, which count their way: `OfferedSkus.after` knows no such order.
    """

    q: str = ""
    category: str = ""
    brand: str = ""
    origin: str = ""
    state: str = ""
    sku: str = ""
    favorite: str = ""
    sort: str = "name"
    skus: tuple[int, ...] | None = None
    favorites_first: bool = False
    price_from: Decimal | None = None
    price_to: Decimal | None = None

    @classmethod
    def of(cls, asked: Mapping[str, str], *names: str) -> GoodsFilter:
        """The filter as an address words it: the named parameters and the price band.

        What is no number bounds nothing, as on every page; the API refuses it beforehand.
        """
        texts = {name: asked[name] for name in names if asked.get(name)}
        bounds = {name: _number(asked.get(name, "")) for name in PRICE_BAND}
        return replace(cls(**texts), **bounds)  # type: ignore[arg-type]

    @property
    def asks_price(self) -> bool:
        """Whether the filter must know prices."""
        return self.price_from is not None or self.price_to is not None


EVERYTHING = GoodsFilter()


def _number(text: str) -> Decimal | None:
    """A bound as somebody typed it; None for nothing, nonsense or more than a price can be."""
    try:
        number = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) <= PRICE_MAX else None


def narrowed(wanted: GoodsFilter, price: str, *, for_supplier: bool) -> tuple[str, dict[str, Any]]:
    """The filter as conditions behind `overlay.source`, and their values; `price` is what SQL calls it."""
    where, values = "", dict[str, Any]()
    # PostgreSQL refuses a NUL in a text, whoever typed it.
    wanted = replace(wanted, **{name: getattr(wanted, name).replace("\0", "") for name in _TEXTS})
    state = wanted.state if for_supplier else "orderable"
    if state in OWN_STATES:
        where += f" AND {OWN_STATES[state]}"
    for place, word in enumerate(fold(wanted.q).split()):
        where += _FOUND.format(place)
        values[f"word{place}"] = f"%{word.translate(_LIKE)}%"
    for name, condition in _CONDITIONS.items():
        if value := getattr(wanted, name):
            where += condition
            values[name] = value
    if wanted.skus is not None:
        where += " AND s.id = ANY(%(skus)s::bigint[])"
        values["skus"] = list(wanted.skus)
    for name, sign in zip(PRICE_BAND, (">=", "<="), strict=True):
        if (bound := getattr(wanted, name)) is not None:
            where += f" AND {price} {sign} %({name})s"
            values[name] = bound
    return where, values


_CONDITIONS = {
    "category": _BELOW_CATEGORY,
    "sku": " AND s.public_id = %(sku)s",
    "brand": _OF_BRAND,
    "origin": " AND p.origin = %(origin)s",
    "favorite": f" AND {FAVORITE}",
}
