"""At most five orders of one nickname in one batch of reviews, through both doors (W-141, G-27)."""

from __future__ import annotations

import pytest

from tenant_apps.orders.models import SalesOrder
from tests.factories.orders import place
from tests.tenant_apps.orders.asking import API, send


def batch(dora, trade, count, **fields):
    return [place(dora, trade.wanted({"A-1": 1}, **fields)) for _ in range(count)]


def review(door, client, orders):
    ids = [order.public_id for order in orders]
    if door == "api":
        return send(client, "post", f"{API}/review", {"ids": ids})
    return client.post("/orders/bulk", {"action": "review", "ids": ids}, follow=True)


@pytest.mark.parametrize("door", ["page", "api"])
@pytest.mark.parametrize(("count", "reviewed"), [(5, 5), (6, 0)], ids=["G-27 five", "G-27 six"])
def test_six_of_one_nickname_are_refused_as_a_whole(trade, dora, as_dora, door, count, reviewed):
    others = batch(dora, trade, 2, nickname="小红")
    answer = review(door, as_dora, batch(dora, trade, count, nickname="小明") + others)

    assert SalesOrder.objects.filter(state="approved").count() == (reviewed + 2 if reviewed else 0)
    assert ("小明" in answer.content.decode() and "at most 5" in answer.content.decode()) is not bool(
        reviewed
    )


def test_made_up_nicknames_count_like_typed_ones(trade, dora, as_dora):
    answer = review("api", as_dora, batch(dora, trade, 6))

    assert (answer.status_code, answer.json()["code"]) == (422, "nickname_too_often")
    assert not SalesOrder.objects.filter(state="approved").exists()
