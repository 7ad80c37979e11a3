"""Ordering calendars on every path: windows, cut-offs, one order per cycle, sums."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from platform_core.kernel import clock
from platform_core.kernel.errors import Invalid
from tenant_apps.dealers.models import Dealer, DealerGroup
from tenant_apps.orders.commands.back import cancel_order
from tenant_apps.orders.commands.edit import edit_order
from tenant_apps.orders.errors import CycleTaken
from tenant_apps.orders.models import CalendarDate, OrderingCalendar, RawOrder, SalesOrder
from tenant_apps.orders.queries.drafts import draft_of
from tests.factories.orders import fresh, place

ZONE = "Asia/Shanghai"
WED = date(2026, 11, 25)


def at(day: int, hour: int = 12, minute: int = 0):
    """Stage an instant of November 2026 on the supplier's clock."""
    return clock.at(datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(ZONE)))


@pytest.fixture
def calendar(trade):
    """Dora's group orders for Wednesdays, on Monday and Tuesday."""
    group = DealerGroup.objects.create(name="Wednesday round")
    Dealer.objects.filter(pk=trade.dealer.pk).update(group=group)
    return OrderingCalendar.objects.create(group=group, weekdays=[2])


def change(calendar, **fields):
    OrderingCalendar.objects.filter(pk=calendar.pk).update(**fields)


def edit(actor, order, wanted):
    return edit_order(actor=actor, operation_id=uuid.uuid4(), order_id=order.public_id, wanted=wanted)


def refused(act):
    with pytest.raises(Invalid) as error:
        act()
    return [problem.code for problem in error.value.problems]


@pytest.mark.parametrize(
    ("day", "is_open"),
    [(22, False), (23, True), (24, True), (25, False)],
    ids=["Sunday", "G-56 Monday", "G-56 Tuesday", "G-56 Wednesday morning"],
)
def test_a_dealer_orders_on_the_two_days_before_the_order_day(trade, dora, calendar, day, is_open):
    with at(day, 9):
        if is_open:
            assert place(dora, trade.wanted()).cycle == WED
        else:
            assert refused(lambda: place(dora, trade.wanted())) == ["ordering_closed"]
            assert not RawOrder.objects.exists()


def test_the_refusal_says_when_ordering_opens_again(trade, dora, calendar):
    with at(25):
        problem = next(p for p in draft_of(dora, trade.wanted()).problems if p.code == "ordering_closed")
    assert problem.facts == {"opens": "2026-11-30 00:00", "day": "2026-12-02"}


@pytest.mark.parametrize(("minute", "may"), [(29, True), (30, False), (31, False)], ids=lambda v: f"G-53 {v}")
def test_an_order_is_changed_until_the_cut_off_of_its_order_day(trade, dora, calendar, minute, may):
    change(calendar, cut_off=time(14, 30))
    with at(24):
        order = place(dora, trade.wanted({"A-1": 5}))
    with at(25, 14, minute):
        if may:
            edit(dora, order, trade.wanted({"A-1": 10}))
        else:
            assert refused(lambda: edit(dora, order, trade.wanted({"A-1": 10}))) == ["cut_off_passed"]
    assert [str(line.quantity) for line in order.lines.all()] == ["10.000" if may else "5.000"]  # G-54


def test_an_order_keeps_its_order_day_when_it_is_changed_in_the_next_window(trade, dora, calendar):
    change(calendar, weekdays=[2, 4], cut_off=time(14, 30))
    with at(24):
        order = place(dora, trade.wanted())
    with at(25, 10):
        edit(dora, order, trade.wanted({"A-1": 3}))
    assert fresh(order).cycle == WED


def test_one_order_for_each_order_day_and_again_after_it_was_cancelled(trade, dora, calendar):
    change(calendar, one_per_cycle=True)
    with at(23):
        first = place(dora, trade.wanted())
        with pytest.raises(CycleTaken, match=first.number):
            place(dora, trade.wanted({"A-2": 1}))
        assert SalesOrder.objects.count() == RawOrder.objects.count() == 1
        cancel_order(actor=dora, operation_id=uuid.uuid4(), order_id=first.public_id)
        place(dora, trade.wanted({"A-2": 1}))
    with at(30):
        place(dora, trade.wanted())
    assert SalesOrder.objects.count() == 3


def test_the_suppliers_people_order_for_a_dealer_they_called(trade, olga, calendar):
    with at(25, 16):
        assert place(olga, trade.wanted()).cycle == WED


def test_one_order_per_cycle_binds_the_suppliers_people_too(trade, dora, olga, calendar):
    change(calendar, one_per_cycle=True)
    with at(23):
        place(dora, trade.wanted())
    with at(25), pytest.raises(CycleTaken):
        place(olga, trade.wanted())


def test_nothing_is_ordered_on_a_closed_date(trade, dora, calendar):
    CalendarDate.objects.create(calendar=calendar, day=date(2026, 11, 23), kind="closed")
    with at(23):
        assert refused(lambda: place(dora, trade.wanted())) == ["ordering_closed"]


def test_a_calendar_that_is_switched_off_binds_nobody(trade, dora, calendar):
    change(calendar, enabled=False)
    with at(25):
        assert place(dora, trade.wanted()).cycle is None


@pytest.mark.parametrize(
    ("quantities", "codes"),
    [
        ({"A-1": 7, "A-2": 3}, []),
        ({"A-1": 7}, ["order_below_minimum", "order_not_a_multiple"]),
        ({"A-1": 12}, ["order_not_a_multiple"]),
    ],
)
def test_the_sum_of_an_order_keeps_its_minimum_and_multiple(trade, dora, calendar, quantities, codes):
    change(calendar, order_minimum=10, order_multiple=5)
    with at(23):
        assert [p.code for p in draft_of(dora, trade.wanted(quantities)).problems] == codes
