"""Stock takes: what an actor may see of them."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from platform_core.audit.models import AuditLine
from platform_core.audit.record import lines_of as log_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from platform_core.kernel.search_keys import fold
from tenant_apps.catalog.queries import tree
from tenant_apps.inventory.models import Movement, Stock, StockTake, StockTakeLine
from tenant_apps.inventory.permissions import InventoryPermission
from tenant_apps.inventory.queries.stock import narrowed
from tenant_apps.inventory.states import SETTING_KINDS
from tenant_apps.logistics.models import Warehouse

STOCK_TAKE_SORTS = {"number": "id", "warehouse": "warehouse__code", "state": "state"}
COUNTS_IMPORT: Final = "stock_takes"
LINE_STATES = ("counted", "open", "different", "outdated")


def stock_takes_visible_to(actor: Actor) -> QuerySet[StockTake]:
    """Stock takes of the visible warehouses (W-024). Raises NotPermitted."""
    actor.require(InventoryPermission.READ)
    rows = StockTake.objects.select_related("warehouse")
    return rows if actor.warehouse_ids is None else rows.filter(warehouse__in=actor.warehouse_ids)


def stock_takes_matching(
    actor: Actor, q: str = "", warehouse: str = "", state: str = "", sort: str = ""
) -> QuerySet[StockTake]:
    """Visible stock takes by number or note, warehouse and state, with `line_count` and `counted_count`."""
    rows = with_counts(stock_takes_visible_to(actor))
    for word in q.split():
        rows = rows.filter(Q(number__icontains=word) | Q(note__icontains=word))
    if warehouse:
        rows = rows.filter(warehouse__public_id=warehouse)
    if state:
        rows = rows.filter(state=state)
    wanted = sort if sort.lstrip("-") in STOCK_TAKE_SORTS else "-number"
    column = STOCK_TAKE_SORTS[wanted.lstrip("-")]
    return rows.order_by(f"-{column}" if wanted.startswith("-") else column, "-id")


def with_counts(rows: QuerySet[StockTake]) -> QuerySet[StockTake]:
    """How many lines each has, how many are counted, and how many differ."""
    differs = Q(lines__counted__isnull=False) & ~Q(lines__counted=F("lines__expected"))
    return rows.annotate(
        line_count=Count("lines"),
        counted_count=Count("lines", filter=Q(lines__counted__isnull=False)),
        different_count=Count("lines", filter=differs),
    )


def stock_take_for(actor: Actor, public_id: str) -> StockTake:
    """One visible stock take with its counts. Raises NotFound."""
    row = with_counts(stock_takes_visible_to(actor)).filter(public_id=public_id).first()
    if row is None:
        raise NotFound(noun=_("stock take"))
    return row


def lines_of_stock_take(take: StockTake, q: str = "", state: str = "") -> QuerySet[StockTakeLine]:
    """Its lines in their order, by words of the SKU and by state (`LINE_STATES`).

    `is_outdated` says that something set the stock after the line was counted: count it again.
    """
    rows = StockTakeLine.objects.filter(stock_take=take).select_related("sku__product")
    rows = rows.annotate(is_outdated=outdated(take))
    for word in fold(q).split():
        rows = rows.filter(sku__search_key__contains=word)
    narrowing = {
        "counted": Q(counted__isnull=False),
        "open": Q(counted__isnull=True),
        "different": Q(counted__isnull=False) & ~Q(counted=F("expected")),
        "outdated": Q(is_outdated=True),
    }
    if state in narrowing:
        rows = rows.filter(narrowing[state])
    return rows.order_by("position")


def outdated(take: StockTake) -> Exists:
    """Whether a line's stock was set by something else after it was counted."""
    stock = Stock.objects.filter(warehouse=take.warehouse_id, sku=OuterRef(OuterRef("sku"))).values("pk")
    later = Movement.objects.filter(stock__in=stock, id__gt=OuterRef("mark"), kind__in=SETTING_KINDS)
    own = Q(source_kind="stock_take", source_id=take.pk)
    return Exists(later.exclude(own))


def goods_to_count(warehouse: Warehouse, q: str = "", category: str = "", brand: str = "") -> list[int]:
    """Ids of the SKUs that ever lay in the warehouse, by words, category (with all below it) and brand.

    Category and brand are public ids; in the order of names.
    """
    rows = narrowed(Stock.objects.filter(warehouse=warehouse), q, "")
    if category:
        branches = tree()
        node = branches.by_public_id.get(category)
        rows = rows.filter(sku__product__category__in=branches.below(node.leaf.id) if node else [])
    if brand:
        rows = rows.filter(sku__product__brand__public_id=brand)
    return list(rows.order_by("sku__sort_key", "sku_id").values_list("sku_id", flat=True))


def on_hand_by_code(warehouse_id: int, codes: Collection[str]) -> dict[str, Decimal]:
    """What lies of these SKUs in a warehouse now, by merchant code."""
    rows = Stock.objects.filter(warehouse=warehouse_id, sku__merchant_code__in=codes)
    return dict(rows.values_list("sku__merchant_code", "on_hand"))


def log_of_stock_take(take: StockTake) -> QuerySet[AuditLine]:
    """What happened to it, newest first."""
    return log_of("stock_take", take.public_id)
