"""The one source of time. Tests and the demo stage it; SQL reads the same through `ext.dd_now()`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# No day follows the calendar's last one, and people do write 9999-12-31 for "for ever".
_LAST_DAY = date.max - timedelta(days=1)
_staged: ContextVar[datetime | None] = ContextVar("staged_time", default=None)


def now() -> datetime:
    """This instant, in UTC: the staged one where a test or the demo staged it."""
    return _staged.get() or datetime.now(UTC)


def staged() -> datetime | None:
    """The staged instant, or None when the clock runs freely."""
    return _staged.get()


def today(zone: str) -> date:
    """The calendar day in a time zone, at this instant (`decisions.md` §5 "Time")."""
    return now().astimezone(ZoneInfo(zone)).date()


def start_of(day: date, zone: str) -> datetime:
    """The instant at which a calendar day begins in a time zone."""
    return datetime.combine(day, time.min, ZoneInfo(zone))


def end_of(day: date, zone: str) -> datetime:
    """The instant at which a calendar day ends in a time zone; the last one there is ends a day early."""
    return start_of(min(day, _LAST_DAY) + timedelta(days=1), zone)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Stage the time inside the block. Only tests and the demo may call this."""
    token = _staged.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _staged.reset(token)
