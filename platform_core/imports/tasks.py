"""Doors of imports: woken by a confirmation, and a sweep for what was left lying."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from platform_core.imports import operations, queries, working
from platform_core.imports.commands import WORK, wake_up
from platform_core.jobs.base import control_task, supplier_task, wake_in_turn
from platform_core.kernel.context import serve

TIDY = "platform_core.imports.tasks.tidy"
HOUR_SECONDS, TICK_SECONDS = 3600, 600


@supplier_task(name=WORK)
def work(public_id: str) -> bool:
    """Work at one import of the supplier of this task."""
    return working.work(public_id)


@control_task(name="platform_core.imports.tasks.sweep")
def sweep() -> int:
    """Wake a worker for every import that nobody works at; how many."""
    woken = 0
    for supplier in import_string(settings.ACTIVE_SUPPLIERS)():
        with serve(supplier):
            for public_id in queries.overdue():
                wake_up(public_id)
                woken += 1
    return woken


@supplier_task(name=TIDY)
def tidy() -> int:
    """Forget what nobody will ask for again: secrets, and uploads that were never confirmed; how many."""
    operations.forget_secrets()
    return operations.forget_uploads()


@control_task(name="platform_core.imports.tasks.tidy_in_turn")
def tidy_in_turn() -> int:
    """Every ten minutes: wake the suppliers whose turn it is; how many."""
    return wake_in_turn(TIDY, period_seconds=HOUR_SECONDS, tick_seconds=TICK_SECONDS)
