"""What a review would say now (`?explain=1`): the same refusals as the review itself, and nothing moves."""

from __future__ import annotations

import uuid

import pytest

from platform_core.kernel.errors import DomainError
from tenant_apps.access.models import Membership
from tenant_apps.dealers.models import Dealer
from tenant_apps.inventory.models import Stock
from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders.commands.review import review_order
from tenant_apps.orders.models import ApprovalChain, ApprovalLevel, BuyerLimit
from tenant_apps.orders.queries.details import whole_order
from tenant_apps.orders.queries.review_checks import review_checks
from tenant_apps.strategies.models import StrategyItem
from tests.factories.orders import fresh, place
from tests.factories.orders import settings as supplier_settings
from tests.factories.orders import trade as make_trade
from tests.tenant_apps.orders.asking import API
from tests.tenant_apps.orders.test_review import facts
from tests.tenant_apps.orders.test_statements import statements


def limited(trade, dora):
    membership = Membership.objects.get(user__public_id=dora.id)
    BuyerLimit.objects.create(membership=membership, person_id=dora.id, order_limit_minor=100)


SPOILED = {
    "goods_changed": lambda trade, dora: StrategyItem.objects.all().delete(),
    "price_changed": lambda trade, dora: StrategyItem.objects.update(settlement_price=9),
    "out_of_stock": lambda trade, dora: Stock.objects.update(on_hand=1),
    "dealer_disabled": lambda trade, dora: Dealer.objects.update(enabled=False),
    "approval_needed": limited,
}


def told(actor, order):
    return {one.code: one for one in review_checks(actor, whole_order(actor, order.public_id))}


def test_an_order_that_passes(trade, dora, order):
    found = told(dora, order)
    assert {one.passes for one in found.values()} == {True}
    assert "approved at once" in found["finance"].message
    review_order(actor=dora, operation_id=uuid.uuid4(), order_id=order.public_id)
    assert fresh(order).state == "approved"


@pytest.mark.parametrize("code", SPOILED)
def test_what_is_refused_here_is_refused_by_the_review(trade, dora, order, code):
    SPOILED[code](trade, dora)
    before = facts(order, trade)

    refused = [one.code for one in review_checks(dora, whole_order(dora, order.public_id)) if not one.passes]

    assert refused == [code]
    assert facts(order, trade) == before
    with pytest.raises(DomainError) as error:
        review_order(actor=dora, operation_id=uuid.uuid4(), order_id=order.public_id)
    assert error.value.code == code


def test_too_little_balance(dealer, dora):
    trade = make_trade(dealer, balance="30")
    first, second = place(dora, trade.wanted()), place(dora, trade.wanted())
    review_order(actor=dora, operation_id=uuid.uuid4(), order_id=first.public_id)

    check = told(dora, second)["insufficient_balance"]

    assert not check.passes
    assert "18.00" in check.message


def test_no_stock_number_where_the_dealer_may_not_see_it(trade, dora, olga, order):
    supplier_settings(show_stock="yes_no")
    Stock.objects.update(on_hand=1)
    assert "1 free" not in told(dora, order)["out_of_stock"].message
    assert "1 free" in told(olga, order)["out_of_stock"].message


def test_the_chain_and_the_finance_review_are_told(trade, dora, order):
    Warehouse.objects.update(finance_review=True)
    assert "finance review" in told(dora, order)["finance"].message
    chain = ApprovalChain.objects.create(name="Two eyes")
    ApprovalLevel.objects.create(chain=chain, position=0, name="Clerk")
    ApprovalLevel.objects.create(chain=chain, position=1, name="Head")
    assert "“Two eyes” holds: Clerk → Head" in told(dora, order)["finance"].message


def test_in_finance_review_the_waiting_level_is_told(trade, dora, olga, order):
    Warehouse.objects.update(finance_review=True)
    chain = ApprovalChain.objects.create(name="Two eyes")
    ApprovalLevel.objects.create(chain=chain, position=0, name="Clerk", people=["usr_somebody"])
    review_order(actor=dora, operation_id=uuid.uuid4(), order_id=order.public_id)
    (check,) = review_checks(olga, whole_order(olga, order.public_id))
    assert isinstance(check.passes, bool)
    assert list(told(dora, order)) == ["state"]


def test_over_the_api_and_on_the_page(as_dora, as_xavier, trade, dora, order):
    StrategyItem.objects.update(settlement_price=9)

    explained = as_dora.get(f"{API}/{order.public_id}?explain=1").json()["review"]

    assert [one["code"] for one in explained if not one["passes"]] == ["price_changed"]
    assert "review" not in as_dora.get(f"{API}/{order.public_id}").json()
    panel = as_dora.get(f"/orders/{order.public_id}/checks").content.decode()
    assert panel.index("The price of A-1 has changed.") < panel.index("There is enough stock")
    assert "Would a review pass?" in as_dora.get(f"/orders/{order.public_id}").content.decode()
    assert as_xavier.get(f"/orders/{order.public_id}/checks").status_code == 404


def test_it_takes_the_same_statements_for_any_number_of_lines(dealer, dora):
    big = make_trade(dealer, goods=60, balance="100000")
    counts = set()
    for size in (1, 10, 60):
        order = place(dora, big.wanted({f"A-{n}": 1 for n in range(1, size + 1)}))
        counts.add(statements(lambda o=order: told(dora, o)))
    assert len(counts) == 1, counts
