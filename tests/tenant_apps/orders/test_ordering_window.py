"""What a dealer sees of its calendar: on the home page, the pad, the list and over REST (SX-06, XF-04)."""

from __future__ import annotations

import pytest

from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.queries.ordering_window import ordering_window
from tests.factories.orders import place
from tests.tenant_apps.orders.test_calendars import at, calendar, change  # noqa: F401 - a fixture

PLACES = ["/orders/panels/waiting", "/orders/pad", "/orders/"]


@pytest.mark.parametrize("url", PLACES)
def test_every_place_says_until_when_ordering_is_open(trade, as_dora, calendar, url):  # noqa: F811
    with at(23):
        assert "Orders for Wed 25 Nov: open until Tue 24 Nov 24:00." in as_dora.get(url).content.decode()
    with at(25):
        shown = as_dora.get(url).content.decode()
    assert "Ordering is closed. Orders for Wed 2 Dec open Mon 30 Nov 00:00." in shown


@pytest.mark.parametrize("url", PLACES)
def test_the_order_of_the_cycle_stands_there_with_its_way_to_change_it(trade, dora, as_dora, calendar, url):  # noqa: F811
    change(calendar, one_per_cycle=True)
    with at(23):
        order = place(dora, trade.wanted())
        shown = as_dora.get(url).content.decode()

    assert f"Your order for Wed 25 Nov is placed: {order.number}. Change it until Tue 24 Nov 24:00." in shown
    assert f"/orders/{order.public_id}/edit" in shown


def test_the_suppliers_people_and_dealers_without_a_calendar_read_nothing(trade, as_olga, as_dora):
    for client in (as_olga, as_dora):
        assert "ordering-window" not in client.get("/orders/").content.decode()


def test_rest_says_the_same(trade, dora, as_dora, calendar):  # noqa: F811
    with at(23):
        order = place(dora, trade.wanted())
        found = as_dora.get("/api/v1/ordering-window").json()
    assert found["window"] == {
        "day": "2026-11-25",
        "opens": "2026-11-22T16:00:00Z",
        "closes": "2026-11-24T16:00:00Z",
    }
    assert found["order"] == {
        "id": order.public_id,
        "number": order.number,
        "state": "pending_review",
        "changes_until": "2026-11-24T16:00:00Z",
    }
    with at(25):
        closed = as_dora.get("/api/v1/ordering-window").json()
    assert (closed["is_open"], closed["window"], closed["coming"]["day"]) == (False, None, "2026-12-02")


def test_a_cancelled_or_reviewed_order_is_not_changed(trade, dora, calendar):  # noqa: F811
    with at(23):
        place(dora, trade.wanted())
        SalesOrder.objects.update(state="approved")
        found = ordering_window(dora)
        assert found is not None
        assert (found.order is not None, found.changes_until) == (True, None)
        SalesOrder.objects.update(state="cancelled")
        assert ordering_window(dora).order is None
