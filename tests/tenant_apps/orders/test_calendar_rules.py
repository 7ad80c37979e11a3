"""Ordering windows: order days, cut-offs, closed dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_apps.orders.calendars import Calendar, next_window, open_window, problems_of, window_of

ZONE = "Asia/Shanghai"
MONDAY, WEDNESDAY = 0, 2
WED = date(2026, 11, 25)  # a Wednesday


def on(day: date, at: time = time(12)) -> datetime:
    return datetime.combine(day, at, ZoneInfo(ZONE))


@pytest.mark.parametrize(
    ("at", "is_open"),
    [(time(14, 29), True), (time(14, 29, 59), True), (time(14, 30), False), (time(14, 31), False)],
    ids=["G-53 14:29", "G-53 14:29:59", "G-53 14:30", "G-53 14:31"],
)
def test_the_order_day_closes_at_the_cut_off_instant(at, is_open):
    calendar = Calendar(frozenset({WEDNESDAY}), ZONE, cut_off=time(14, 30))
    assert (open_window(calendar, on(WED, at)) is not None) is is_open


@pytest.mark.parametrize(
    ("weekday", "order_day", "open_days"),
    [
        (WEDNESDAY, WED, {date(2026, 11, 23), date(2026, 11, 24)}),
        (MONDAY, date(2026, 11, 30), {date(2026, 11, 28), date(2026, 11, 29)}),
    ],
    ids=["G-56", "G-57"],
)
def test_the_window_is_the_two_calendar_days_before_the_order_day(weekday, order_day, open_days):
    calendar = Calendar(frozenset({weekday}), ZONE)
    week = [order_day - timedelta(days=n) for n in range(7)]
    assert {day for day in week if open_window(calendar, on(day))} == open_days
    assert open_window(calendar, on(order_day, time(0))) is None


def test_the_window_names_its_order_day():
    calendar = Calendar(frozenset({WEDNESDAY}), ZONE)
    found = open_window(calendar, on(date(2026, 11, 24)))
    assert found is not None
    assert found == window_of(calendar, WED)


def test_days_are_the_suppliers_calendar_days():
    calendar = Calendar(frozenset({WEDNESDAY}), ZONE)
    # Sunday 23:30 in Shanghai is Sunday afternoon in Greenwich; an hour later the window is open.
    assert open_window(calendar, datetime(2026, 11, 22, 15, 30, tzinfo=UTC)) is None
    assert open_window(calendar, datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) is not None


def test_nothing_can_be_ordered_on_a_closed_date_and_a_closed_order_day_does_not_take_place():
    closed = Calendar(frozenset({WEDNESDAY}), ZONE, closed=frozenset({date(2026, 11, 23)}))
    assert open_window(closed, on(date(2026, 11, 23))) is None
    assert open_window(closed, on(date(2026, 11, 24))) is not None
    gone = Calendar(frozenset({WEDNESDAY}), ZONE, closed=frozenset({WED}))
    assert open_window(gone, on(date(2026, 11, 24))) is None


def test_an_extra_order_day_opens_its_own_window():
    calendar = Calendar(frozenset(), ZONE, extra=frozenset({WED}))
    assert open_window(calendar, on(date(2026, 11, 23))) is not None


def test_the_next_window_opens_behind_the_closed_dates():
    calendar = Calendar(frozenset({WEDNESDAY}), ZONE, closed=frozenset({date(2026, 11, 23)}))
    found = next_window(calendar, on(date(2026, 11, 20)))
    assert found is not None
    assert (found.day, found.opens) == (WED, on(date(2026, 11, 24), time(0)))


@pytest.mark.parametrize(
    ("calendar", "pointer"),
    [
        (Calendar(frozenset(), ZONE), "/weekdays"),
        (Calendar(frozenset({0}), ZONE, opens_days_before=0), "/cut_off"),
        (Calendar(frozenset({0}), ZONE, opens_days_before=28), "/opens_days_before"),
        (Calendar(frozenset(), ZONE, extra=frozenset({WED}), closed=frozenset({WED})), "/weekdays"),
        (Calendar(frozenset(), ZONE, extra=frozenset({date(2020, 1, 1)})), "/weekdays"),
    ],
    ids=["no order day", "closes as it opens", "opens too early", "closed order day", "only in the past"],
)
def test_a_calendar_that_never_opens_is_refused(calendar, pointer):
    assert [problem.pointer for problem in problems_of(calendar, date(2026, 11, 22))] == [pointer]


@given(
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    before=st.integers(1, 6),
    cut_off=st.times(max_value=time(23, 59)),
    closed=st.frozensets(st.dates(date(2026, 11, 1), date(2026, 12, 31)), max_size=8),
    instant=st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 20), timezones=st.just(UTC)),
)
def test_a_window_that_is_open_holds_the_instant_and_the_next_one_opens_later(
    weekdays, before, cut_off, closed, instant
):
    calendar = Calendar(weekdays, ZONE, before, cut_off, closed)
    found = open_window(calendar, instant)
    if found is not None:
        assert found.opens <= instant < found.closes
        assert calendar.is_order_day(found.day)
    coming = next_window(calendar, instant)
    if coming is not None:
        assert coming.opens > instant
        assert open_window(calendar, coming.opens) is not None
