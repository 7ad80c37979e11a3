"""Pages and API of orders: the same commands, the same refusals, the same isolation."""

from __future__ import annotations

import pytest

from tenant_apps.catalog.models import Sku
from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders.models import SalesOrder
from tenant_apps.strategies.models import StrategyItem
from tests.factories.orders import fresh, review
from tests.tenant_apps.orders.asking import API, body, quantities, send, typed


class Doors:
    """One case, through the page or through the API; the status and the codes that matter."""

    def __init__(self, door, trade):
        self.door, self.trade = door, trade

    def place(self, client, quantity="2", **fields):
        if self.door == "page":
            lines = quantities(self.trade, A_1=quantity)
            return client.post("/orders/pad/place", typed(self.trade, lines, **fields))
        lines = [{"merchant_code": "A-1", "quantity": quantity}]
        return send(client, "post", API, body(lines, shop=self.trade.shop.code, **fields))

    def step(self, client, order, name, **data):
        if self.door == "page":
            return client.post(f"/orders/{order.public_id}/{name}", data)
        return send(client, "post", f"{API}/{order.public_id}/{name}", data)

    def adjust(self, client, order, kind, amount, reason):
        if self.door == "page":
            row = {"kind": kind, "amount": amount, "why": reason, "line": ""}
            return client.post(f"/orders/{order.public_id}/adjust", row)
        row = {"kind": kind, "amount": amount, "reason": reason}
        return send(client, "post", f"{API}/{order.public_id}/approve", {"adjustments": [row]})

    def is_done(self, response):
        return response.status_code == 302 if self.door == "page" else response.status_code in {200, 201}


@pytest.fixture(params=["page", "api"])
def doors(request, trade):
    return Doors(request.param, trade)


class TestBothDoors:
    def test_placing(self, doors, as_dora):
        assert doors.is_done(doors.place(as_dora))

        order = SalesOrder.objects.get()
        assert (order.dealer, str(order.total.amount), order.consignee) == (
            doors.trade.dealer,
            "24.00",
            "王小明",
        )

    def test_placing_on_behalf(self, doors, as_olga):
        assert doors.is_done(doors.place(as_olga))

        assert SalesOrder.objects.get().steps.get().actor_on_behalf_of == "Dora's Drinks"

    @pytest.mark.parametrize("quantity", ["-1", "0.5", "101"])
    def test_a_wrong_quantity(self, doors, as_dora, quantity):
        response = doors.place(as_dora, quantity)

        assert response.status_code == 422
        assert not SalesOrder.objects.exists()
        if doors.door == "api":
            assert [e["pointer"] for e in response.json()["errors"]] == ["/lines/0/quantity"]

    def test_no_permission(self, doors, as_sam):
        assert doors.place(as_sam).status_code == 403
        assert not SalesOrder.objects.exists()

    def test_review_approve_and_reject(self, doors, as_dora, as_olga, order):
        Warehouse.objects.update(finance_review=True)

        assert doors.is_done(doors.step(as_dora, order, "review"))
        assert fresh(order).state == "pending_finance"
        assert doors.step(as_dora, order, "approve").status_code == 403
        assert doors.is_done(doors.adjust(as_olga, order, "freight", "-3.00", "agreed"))
        assert (fresh(order).state, doors.trade.balance()) == ("approved", "979.00")
        assert doors.is_done(doors.step(as_olga, order, "reject-finance", reason="wrong"))
        assert (fresh(order).state, doors.trade.balance()) == ("pending_finance", "976.00")
        assert doors.is_done(doors.step(as_olga, order, "approve"))
        assert doors.is_done(doors.step(as_olga, order, "reject", reason="address"))
        assert (fresh(order).state, doors.trade.balance()) == ("pending_review", "1000.00")
        assert doors.is_done(doors.step(as_dora, order, "cancel", reason="typo"))
        assert fresh(order).state == "cancelled"

    def test_a_wrong_step(self, doors, as_dora, order):
        assert doors.step(as_dora, order, "reject", reason="x").status_code == 409
        assert fresh(order).state == "pending_review"

    def test_a_refused_review(self, doors, as_dora, order):
        StrategyItem.objects.update(settlement_price=9)

        response = doors.step(as_dora, order, "review")

        assert response.status_code == 409
        assert "The price of A-1 has changed." in response.content.decode()
        assert fresh(order).marks[0]["mark"] == "price"

    @pytest.mark.parametrize("amount", ["abc", "1.005", "0"])
    def test_a_wrong_adjustment(self, doors, as_olga, dora, order, amount):
        Warehouse.objects.update(finance_review=True)
        review(dora, order)

        assert doors.adjust(as_olga, order, "goods", amount, "why").status_code == 422
        assert fresh(order).state == "pending_finance"

    @pytest.mark.parametrize("name", ["review", "approve", "reject", "reject-finance", "cancel"])
    def test_foreign_orders_are_not_there(self, doors, order, as_xavier, as_olga, rival_olga, rival, name):
        # What a dealer may never ask for is refused by the API before anybody looks for the order.
        is_suppliers = doors.door == "api" and name in {"approve", "reject-finance"}
        expected = 403 if is_suppliers else 404
        assert doors.step(as_xavier, order, name).status_code == expected
        assert doors.step(rival_olga, order, name).status_code == 404
        assert fresh(order).state == "pending_review"


PAGES = ["", "/edit", "/print", "/adjust/row"]


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_an_order(order, as_dora, as_olga, as_xavier, rival_olga, page):
    path = f"/orders/{order.public_id}{page}"

    assert as_dora.get(path).status_code == 200
    assert as_olga.get(path).status_code == 200
    assert as_xavier.get(path).status_code == 404
    assert rival_olga.get(path).status_code == 404


def test_the_cost_never_reaches_a_dealer(trade, order, as_dora, as_olga):
    Sku.objects.update(wholesale_price="3.77")
    StrategyItem.objects.update(settlement_price="8")
    order.lines.update(wholesale_price="3.77")
    paths = [f"/orders/{order.public_id}", f"/orders/{order.public_id}/print", "/orders/pad", "/orders/", API]
    paths += [f"{API}/{order.public_id}", "/orders/export?format=csv", f"/orders/{order.public_id}/edit"]

    for path in paths:
        response = as_dora.get(path)
        text = b"".join(response.streaming_content) if response.streaming else response.content
        assert response.status_code == 200, path
        assert b"3.77" not in text, path
    assert as_olga.get(f"{API}/{order.public_id}").json()["lines"][0]["wholesale_price"] == "3.77"
