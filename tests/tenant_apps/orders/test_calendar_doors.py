"""Setting up ordering calendars: page and API do the same, and what never opens is refused."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from platform_core.audit.models import AuditLine
from platform_core.kernel.errors import Conflict, Invalid, NotPermitted
from tenant_apps.dealers.models import DealerGroup
from tenant_apps.orders.commands.calendars import add_calendar, change_calendar, delete_calendar
from tenant_apps.orders.models import CalendarDate, OrderingCalendar

_FRAME = ("SAVEPOINT", "RELEASE", "SET ", "SELECT set_config")
JSON = {"content_type": "application/json"}
HOLIDAY = {"day": date(2027, 1, 1), "kind": "closed", "note": "New Year"}


@pytest.fixture
def group(acme):
    return DealerGroup.objects.create(name="Wednesday round")


@pytest.fixture
def calendar(olga, group):
    return add_calendar(actor=olga, values={"group": group.public_id, "weekdays": [2], "dates": [HOLIDAY]})


def by_page(client, group, **values):
    form = {
        "group": group.public_id,
        "weekdays": ["1", "4"],
        "opens_days_before": "1",
        "cut_off": "14:30",
        "order_minimum": "10",
        "order_multiple": "5",
        "one_per_cycle": "on",
        "date_day": "2027-01-01",
        "date_kind": "closed",
        "date_note": "New Year",
        **values,
    }
    return client.post("/orders/calendars/new", form)


def by_api(client, group, **values):
    body = {
        "group": group.public_id,
        "weekdays": ["tuesday", "friday"],
        "opens_days_before": 1,
        "cut_off": "14:30",
        "order_minimum": "10",
        "order_multiple": "5",
        "one_per_cycle": True,
        "dates": [{"day": "2027-01-01", "kind": "closed", "note": "New Year"}],
        **values,
    }
    return client.post("/api/v1/ordering-calendars", body, **JSON)


@pytest.mark.parametrize("door", [by_page, by_api])
def test_both_doors_add_the_same_calendar(as_olga, group, door):
    answer = door(as_olga, group)

    assert answer.status_code == (302 if door is by_page else 201), answer.content
    row = OrderingCalendar.objects.get()
    assert (row.group, row.weekdays, row.opens_days_before, row.cut_off) == (group, [1, 4], 1, time(14, 30))
    assert (row.one_per_cycle, row.two_phase, row.enabled) == (True, False, True)
    assert (row.order_minimum, row.order_multiple) == (10, 5)
    assert list(row.dates.values_list("day", "kind", "note")) == [(date(2027, 1, 1), "closed", "New Year")]
    assert AuditLine.objects.get(subject_kind="calendar").verb == "created"


@pytest.mark.parametrize("door", [by_page, by_api])
def test_a_calendar_that_never_opens_is_refused_at_save(as_olga, group, door):
    answer = door(as_olga, group, weekdays=[])

    assert answer.status_code == 422
    assert "Nobody could ever order" in answer.content.decode()
    assert not OrderingCalendar.objects.exists()


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"weekdays": [7]}, "/weekdays"),
        ({"opens_days_before": 28}, "/opens_days_before"),
        ({"opens_days_before": 0}, "/cut_off"),
        ({"order_minimum": Decimal(-1)}, "/order_minimum"),
        ({"order_multiple": Decimal("0.5")}, "/order_multiple"),
        ({"order_minimum": Decimal("NaN")}, "/order_minimum"),
        ({"dates": [HOLIDAY, HOLIDAY]}, "/dates/1/day"),
        ({"dates": [{**HOLIDAY, "kind": "open"}]}, "/dates/0/kind"),
        ({"dates": [{**HOLIDAY, "note": "x" * 121}]}, "/dates/0/note"),
        ({"group": "grp_unknown"}, "/group"),
        ({"external_id": "x" * 81}, "/external_id"),
    ],
)
def test_what_makes_no_calendar_is_refused_at_its_field(olga, calendar, values, pointer):
    with pytest.raises(Invalid) as error:
        change_calendar(actor=olga, calendar_id=calendar.public_id, changes=values)

    assert [problem.pointer for problem in error.value.problems] == [pointer]
    stored = OrderingCalendar.objects.get()
    assert (stored.version, stored.weekdays, stored.dates.count()) == (1, [2], 1)


def test_a_group_has_one_calendar(olga, calendar, group):
    with pytest.raises(Invalid) as error:
        add_calendar(actor=olga, values={"group": group.public_id, "weekdays": [1]})

    assert [problem.code for problem in error.value.problems] == ["taken"]


def test_a_change_leaves_what_it_does_not_name(olga, calendar):
    row = change_calendar(actor=olga, calendar_id=calendar.public_id, changes={"two_phase": True}, version=1)

    assert (row.two_phase, row.weekdays, row.version, row.dates.count()) == (True, [2], 2, 1)
    with pytest.raises(Conflict):
        change_calendar(actor=olga, calendar_id=calendar.public_id, changes={"two_phase": False}, version=1)


def test_deleting_takes_the_dates_along(olga, calendar):
    delete_calendar(actor=olga, calendar_id=calendar.public_id)

    assert not OrderingCalendar.objects.exists()
    assert not CalendarDate.objects.exists()


def test_a_dealers_people_reach_no_calendar(as_dora, dora, calendar):
    here = f"/orders/calendars/{calendar.public_id}"
    for url in ("/orders/calendars", "/orders/calendars/new", "/orders/calendars/export", here):
        assert (url, as_dora.get(url).status_code) == (url, 404)
    assert as_dora.post(f"{here}/disable").status_code == 404
    assert as_dora.get("/api/v1/ordering-calendars").status_code == 403
    with pytest.raises(NotPermitted):
        delete_calendar(actor=dora, calendar_id=calendar.public_id)
    assert OrderingCalendar.objects.get().enabled


def test_the_list_says_days_window_and_rules(as_olga, olga, calendar):
    changes = {"cut_off": time(14, 30), "one_per_cycle": True}
    change_calendar(actor=olga, calendar_id=calendar.public_id, changes=changes)

    page = as_olga.get("/orders/calendars").content.decode()

    for words in ("Wednesday round", "Wednesday", "from 2 days before until 14:30 of the order day"):
        assert words in page
    assert "one order for each order day" in page
    assert as_olga.get("/orders/calendars/export?format=csv").status_code == 200


def test_the_preview_shows_four_windows_and_stores_nothing(as_olga, group):
    typed = {"weekdays": ["2"], "opens_days_before": "2", "cut_off": "00:00"}
    zeros = {"order_minimum": "0", "order_multiple": "0"}

    shown = as_olga.post("/orders/calendars/preview", {**typed, **zeros}).content.decode()
    empty = as_olga.post("/orders/calendars/preview", {**typed, **zeros, "weekdays": []}).content.decode()

    assert (shown.count("<tr>"), shown.count("24:00")) == (5, 4)
    assert "Nobody could ever order" in empty
    assert not OrderingCalendar.objects.exists()


def test_switching_and_deleting_by_button(as_olga, calendar):
    for act, enabled in (("disable", False), ("enable", True)):
        assert as_olga.post(f"/orders/calendars/{calendar.public_id}/{act}").status_code == 302
        assert OrderingCalendar.objects.get().enabled is enabled
    as_olga.post(f"/orders/calendars/{calendar.public_id}/delete")
    assert not OrderingCalendar.objects.exists()


@pytest.mark.parametrize(("url", "expected"), [("/orders/calendars", 7), ("/api/v1/ordering-calendars", 5)])
def test_a_list_of_three_costs_the_statements_of_a_list_of_one(as_olga, olga, calendar, url, expected):
    def count():
        as_olga.get(url)
        with CaptureQueriesContext(connections["default"]) as seen:
            assert as_olga.get(url).status_code == 200
        return len([q for q in seen.captured_queries if not q["sql"].startswith(_FRAME)])

    one = count()
    for name in "BC":
        group = DealerGroup.objects.create(name=name)
        add_calendar(actor=olga, values={"group": group.public_id, "weekdays": [1], "dates": [HOLIDAY]})
    assert count() == one == expected


def test_the_history_names_weekdays_and_the_minute(as_olga, olga, calendar):
    change_calendar(
        actor=olga, calendar_id=calendar.public_id, changes={"weekdays": [0, 4], "cut_off": time(14, 30)}
    )
    shown = as_olga.get(f"/orders/calendars/{calendar.public_id}").content.decode()
    shown = shown[shown.index('class="timeline-list') :]
    assert "Monday, Friday" in shown
    assert ">14:30<" in shown
