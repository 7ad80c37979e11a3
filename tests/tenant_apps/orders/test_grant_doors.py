"""Granting less through the page, the bulk form and the API: the same command, the same refusals."""

from __future__ import annotations

from datetime import timedelta

import pytest

from platform_core.kernel import clock
from tenant_apps.logistics.models import Warehouse
from tenant_apps.strategies.models import OrderingOrganisation
from tests.factories.orders import fresh, place, review
from tests.tenant_apps.orders.asking import API, send

WANTED = {"A-1": 5, "A-2": 3}


@pytest.fixture
def held(trade, dora):
    Warehouse.objects.update(finance_review=True)
    return review(dora, place(dora, trade.wanted(WANTED)))


@pytest.fixture(params=["page", "api"])
def granting(request):
    """Grant quantities by position through one of the doors."""

    def ask(client, order, grants, reason="short", **terms):
        if request.param == "page":
            typed = {f"grant_{line}": text for line, text in grants.items()}
            return client.post(
                f"/orders/{order.public_id}/adjust", {**typed, "grant_reason": reason, **terms}
            )
        rows = [{"line": line, "quantity": text, "reason": reason} for line, text in grants.items()]
        return send(client, "post", f"{API}/{order.public_id}/approve", {"grants": rows, **terms})

    return ask


def test_granting_less_with_another_day_and_organisation(granting, as_olga, trade, held):
    east = OrderingOrganisation.objects.create(code="EAST", name="East branch")
    day = (clock.now() + timedelta(days=30)).date().isoformat()

    done = granting(as_olga, held, {1: "3", 2: "3"}, organisation=east.public_id, delivery_day=day)

    assert done.status_code in {200, 302}
    order = fresh(held)
    assert [line.quantity for line in order.lines.order_by("position")] == [3, 3]
    assert (order.state, order.organisation, str(order.delivery_day)) == ("approved", east.public_id, day)


@pytest.mark.parametrize(
    ("grants", "reason"), [({1: "6"}, "x"), ({1: "0"}, "x"), ({1: "2"}, ""), ({1: "1.5"}, "x")]
)
def test_what_cannot_be_granted(granting, as_olga, trade, held, grants, reason):
    before = trade.balance()

    assert granting(as_olga, held, grants, reason).status_code == 422

    assert (fresh(held).state, trade.balance()) == ("pending_finance", before)


def test_no_number_is_told_on_the_page(as_olga, held):
    shown = as_olga.post(f"/orders/{held.public_id}/adjust", {"grant_1": "some", "grant_reason": "why not"})

    assert shown.status_code == 422
    assert "Write a quantity like 3 or 2.5." in shown.content.decode()
    assert 'value="some"' in shown.content.decode()
    assert "why not" in shown.content.decode()


def test_the_form_shows_the_day_that_the_order_has(as_olga, held):
    day = (clock.now() + timedelta(days=30)).date()
    assert 'name="delivery_day" value=""' in as_olga.get(f"/orders/{held.public_id}").content.decode()
    type(held).objects.filter(pk=held.pk).update(delivery_day=day)
    assert f'value="{day}"' in as_olga.get(f"/orders/{held.public_id}").content.decode()


def test_a_dealer_grants_nothing(granting, as_dora, as_xavier, held):
    assert granting(as_dora, held, {1: "3"}).status_code == 403
    assert granting(as_xavier, held, {1: "3"}).status_code in {403, 404}
    assert fresh(held).state == "pending_finance"


def test_the_dealer_reads_demanded_and_granted(as_dora, as_olga, granting, held):
    granting(as_olga, held, {1: "3"}, reason="harvest was poor")

    page = as_dora.get(f"/orders/{held.public_id}").content.decode()
    assert "demanded 5" in page
    assert "harvest was poor" in page
    told = as_dora.get(f"{API}/{held.public_id}").json()
    assert [(line["quantity"], line["demanded"]) for line in told["lines"]] == [("3", "5"), ("3", "3")]
    (grant,) = told["grants"]
    assert (grant["line"], grant["before"], grant["quantity"], grant["reason"]) == (
        1,
        "5",
        "3",
        "harvest was poor",
    )


def test_many_orders_at_once_by_merchant_code(as_olga, trade, dora, held):
    other = review(dora, place(dora, trade.wanted({"A-1": 2})))
    without = review(dora, place(dora, trade.wanted({"A-2": 2})))
    ids = [held.public_id, other.public_id, without.public_id]
    typed = {"action": "adjust", "ids": ids, "grant_sku": "A-1", "grant_most": "3", "grant_why": "short"}

    shown = as_olga.post("/orders/bulk", typed).content.decode()

    assert [fresh(one).state for one in (held, other, without)] == ["approved", "approved", "pending_finance"]
    assert [line.quantity for line in fresh(held).lines.order_by("position")] == [3, 3]
    assert without.number in shown


def test_many_orders_at_once_over_the_api(as_olga, trade, dora, held):
    rows = [{"merchant_code": "A-1", "quantity": "3", "reason": "short"}]
    body = {"ids": [held.public_id], "grants": rows}

    done = send(as_olga, "post", f"{API}/approve", body)

    assert [one["status"] for one in done.json()["results"]] == [200]
    assert fresh(held).lines.get(position=1).quantity == 3
