"""Stock, its movements and stock-outs: what an actor may see of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _

from platform_core.db.fast import looked_up
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from platform_core.kernel.search_keys import fold
from tenant_apps.catalog.models import Sku
from tenant_apps.inventory.models import Movement, Stock, StockOut, StockOutLine
from tenant_apps.inventory.permissions import InventoryPermission
from tenant_apps.logistics.models import Warehouse
from tenant_apps.logistics.queries import warehouses_visible_to

IMPORT: Final = "stock"
STOCK_SORTS = {
    "sku": "sku__merchant_code",
    "name": "sku__sort_key",
    "warehouse": "warehouse__code",
    "on_hand": "on_hand",
    "reserved": "reserved",
    "available": "available",
    "updated": "updated_at",
}
STOCK_OUT_SORTS = {"number": "id", "dealer": "dealer__sort_key", "state": "state", "weight": "weight_kg"}
_QUANTITY: DecimalField[Decimal, Decimal] = DecimalField(max_digits=18, decimal_places=3)
_NOTHING = Value(Decimal(0), output_field=_QUANTITY)


def available(*, warehouse_ids: Collection[int], sku_ids: Collection[int]) -> dict[tuple[int, int], Decimal]:
    """What is free by (warehouse, SKU): on hand − reserved, never below 0. One statement.

    A pair without a stock row is absent: the warehouse never had the SKU.
    """
    rows = looked_up(
        "SELECT warehouse_id, sku_id, GREATEST(on_hand - reserved, 0) FROM inventory_stock"
        " WHERE warehouse_id = ANY(%s) AND sku_id = ANY(%s)",
        [list(warehouse_ids), list(sku_ids)],
    )
    return {(place, sku): free for place, sku, free in rows}


def stock_visible_to(actor: Actor) -> QuerySet[Stock]:
    """Stock rows of the visible warehouses with `available`, never below 0.

    Raises NotPermitted without `inventory.read`: dealers see their share by the goods list.
    """
    actor.require(InventoryPermission.READ)
    rows = Stock.objects.select_related("sku__product", "warehouse")
    if actor.warehouse_ids is not None:
        rows = rows.filter(warehouse__in=actor.warehouse_ids)
    return rows.annotate(available=Greatest(F("on_hand") - F("reserved"), _NOTHING))


def stock_matching(
    actor: Actor, q: str = "", warehouse: str = "", state: str = "", sort: str = ""
) -> QuerySet[Stock]:
    """Visible stock by words of code, barcode, name or pinyin, by warehouse and by state.

    States: `none` (nothing free), `short` (more reserved than there is), `some`.
    """
    rows = stock_visible_to(actor)
    for word in fold(q).split():
        rows = rows.filter(sku__search_key__contains=word)
    if warehouse:
        rows = rows.filter(warehouse__public_id=warehouse)
    narrowing = {"none": Q(available=0), "short": Q(on_hand__lt=F("reserved")), "some": Q(available__gt=0)}
    if state in narrowing:
        rows = rows.filter(narrowing[state])
    wanted = sort if sort.lstrip("-") in STOCK_SORTS else "name"
    column = STOCK_SORTS[wanted.lstrip("-")]
    return rows.order_by(f"-{column}" if wanted.startswith("-") else column, "warehouse__code", "id")


def stock_for(actor: Actor, stock_id: int) -> Stock:
    """One visible stock row. Raises NotFound."""
    row = stock_visible_to(actor).filter(pk=stock_id).first()
    if row is None:
        raise NotFound(noun=_("stock"))
    return row


def movements_of(stock: Stock) -> QuerySet[Movement]:
    """Why the stock is what it is, newest first."""
    return Movement.objects.filter(stock=stock).order_by("-id")


def stock_at(*, warehouse_id: int, at: datetime) -> dict[int, Decimal]:
    """What lay in a warehouse at an instant, by SKU id, from the movements. One statement."""
    last = Movement.objects.filter(stock=OuterRef("pk"), at__lte=at).order_by("-id")
    then = Coalesce(Subquery(last.values("on_hand_after")[:1]), _NOTHING, output_field=_QUANTITY)
    rows = Stock.objects.filter(warehouse=warehouse_id).annotate(then=then)
    return dict(rows.values_list("sku_id", "then"))


def warehouse_for(actor: Actor, public_id: str) -> Warehouse:
    """A visible warehouse. Raises NotFound."""
    row = warehouses_visible_to(actor).filter(public_id=public_id).first()
    if row is None:
        raise NotFound(noun=_("warehouse"))
    return row


def goods_for(public_id: str) -> Sku:
    """A SKU by its public id, whoever asks: its stock may be set without reading the catalogue.

    Raises NotFound.
    """
    sku = Sku.objects.select_related("product").filter(public_id=public_id).first()
    if sku is None:
        raise NotFound(noun=_("SKU"))
    return sku


def goods_by_external_id(ids: Collection[str]) -> dict[str, Sku]:
    """SKUs by the id another system gave them. One statement, none for no ids."""
    return {str(sku.external_id): sku for sku in Sku.objects.filter(external_id__in=ids)}


def stock_outs_visible_to(actor: Actor) -> QuerySet[StockOut]:
    """Stock-outs of the visible warehouses and dealers; raises NotPermitted without the permission.

    For the supplier's people: a dealer follows its order instead.
    """
    actor.require(InventoryPermission.READ_STOCK_OUTS)
    rows = StockOut.objects.select_related("warehouse", "carrier", "dealer")
    if actor.warehouse_ids is not None:
        rows = rows.filter(warehouse__in=actor.warehouse_ids)
    return rows if actor.dealer_ids is None else rows.filter(dealer__in=actor.dealer_ids)


def stock_outs_matching(
    actor: Actor, q: str = "", warehouse: str = "", state: str = "", sort: str = ""
) -> QuerySet[StockOut]:
    """Visible stock-outs by number, order number, consignee or dealer, by warehouse and by state."""
    rows = stock_outs_visible_to(actor)
    for word in q.split():
        named = Q(dealer__search_key__contains=fold(word)) | Q(consignee__icontains=word)
        rows = rows.filter(named | Q(number__icontains=word) | Q(source_number__icontains=word))
    if warehouse:
        rows = rows.filter(warehouse__public_id=warehouse)
    if state:
        rows = rows.filter(state=state)
    wanted = sort if sort.lstrip("-") in STOCK_OUT_SORTS else "-number"
    column = STOCK_OUT_SORTS[wanted.lstrip("-")]
    return rows.order_by(f"-{column}" if wanted.startswith("-") else column, "-id")


def stock_out_for(actor: Actor, public_id: str) -> StockOut:
    """One visible stock-out. Raises NotFound."""
    row = stock_outs_visible_to(actor).filter(public_id=public_id).first()
    if row is None:
        raise NotFound(noun=_("stock-out"))
    return row


def lines_of(stock_out: StockOut) -> QuerySet[StockOutLine]:
    """Its lines in their order."""
    return stock_out.lines.select_related("sku").order_by("position")


def reconciliation() -> Mapping[str, str]:
    """What must be 0: a sentence, and the statement that counts what contradicts it."""
    return _CHECKS


_CHECKS: Mapping[str, str] = {
    "stock rows that do not follow from their movements": """
      SELECT count(*) FROM inventory_stock s LEFT JOIN
        (SELECT stock_id, sum(on_hand_delta) AS on_hand, sum(reserved_delta) AS reserved
           FROM stock_movement GROUP BY 1) m ON m.stock_id = s.id
      WHERE s.on_hand <> coalesce(m.on_hand, 0) OR s.reserved <> coalesce(m.reserved, 0)
    """,
    "movements that do not follow from the one before": """
      SELECT count(*) FROM (
        SELECT on_hand_after - on_hand_delta - coalesce(lag(on_hand_after) OVER w, 0) AS on_hand_gap,
               reserved_after - reserved_delta - coalesce(lag(reserved_after) OVER w, 0) AS reserved_gap
        FROM stock_movement WINDOW w AS (PARTITION BY stock_id ORDER BY id)) chain
      WHERE on_hand_gap <> 0 OR reserved_gap <> 0
    """,
    "stock rows whose reserved number is not the sum of active reservations": """
      SELECT count(*) FROM inventory_stock s LEFT JOIN
        (SELECT stock_id, sum(quantity) AS held FROM inventory_reservation
          WHERE state = 'active' GROUP BY 1) r ON r.stock_id = s.id
      WHERE s.reserved <> coalesce(r.held, 0)
    """,
    "stock-out lines that shipped something else than was taken from stock": """
      SELECT count(*) FROM inventory_stockoutline l JOIN inventory_stockout o ON o.id = l.stock_out_id
        LEFT JOIN (SELECT source_kind, source_id, source_line_id, sum(quantity) AS taken
          FROM inventory_reservation WHERE state = 'consumed' GROUP BY 1, 2, 3) r
        ON (r.source_kind, r.source_id, r.source_line_id) = (o.source_kind, o.source_id, l.source_line_id)
      WHERE o.state <> 'void' AND l.shipped <> coalesce(r.taken, 0)
    """,
    "finished stock-outs whose source still holds stock": """
      SELECT count(*) FROM inventory_stockout o WHERE o.state = 'done' AND EXISTS (
        SELECT 1 FROM inventory_reservation r WHERE r.state = 'active'
          AND (r.source_kind, r.source_id) = (o.source_kind, o.source_id))
    """,
}
