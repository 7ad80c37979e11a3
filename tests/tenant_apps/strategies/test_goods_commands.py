"""Goods strategies: made, filled, changed for all their dealers at once, reset, deleted."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platform_core.audit.record import lines_of
from platform_core.kernel.errors import Conflict, Invalid, NotFound, NotPermitted
from tenant_apps.access.models import SupplierSettings
from tenant_apps.strategies import commands, queries
from tenant_apps.strategies.errors import ResetNotConfirmed, StrategyInUse, StrategyPublic
from tenant_apps.strategies.models import GoodsStrategy, StrategyItem
from tenant_apps.strategies.queries import ItemFilter
from tenant_apps.strategies.rules import ItemChange
from tests.factories import strategies as make

D = Decimal


def prices_of(dealer):
    found = queries.offers(dealer_id=dealer.pk)
    return {sku.merchant_code: found[sku.pk].listed for sku in make.Sku.objects.all() if sku.pk in found}


def test_a_strategy_needs_a_name_of_its_own(olga):
    commands.create_strategy(actor=olga, name="  Gold   dealers ")

    assert GoodsStrategy.objects.get().name == "Gold dealers"
    for name in ["", "Gold dealers", "x" * 81]:
        with pytest.raises(Invalid):
            commands.create_strategy(actor=olga, name=name)


def test_renaming_minds_the_version(olga):
    strategy = commands.create_strategy(actor=olga, name="Gold")

    commands.rename_strategy(actor=olga, strategy_id=strategy.public_id, name="Silver", version=1)

    with pytest.raises(Conflict):
        commands.rename_strategy(actor=olga, strategy_id=strategy.public_id, name="Bronze", version=1)
    assert GoodsStrategy.objects.get().name == "Silver"
    assert [line.verb for line in lines_of("goods_strategy", strategy.public_id)] == ["renamed", "created"]


def test_g42_putting_skus_updates_adds_and_reaches_every_dealer(olga, dealer, stranger):
    tea, _ = make.skus(2)
    strategy = make.strategy(goods=[tea], price="8")
    for one in (dealer, stranger):
        make.assign(one, strategy)

    results = commands.put_items(
        actor=olga,
        strategy_id=strategy.public_id,
        items=[ItemChange("A-1", D("7.5")), ItemChange("A-2", D(9))],
    )

    assert [one.outcome for one in results] == ["updated", "added"]
    assert prices_of(dealer) == prices_of(stranger) == {"A-1": D("7.5"), "A-2": D(9)}
    (line,) = lines_of("goods_strategy", strategy.public_id)
    assert line.before == {"A-1": {"price": "8", "enabled": True}, "A-2": None}
    assert line.after == {"A-1": {"price": "7.5", "enabled": True}, "A-2": {"price": "9", "enabled": True}}


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (ItemChange("NONE", D(1)), "sku_unknown"),
        (ItemChange("A-2", None), "price_missing"),
        (ItemChange("A-1", D("1.005")), "price_too_precise"),
        (ItemChange("A-1", D("-1")), "price_negative"),
        (ItemChange("A-1", D("1e12")), "price_too_large"),
        (ItemChange("A-1", D("NaN")), "price_invalid"),
    ],
)
def test_a_wrong_row_changes_nothing_or_only_the_others(olga, item, code):
    tea, _ = make.skus(2)
    strategy = make.strategy(goods=[tea], price="8")
    good = ItemChange("A-1", D(5)) if item.code != "A-1" else ItemChange("A-2", D(5))

    with pytest.raises(Invalid) as refusal:
        commands.put_items(actor=olga, strategy_id=strategy.public_id, items=[good, item])
    assert [one.code for one in refusal.value.problems] == [code]
    assert StrategyItem.objects.get().settlement_price == 8

    results = commands.put_items(actor=olga, strategy_id=strategy.public_id, items=[good, item], partly=True)
    assert [one.outcome for one in results] == ["updated" if good.code == "A-1" else "added", "refused"]


def test_the_supplier_chooses_the_decimals_of_prices(olga):
    make.skus(1)
    strategy = make.strategy()
    SupplierSettings.objects.update(unit_price_precision=4)

    commands.put_items(actor=olga, strategy_id=strategy.public_id, items=[ItemChange("A-1", D("3.2051"))])

    assert StrategyItem.objects.get().settlement_price == D("3.2051")


def test_one_row_and_many_take_the_same_statements(olga):
    make.skus(300)
    counts = []
    for name, size in [("One", 1), ("Many", 300)]:
        strategy = make.strategy(name)
        items = [ItemChange(f"A-{number}", D(5)) for number in range(1, size + 1)]
        with CaptureQueriesContext(connection) as statements:
            commands.put_items(actor=olga, strategy_id=strategy.public_id, items=items)
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_bulk_acts_go_by_choice_or_by_filter(olga):
    goods = make.skus(3)
    strategy = make.strategy(goods=goods)
    asked = {"actor": olga, "strategy_id": strategy.public_id}

    assert commands.set_enabled(**asked, enabled=False, sku_ids=[goods[0].public_id]) == 1
    assert commands.set_enabled(**asked, enabled=False, matching=ItemFilter(q="tea")) == 2
    assert commands.set_enabled(**asked, enabled=True, matching=ItemFilter(q="A-2")) == 1
    assert commands.remove_items(**asked, matching=ItemFilter(state="disabled")) == 2
    assert [one.sku_id for one in strategy.items.all()] == [goods[1].pk]


def test_prices_are_edited_only_of_skus_the_strategy_has(olga):
    tea, coffee = make.skus(2)
    strategy = make.strategy(goods=[tea])
    asked = {"actor": olga, "strategy_id": strategy.public_id}

    assert commands.set_prices(**asked, prices={tea.public_id: D(6)}) == 1
    assert commands.set_prices(**asked, prices={tea.public_id: D(6)}) == 0
    with pytest.raises(NotFound):
        commands.set_prices(**asked, prices={tea.public_id: D(7), coffee.public_id: D(7)})
    assert StrategyItem.objects.get().settlement_price == 6


def test_a_reset_wants_the_right_numbers(olga, dealer):
    strategy = make.strategy(goods=make.skus(2))
    make.assign(dealer, strategy)
    asked = {"actor": olga, "strategy_id": strategy.public_id}

    with pytest.raises(ResetNotConfirmed):
        commands.reset_strategy(**asked, items=2, dealers=0)
    assert strategy.items.count() == 2

    assert commands.reset_strategy(**asked, items=2, dealers=1) == 2
    assert prices_of(dealer) == {}


def test_only_an_unused_strategy_can_be_deleted(olga, dealer):
    strategy = make.strategy(goods=make.skus(1))
    make.assign(dealer, strategy)

    with pytest.raises(StrategyInUse):
        commands.delete_strategy(actor=olga, strategy_id=strategy.public_id)
    assert strategy.items.count() == 1

    make.Assignment.objects.all().delete()
    commands.delete_strategy(actor=olga, strategy_id=strategy.public_id)
    assert not GoodsStrategy.objects.exists()


def test_a_strategy_that_strangers_see_cannot_be_deleted(olga):
    strategy = make.strategy(goods=make.skus(1))
    SupplierSettings.objects.update(public_price="strategy", public_strategy=strategy.public_id)

    with pytest.raises(StrategyPublic):
        commands.delete_strategy(actor=olga, strategy_id=strategy.public_id)
    assert strategy.items.count() == 1


@pytest.mark.parametrize("who", ["sam", "dora", "nil"])
def test_who_may_not_manage_changes_nothing(request, acme, who):
    actor = request.getfixturevalue(who)
    strategy = make.strategy(goods=make.skus(1))

    with pytest.raises(NotPermitted):
        commands.put_items(actor=actor, strategy_id=strategy.public_id, items=[ItemChange("A-1", D(1))])
    assert StrategyItem.objects.get().settlement_price == 8
