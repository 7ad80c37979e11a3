"""Where an order is decided and where it is packed, both numbers of its goods' stock stand beside it."""

from __future__ import annotations

import pytest

from tenant_apps.inventory.models import StockOut
from tests.factories import orders
from tests.factories.inventory import stocked


@pytest.fixture
def trade(dealer):
    return orders.trade(dealer, goods=2, on_hand="5")


def panel(client, order):
    return client.get(f"/orders/{order.public_id}/stock")


def test_the_reviewer_sees_what_may_be_ordered(as_olga, dora, trade):
    order = orders.place(dora, trade.wanted({"A-1": 5, "A-2": 1}))
    stocked(trade.warehouse, trade.skus[:1], "3")

    page = panel(as_olga, order).content.decode()

    assert page.count("short") == 1
    assert f"/orders/{order.public_id}/stock" in as_olga.get(f"/orders/{order.public_id}").content.decode()


def test_the_packer_sees_what_lies_there(as_olga, dora, trade):
    order = orders.review(dora, orders.place(dora, trade.wanted({"A-1": 4})))
    stocked(trade.warehouse, trade.skus[:1], "3")
    document = StockOut.objects.get(source_id=order.pk)

    page = as_olga.get(f"/inventory/stock-outs/{document.public_id}").content.decode()

    assert ">3 <" in page.replace("\n", "")
    assert "short" in page
    assert "short" in panel(as_olga, order).content.decode()


def test_a_dealer_sees_neither_number(as_dora, dora, trade):
    order = orders.place(dora, trade.wanted({"A-1": 4}))

    assert panel(as_dora, order).status_code == 403
    assert "/stock" not in as_dora.get(f"/orders/{order.public_id}").content.decode()
