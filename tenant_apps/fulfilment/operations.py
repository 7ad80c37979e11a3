"""What higher apps need of fulfilment, inside their transaction. Asks no permission."""

from __future__ import annotations

from django.db import transaction

from platform_core.db.locks import locked, require_transaction
from platform_core.db.models import actor_columns
from platform_core.db.router import shard_alias
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from tenant_apps.fulfilment.models import Shipment, ShipmentStep
from tenant_apps.fulfilment.states import SHIPMENT_FLOW


def lock_shipment(shipment_id: int) -> Shipment:
    """Lock a shipment by row id; its order must be locked before."""
    require_transaction()
    rows = Shipment.objects.filter(pk=shipment_id).select_related("stock_out", "dealer")
    return locked(rows).get()


def mark_received(*, actor: Actor, shipment: Shipment) -> None:
    """The dealer has a locked shipment. Raises StepRefused when it was received before."""
    require_transaction()
    target = SHIPMENT_FLOW.target(shipment.state, "receive")
    source, shipment.state = shipment.state, target
    shipment.received_at = clock.now()
    shipment.version += 1
    shipment.save(update_fields=["state", "received_at", "version", "updated_at"])
    ShipmentStep.objects.create(
        shipment=shipment,
        name="receive",
        source=source,
        target=target,
        at=clock.now(),
        **actor_columns(actor),
    )


def remember_mail(*, shipment: Shipment, person_id: str) -> None:
    """Keep that a person was told of a shipment by mail."""
    with transaction.atomic(using=shard_alias()):
        row = locked(Shipment.objects.filter(pk=shipment.pk)).get()
        row.mailed_to = [*row.mailed_to, person_id]
        row.save(update_fields=["mailed_to"])
