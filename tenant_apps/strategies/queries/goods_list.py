"""A dealer's goods as a list: searched, filtered, sorted, a page at a time, with its share of the stock.

Sources: W-076, W-118, G-10…G-13; decisions.md §2 rows 4 and 5.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from platform_core.db.fast import fetched
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from platform_core.kernel.quantity import share
from platform_core.kernel.search_keys import fold
from platform_core.workbooks.columns import Column, Kind
from platform_core.workbooks.writing import NO, YES
from tenant_apps.catalog import queries as catalog
from tenant_apps.catalog.models import Brand
from tenant_apps.dealers.models import Dealer
from tenant_apps.strategies.queries.overlay import (
    ENABLED,
    IN_ARCHIVE,
    PRICE,
    SOURCE,
    WITH_ADDED,
    WITHOUT_ADDED,
)

SORTS = {"name": "s.sort_key", "code": "s.merchant_code", "price": PRICE}
OWN_STATES = {
    "orderable": f"{ENABLED} AND {IN_ARCHIVE}",
    "disabled": f"NOT ({ENABLED} AND {IN_ARCHIVE})",
    "own": "d.id IS NOT NULL",
}
NEVER, EXACT = "never", "exact"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class GoodsFilter:
    """What narrows and orders a dealer's goods.

    `category` (with everything below it), `brand` and `sku` are public ids; `state` is a key of
    `OWN_STATES` and for the supplier's people only; `sort` a key of `SORTS`, with `-` descending.
    """

    q: str = ""
    category: str = ""
    brand: str = ""
    state: str = ""
    sku: str = ""
    sort: str = "name"


@dataclass(frozen=True, slots=True)
class Share:
    """How much of whose stock a dealer sees: percent of its level, cut down to `precision` decimals."""

    warehouse_ids: tuple[int, ...]
    percent: Decimal
    precision: int
    show: str = EXACT


@dataclass(frozen=True, slots=True)
class Facts:
    """What a list of a dealer's goods needs to know of the dealer and the supplier."""

    dealer_id: int
    strategy_id: int | None
    has_added: bool
    shown: Share


class OfferedSkus:
    """The goods as Django's paginator wants them: a count and slices, each one statement (two with stock).

    Rows are plain dicts, so that a page costs no object per SKU: `id` (row id), `sku` (public id),
    `code`, `barcode`, `name`, `spec`, `unit`, `picture_key`, `multiple`, `minimum`, `weight_kg`, `tax_rate`,
    `price`, `orderable`, and `stock` (None when it is not to be shown). For the supplier's people also
    `enabled`, `in_archive`, `added`, `price_overridden`, `enabled_overridden`, `strategy_price`,
    `strategy_enabled`.
    """

    def __init__(self, facts: Facts, wanted: GoodsFilter, *, for_supplier: bool) -> None:
        self.columns = [*_COLUMNS, *(_SUPPLIER_COLUMNS if for_supplier else ())]
        self.shown, self.wanted, self.for_supplier = facts.shown, wanted, for_supplier
        where, values = _narrowed(wanted, for_supplier=for_supplier)
        self.source = f"{WITH_ADDED if facts.has_added else WITHOUT_ADDED}{where}"
        self.parameters = [facts.strategy_id, facts.dealer_id, *values]
        name = wanted.sort.removeprefix("-")
        self.key = SORTS.get(name, SORTS["name"])
        self.descending = wanted.sort.startswith("-")

    def count(self) -> int:
        """How many SKUs match."""
        return int(fetched(f"SELECT count(*) {self.source}", self.parameters)[0][0])

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, place: slice) -> list[Row]:
        start = place.start or 0
        length = None if place.stop is None else max(place.stop - start, 0)
        return self._page("", [], length, start)

    def after(self, mark: tuple[str, int] | None, limit: int) -> list[Row]:
        """At most `limit` rows behind the row with this sort value and row id; the first ones for None.

        Each row bears its own `mark`.
        """
        if mark is None:
            return self._page("", [], limit, 0)
        sign = "<" if self.descending else ">"
        kind = "numeric" if self.key is PRICE else "text"
        collation = ' COLLATE "C"' if self.wanted.sort.removeprefix("-") == "name" else ""
        return self._page(f" AND ({self.key}, s.id) {sign} (%s::{kind}{collation}, %s)", [*mark], limit, 0)

    def _page(self, more: str, values: Sequence[Any], limit: int | None, offset: int) -> list[Row]:
        names = [name for name, _ in self.columns]
        columns = ", ".join(expression for _, expression in self.columns)
        way = "DESC" if self.descending else "ASC"
        found = fetched(
            f"SELECT {columns}, {self.key} {self.source}{more}"
            f" ORDER BY {self.key} {way}, s.id {way} LIMIT %s OFFSET %s",
            [*self.parameters, *values, limit, offset],
        )
        rows = [dict(zip(names, row[:-1], strict=True), mark=(str(row[-1]), row[0])) for row in found]
        stock = _stock_of([row["id"] for row in rows], self.shown)
        for row in rows:
            row["stock"] = stock.get(row["id"])
        return rows


def offered_skus(
    actor: Actor,
    dealer: Dealer | str | None,
    wanted: GoodsFilter = GoodsFilter(),
    *,
    warehouse_ids: Collection[int] | None = None,
) -> OfferedSkus:
    """The goods of a dealer: a row, a public id, or None for the actor's own. One statement, and two a page.

    A dealer's people get what they may order; the supplier's people everything in the overlay, with its
    marks. `warehouse_ids`: whose stock; None is every enabled warehouse that the actor may see, and as an
    order leaves from one warehouse, the number is the largest of their shares (G-10…G-13).
    Raises NotFound for a dealer that the actor may not see.
    """
    for_supplier = actor.dealer_id is None
    found = fetched(_FACTS, _asked(actor, dealer, warehouse_ids))
    if not found:
        raise NotFound(noun=_("dealer"))
    dealer_id, strategy_id, has_added, percent, precision, show, warehouses = found[0]
    shown = Share(tuple(warehouses), percent, precision, EXACT if for_supplier else show)
    return OfferedSkus(Facts(dealer_id, strategy_id, has_added, shown), wanted, for_supplier=for_supplier)


# The same scopes as `dealers.dealers_visible_to` and `logistics.warehouses_visible_to`, held to them by a
# test: three look-ups in one, because machines read this list page after page.
_FACTS = """
SELECT d.id, a.strategy_id,
 EXISTS (SELECT 1 FROM strategies_dealeritem o WHERE o.dealer_id = d.id AND o.added),
 l.stock_percent, c.quantity_precision, c.show_stock,
 ARRAY(SELECT w.id FROM logistics_warehouse w WHERE w.enabled
  AND (%(warehouses)s::bigint[] IS NULL OR w.id = ANY(%(warehouses)s::bigint[]))
  AND (%(chosen)s::bigint[] IS NULL OR w.id = ANY(%(chosen)s::bigint[])) ORDER BY w.id)
FROM dealers_dealer d
JOIN dealers_dealerlevel l ON l.id = d.level_id
CROSS JOIN access_suppliersettings c
LEFT JOIN strategies_assignment a ON a.dealer_id = d.id
WHERE (%(own)s::bigint IS NULL OR d.id = %(own)s::bigint)
 AND (%(dealers)s::bigint[] IS NULL OR d.id = ANY(%(dealers)s::bigint[]))
 AND CASE WHEN %(row)s::bigint IS NULL THEN d.public_id = %(public_id)s ELSE d.id = %(row)s::bigint END
"""


def _asked(actor: Actor, dealer: Dealer | str | None, chosen: Collection[int] | None) -> dict[str, Any]:
    row = dealer.pk if isinstance(dealer, Dealer) else actor.dealer_id if dealer is None else None
    return {
        "own": actor.dealer_id,
        "dealers": None if actor.dealer_ids is None else list(actor.dealer_ids),
        "warehouses": None if actor.warehouse_ids is None else list(actor.warehouse_ids),
        "chosen": None if chosen is None else list(chosen),
        "row": row,
        "public_id": dealer if isinstance(dealer, str) else "",
    }


def _stock_of(sku_ids: Sequence[int], shown: Share) -> dict[int, Decimal]:
    """A dealer's visible stock of some SKUs, in one statement; nothing when it is not to be shown."""
    if shown.show == NEVER or not sku_ids:
        return {}
    available = import_string(settings.STOCK_OF)(warehouse_ids=shown.warehouse_ids, sku_ids=sku_ids)
    best = dict.fromkeys(sku_ids, _ZERO)
    for (_warehouse, sku_id), quantity in available.items():
        best[sku_id] = max(best[sku_id], quantity)
    # A share never falls while the stock rises, so one share of the largest stock is the largest share.
    return {sku_id: share(quantity, shown.percent, shown.precision) for sku_id, quantity in best.items()}


_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Facets:
    """What a dealer's goods can be filtered by: (public id, name) of categories and brands it really has."""

    categories: tuple[tuple[str, str], ...]
    brands: tuple[tuple[str, str], ...]
    has_goods: bool


def facets_of(dealer: Dealer) -> Facets:
    """Categories (with those above, indented) and brands of the dealer's orderable goods: 3 statements."""
    found = fetched(
        f"SELECT DISTINCT p.category_id, p.brand_id {SOURCE} AND {OWN_STATES['orderable']}",
        [dealer.pk, dealer.pk],
    )
    nodes = catalog.tree().nodes
    wanted = {row[0] for row in found if row[0]}
    lines = [set(node.line) for node in nodes if node.leaf.id in wanted]
    shown = set().union(*lines)
    categories = tuple(
        (node.leaf.public_id, _INDENT * node.depth + node.leaf.name)
        for node in nodes
        if node.leaf.id in shown
    )
    brands = Brand.objects.filter(pk__in={row[1] for row in found if row[1]}).order_by("name")
    return Facets(categories, tuple(brands.values_list("public_id", "name")), bool(found))


OFFER_COLUMNS = (
    Column("code", "Merchant code", "商家编码"),
    Column("name", "Name", "名称"),
    Column("spec", "Specification", "规格"),
    Column("barcode", "Barcode", "条码"),
    Column("unit", "Unit", "单位"),
    Column("price", "Price", "结算价", Kind.DECIMAL),
    Column("stock", "Stock", "库存"),
    Column("minimum", "Minimum", "起订量", Kind.DECIMAL),
    Column("multiple", "Multiple", "倍数", Kind.DECIMAL),
    Column("weight_kg", "Weight kg", "重量", Kind.DECIMAL),
)


def offer_cells(row: Row, shown: Share | None = None) -> dict[str, Any]:
    """A row of the list as cells of a file; the stock as the reader may see it."""
    cells = {column.key: row[column.key] for column in OFFER_COLUMNS}
    for key in ("price", "minimum", "multiple", "weight_kg"):
        cells[key] = cells[key].normalize()
    if shown is not None and shown.show != EXACT and row["stock"] is not None:
        cells["stock"] = (YES if row["stock"] > 0 else NO).title(get_language() or "en")
    return cells


_INDENT = "\u2003"
_COLUMNS = (
    ("id", "s.id"),
    ("sku", "s.public_id"),
    ("code", "s.merchant_code"),
    ("barcode", "s.barcode"),
    ("name", "p.name"),
    ("spec", "s.spec"),
    ("unit", "s.unit"),
    ("picture_key", "s.picture_key"),
    ("multiple", "s.multiple"),
    ("minimum", "s.minimum"),
    ("weight_kg", "s.weight_kg"),
    ("tax_rate", "s.tax_rate"),
    ("price", PRICE),
    ("orderable", f"({ENABLED} AND {IN_ARCHIVE})"),
)
_SUPPLIER_COLUMNS = (
    ("enabled", ENABLED),
    ("in_archive", IN_ARCHIVE),
    ("added", "(i.id IS NULL)"),
    ("price_overridden", "(d.settlement_price IS NOT NULL)"),
    ("enabled_overridden", "(d.enabled IS NOT NULL)"),
    ("strategy_price", "i.settlement_price"),
    ("strategy_enabled", "i.enabled"),
)
_BELOW_CATEGORY = """ AND p.category_id IN (
 WITH RECURSIVE below AS (SELECT c.id FROM catalog_category c WHERE c.public_id = %s
  UNION ALL SELECT c.id FROM catalog_category c JOIN below ON c.parent_id = below.id)
 SELECT id FROM below)"""
_TEXTS = ("q", "category", "brand", "sku")
_LIKE = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})


def _narrowed(wanted: GoodsFilter, *, for_supplier: bool) -> tuple[str, list[Any]]:
    """The filter as conditions behind `SOURCE`, and their values."""
    where, values = "", list[Any]()
    # PostgreSQL refuses a NUL in a text, whoever typed it.
    wanted = replace(wanted, **{name: getattr(wanted, name).replace("\0", "") for name in _TEXTS})
    state = wanted.state if for_supplier else "orderable"
    if state in OWN_STATES:
        where += f" AND {OWN_STATES[state]}"
    for word in fold(wanted.q).split():
        where += " AND s.search_key LIKE %s"
        values.append(f"%{word.translate(_LIKE)}%")
    if wanted.category:
        where += _BELOW_CATEGORY
        values.append(wanted.category)
    if wanted.sku:
        where += " AND s.public_id = %s"
        values.append(wanted.sku)
    if wanted.brand:
        where += " AND p.brand_id = (SELECT b.id FROM catalog_brand b WHERE b.public_id = %s)"
        values.append(wanted.brand)
    return where, values
