"""Stock and its movements: what an actor may see of them."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Final

from django.db.models import Case, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _

from platform_core.db.fast import looked_up
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from platform_core.kernel.search_keys import fold
from tenant_apps.access.models import SupplierSettings
from tenant_apps.catalog.models import Sku
from tenant_apps.inventory.models import Movement, Stock, StockTransferLine
from tenant_apps.inventory.permissions import InventoryPermission
from tenant_apps.inventory.states import TransferState
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
    "orderable": "orderable",
    "updated": "updated_at",
}
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
    """Stock rows of the visible warehouses with their numbers of now, as `numbered` gives them.

    Raises NotPermitted without `inventory.read`: dealers see their share by the goods list.
    """
    return numbered(rows_visible_to(actor))


def rows_visible_to(actor: Actor) -> QuerySet[Stock]:
    """Stock rows of the visible warehouses (W-024), bare. Raises NotPermitted."""
    actor.require(InventoryPermission.READ)
    rows = Stock.objects.select_related("sku__product", "warehouse")
    return rows if actor.warehouse_ids is None else rows.filter(warehouse__in=actor.warehouse_ids)


def numbered(rows: QuerySet[Stock]) -> QuerySet[Stock]:
    """Stock rows with `available`, `in_transit`, `orderable`, `line` and `is_low`.

    available = on hand − reserved, never below 0; in transit is what was sent here and did not arrive
    yet; orderable (available to promise) = on hand − reserved + in transit, never below 0, so that what
    comes covers a shortage first. `line` is the row's warning line, else the supplier's; a line of 0
    warns of nothing, and a row is low at or under its line (W-010, EM-04, FP-05).
    """
    free = F("on_hand") - F("reserved")
    suppliers = Subquery(SupplierSettings.objects.values("stock_warning")[:1])
    return rows.annotate(
        available=Greatest(free, _NOTHING),
        in_transit=_in_transit(),
        orderable=Greatest(free + F("in_transit"), _NOTHING),
        line=Coalesce("warning_line", suppliers, _NOTHING, output_field=_QUANTITY),
        is_low=Case(When(Q(line__gt=0, line__gte=free), then=True), default=False),
    )


def _in_transit() -> Coalesce:
    lines = StockTransferLine.objects.filter(
        sku=OuterRef("sku"),
        transfer__destination=OuterRef("warehouse"),
        transfer__state=TransferState.SENT,
    )
    coming = lines.order_by().values("sku").annotate(sum=Sum("quantity")).values("sum")
    return Coalesce(Subquery(coming), _NOTHING, output_field=_QUANTITY)


def stock_matching(
    actor: Actor, q: str = "", warehouse: str = "", state: str = "", sort: str = ""
) -> QuerySet[Stock]:
    """Visible stock by words of code, barcode, name or pinyin, by warehouse and by state.

    States: `none` (nothing free), `short` (more reserved than there is), `some`, `low` (at or under the
    warning line).
    """
    rows = narrowed(stock_visible_to(actor), q, warehouse)
    narrowing = {
        "none": Q(available=0),
        "short": Q(on_hand__lt=F("reserved")),
        "some": Q(available__gt=0),
        "low": Q(is_low=True),
    }
    if state in narrowing:
        rows = rows.filter(narrowing[state])
    wanted = sort if sort.lstrip("-") in STOCK_SORTS else "name"
    column = STOCK_SORTS[wanted.lstrip("-")]
    return rows.order_by(f"-{column}" if wanted.startswith("-") else column, "warehouse__code", "id")


def narrowed(rows: QuerySet[Stock], q: str, warehouse: str) -> QuerySet[Stock]:
    """Stock rows by words of the SKU and by the warehouse's public id."""
    for word in fold(q).split():
        rows = rows.filter(sku__search_key__contains=word)
    return rows.filter(warehouse__public_id=warehouse) if warehouse else rows


def low_count(actor: Actor) -> int:
    """How many visible rows are at or under their warning line. One statement."""
    return stock_matching(actor, state="low").order_by().count()


def stock_by_sku(actor: Actor, warehouse_id: int, sku_ids: Collection[int]) -> dict[int, Stock]:
    """Visible stock of these SKUs in a warehouse, as `numbered`; one statement. Raises NotPermitted."""
    rows = stock_visible_to(actor).filter(warehouse=warehouse_id, sku__in=sku_ids)
    return {row.sku_id: row for row in rows}


def stock_for(actor: Actor, stock_id: int) -> Stock:
    """One visible stock row. Raises NotFound."""
    row = stock_visible_to(actor).filter(pk=stock_id).first()
    if row is None:
        raise NotFound(noun=_("stock"))
    return row


def movements_of(stock: Stock) -> QuerySet[Movement]:
    """Why the stock is what it is, newest first."""
    return Movement.objects.filter(stock=stock).order_by("-at", "-id")


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


def goods_to_pick(actor: Actor, q: str) -> QuerySet[Sku]:
    """SKUs by words of code, barcode, name or pinyin, none for no words.

    For whoever may write a transfer or a stock take, without reading the catalogue. Raises NotPermitted.
    """
    if not actor.may(InventoryPermission.TRANSFER):
        actor.require(InventoryPermission.TAKE_STOCK)
    words = fold(q).split()
    rows = Sku.objects.select_related("product") if words else Sku.objects.none()
    for word in words:
        rows = rows.filter(search_key__contains=word)
    return rows.order_by("sort_key", "id")


def goods_by_external_id(ids: Collection[str]) -> dict[str, Sku]:
    """SKUs by the id another system gave them. One statement, none for no ids."""
    return {str(sku.external_id): sku for sku in Sku.objects.filter(external_id__in=ids)}
