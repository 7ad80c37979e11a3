"""Doors of imports: woken by a confirmation, and a sweep for what was left lying."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from platform_core.imports import operations, queries, working
from platform_core.imports.commands import WORK, wake_up
from platform_core.jobs.base import control_task, supplier_task
from platform_core.kernel.context import serve


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
            operations.forget_secrets()
            for public_id in queries.overdue():
                wake_up(public_id)
                woken += 1
    return woken
