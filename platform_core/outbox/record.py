"""Writes an event beside its cause; after the commit the relay is woken."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerDown

from platform_core.db.router import shard_alias
from platform_core.jobs.base import wake
from platform_core.kernel import clock
from platform_core.kernel.events import Event
from platform_core.outbox.models import OutboxEntry

log = structlog.get_logger(__name__)
RELAY = "platform_core.outbox.tasks.drain"


def record(*events: Event) -> None:
    """Record events in the current transaction. A lost wake-up is found by the sweep."""
    instant = clock.now()
    OutboxEntry.objects.bulk_create(
        [OutboxEntry(name=e.name, body=e.body(), next_at=instant, created_at=instant) for e in events]
    )
    transaction.on_commit(_wake, using=shard_alias())


def _wake() -> None:
    try:
        wake(RELAY)
    except BrokerDown:
        log.warning("outbox_wake_up_lost")


def record_all(events: Sequence[Event]) -> None:
    """The same for a list; nothing for an empty one."""
    if events:
        record(*events)
