"""Which ordering cycle is open for a dealer, and what its calendar forbids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.quantity import plain
from platform_core.kernel.words import noop
from tenant_apps.orders.calendars import Calendar, Window, next_window, open_window, window_of
from tenant_apps.orders.models import CalendarDate, DateKind, OrderingCalendar

_CLOSED = noop("Ordering is closed. The next orders are taken from {opens} for the order day {day}.")
_CLOSED_FOR_GOOD = noop("Ordering is closed, and no further order day is planned. Ask your supplier.")
_CUT_OFF = noop("The cut-off for the order day {day} has passed: this order can no longer be changed.")
_TOO_FEW = noop("An order has at least {minimum} units in all; this one has {quantity}.")
_NO_MULTIPLE = noop("The units of an order are a multiple of {multiple} in all; these are {quantity}.")


@dataclass(frozen=True, slots=True)
class Cycle:
    """Where a dealer stands in its calendar now: the open window, or the next one."""

    calendar: OrderingCalendar
    rule: Calendar
    window: Window | None
    coming: Window | None

    @property
    def day(self) -> date | None:
        """The order day that an order belongs to now: the supplier's people may be late for it (SX-07)."""
        if self.window is not None:
            return self.window.day
        today = clock.today(self.rule.zone)
        week = (today + timedelta(days=n) for n in range(7))
        return next((day for day in week if self.rule.is_order_day(day)), None)


def rule_of(row: OrderingCalendar, zone: str, dates: Iterable[CalendarDate]) -> Calendar:
    """A stored calendar as the rules read it; `zone` is the supplier's time zone."""
    kinds: dict[str, set[date]] = {DateKind.CLOSED: set(), DateKind.EXTRA: set()}
    for one in dates:
        kinds[one.kind].add(one.day)
    closed, extra = frozenset(kinds[DateKind.CLOSED]), frozenset(kinds[DateKind.EXTRA])
    weekdays = frozenset(int(day) for day in row.weekdays)
    return Calendar(weekdays, zone, row.opens_days_before, row.cut_off, closed, extra)


def cycle_of(row: OrderingCalendar | None, zone: str) -> Cycle | None:
    """Where a calendar stands at this instant, in one statement; None without a calendar."""
    if row is None:
        return None
    rule = rule_of(row, zone, CalendarDate.objects.filter(calendar=row))
    now = clock.now()
    window = open_window(rule, now)
    return Cycle(row, rule, window, None if window else next_window(rule, now))


def window_problem(actor: Actor, cycle: Cycle | None, kept: date | None = None) -> FieldProblem | None:
    """Why a dealer may not order now, or no longer change an order of the order day `kept` (G-53, XF-04).

    The supplier's people are not bound: they order for dealers that they called (SX-07).
    """
    if cycle is None or actor.dealer_id is None:
        return None
    if kept is not None:
        closes = window_of(cycle.rule, kept).closes
        late = clock.now() >= closes
        return FieldProblem("", "cut_off_passed", _CUT_OFF, {"day": kept.isoformat()}) if late else None
    if cycle.window is not None:
        return None
    if cycle.coming is None:
        return FieldProblem("", "ordering_closed", _CLOSED_FOR_GOOD)
    facts = {"opens": local(cycle.coming.opens, cycle.rule.zone), "day": cycle.coming.day.isoformat()}
    return FieldProblem("", "ordering_closed", _CLOSED, facts)


def sum_problems(cycle: Cycle | None, quantity: Decimal | int) -> list[FieldProblem]:
    """What is wrong with the sum of an order's demanded quantities (decisions.md §2 row 11)."""
    if cycle is None:
        return []
    row, facts = cycle.calendar, {"quantity": plain(Decimal(quantity))}
    found = []
    if quantity < row.order_minimum:
        more = {**facts, "minimum": plain(row.order_minimum)}
        found.append(FieldProblem("/lines", "order_below_minimum", _TOO_FEW, more))
    if row.order_multiple and quantity % row.order_multiple:
        more = {**facts, "multiple": plain(row.order_multiple)}
        found.append(FieldProblem("/lines", "order_not_a_multiple", _NO_MULTIPLE, more))
    return found


def local(instant: datetime, zone: str) -> str:
    """An instant as its day and minute in a time zone: `2026-11-23 14:30`."""
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
