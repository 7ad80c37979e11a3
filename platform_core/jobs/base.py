"""Tasks that know their supplier. A task without one is refused, never run against another's data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

import structlog
from celery import Task, shared_task
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from platform_core.jobs import slots

# Not celery's current app: a web process that imports no task would send to nobody.
from platform_core.jobs.celery import app
from platform_core.kernel import clock
from platform_core.kernel.context import NoSupplier, serve, serving

log = structlog.get_logger(__name__)
HEADER = "supplier"
WAIT_SECONDS_MAX = 30


class ControlTask(Task):  # type: ignore[misc,type-arg]
    """Work on the control schema; serves no supplier, whatever ran before in this process."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run in the control context."""
        with serve(None):
            return self.run(*args, **kwargs)


class SupplierTask(Task):  # type: ignore[misc,type-arg]
    """Work for one supplier: its id travels in a header and is required (tenancy.md "Decided").

    While as many tasks of the supplier run as may (`slots`), it is put back and comes again.
    """

    abstract = True
    max_retries = None  # a task that waits for its slot never gives up

    def apply_async(self, *args: Any, **kwargs: Any) -> Any:
        """Send with the served supplier's id. Raises NoSupplier without one."""
        headers = {**(kwargs.pop("headers", None) or {}), HEADER: serving().id}
        return super().apply_async(*args, headers=headers, **kwargs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run for the header's supplier. Raises NoSupplier without one."""
        supplier_id = (self.request.headers or {}).get(HEADER) or self.request.get(HEADER)
        if not supplier_id:
            raise NoSupplier(f"task {self.name} came without a supplier")
        supplier = import_string(settings.SUPPLIER_RESOLVER)(supplier_id)
        zone = timezone.override(ZoneInfo(supplier.timezone))
        with serve(supplier), zone, structlog.contextvars.bound_contextvars(supplier=supplier_id):
            return self._run_in_slot(supplier_id, *args, **kwargs)

    def _run_in_slot(self, supplier_id: str, *args: Any, **kwargs: Any) -> Any:
        """Run, or send the task again for later. Raises Retry then: Celery's word for it."""
        task_id = str(self.request.id)
        if not slots.take(supplier_id, task_id):
            wait = min(WAIT_SECONDS_MAX, 2**self.request.retries)
            log.info("task_put_back", task=self.name, seconds=wait)
            raise self.retry(countdown=wait)
        try:
            return self.run(*args, **kwargs)
        finally:
            slots.give_back(supplier_id, task_id)


def supplier_task(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Declare a task for one supplier."""
    return shared_task(base=SupplierTask, acks_late=True, **options)  # type: ignore[no-any-return]


def control_task(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Declare a task of the control schema."""
    return shared_task(base=ControlTask, acks_late=True, **options)  # type: ignore[no-any-return]


def wake(name: str, *args: Any) -> None:
    """Send a task by name for the served supplier. Raises kombu's OperationalError when Redis is down."""
    app.send_task(name, args=args, headers={HEADER: serving().id}, retry=False, ignore_result=True)


def wake_in_turn(name: str, *, period_seconds: int, tick_seconds: int) -> int:
    """Wake a task for the active suppliers whose turn this tick is; how many.

    Beat asks once a tick. Each supplier's turn comes once a period, at a time of its own, so that
    thousands of suppliers are no rush at midnight (tenancy.md "Decided").
    """
    turns = period_seconds // tick_seconds
    turn = int(clock.now().timestamp()) // tick_seconds % turns
    due = [
        one for one in import_string(settings.ACTIVE_SUPPLIERS)() if crc32(one.id.encode()) % turns == turn
    ]
    for supplier in due:
        with serve(supplier):
            wake(name)
    return len(due)


def wake_control(name: str, *args: Any) -> None:
    """Send a control task by name."""
    app.send_task(name, args=args, retry=False, ignore_result=True)
