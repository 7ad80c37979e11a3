"""Which receipts an actor may see, and which shipments nobody confirmed in time."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet

from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from tenant_apps.access import queries as access
from tenant_apps.aftersales.models import Receipt
from tenant_apps.aftersales.permissions import AftersalesPermission
from tenant_apps.fulfilment.models import Shipment
from tenant_apps.fulfilment.states import ShipmentState


def receipts_visible_to(actor: Actor) -> QuerySet[Receipt]:
    """Staff see the receipts of their warehouses and dealers, a dealer its own."""
    actor.require(AftersalesPermission.READ)
    receipts = Receipt.objects.all()
    if actor.dealer_id is not None:
        return receipts.filter(dealer_id=actor.dealer_id)
    if actor.warehouse_ids is not None:
        receipts = receipts.filter(shipment__stock_out__warehouse_id__in=actor.warehouse_ids)
    if actor.dealer_ids is not None:
        receipts = receipts.filter(dealer_id__in=actor.dealer_ids)
    return receipts


def receipt_for(actor: Actor, receipt_id: str) -> Receipt:
    """One receipt with its lines. Raises NotFound."""
    receipt = (
        receipts_visible_to(actor)
        .select_related("shipment__stock_out", "dealer")
        .prefetch_related("lines__shipment_line__stock_out_line")
        .filter(public_id=receipt_id)
        .first()
    )
    if receipt is None:
        raise NotFound(noun="receipt")
    return receipt


def unconfirmed_in_time() -> QuerySet[Shipment]:
    """Shipments that are on the way for more than the supplier's N days."""
    late = clock.now() - timedelta(days=access.settings().complete_after_days)
    return Shipment.objects.filter(state=ShipmentState.SHIPPED, shipped_at__lt=late).order_by("pk")
