"""Doors of the clock: receipts that confirm themselves."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from platform_core.idempotency.keys import operation_id
from platform_core.jobs.base import control_task, supplier_task, wake
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serve
from platform_core.kernel.errors import DomainError
from tenant_apps.aftersales import commands, queries
from tenant_apps.aftersales.permissions import AftersalesPermission
from tenant_apps.fulfilment.permissions import FulfilmentPermission

log = structlog.get_logger(__name__)
CONFIRM = "tenant_apps.aftersales.tasks.confirm_overdue"
GRANTS = frozenset({AftersalesPermission.CONFIRM_RECEIPT, FulfilmentPermission.READ})


@supplier_task(name=CONFIRM)
def confirm_overdue() -> int:
    """Confirm what the dealer did not within the supplier's N days; how many."""
    actor = Actor.system("automatic receipt", frozenset(map(str, GRANTS)))
    done = 0
    for shipment in queries.unconfirmed_in_time():
        try:
            commands.confirm_receipt(
                actor=actor,
                operation_id=operation_id("system", "automatic receipt", shipment.public_id),
                shipment_id=shipment.public_id,
                automatic=True,
            )
            done += 1
        except DomainError as error:
            log.warning("automatic_receipt_refused", shipment=shipment.number, code=error.code)
    return done


@control_task(name="tenant_apps.aftersales.tasks.wake_all")
def wake_all() -> int:
    """Ask every active supplier; how many were asked."""
    suppliers = import_string(settings.ACTIVE_SUPPLIERS)()
    for supplier in suppliers:
        with serve(supplier):
            wake(CONFIRM)
    return len(suppliers)
