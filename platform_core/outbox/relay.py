"""Delivers what waits in the served supplier's outbox to its handlers, at least once.

Claim, commit, handle, mark: a handler may call the outside world, so it never runs inside the
transaction that claimed its event (design.md §3). Whoever dies in between loses only its lease.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from platform_core.db.router import shard_alias
from platform_core.kernel import clock
from platform_core.outbox.models import OutboxEntry

log = structlog.get_logger(__name__)
LEASE_SECONDS = 300
BACKOFF_FIRST_SECONDS = 10
BACKOFF_MAX_SECONDS = 6 * 3600

_CLAIM = """
    UPDATE outbox SET next_at = %s, attempts = attempts + 1
    WHERE id = (SELECT id FROM outbox WHERE done_at IS NULL AND next_at <= %s
                ORDER BY next_at, id FOR UPDATE SKIP LOCKED LIMIT 1)
    RETURNING id
"""


def drain() -> int:
    """Deliver all that is due; the number delivered. One handler's failure delays only itself."""
    delivered = 0
    while (entry := _claim()) is not None:
        delivered += _deliver(entry)
    return delivered


def _claim() -> OutboxEntry | None:
    """Take the entry that is due longest, in a statement of its own: nobody else sees it for a lease."""
    now = clock.now()
    with connections[shard_alias()].cursor() as cursor:
        cursor.execute(_CLAIM, [now + timedelta(seconds=LEASE_SECONDS), now])
        row = cursor.fetchone()
    return OutboxEntry.objects.get(pk=row[0]) if row else None


def _deliver(entry: OutboxEntry) -> bool:
    """Ask every handler that did not finish before; whether all have finished now."""
    failure = ""
    for path in settings.EVENT_HANDLERS.get(entry.name, []):
        if path in entry.handled:
            continue
        try:
            import_string(path)({"id": entry.public_id, **entry.body})
        except Exception as error:
            # Whatever a handler raises, the event must not be lost, nor the other handlers wait.
            failure = repr(error)[:300]
            log.exception("event_delivery_failed", event_name=entry.name, handler=path)
        else:
            entry.handled.append(path)
    if failure:
        _postpone(entry, failure)
        return False
    OutboxEntry.objects.filter(pk=entry.pk).update(handled=entry.handled, error="", done_at=clock.now())
    return True


def _postpone(entry: OutboxEntry, failure: str) -> None:
    """Try again later, unless somebody else has taken the entry since: then it is theirs."""
    wait = min(BACKOFF_FIRST_SECONDS * 2 ** (entry.attempts - 1), BACKOFF_MAX_SECONDS)
    mine = OutboxEntry.objects.filter(pk=entry.pk, attempts=entry.attempts)
    mine.update(handled=entry.handled, error=failure, next_at=clock.now() + timedelta(seconds=wait))
