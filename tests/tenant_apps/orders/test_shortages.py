"""What was short last time (TB-10, DV-01): granted less, closed, nothing granted; the last order decides."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from tenant_apps.orders.commands.back import cancel_order
from tenant_apps.orders.commands.closing import close_rest
from tenant_apps.orders.commands.edit import edit_order
from tenant_apps.orders.commands.finance import approve_order
from tenant_apps.orders.commands.granting import GrantWanted
from tenant_apps.orders.commands.lines import cancel_line
from tenant_apps.orders.models import SalesOrder, SalesOrderLine
from tenant_apps.orders.queries.shortages import short_last_time
from tests.factories.orders import fresh, place, review
from tests.factories.orders import trade as make_trade
from tests.tenant_apps.orders.test_closing import ship
from tests.tenant_apps.orders.test_statements import statements
from tests.tenant_apps.strategies.test_favorites import shown

D = Decimal


@pytest.fixture
def trade(dealer):
    return make_trade(dealer, balance="10000", finance_review=True)


@pytest.fixture
def granted(trade, dora, olga):
    """Five of A-1 demanded and three granted; A-2 in full."""
    return approved(trade, dora, olga, {"A-1": 5, "A-2": 2}, (1, 3))


def approved(trade, dora, olga, lines, *grants):
    order = review(dora, place(dora, trade.wanted(lines)))
    asked = [GrantWanted(D(quantity), "short", line) for line, quantity in grants]
    approve_order(actor=olga, operation_id=uuid.uuid4(), order_id=order.public_id, grants=asked)
    return fresh(order)


def short(trade):
    names = {sku.pk: sku.merchant_code for sku in trade.skus}
    return {names[one.sku_id]: int(one.quantity) for one in short_last_time(trade.dealer)}


def test_nothing_is_short_where_all_was_granted(trade, dora):
    place(dora, trade.wanted({"A-1": 5}))
    assert short(trade) == {}


def test_what_finance_granted_less(trade, granted):
    assert short(trade) == {"A-1": 2}


def test_the_last_order_of_the_sku_decides(trade, dora, granted):
    place(dora, trade.wanted({"A-2": 9}))
    assert short(trade) == {"A-1": 2}
    place(dora, trade.wanted({"A-1": 2}))
    assert short(trade) == {}


def test_a_cancelled_order_does_not_count(trade, dora, granted):
    cancel_order(actor=dora, operation_id=uuid.uuid4(), order_id=granted.public_id)
    assert short(trade) == {}


def test_what_was_closed_without_delivery(trade, dora, olga):
    order = approved(trade, dora, olga, {"A-1": 5, "A-2": 2})
    ship(olga, order, A_1=3)
    close_rest(actor=olga, operation_id=uuid.uuid4(), order_id=order.public_id, reason="sold out")

    assert short(trade) == {"A-1": 2, "A-2": 2}
    assert SalesOrderLine.objects.get(order=order).demanded == 5


def test_what_the_dealer_took_out_itself_is_not_short(trade, dora, olga):
    order = place(dora, trade.wanted({"A-1": 5, "A-2": 2}))
    edit_order(
        actor=dora, operation_id=uuid.uuid4(), order_id=order.public_id, wanted=trade.wanted({"A-1": 5})
    )
    assert short(trade) == {}
    order = approved(trade, dora, olga, {"A-1": 5, "A-2": 2})
    cancel_line(actor=dora, operation_id=uuid.uuid4(), order_id=order.public_id, line=2)
    assert short(trade) == {}


def test_nothing_granted_at_all(trade, dora):
    """As a supply board leaves it: the demand stands in the raw order, the order has no line of it."""
    order = place(dora, trade.wanted({"A-1": 5, "A-2": 2}))
    order.lines.get(position=2).delete()
    assert short(trade) == {"A-2": 2}


def test_another_dealers_shortage_is_its_own(trade, granted, stranger):
    assert short_last_time(stranger) == []


def test_the_pad_offers_them_alone_and_fills_them_in(as_dora, trade, dora, olga):
    empty = as_dora.get("/orders/pad").content.decode()
    assert "Short last time" not in empty
    type(trade.skus[0]).objects.filter(merchant_code="A-1").update(multiple=D(5))
    approved(trade, dora, olga, {"A-1": 5, "A-2": 2}, (1, 3))

    page = as_dora.get("/orders/pad").content.decode()
    assert "Short last time: 1 SKU" in page
    assert shown(as_dora, "/orders/pad?short=yes") == ["A-1"]
    assert shown(as_dora, "/orders/pad?fill=short") == ["A-1"]
    assert 'value="5"' in as_dora.get("/orders/pad?fill=short").content.decode()


def test_it_is_one_statement(trade, granted):
    assert statements(lambda: short_last_time(trade.dealer)) == 1
    assert SalesOrder.objects.count() == 1
