"""A supplier leaves the check of stock or balance to the review (W-010): placing passes, the review refuses."""

from __future__ import annotations

import pytest

from platform_core.kernel.errors import Invalid
from tenant_apps.access.models import SupplierSettings
from tenant_apps.inventory.errors import OutOfStock
from tenant_apps.ledger.errors import InsufficientBalance
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.queries.drafts import draft_of
from tests.factories import inventory, logistics, strategies
from tests.factories.orders import ADDRESS, place, review
from tests.factories.orders import trade as make_trade
from tests.tenant_apps.orders.asking import quantities, send, typed
from tests.tenant_apps.orders.refusing import refused


@pytest.fixture
def stock_unchecked(acme):
    SupplierSettings.objects.update(check_stock_at_submit=False)


@pytest.fixture
def balance_unchecked(acme):
    SupplierSettings.objects.update(check_balance_at_submit=False)


class TestStock:
    def test_the_review_refuses_what_placing_let_pass(self, stock_unchecked, trade, dora):
        order = place(dora, trade.wanted({"A-1": 101}))

        with pytest.raises(OutOfStock):
            review(dora, order)

        order.refresh_from_db()
        assert (order.state, order.marks[0]["mark"]) == ("pending_review", "stock")
        assert trade.stock()["A-1"] == (100, 0)

    def test_it_is_refused_while_the_check_is_on(self, trade, dora):
        refused(Invalid, dora, trade.wanted({"A-1": 101}))

    def test_the_pad_gives_a_hint_instead_of_an_error(self, stock_unchecked, trade, as_dora):
        sku = trade.skus[0].public_id
        asked = {
            "lines": [{"sku": sku, "quantity": "101"}],
            "fields": {"address": "new", **ADDRESS.columns()},
        }

        found = send(as_dora, "post", "/orders/pad/quote", asked).json()

        said = "Only 100 box of A-1 can be ordered, 101 are asked."
        assert (found["lines"], found["message"]) == ([{"sku": sku, "hint": said}], "")
        page = as_dora.get("/orders/pad").content.decode()
        assert 'data-available=""' in page
        assert 'data-available="100"' not in page

    def test_the_page_places_it_and_so_does_the_api(self, stock_unchecked, trade, as_dora):
        assert (
            as_dora.post("/orders/pad/place", typed(trade, quantities(trade, A_1="101"))).status_code == 302
        )
        body = {
            "lines": [{"merchant_code": "A-1", "quantity": "101"}],
            "address": ADDRESS.columns(),
            "shop": trade.shop.code,
        }
        answer = send(as_dora, "post", "/api/v1/orders", body, **{"Idempotency-Key": "short-of-stock"})
        assert answer.status_code == 201, answer.json()
        assert SalesOrder.objects.count() == 2

    def test_the_choice_prefers_a_warehouse_that_has_it(self, stock_unchecked, dealer, dora):
        trade = make_trade(dealer, is_default=False)
        empty = logistics.make_warehouse("A-EMPTY")
        strategies.freight(empty, [{"region1": "浙江省"}])
        rich = logistics.make_warehouse("Z-RICH")
        strategies.freight(rich, [{"region1": "浙江省"}])
        inventory.stocked(rich, trade.skus, "500")

        assert place(dora, trade.wanted({"A-1": 101})).warehouse == rich
        nobody = draft_of(dora, trade.wanted({"A-1": 501}))
        assert (nobody.warehouse, nobody.problems) == (empty, [])
        assert [hint.code for hint in nobody.hints] == ["sku_stock_short"]


class TestBalance:
    def test_the_review_refuses_what_placing_let_pass(self, balance_unchecked, trade, dora):
        order = place(dora, trade.wanted({"A-1": 100, "A-2": 100}))

        with pytest.raises(InsufficientBalance):
            review(dora, order)

        order.refresh_from_db()
        assert (order.state, order.marks[0]["mark"]) == ("pending_review", "balance")
        assert trade.balance() == "1000.00"

    def test_it_is_refused_while_the_check_is_on(self, trade, dora):
        refused(InsufficientBalance, dora, trade.wanted({"A-1": 100, "A-2": 100}))

    def test_the_pad_gives_a_hint_instead_of_an_error(self, balance_unchecked, trade, as_dora):
        lines = [{"sku": sku.public_id, "quantity": "100"} for sku in trade.skus[:2]]
        asked = {"lines": lines, "fields": {"address": "new", **ADDRESS.columns()}}

        found = send(as_dora, "post", "/orders/pad/quote", asked).json()

        assert found["message"] == ""
        assert "1000.00" in found["freight_note"]
