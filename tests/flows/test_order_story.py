"""A dealer's order over the API, from the goods to the warehouse and back: as an ERP would tell it."""

from __future__ import annotations

import json

import pytest

from tenant_apps.inventory.models import StockOut
from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders.models import SalesOrder
from tests.factories.orders import ADDRESS
from tests.factories.orders import trade as make_trade

API = "/api/v1/orders"


@pytest.fixture
def trade(dealer):
    return make_trade(dealer, finance_review=True)


def post(client, path, data=None, key=""):
    headers = {"Idempotency-Key": key} if key else {}
    answer = client.post(path, json.dumps(data or {}), content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


def quote_and_place(as_dora):
    request = {
        "lines": [{"merchant_code": "A-1", "quantity": "10"}, {"merchant_code": "A-2", "quantity": "5"}],
        "address": ADDRESS.columns(),
        "client_ref": "PO-2026-1",
    }
    status, quote = post(as_dora, f"{API}/quote", request)
    assert (status, quote["goods"], quote["freight"], quote["total"], quote["errors"]) == (
        200,
        "120.00",
        "27.50",
        "147.50",
        [],
    )

    status, order = post(as_dora, API, request, key="place-1")
    assert (status, order["state"], order["total"], order["steps"]) == (
        201,
        "pending_review",
        "147.50",
        ["edit", "review", "cancel_line", "cancel"],
    )
    assert post(as_dora, API, request, key="place-1")[1]["id"] == order["id"]
    return order


def review_and_approve(trade, as_dora, as_olga, order, path):
    status, reviewed = post(as_dora, f"{path}/review", key="review-1")
    assert (status, reviewed["state"], reviewed["charged"]) == (200, "pending_finance", "147.50")
    assert trade.balance() == "852.50"
    assert not StockOut.objects.exists()

    rows = [
        {"kind": "freight", "amount": "-7.50", "reason": "agreed on the telephone"},
        {"kind": "goods", "amount": "-2.00", "reason": "damaged box", "line": 2},
    ]
    status, approved = post(as_olga, f"{path}/approve", {"adjustments": rows}, key="approve-1")
    assert (status, approved["state"], approved["total"]) == (200, "approved", "138.00")
    assert trade.balance() == "862.00"
    assert StockOut.objects.get().source_number == order["number"]
    assert trade.stock()["A-1"] == (100, 10)


def test_an_order_from_the_quote_to_the_warehouse_and_back(trade, as_dora, as_olga):
    order = quote_and_place(as_dora)
    path = f"{API}/{order['id']}"
    review_and_approve(trade, as_dora, as_olga, order, path)

    status, rejected = post(as_olga, f"{path}/reject", {"reason": "wrong address"})
    assert (status, rejected["state"], rejected["total"], rejected["charged"]) == (
        200,
        "pending_review",
        "147.50",
        "0.00",
    )
    assert trade.balance() == "1000.00"
    assert trade.stock()["A-1"] == (100, 0)

    Warehouse.objects.update(finance_review=False)
    memo = {"memo": "rear entrance"}
    edited = as_dora.patch(path, json.dumps(memo), content_type="application/json")
    assert (edited.status_code, edited.json()["memo"]) == (200, "rear entrance")
    assert post(as_dora, f"{path}/review")[1]["state"] == "approved"
    assert trade.balance() == "852.50"

    history = as_dora.get(path).json()["history"]
    assert [(step["step"], step["by"]) for step in history] == [
        ("submit", "Dora"),
        ("review", "Dora"),
        ("adjust", "Olga Owner"),
        ("reject", "Olga Owner"),
        ("edit", "Dora"),
        ("review", "Dora"),
    ]
    assert history[2]["reason"] == "agreed on the telephone; damaged box"

    assert post(as_dora, f"{path}/cancel", {"reason": "no need"})[1]["refund_state"] == "full"
    assert trade.balance() == "1000.00"
    assert SalesOrder.objects.get().charged_minor == 0
