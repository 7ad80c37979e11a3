"""Writes an event beside its cause; after the commit the relay is woken."""

from __future__ import annotations

import structlog
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerDown
from redis.exceptions import RedisError

from platform_core.db.fast import Statement, inserting, run
from platform_core.db.router import shard_alias
from platform_core.jobs.base import wake
from platform_core.kernel import clock
from platform_core.kernel.context import serving
from platform_core.kernel.events import Event
from platform_core.outbox.models import OutboxEntry
from platform_core.redis_client import redis_client

log = structlog.get_logger(__name__)
RELAY = "platform_core.outbox.tasks.drain"
WAKING_SECONDS = 5


def record(*events: Event) -> None:
    """Record events in the current transaction. A lost wake-up is found by the sweep."""
    run(recording(*events))


def recording(*events: Event) -> Statement:
    """The same as a statement that the caller runs with its own, in the current transaction."""
    instant = clock.now()
    transaction.on_commit(_wake, using=shard_alias())
    return inserting(
        [OutboxEntry(name=e.name, body=e.body(), next_at=instant, created_at=instant) for e in events]
    )


def _wake() -> None:
    """Wake the relay unless a wake-up waits already: it takes its mark away before it looks.

    So whatever was committed before the mark was found is delivered, and a busy supplier's queue
    holds one wake-up, not one per order. A mark whose wake-up was lost ends by itself.
    """
    try:
        if redis_client().set(_mark(), 1, nx=True, ex=WAKING_SECONDS):
            wake(RELAY)
    except (BrokerDown, RedisError):
        log.warning("outbox_wake_up_lost")


def forget_wake_up() -> None:
    """The relay looks now: what is committed from here on wakes it again."""
    try:
        redis_client().delete(_mark())
    except RedisError:
        log.warning("outbox_mark_kept")


def _mark() -> str:
    return f"dd:outbox:waking:{serving().id}"
