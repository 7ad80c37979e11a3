"""Stock-outs: what an actor may see of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from platform_core.kernel.search_keys import fold
from tenant_apps.inventory.models import StockOut, StockOutLine
from tenant_apps.inventory.permissions import InventoryPermission

STOCK_OUT_SORTS = {"number": "id", "dealer": "dealer__sort_key", "state": "state", "weight": "weight_kg"}


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


def lines_by_stock_out(ids: Sequence[int]) -> dict[int, list[StockOutLine]]:
    """The lines of many stock-outs by their row id, in one statement."""
    found: dict[int, list[StockOutLine]] = {}
    for line in StockOutLine.objects.filter(stock_out__in=ids).order_by("stock_out", "position"):
        found.setdefault(line.stock_out_id, []).append(line)
    return found
