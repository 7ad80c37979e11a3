"""Transfers between warehouses: what an actor may see of them."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from platform_core.audit.models import AuditLine
from platform_core.audit.record import lines_of as log_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from tenant_apps.inventory.models import Stock, StockTransfer, StockTransferLine
from tenant_apps.inventory.permissions import InventoryPermission
from tenant_apps.inventory.states import TransferState

TRANSFER_SORTS = {
    "number": "id",
    "origin": "origin__code",
    "destination": "destination__code",
    "state": "state",
    "sent": "sent_at",
}


def transfers_visible_to(actor: Actor) -> QuerySet[StockTransfer]:
    """Transfers that leave or reach a visible warehouse (W-024). Raises NotPermitted."""
    actor.require(InventoryPermission.READ)
    rows = StockTransfer.objects.select_related("origin", "destination")
    if actor.warehouse_ids is None:
        return rows
    return rows.filter(Q(origin__in=actor.warehouse_ids) | Q(destination__in=actor.warehouse_ids))


def transfers_matching(
    actor: Actor, q: str = "", warehouse: str = "", state: str = "", sort: str = ""
) -> QuerySet[StockTransfer]:
    """Visible transfers by number, note or SKU code, by either warehouse and by state."""
    rows = transfers_visible_to(actor)
    for word in q.split():
        goods = StockTransferLine.objects.filter(sku__merchant_code__iexact=word).values("transfer")
        rows = rows.filter(Q(number__icontains=word) | Q(note__icontains=word) | Q(pk__in=goods))
    if warehouse:
        rows = rows.filter(Q(origin__public_id=warehouse) | Q(destination__public_id=warehouse))
    if state:
        rows = rows.filter(state=state)
    wanted = sort if sort.lstrip("-") in TRANSFER_SORTS else "-number"
    column = TRANSFER_SORTS[wanted.lstrip("-")]
    return rows.order_by(f"-{column}" if wanted.startswith("-") else column, "-id")


def transfer_for(actor: Actor, public_id: str) -> StockTransfer:
    """One visible transfer. Raises NotFound."""
    row = transfers_visible_to(actor).filter(public_id=public_id).first()
    if row is None:
        raise NotFound(noun=_("stock transfer"))
    return row


def lines_of_transfer(transfer: StockTransfer) -> QuerySet[StockTransferLine]:
    """Its lines in their order."""
    return transfer.lines.select_related("sku__product").order_by("position")


def in_transit_of(stock: Stock) -> QuerySet[StockTransferLine]:
    """Lines of sent transfers that took from this stock row, or will reach it; oldest first."""
    ends = Q(transfer__origin=stock.warehouse_id) | Q(transfer__destination=stock.warehouse_id)
    rows = StockTransferLine.objects.filter(ends, sku=stock.sku_id, transfer__state=TransferState.SENT)
    return rows.select_related("transfer__origin", "transfer__destination").order_by("transfer__id")


def log_of_transfer(transfer: StockTransfer) -> QuerySet[AuditLine]:
    """What happened to it, newest first."""
    return log_of("stock_transfer", transfer.public_id)
