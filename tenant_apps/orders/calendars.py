"""When a dealer may order: order days, windows and cut-offs. Pure: no database, no clock.

Days are calendar days in the supplier's time zone; a window begins with a day and ends at the cut-off
of the order day, which is itself outside (G-53). Sources: TB-05…TB-07, ZZ-08, XF-04, SX-06, TA-01; G-53,
G-56…G-58; decisions.md §2 row 12.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from platform_core.kernel import clock
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.quantity import PLACES_MAX, QUANTITY_MAX, plain
from platform_core.kernel.words import noop

OPENS_BEFORE_MAX = 27
DATES_MAX = 400
NOTE_MAX = 120
WEEKDAYS = range(7)
CLOSED, EXTRA = "closed", "extra"
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


def coming_windows(calendar: Calendar, instant: datetime, count: int) -> list[Window]:
    """The window that is open now and those that open next, at most `count`: what a preview shows."""
    here = open_window(calendar, instant)
    found = [here] if here else []
    after = instant
    while len(found) < count and (following := next_window(calendar, after)) is not None:
        found.append(following)
        after = following.opens
    return found


def setting_problems(values: Mapping[str, Any], precision: int) -> list[FieldProblem]:
    """What is wrong with a calendar's days, sums and dates, each field for itself.

    `precision` is the decimals a quantity may have. A field that is absent is left alone.
    """
    found = []
    if any(day not in WEEKDAYS for day in values.get("weekdays", ())):
        found.append(FieldProblem("/weekdays", "unknown", noop("A weekday is a number from 0 to 6.")))
    for name in ("order_minimum", "order_multiple"):
        if name in values and not _is_sum(values[name], precision):
            sentence = noop("A number from 0, with at most {places} decimals.")
            facts = {"places": min(precision, PLACES_MAX), "maximum": plain(QUANTITY_MAX)}
            found.append(FieldProblem(f"/{name}", "quantity_invalid", sentence, facts))
    return found + _date_problems(values.get("dates", ()))


def _is_sum(value: Decimal, precision: int) -> bool:
    if not value.is_finite() or not 0 <= value <= QUANTITY_MAX:
        return False
    return value == value.quantize(Decimal(1).scaleb(-precision))


def _date_problems(dates: Sequence[Mapping[str, Any]]) -> list[FieldProblem]:
    if len(dates) > DATES_MAX:
        sentence = noop("At most {most} dates. Take out those that have passed.")
        return [FieldProblem("/dates", "too_many", sentence, {"most": DATES_MAX})]
    found = []
    seen: set[date] = set()
    for index, one in enumerate(dates):
        if one["kind"] not in {CLOSED, EXTRA}:
            sentence = noop("A date is either closed or an extra order day.")
            found.append(FieldProblem(f"/dates/{index}/kind", "unknown", sentence))
        if one["day"] in seen:
            sentence = noop("{day} is in the list twice. A date is either closed or an extra order day.")
            facts = {"day": one["day"].isoformat()}
            found.append(FieldProblem(f"/dates/{index}/day", "repeated", sentence, facts))
        if len(one.get("note", "")) > NOTE_MAX:
            sentence = noop("At most {length} characters.")
            found.append(FieldProblem(f"/dates/{index}/note", "too_long", sentence, {"length": NOTE_MAX}))
        seen.add(one["day"])
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
