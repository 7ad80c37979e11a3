"""Doors of the relay: woken for one supplier, and a sweep for wake-ups that were lost."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from platform_core.jobs.base import control_task, supplier_task, wake
from platform_core.kernel import clock
from platform_core.kernel.context import serve
from platform_core.outbox import relay
from platform_core.outbox.models import OutboxEntry
from platform_core.outbox.record import forget_wake_up


@supplier_task(name="platform_core.outbox.tasks.drain")
def drain() -> int:
    """Deliver what is due for the supplier of this task."""
    forget_wake_up()
    return relay.drain()


@control_task(name="platform_core.outbox.tasks.sweep")
def sweep() -> int:
    """Wake the relay of every supplier whose outbox has something due; how many were woken."""
    woken = 0
    for supplier in import_string(settings.ACTIVE_SUPPLIERS)():
        with serve(supplier):
            due = OutboxEntry.objects.filter(done_at__isnull=True, next_at__lte=clock.now())
            if due.exists():
                wake("platform_core.outbox.tasks.drain")
                woken += 1
    return woken
