"""Delivers what waits in the served supplier's outbox to its handlers, at least once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from platform_core.db.router import shard_alias
from platform_core.kernel import clock
from platform_core.outbox.models import OutboxEntry

log = structlog.get_logger(__name__)
BATCH = 50
BACKOFF_MAX_SECONDS = 6 * 3600


def handlers_of(name: str) -> list[Callable[[dict[str, Any]], None]]:
    """The handlers that settings wire to an event's name; each must be idempotent."""
    return [import_string(path) for path in settings.EVENT_HANDLERS.get(name, [])]


def drain() -> int:
    """Deliver all that is due; the number delivered. One entry's failure delays only itself."""
    delivered = 0
    while True:
        batch = _deliver_batch()
        delivered += batch
        if batch < BATCH:
            return delivered


def _deliver_batch() -> int:
    with transaction.atomic(using=shard_alias()):
        entries = list(
            OutboxEntry.objects.filter(done_at__isnull=True, next_at__lte=clock.now())
            .order_by("next_at", "id")
            .select_for_update(skip_locked=True)[:BATCH]
        )
        for entry in entries:
            _deliver(entry)
    return len(entries)


def _deliver(entry: OutboxEntry) -> None:
    try:
        with transaction.atomic(using=shard_alias()):
            for handle in handlers_of(entry.name):
                handle({"id": entry.public_id, **entry.body})
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, the event must not be lost
        entry.attempts += 1
        wait = min(2**entry.attempts * 5, BACKOFF_MAX_SECONDS)
        entry.next_at = clock.now() + timedelta(seconds=wait)
        entry.error = repr(error)[:300]
        log.warning("event_delivery_failed", event_name=entry.name, attempts=entry.attempts)
    else:
        entry.done_at = clock.now()
    entry.save(update_fields=["attempts", "next_at", "error", "done_at"])
