"""The one source of time. Tests and the demo stage it; SQL reads the same through `ext.dd_now()`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

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


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Stage the time inside the block. Only tests and the demo may call this."""
    token = _staged.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _staged.reset(token)
