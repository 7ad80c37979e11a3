"""When a dealer may order: order days, windows and cut-offs. Pure: no database, no clock.

Days are calendar days in the supplier's time zone; a window begins with a day and ends at the cut-off
of the order day, which is itself outside (G-53). Sources: TB-05…TB-07, ZZ-08, XF-04, SX-06, TA-01; G-53,
G-56…G-58; decisions.md §2 row 12.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from platform_core.kernel import clock
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.words import noop

OPENS_BEFORE_MAX = 27
_LOOK_AHEAD_DAYS = 400


@dataclass(frozen=True, slots=True)
class Calendar:
    """A group's ordering calendar.

    `weekdays` counts from Monday = 0. The window of an order day opens `opens_days_before` days earlier
    at midnight and closes on the order day at `cut_off`: 00:00 closes it with the day before (XF-04),
    14:30 in the middle of the order day (ZZ-08). On a `closed` date nothing can be ordered, and an order
    day that falls on one does not take place; `extra` dates are order days beside the weekly ones.
    """

    weekdays: frozenset[int]
    zone: str
    opens_days_before: int = 2
    cut_off: time = time(0)
    closed: frozenset[date] = field(default_factory=frozenset)
    extra: frozenset[date] = field(default_factory=frozenset)

    def is_order_day(self, day: date) -> bool:
        """Whether orders are settled on this day."""
        return (day.weekday() in self.weekdays or day in self.extra) and day not in self.closed


@dataclass(frozen=True, slots=True)
class Window:
    """When orders for one order day come in: from `opens`, before `closes`. `day` names the cycle."""

    day: date
    opens: datetime
    closes: datetime


def window_of(calendar: Calendar, day: date) -> Window:
    """The window of an order day (G-56, G-57)."""
    opens = clock.start_of(day - timedelta(days=calendar.opens_days_before), calendar.zone)
    return Window(day, opens, datetime.combine(day, calendar.cut_off, ZoneInfo(calendar.zone)))


def open_window(calendar: Calendar, instant: datetime) -> Window | None:
    """The window that is open at an instant; of several the one of the nearest order day."""
    today = instant.astimezone(ZoneInfo(calendar.zone)).date()
    if today in calendar.closed:
        return None
    last = today + timedelta(days=calendar.opens_days_before)
    windows = (window_of(calendar, day) for day in _order_days(calendar, today, last))
    return next((one for one in windows if one.opens <= instant < one.closes), None)


def next_window(calendar: Calendar, instant: datetime) -> Window | None:
    """The next window to open after an instant, with its real first moment; None when none will."""
    today = instant.astimezone(ZoneInfo(calendar.zone)).date()
    for day in _order_days(calendar, today, today + timedelta(days=_LOOK_AHEAD_DAYS)):
        window = window_of(calendar, day)
        opens = _first_moment(calendar, window)
        if opens is not None and opens > instant:
            return Window(day, opens, window.closes)
    return None


def problems_of(calendar: Calendar, today: date) -> list[FieldProblem]:
    """Why a calendar may not be saved: above all one that never opens."""
    found = []
    if not 0 <= calendar.opens_days_before <= OPENS_BEFORE_MAX:
        sentence = noop("From 0 to {most} days before the order day.")
        facts = {"most": OPENS_BEFORE_MAX}
        found.append(FieldProblem("/opens_days_before", "out_of_range", sentence, facts))
    elif calendar.opens_days_before == 0 and calendar.cut_off == time(0):
        sentence = noop("The window would close as it opens. Open it a day earlier or set a later cut-off.")
        found.append(FieldProblem("/cut_off", "window_empty", sentence))
    elif next_window(calendar, clock.start_of(today, calendar.zone) - timedelta(seconds=1)) is None:
        sentence = noop("Nobody could ever order: choose an order day that is not closed.")
        found.append(FieldProblem("/weekdays", "never_open", sentence))
    return found


def _order_days(calendar: Calendar, first: date, last: date) -> Iterator[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return (day for day in days if calendar.is_order_day(day))


def _first_moment(calendar: Calendar, window: Window) -> datetime | None:
    """When ordering for a window really begins: closed dates at its beginning put it off."""
    day = window.day - timedelta(days=calendar.opens_days_before)
    while day in calendar.closed:
        day += timedelta(days=1)
    opens = clock.start_of(day, calendar.zone)
    return opens if opens < window.closes else None
