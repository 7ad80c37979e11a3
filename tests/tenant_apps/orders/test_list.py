"""The list of orders: search, tabs, bulk, export, panels, and what lists and pages may ask the database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from platform_core.kernel import clock
from tenant_apps.orders.models import SalesOrder
from tests.factories.orders import fresh, place, review, settings
from tests.tenant_apps.orders.asking import API


class TestList:
    def test_search_and_tabs(self, trade, dora, as_dora):
        orders = [place(dora, trade.wanted(client_ref=f"PO-{n}")) for n in range(3)]
        review(dora, orders[0])

        def found(query):
            page = as_dora.get(f"/orders/?{query}").content.decode()
            return [o.number for o in orders if f">{o.number}<" in page]

        assert found("q=po-1") == [orders[1].number]
        assert found(f"q={orders[2].number}") == [orders[2].number]
        assert found("q=王小") == [o.number for o in orders]
        assert found("q=A-1") == [o.number for o in orders]
        assert found("q=nothing") == []
        assert found("state=approved") == [orders[0].number]
        assert found("from=2001-01-01&to=2001-01-02") == []
        assert found("from=nonsense&sort=nonsense&state=nonsense&page=999") == [o.number for o in orders]

    def test_bulk_says_what_became_of_each(self, trade, dora, as_dora):
        orders = [place(dora, trade.wanted({"A-1": 60})) for _ in range(2)]

        page = as_dora.post(
            "/orders/bulk", {"action": "review", "ids": [o.public_id for o in orders]}
        ).content.decode()

        assert "1 done, 1 refused" in page
        assert sorted(fresh(o).state for o in orders) == ["approved", "pending_review"]

    def test_bulk_for_all_that_match(self, trade, dora, as_dora, as_xavier):
        for _ in range(3):
            place(dora, trade.wanted())
        form = {"action": "cancel", "scope": "all", "back": "state=pending_review", "reason": "test"}

        as_xavier.post("/orders/bulk", form)
        assert SalesOrder.objects.filter(state="cancelled").count() == 0
        as_dora.post("/orders/bulk", form)
        assert SalesOrder.objects.filter(state="cancelled").count() == 3

    def test_export_holds_what_is_filtered(self, trade, dora, as_dora):
        first, second = (place(dora, trade.wanted(client_ref=ref)) for ref in ("PO-1", "PO-2"))

        text = b"".join(as_dora.get("/orders/export?format=csv&q=PO-2").streaming_content).decode()

        assert second.number in text
        assert first.number not in text
        assert as_dora.get("/orders/export").headers["Content-Type"].startswith("application/vnd.openxml")

    def test_orders_that_wait_longer_than_the_suppliers_days_are_listed_to_both_sides(
        self, trade, dora, as_dora, as_olga
    ):
        with clock.at(clock.now() - timedelta(days=4)):
            old = place(dora, trade.wanted())
        new = place(dora, trade.wanted())

        for days, listed in ((3, True), (5, False)):
            settings(stale_after_days=days)
            for client in (as_dora, as_olga):
                page = client.get("/orders/?waiting=long").content.decode()
                assert (f">{old.number}<" in page, f">{new.number}<" in page) == (listed, False)

    @pytest.mark.parametrize("panel", ["recent", "waiting"])
    def test_panels(self, order, as_dora, as_olga, panel):
        for client in (as_dora, as_olga):
            assert client.get(f"/orders/panels/{panel}").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
class TestQueryCounts:
    def test_lists(self, trade, dora, as_dora, as_olga, count, django_assert_num_queries):
        for _ in range(count):
            place(dora, trade.wanted({"A-1": 1, "A-2": 1}))

        # Session, user, actor; saved views; counts, rows; warehouses, and dealers or shops to choose from.
        with django_assert_num_queries(9, using="default"):
            as_olga.get("/orders/")
        # And the balance above the page, and whether the dealer has an ordering calendar.
        with django_assert_num_queries(11, using="default"):
            as_dora.get("/orders/")
        with django_assert_num_queries(4, using="default"):
            as_dora.get(API)

    def test_one_order(self, trade, dora, as_dora, count, django_assert_num_queries):
        order = place(dora, trade.wanted({f"A-{n + 1}": 1 for n in range(count)}))

        with django_assert_num_queries(12, using="default"):
            as_dora.get(f"/orders/{order.public_id}")
        with django_assert_num_queries(10, using="default"):
            as_dora.get(f"{API}/{order.public_id}")
