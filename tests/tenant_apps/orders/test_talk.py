"""Messages on an order, and the dealer's own sales prices and profit."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from platform_core.kernel.errors import Invalid, NotFound, NotPermitted
from platform_core.kernel.money import Currency, Money
from platform_core.outbox.models import OutboxEntry
from tenant_apps.orders.commands.profit import set_sales_prices
from tenant_apps.orders.commands.talk import see_messages, write_message
from tenant_apps.orders.models import OrderMessage
from tenant_apps.orders.profit import Sold, dealer_profit
from tests.factories.orders import fresh
from tests.tenant_apps.orders.asking import API, send

D = Decimal
CNY = Currency.CNY


def write(actor, order, text="Where is it?", key=None):
    return write_message(actor=actor, operation_id=key or uuid.uuid4(), order_id=order.public_id, text=text)


def unread(client):
    return client.get("/orders/?unread=yes").context["page"].paginator.count


class TestMessages:
    def test_the_other_side_reads_it_and_answers(self, order, dora, olga, as_dora, as_olga):
        write(dora, order)
        assert (unread(as_olga), unread(as_dora)) == (1, 0)

        page = as_olga.get(f"/orders/{order.public_id}/messages")
        assert "Where is it?" in page.content.decode()
        assert unread(as_olga) == 0

        as_olga.post(
            f"/orders/{order.public_id}/message", {"text": "On its way.", "operation": str(uuid.uuid4())}
        )
        assert unread(as_dora) == 1
        assert [m.from_dealer for m in OrderMessage.objects.order_by("id")] == [True, False]

    def test_it_tells_others_once_however_often_it_is_sent(self, order, dora):
        key = uuid.uuid4()
        write(dora, order, key=key)
        write(dora, order, key=key)

        assert OrderMessage.objects.count() == 1
        assert OutboxEntry.objects.filter(name="orders.message_written").count() == 1

    @pytest.mark.parametrize(("text", "code"), [("  ", "required"), ("x" * 1001, "too_long")])
    def test_an_empty_or_endless_one_is_refused(self, order, dora, text, code):
        with pytest.raises(Invalid) as error:
            write(dora, order, text)
        assert [p.code for p in error.value.problems] == [code]
        assert not OrderMessage.objects.exists()

    def test_nobody_else_sees_or_writes(self, order, dora, xavier, as_xavier):
        write(dora, order)
        for act in (
            lambda: write(xavier, order),
            lambda: see_messages(actor=xavier, order_id=order.public_id),
        ):
            with pytest.raises(NotFound):
                act()
        assert as_xavier.get(f"{API}/{order.public_id}/messages").status_code == 404

    def test_the_api_writes_and_lists(self, order, as_dora, as_olga):
        path = f"{API}/{order.public_id}/messages"
        made = send(as_dora, "post", path, {"text": "Hello"}, **{"Idempotency-Key": "m1"})
        assert made.status_code == 201
        assert [m["text"] for m in as_olga.get(path).json()["items"]] == ["Hello"]


class TestProfit:
    def test_it_is_what_was_sold_less_goods_freight_and_fee(self):
        lines = [Sold(D("12.50"), D(10), Money(8000, CNY)), Sold(D("3"), D(5), Money(1000, CNY))]
        profit = dealer_profit(lines, Money(-500, CNY), Money(1200, CNY), Money(50, CNY), CNY)

        assert str(profit.sales.amount) == "140.00"
        assert str(profit.total.amount) == "42.50"

    def test_a_sales_price_changes_no_amount_and_the_supplier_does_not_see_it(
        self, order, dora, as_dora, as_olga
    ):
        before = fresh(order).total
        path = f"{API}/{order.public_id}"
        answer = send(as_dora, "put", f"{path}/sales-prices", {"lines": [{"line": 1, "sales_price": "11.5"}]})

        assert answer.status_code == 200
        assert answer.json()["lines"][0]["sales_price"] == "11.5"
        assert fresh(order).total == before
        assert "sales_price" not in as_olga.get(path).json()["lines"][0]
        assert "11.5" not in as_olga.get(f"/orders/{order.public_id}").content.decode()

    def test_the_panel_shows_and_sets_it(self, order, as_dora, as_olga):
        as_dora.post(f"/orders/{order.public_id}/sales-prices", {"price-1": "10"})
        # 2 × 10.00 sold, goods 16.00, freight 8.00
        page = as_dora.get(f"/orders/{order.public_id}/profit")
        assert str(page.context["profit"].total.amount) == "-4.00"
        assert as_olga.get(f"/orders/{order.public_id}/profit").status_code == 404

    @pytest.mark.parametrize(
        ("prices", "code"),
        [({9: D(1)}, "no_such_line"), ({1: D(-1)}, "price_wrong"), ({1: D("NaN")}, "price_wrong")],
    )
    def test_a_wrong_line_or_price_is_refused(self, order, dora, prices, code):
        with pytest.raises(Invalid) as error:
            set_sales_prices(actor=dora, order_id=order.public_id, prices=prices)
        assert [p.code for p in error.value.problems] == [code]

    def test_the_suppliers_people_set_none(self, order, olga):
        with pytest.raises(NotPermitted):
            set_sales_prices(actor=olga, order_id=order.public_id, prices={1: D(1)})
