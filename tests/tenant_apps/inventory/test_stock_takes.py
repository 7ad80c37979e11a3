"""Stock takes: counted differences move the stock, and nothing else does."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from django.db import transaction

from platform_core.kernel.errors import Invalid, NotFound
from platform_core.kernel.flow import StepRefused
from tenant_apps.inventory import commands, operations, queries
from tenant_apps.inventory.errors import CountsRefused, StockSynced
from tenant_apps.inventory.models import Movement, Stock, StockTake, StockTakeLine
from tenant_apps.inventory.states import STOCK_TAKE_FLOW, StockTakeState
from tests.cast import actor_of, make_person
from tests.factories.inventory import ORDER, SYSTEM, D, demand, numbers, reserve, skus, stocked, warehouse
from tests.factories.stock_documents import count, post, take


@pytest.fixture
def place(acme):
    return warehouse()


@pytest.fixture
def goods(place):
    """A-1, A-2 and A-3, ten of each."""
    goods = skus(3)
    stocked(place, goods, "10")
    return goods


def ship(place, sku, quantity):
    """An order of so much leaves the warehouse."""
    with transaction.atomic():
        reserve(place, [demand(sku, quantity)])
        operations.consume(actor=SYSTEM, operation_id=uuid.uuid4(), source=ORDER, taken={1: D(quantity)})


def kept():
    """All that a refusal must leave alone."""
    stock = list(Stock.objects.order_by("pk").values_list("on_hand", "reserved"))
    lines = list(StockTakeLine.objects.order_by("pk").values_list("counted", "expected"))
    return stock, lines, Movement.objects.count(), list(StockTake.objects.values_list("state", "version"))


def refused(error, act):
    before = kept()
    with pytest.raises(error) as caught:
        act()
    assert kept() == before
    return caught.value


def told(error):
    return [(problem.pointer, problem.code) for problem in error.problems]


def test_a_whole_warehouse_is_counted_and_uncounted_goods_stay(olga, place, goods):
    row = take(olga, place)
    assert [line.sku for line in row.lines.order_by("position")] == goods

    count(olga, row, A_1="8", A_2="10")
    post(olga, row)

    assert [numbers(sku)[0] for sku in goods] == ["8", "10", "10"]
    moved = Movement.objects.get(kind="stock_take")
    assert (moved.on_hand_delta, moved.source_kind, moved.source_id) == (-2, "stock_take", row.pk)
    assert moved.note == row.number
    row.refresh_from_db()
    assert (row.state, row.ended_at is not None) == ("posted", True)


def test_what_was_shipped_after_the_count_stays_shipped(olga, place, goods):
    row = count(olga, take(olga, place), A_1="9")
    ship(place, goods[0], "4")

    post(olga, row)

    assert numbers(goods[0]) == ("5", "0")


def test_a_later_count_is_compared_with_what_lay_there_then(olga, place, goods):
    row = count(olga, take(olga, place), A_1="9")
    ship(place, goods[0], "4")
    count(olga, row, A_1="6")

    post(olga, row)

    assert numbers(goods[0]) == ("6", "0")


def test_stock_may_fall_below_what_is_reserved_and_is_then_short(olga, place, goods):
    with transaction.atomic():
        reserve(place, [demand(goods[0], "7")])
    post(olga, count(olga, take(olga, place), A_1="5"))

    assert numbers(goods[0]) == ("5", "7")
    (short,) = queries.shortages(olga)
    assert (short.missing, short.available, short.orderable) == (2, 0, 0)
    (waiting,) = queries.waiting_for([short.pk])
    assert (waiting.number, waiting.quantity, waiting.stock_out) == ("SO-1", 7, None)


def test_stock_never_falls_below_0(olga, place, goods):
    row = count(olga, take(olga, place), A_1="0", A_2="9")
    ship(place, goods[0], "4")

    error = refused(CountsRefused, lambda: post(olga, row))

    assert told(error) == [("/lines/1/counted", "count_below_zero")]
    assert str(error.problems[0]) == ("A-1: 10 lay there when 0 were counted, now 6 do. Count it again.")


@pytest.mark.parametrize("how", ["adjusted", "imported", "another count"])
def test_a_count_before_the_stock_was_set_is_out_of_date(olga, place, goods, how):
    row = count(olga, take(olga, place), A_1="8", A_2="9")
    if how == "adjusted":
        commands.adjust_stock(
            actor=olga,
            operation_id=uuid.uuid4(),
            warehouse=place.public_id,
            sku=goods[0].public_id,
            on_hand="8",
            reason="counted",
        )
    elif how == "imported":
        stocked(place, goods[:1], "8")
    else:
        post(olga, count(olga, take(olga, place, "A-1"), A_1="8"))

    error = refused(CountsRefused, lambda: post(olga, row))
    assert told(error) == [("/lines/1/counted", "count_outdated")]

    count(olga, row, A_1="8")
    post(olga, row)
    assert [numbers(sku)[0] for sku in goods] == ["8", "9", "10"]


def test_a_count_is_taken_back_by_a_blank_one(olga, place, goods):
    row = count(olga, take(olga, place), A_1="8", A_2="8")
    count(olga, row, A_1="")

    post(olga, row)

    assert [numbers(sku)[0] for sku in goods] == ["10", "8", "10"]


def test_found_goods_join_the_count(olga, place, goods):
    (other,) = skus(1, "B")
    row = count(olga, take(olga, place, "A-1"), B_1="3")

    post(olga, row)

    assert numbers(other) == ("3", "0")
    assert list(row.lines.order_by("position").values_list("position", "counted")) == [(1, None), (2, 3)]


def test_wrong_counts_are_named_and_nothing_is_kept(olga, place, goods):
    row = take(olga, place)

    error = refused(Invalid, lambda: count(olga, row, A_1="-1", A_2="0.5", NO="1", A_3="x"))

    assert told(error) == [
        ("/counts/0/counted", "count_negative"),
        ("/counts/1/counted", "count_too_fine"),
        ("/counts/2/merchant_code", "sku_unknown"),
        ("/counts/3/counted", "count_not_a_number"),
    ]


def test_a_stock_take_counts_something(olga, place, goods):
    row = take(olga, place)
    assert told(refused(Invalid, lambda: post(olga, row))) == [("/lines", "nothing_counted")]
    assert told(refused(Invalid, lambda: take(olga, warehouse("W2")))) == [("/goods", "no_goods")]
    assert told(refused(Invalid, lambda: take(olga, place, "A-1", "NO"))) == [
        ("/goods/merchant_codes/1/merchant_code", "sku_unknown")
    ]


def test_an_erp_warehouse_is_not_counted(olga, place, goods):
    refused(StockSynced, lambda: take(olga, warehouse("ERP", kind="erp")))


def test_goods_are_chosen_by_words_brand_or_category(olga, place, goods):
    assert queries.goods_to_count(place, q="a-2") == [goods[1].pk]
    assert queries.goods_to_count(place, brand="brd_none") == []
    assert queries.goods_to_count(place, category="cat_none") == []


STEPS = {
    "count": lambda actor, row: count(actor, row, A_1="9"),
    "post": post,
    "cancel": lambda actor, row: commands.cancel_stock_take(
        actor=actor, operation_id=uuid.uuid4(), stock_take_id=row.public_id
    ),
}


def test_every_step_is_tried():
    assert set(STEPS) == set(STOCK_TAKE_FLOW.steps)


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("state", StockTakeState.values)
def test_every_step_in_every_state(olga, place, goods, state, name):
    row = count(olga, take(olga, place), A_1="8")
    StockTake.objects.update(state=state)
    allowed = STOCK_TAKE_FLOW.steps[name]

    if state in allowed.sources:
        assert STEPS[name](olga, row).state == allowed.targets[0]
    else:
        refused(StepRefused, lambda: STEPS[name](olga, row))


def test_only_the_ticked_warehouses_are_counted(olga, place, goods, supplier_organisation):
    other = warehouse("W2")
    row = take(olga, place)
    keeper = replace(
        actor_of(make_person(supplier_organisation, "kim", administrator=True)),
        warehouse_ids=frozenset({other.pk}),
    )

    assert list(queries.stock_takes_visible_to(keeper)) == []
    for name, act in STEPS.items():
        refused(NotFound, lambda act=act: act(keeper, row))
        assert name
    refused(NotFound, lambda: take(keeper, place))


@pytest.mark.parametrize("lines", [1, 200])
def test_counting_and_posting_take_the_same_statements(olga, place, lines, django_assert_num_queries):
    goods = skus(lines)
    stocked(place, goods, "10")
    row = take(olga, place)
    counts = {sku.merchant_code.replace("-", "_"): "8" for sku in goods}

    with django_assert_num_queries(12):
        count(olga, row, **counts)
    with django_assert_num_queries(12):
        post(olga, row)
