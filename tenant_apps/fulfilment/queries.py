"""Which shipments an actor may see."""

from __future__ import annotations

from django.db.models import QuerySet

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from tenant_apps.fulfilment.models import Shipment
from tenant_apps.fulfilment.permissions import FulfilmentPermission
from tenant_apps.fulfilment.states import ShipmentState


def shipments_visible_to(actor: Actor) -> QuerySet[Shipment]:
    """Staff see the shipments of their warehouses and dealers, a dealer its own."""
    actor.require(FulfilmentPermission.READ)
    shipments = Shipment.objects.all()
    if actor.dealer_id is not None:
        return shipments.filter(dealer_id=actor.dealer_id)
    if actor.warehouse_ids is not None:
        shipments = shipments.filter(stock_out__warehouse_id__in=actor.warehouse_ids)
    if actor.dealer_ids is not None:
        shipments = shipments.filter(dealer_id__in=actor.dealer_ids)
    return shipments


def shipment_for(actor: Actor, shipment_id: str) -> Shipment:
    """One shipment with its lines. Raises NotFound."""
    shipment = (
        shipments_visible_to(actor)
        .select_related("stock_out__warehouse", "carrier", "dealer")
        .prefetch_related("lines__stock_out_line", "steps")
        .filter(public_id=shipment_id)
        .first()
    )
    if shipment is None:
        raise NotFound(noun="shipment")
    return shipment


def shipments_of_stock_out(actor: Actor, stock_out_id: int) -> QuerySet[Shipment]:
    """The shipments of one stock-out, oldest first."""
    return (
        shipments_visible_to(actor)
        .filter(stock_out_id=stock_out_id)
        .select_related("carrier")
        .prefetch_related("lines__stock_out_line")
        .order_by("pk")
    )


def all_received(stock_out_id: int) -> bool:
    """Whether no shipment of the stock-out waits for its receipt."""
    waiting = Shipment.objects.filter(stock_out_id=stock_out_id).exclude(state=ShipmentState.RECEIVED)
    return not waiting.exists()
