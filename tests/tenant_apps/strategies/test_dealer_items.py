"""A dealer's strategy and what is its own: assigned, overridden, returned; nothing is copied."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from platform_core.kernel.errors import Invalid, NotFound
from tenant_apps.strategies import commands, queries
from tenant_apps.strategies.errors import AssignmentNotConfirmed
from tenant_apps.strategies.goods import Offer
from tenant_apps.strategies.models import Assignment, DealerItem, StrategyItem
from tenant_apps.strategies.rules import ItemChange
from tests.factories import strategies as make

D = Decimal


def offers(dealer):
    return queries.offers(dealer_id=dealer.pk)


def own(olga, dealer, *items):
    return commands.put_own_items(actor=olga, dealer_id=dealer.public_id, items=list(items))


def test_g41_another_strategy_leaves_exactly_its_own_skus(olga, dealer):
    ten, four = make.skus(10, "X"), make.skus(4, "Y")
    first, second = make.strategy("X", ten), make.strategy("Y", four)
    commands.assign_strategy(actor=olga, dealer_id=dealer.public_id, strategy_id=first.public_id)
    own(olga, dealer, ItemChange("X-1", D(5)), ItemChange("Y-1", D(4)))

    with pytest.raises(AssignmentNotConfirmed) as refusal:
        commands.assign_strategy(actor=olga, dealer_id=dealer.public_id, strategy_id=second.public_id)
    assert refusal.value.facts["count"] == 2
    assert (len(offers(dealer)), DealerItem.objects.count()) == (11, 2)

    commands.assign_strategy(actor=olga, dealer_id=dealer.public_id, strategy_id=second.public_id, losing=2)
    assert offers(dealer) == {sku.pk: Offer(D(8), True, False, False) for sku in four}


def test_assigning_the_same_strategy_again_changes_nothing(olga, dealer):
    strategy = make.strategy(goods=make.skus(1))
    make.assign(dealer, strategy)
    own(olga, dealer, ItemChange("A-1", D(5)))

    commands.assign_strategy(actor=olga, dealer_id=dealer.public_id, strategy_id=strategy.public_id)

    assert DealerItem.objects.count() == 1


def test_an_override_binds_one_dealer_only(olga, dealer, stranger):
    tea, coffee = make.skus(2)
    strategy = make.strategy(goods=[tea])
    for one in (dealer, stranger):
        make.assign(one, strategy)

    results = own(olga, dealer, ItemChange("A-1", D(7), enabled=False), ItemChange("A-2", D(3)))

    assert [one.outcome for one in results] == ["added", "added"]
    assert offers(dealer) == {
        tea.pk: Offer(D(7), False, True, True),
        coffee.pk: Offer(D(3), True, True, False),
    }
    assert offers(stranger) == {tea.pk: Offer(D(8), True, False, False)}
    assert StrategyItem.objects.get().settlement_price == 8


def test_a_sku_outside_the_strategy_needs_a_price(olga, dealer):
    make.skus(1)

    with pytest.raises(Invalid) as refusal:
        own(olga, dealer, ItemChange("A-1", enabled=True))

    assert [one.code for one in refusal.value.problems] == ["price_missing"]
    assert not DealerItem.objects.exists()


def test_a_field_a_row_and_all_return_to_the_strategy(olga, dealer):
    tea, coffee, extra = make.skus(3)
    strategy = make.strategy(goods=[tea, coffee])
    make.assign(dealer, strategy)
    own(
        olga, dealer, ItemChange("A-1", D(7), enabled=False), ItemChange("A-2", D(7)), ItemChange("A-3", D(7))
    )
    asked = {"actor": olga, "dealer_id": dealer.public_id}

    assert commands.return_to_strategy(**asked, sku_ids=[tea.public_id], fields=["price"]) == 1
    assert offers(dealer)[tea.pk] == Offer(D(8), False, False, True)

    assert commands.return_to_strategy(**asked, sku_ids=[extra.public_id]) == 1
    assert set(offers(dealer)) == {tea.pk, coffee.pk}

    assert commands.return_to_strategy(**asked) == 2
    assert not DealerItem.objects.exists()


def test_an_added_sku_that_the_strategy_takes_up_follows_it_once_returned(olga, dealer):
    (tea,) = make.skus(1)
    strategy = make.strategy()
    make.assign(dealer, strategy)
    own(olga, dealer, ItemChange("A-1", D(7)))
    commands.put_items(actor=olga, strategy_id=strategy.public_id, items=[ItemChange("A-1", D(9))])

    assert offers(dealer)[tea.pk].listed == 7
    commands.return_to_strategy(actor=olga, dealer_id=dealer.public_id)
    assert offers(dealer)[tea.pk] == Offer(D(9), True, False, False)


def test_a_dealer_outside_the_data_scope_does_not_exist(olga, dealer, stranger):
    strategy = make.strategy(goods=make.skus(1))
    narrow = replace(olga, dealer_ids=frozenset({dealer.pk}))

    with pytest.raises(NotFound):
        commands.assign_strategy(actor=narrow, dealer_id=stranger.public_id, strategy_id=strategy.public_id)
    with pytest.raises(NotFound):
        own(narrow, stranger, ItemChange("A-1", D(1)))
    assert not Assignment.objects.exists()
    assert not DealerItem.objects.exists()


def test_a_thousand_dealers_on_ten_thousand_skus_cost_one_row_each(olga, acme):
    strategy = make.strategy(goods=make.skus(10_000))
    dealers = make.many_dealers(1000)

    Assignment.objects.bulk_create(Assignment(dealer=one, strategy=strategy) for one in dealers)

    assert (Assignment.objects.count(), DealerItem.objects.count()) == (1000, 0)
    assert StrategyItem.objects.count() == 10_000
    assert len(offers(dealers[999])) == 10_000
    commands.put_items(actor=olga, strategy_id=strategy.public_id, items=[ItemChange("A-77", D(1))])
    seventy_seven = make.Sku.objects.get(merchant_code="A-77").pk
    assert {
        queries.offers(dealer_id=one.pk, sku_ids=[seventy_seven])[seventy_seven].listed for one in dealers[:5]
    } == {D(1)}
