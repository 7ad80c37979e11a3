"""A supplier that shows no number of its stock tells none to a dealer: on no page, in no file, no refusal."""

from __future__ import annotations

import json
import uuid

import pytest

from tenant_apps.access.models import SupplierSettings
from tenant_apps.dealers.models import DealerLevel
from tenant_apps.orders.commands.review import review_order
from tenant_apps.orders.models import SalesOrder
from tests.architecture.objects import WORDS, kind_of
from tests.architecture.routes import supplier_routes
from tests.factories import dealers
from tests.factories.orders import ADDRESS, place
from tests.factories.orders import trade as make_trade
from tests.tenant_apps.orders.asking import quantities, send, typed

# 86,413 lie there; the level's share of 50 % is 43,206.
LIES, SHARE = "86413", "43206"
TOLD = [LIES, SHARE, "86,413", "43,206"]


@pytest.fixture(params=["yes_no", "never"])
def secret(request, dealer):
    """A supplier that does not tell its numbers, and what its dealer orders of."""
    SupplierSettings.objects.update(show_stock=request.param, check_stock_at_submit=False)
    dealer.level = DealerLevel.objects.create(name="Half", stock_percent=50)
    dealer.save()
    return make_trade(dealer, on_hand=LIES, balance="9000000")


def told(response) -> list[str]:
    """The numbers that stand in an answer, whole or as a file."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    text = content.decode(errors="replace")
    return [number for number in TOLD if number in text]


def test_no_address_that_a_dealer_may_read_tells_it(secret, as_dora, dora):
    order = place(dora, secret.wanted({"A-1": 50_000}))
    with pytest.raises(Exception, match="not enough stock"):
        review_order(actor=dora, operation_id=uuid.uuid4(), order_id=order.public_id)
    made = {
        "dealer": secret.dealer.public_id,
        "order": order.public_id,
        "shop": secret.shop.public_id,
        "sku": secret.skus[0].public_id,
        "warehouse": secret.warehouse.public_id,
        "carrier": secret.carrier.public_id,
        "address": dealers.make_address(secret.dealer).public_id,
    }
    telling, read = {}, 0
    for route in supplier_routes():
        kinds = {name: kind_of(route.template, name) for name in route.parameters}
        if not all(kind == "word" or kind in made for kind in kinds.values()):
            continue
        path = route.path(
            {name: WORDS[name] if kind == "word" else made[kind] for name, kind in kinds.items()}
        )
        for query in ("", "?format=csv", "?sort=-stock", "?explain=1", f"?from={order.public_id}"):
            answer = as_dora.get(f"{path}{query}")
            read += answer.status_code == 200
            if found := told(answer):
                telling[f"{path}{query}"] = found
    assert telling == {}
    assert read > 100


def test_neither_quote_nor_refusal_nor_paste_tells_it(secret, as_dora):
    SupplierSettings.objects.update(check_stock_at_submit=True)
    sku = secret.skus[0].public_id
    lines = {"lines": [{"merchant_code": "A-1", "quantity": "50000"}], "address": ADDRESS.columns()}
    asked = {"lines": [{"sku": sku, "quantity": "50000"}], "fields": {"address": "new", **ADDRESS.columns()}}
    answers = [
        send(as_dora, "post", "/orders/pad/quote", asked),
        send(as_dora, "post", "/api/v1/orders/quote", lines),
        send(as_dora, "post", "/api/v1/orders", lines, **{"Idempotency-Key": "too-much"}),
        as_dora.post("/orders/pad/place", typed(secret, quantities(secret, A_1="50000"))),
        as_dora.post("/orders/pad/paste", {"lines": "A-1 50000", "shop": secret.shop.code}),
        as_dora.post("/orders/pad/chosen", {f"quantity-{sku}": "50000", "shop": secret.shop.code}),
    ]

    assert [told(answer) for answer in answers] == [[]] * len(answers)
    assert not SalesOrder.objects.exists()


def test_the_api_says_what_the_supplier_chose(secret, as_dora):
    item = as_dora.get("/api/v1/offers").json()["items"][0]

    shows = SupplierSettings.objects.get().show_stock
    assert (item["stock"], item["in_stock"]) == (None, True if shows == "yes_no" else None)


def test_the_suppliers_people_see_it_and_their_refusals_do_not_pass_it_on(
    secret, olga, as_olga, as_dora, dora
):
    order = place(dora, secret.wanted({"A-1": 50_000}))
    send(as_olga, "post", f"/api/v1/orders/{order.public_id}/review", **{"Idempotency-Key": "by-olga"})

    assert SHARE in as_olga.get(f"/strategies/dealers/{secret.dealer.public_id}").content.decode().replace(
        ",", ""
    )
    assert told(as_dora.get(f"/orders/{order.public_id}")) == []
    marks = as_dora.get(f"/api/v1/orders/{order.public_id}").json()["marks"]
    assert [mark["mark"] for mark in marks] == ["stock"]
    assert told(as_dora.get(f"/api/v1/orders/{order.public_id}")) == []
    assert SHARE not in json.dumps(marks)
