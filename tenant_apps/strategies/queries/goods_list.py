"""A dealer's goods as a list: searched, filtered, sorted, a page at a time, with its share of the stock.

Sources: W-076, W-118, G-10…G-13; decisions.md §2 rows 4 and 5.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from platform_core.db.fast import fetched
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from platform_core.kernel.quantity import next_orderable, plain, share
from platform_core.workbooks.columns import Column, Kind
from platform_core.workbooks.writing import NO, YES
from tenant_apps.catalog import queries as catalog
from tenant_apps.catalog.models import Brand
from tenant_apps.dealers.models import Dealer
from tenant_apps.strategies.packs import pack_prices
from tenant_apps.strategies.pricing import PriceAnswer, Tier, tiers_of
from tenant_apps.strategies.queries import price_sql
from tenant_apps.strategies.queries.goods_filter import (
    EVERYTHING,
    FAVORITE,
    OWN_STATES,
    GoodsFilter,
    narrowed,
)
from tenant_apps.strategies.queries.overlay import ENABLED, IN_ARCHIVE, LISTED, SOURCE, local_day, source

SORTS = {"name": "s.sort_key", "code": "s.merchant_code"}
NEVER, EXACT = "never", "exact"
_STRATEGY = "%(strategy)s"
_RULES = ("rules_of_sku", "rules_of_all")
Row = dict[str, Any]


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
    has_rules: bool
    shown: Share
    has_favorites: bool = False


class OfferedSkus:
    """The goods as Django's paginator wants them: a count and slices, each one statement (two with stock).

    Rows are plain dicts, so that a page costs no object per SKU: `id` (row id), `sku` (public id),
    `code`, `barcode`, `name`, `spec`, `unit`, `picture_key`, `multiple`, `minimum`, `weight_kg`, `tax_rate`,
    `price` (at the smallest quantity that may be ordered), `tiers` (where it changes above that),
    `pack_prices` (what one of each named pack costs when it is ordered),
    `orderable`, `favorite`, and `stock` (None when it is not to be shown). For the supplier's people also
    `enabled`, `in_archive`, `added`, `price_overridden`, `enabled_overridden`, `strategy_price`,
    `strategy_enabled`, `listed` (the price without price rules). `answer` says where the price comes from
    (`pricing.PriceAnswer`), when price rules concern the dealer or it was asked for by `explain`.
    """

    def __init__(
        self, facts: Facts, wanted: GoodsFilter, *, for_supplier: bool, explain: bool = False
    ) -> None:
        self.shown, self.wanted, self.for_supplier = facts.shown, wanted, for_supplier
        self.has_rules, self.explain, self.day = facts.has_rules, explain, local_day()
        price = price_sql.RULED_PRICE if facts.has_rules else LISTED
        self.columns = [
            *_COLUMNS,
            ("price", price),
            ("favorite", FAVORITE if facts.has_favorites else "FALSE"),
            *(_SUPPLIER_COLUMNS if for_supplier else ()),
            *self._terms(),
        ]
        where, values = narrowed(wanted, price, for_supplier=for_supplier)
        priced = price_sql.BEST_RULE if facts.has_rules else ""
        counted = priced if wanted.asks_price else ""
        self.source = source(strategy=_STRATEGY, may_be_added=facts.has_added, more=priced) + where
        self.counted = source(strategy=_STRATEGY, may_be_added=facts.has_added, more=counted) + where
        self.parameters = {
            "strategy": facts.strategy_id,
            "dealer": facts.dealer_id,
            "day": self.day,
            **values,
        }
        # Where a dealer has favorites its first page reads all its goods, as their count does anyway.
        self.before = f"{FAVORITE} DESC, " if facts.has_favorites and wanted.favorites_first else ""
        name = wanted.sort.removeprefix("-")
        self.by_price = name == "price"
        self.key = price if self.by_price else SORTS.get(name, SORTS["name"])
        self.descending = wanted.sort.startswith("-")

    def _terms(self) -> list[tuple[str, str]]:
        if not self.has_rules and not self.explain:
            return []
        rules = zip(_RULES, price_sql.ALL_RULES if self.explain else price_sql.RULES, strict=True)
        return [*rules, ("base", price_sql.BASE), ("places", price_sql.PLACES)]

    def count(self) -> int:
        """How many SKUs match."""
        return int(fetched(f"SELECT count(*) {self.counted}", self.parameters)[0][0])

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, place: slice) -> list[Row]:
        start = place.start or 0
        length = None if place.stop is None else max(place.stop - start, 0)
        return self._page("", {}, length, start)

    def after(self, mark: tuple[str, int] | None, limit: int) -> list[Row]:
        """At most `limit` rows behind the row with this sort value and row id; the first ones for None.

        Each row bears its own `mark`.
        """
        if mark is None:
            return self._page("", {}, limit, 0)
        sign = "<" if self.descending else ">"
        kind = "numeric" if self.by_price else "text"
        collation = ' COLLATE "C"' if self.key == SORTS["name"] else ""
        behind = f" AND ({self.key}, s.id) {sign} (%(mark)s::{kind}{collation}, %(mark_id)s)"
        return self._page(behind, {"mark": mark[0], "mark_id": mark[1]}, limit, 0)

    def _page(self, more: str, values: Mapping[str, Any], limit: int | None, offset: int) -> list[Row]:
        names = [name for name, _ in self.columns]
        columns = ", ".join(expression for _, expression in self.columns)
        way = "DESC" if self.descending else "ASC"
        found = fetched(
            f"SELECT {columns}, {self.key} {self.source}{more}"
            f" ORDER BY {self.before}{self.key} {way}, s.id {way} LIMIT %(limit)s OFFSET %(offset)s",
            {**self.parameters, **values, "limit": limit, "offset": offset},
        )
        rows = [dict(zip(names, row[:-1], strict=True), mark=(str(row[-1]), row[0])) for row in found]
        stock = _stock_of(rows, self.shown)
        for row in rows:
            row["stock"] = stock.get(row["id"])
            self._add_prices(row)
        return rows

    def _add_prices(self, row: Row) -> None:
        """Tiers, what packs cost, and where the price comes from."""
        packs = [(name, Decimal(units)) for name, units in row.pop("packs") or ()]
        row["tiers"] = ()
        if "base" not in row:
            row["pack_prices"] = pack_prices(packs, lambda _quantity: row["price"])
            return
        rules = [row.pop(name) for name in _RULES]
        terms = price_sql.terms_of(rules, row["base"], row["places"], row["own_price"], self.day)
        first = next_orderable(_ZERO, self.shown.precision, row["minimum"], row["multiple"])
        row["answer"], row["tiers"] = terms.at(first), tiers_of(terms, first)
        row["pack_prices"] = pack_prices(packs, lambda quantity: terms.at(max(quantity, first)).price)


def offered_skus(
    actor: Actor,
    dealer: Dealer | str | None,
    wanted: GoodsFilter = EVERYTHING,
    *,
    warehouse_ids: Collection[int] | None = None,
    explain: bool = False,
) -> OfferedSkus:
    """The goods of a dealer: a row, a public id, or None for the actor's own. One statement, and two a page.

    A dealer's people get what they may order; the supplier's people everything in the overlay, with its
    marks. `warehouse_ids`: whose stock; None is every enabled warehouse that the actor may see, and as an
    order leaves from one warehouse, the number is the largest of their shares (G-10…G-13). `explain`
    gives each row its `answer`. Raises NotFound for a dealer that the actor may not see.
    """
    for_supplier = actor.dealer_id is None
    found = fetched(_FACTS, _asked(actor, dealer, warehouse_ids))
    if not found:
        raise NotFound(noun=_("dealer"))
    dealer_id, strategy_id, has_added, has_rules, starred, percent, precision, show, warehouses = found[0]
    shown = Share(tuple(warehouses), percent, precision, EXACT if for_supplier else show)
    facts = Facts(dealer_id, strategy_id, has_added, has_rules, shown, starred)
    return OfferedSkus(facts, wanted, for_supplier=for_supplier, explain=explain)


@dataclass(frozen=True, slots=True)
class Explained:
    """A dealer's price of a SKU for a quantity: the SKU's row of the list, the answer, the tiers."""

    row: Row
    answer: PriceAnswer
    tiers: tuple[Tier, ...]


def price_answer(actor: Actor, dealer: Dealer, sku_id: str, quantity: Decimal | None) -> Explained:
    """Where a dealer's price of a SKU (public id) comes from; without a quantity, of the smallest order.

    Raises NotFound when the SKU is not among the dealer's goods.
    """
    rows = offered_skus(actor, dealer, GoodsFilter(sku=sku_id), explain=True)[0:1]
    if not rows:
        raise NotFound(noun="SKU")
    answer: PriceAnswer = rows[0]["answer"]
    if quantity is not None:
        answer = answer.terms.at(quantity)
    return Explained(rows[0], answer, rows[0]["tiers"])


# The same scopes as `dealers.dealers_visible_to` and `logistics.warehouses_visible_to`, held to them by a
# test: three look-ups in one, because machines read this list page after page.
_FACTS = """
SELECT d.id, a.strategy_id,
 EXISTS (SELECT 1 FROM strategies_dealeritem o WHERE o.dealer_id = d.id AND o.added),
 EXISTS (SELECT 1 FROM strategies_pricerule r WHERE (r.dealer_id = d.id OR r.level_id = d.level_id)
  AND (r.valid_until IS NULL OR r.valid_until >= %(day)s)
  AND (r.valid_from IS NULL OR r.valid_from <= %(day)s)),
 EXISTS (SELECT 1 FROM strategies_favorite f WHERE f.dealer_id = d.id),
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
        "day": local_day(),
        "public_id": dealer if isinstance(dealer, str) else "",
    }


def _stock_of(rows: Sequence[Row], shown: Share) -> dict[int, Decimal]:
    """A dealer's visible stock of some SKUs, in one statement; nothing when it is not to be shown."""
    if shown.show == NEVER or not rows:
        return {}
    only = {row["id"]: row["display_warehouse_id"] for row in rows}
    available = import_string(settings.STOCK_OF)(warehouse_ids=shown.warehouse_ids, sku_ids=list(only))
    best = dict.fromkeys(only, _ZERO)
    for (warehouse, sku_id), quantity in available.items():
        if only[sku_id] is None or only[sku_id] == warehouse:
            best[sku_id] = max(best[sku_id], quantity)
    # A share never falls while the stock rises, so one share of the largest stock is the largest share.
    return {sku_id: share(quantity, shown.percent, shown.precision) for sku_id, quantity in best.items()}


_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Facets:
    """What a dealer's goods can be filtered by: (public id, name) of categories and brands, and origins."""

    categories: tuple[tuple[str, str], ...]
    brands: tuple[tuple[str, str], ...]
    origins: tuple[tuple[str, str], ...]
    has_goods: bool


def facets_of(dealer: Dealer) -> Facets:
    """Categories (with those above, indented) and brands of the dealer's orderable goods: 3 statements."""
    found = fetched(
        f"SELECT DISTINCT p.category_id, p.brand_id, p.origin {SOURCE} AND {OWN_STATES['orderable']}",
        {"dealer": dealer.pk},
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
    origins = tuple((name, name) for name in sorted({row[2] for row in found if row[2]}))
    return Facets(categories, tuple(brands.values_list("public_id", "name")), origins, bool(found))


OFFER_COLUMNS = (
    Column("code", "Merchant code", "商家编码"),
    Column("name", "Name", "名称"),
    Column("spec", "Specification", "规格"),
    Column("barcode", "Barcode", "条码"),
    Column("origin", "Origin", "产地"),
    Column("unit", "Unit", "单位"),
    Column("price", "Price", "结算价", Kind.DECIMAL),
    Column("tiers", "Quantity prices", "数量价"),
    Column("packs", "Pack prices", "包装价"),
    Column("stock", "Stock", "库存"),
    Column("minimum", "Minimum", "起订量", Kind.DECIMAL),
    Column("multiple", "Multiple", "倍数", Kind.DECIMAL),
    Column("weight_kg", "Weight kg", "重量", Kind.DECIMAL),
)


def offer_cells(row: Row, shown: Share | None = None) -> dict[str, Any]:
    """A row of the list as cells of a file; the stock as the reader may see it."""
    cells: dict[str, Any] = {column.key: row[column.key] for column in OFFER_COLUMNS if column.key in row}
    packs = [f"{one.name} ({plain(one.units)}): {plain(one.price)}" for one in row["pack_prices"]]
    cells["packs"] = "; ".join(packs)
    cells["tiers"] = "; ".join(f"{plain(tier.from_quantity)}: {plain(tier.price)}" for tier in row["tiers"])
    for key in ("price", "minimum", "multiple", "weight_kg"):
        cells[key] = cells[key].normalize()
    if shown is not None and shown.show != EXACT and row["stock"] is not None:
        cells["stock"] = (YES if row["stock"] > 0 else NO).title(get_language() or "en")
    return cells


_INDENT = "\u2003"
# Text, because a number in JSON is read as a float.
_PACKS = (
    "(SELECT json_agg(json_build_array(k.name, k.units::text) ORDER BY k.id)"
    " FROM catalog_pack k WHERE k.sku_id = s.id)"
)
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
    ("display_warehouse_id", "u.display_warehouse_id"),
    ("own_price", "d.settlement_price"),
    ("orderable", f"({ENABLED} AND {IN_ARCHIVE})"),
    ("packs", _PACKS),
    ("origin", "p.origin"),
)
_SUPPLIER_COLUMNS = (
    ("spec_code", "s.spec_code"),
    ("enabled", ENABLED),
    ("in_archive", IN_ARCHIVE),
    ("added", "(i.id IS NULL)"),
    ("price_overridden", "(d.settlement_price IS NOT NULL)"),
    ("enabled_overridden", "(d.enabled IS NOT NULL)"),
    ("strategy_price", "i.settlement_price"),
    ("strategy_enabled", "i.enabled"),
    ("listed", LISTED),
)
