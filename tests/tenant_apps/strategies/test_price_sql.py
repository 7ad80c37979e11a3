"""Price rules in SQL: what offers and lists answer is what the pure rule answers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_core.kernel import clock
from platform_core.kernel.quantity import next_orderable
from tenant_apps.access.models import SupplierSettings
from tenant_apps.catalog.models import Sku
from tenant_apps.strategies import queries
from tenant_apps.strategies.models import DealerItem, PriceRule, StrategyItem
from tenant_apps.strategies.pricing import Rank, Rule, price_of
from tenant_apps.strategies.queries import GoodsFilter
from tests.examples import undone
from tests.factories import strategies as make

D = Decimal
TODAY = date(2026, 5, 10)
DAY = timedelta(days=1)


def listed(actor, dealer, **wanted):
    return queries.offered_skus(actor, dealer, GoodsFilter(**wanted))


def test_lists_sort_and_narrow_by_the_ruled_price(dora, dealer):
    goods = make.skus(4)
    make.assign(dealer, make.strategy(goods=goods, price="10"))
    PriceRule.objects.create(dealer=dealer, sku=goods[0], fixed=D(12))
    PriceRule.objects.create(level=dealer.level, sku=goods[1], rate=D("0.9"))
    PriceRule.objects.create(level=dealer.level, sku=goods[2], fixed=D(1), from_quantity=2)

    found = listed(dora, dealer, sort="price")

    assert [(row["code"], row["price"]) for row in found[0:10]] == [
        ("A-2", D(9)),
        ("A-3", D(10)),
        ("A-4", D(10)),
        ("A-1", D(12)),
    ]
    narrow = listed(dora, dealer, price_from=D("9"), price_to=D("10"))
    assert [row["code"] for row in narrow[0:10]] == ["A-2", "A-3", "A-4"]
    assert narrow.count() == 3


def test_the_price_shown_is_that_of_the_smallest_order_and_tiers_follow(dora, dealer):
    (tea,) = make.skus(1)
    Sku.objects.update(minimum=D(10), multiple=D(6))
    make.assign(dealer, make.strategy(goods=[tea], price="10"))
    for quantity, price in [("12", "9"), ("13", "8"), ("100", "7.5")]:
        PriceRule.objects.create(dealer=dealer, sku=tea, fixed=D(price), from_quantity=D(quantity))

    (row,) = listed(dora, dealer)[0:1]

    assert row["price"] == 9
    assert row["tiers"] == ((D(13), D(8)), (D(100), D("7.5")))


def test_rules_begin_and_end_with_the_suppliers_day(dealer):
    """Acme lives in Shanghai: its 10 May begins at 16:00 UTC on 9 May."""
    (tea,) = make.skus(1)
    make.assign(dealer, make.strategy(goods=[tea], price="10"))
    PriceRule.objects.create(dealer=dealer, sku=tea, fixed=D(7), valid_from=TODAY, valid_until=TODAY)

    prices = []
    for hour in [datetime(2026, 5, 9, 15, 59), datetime(2026, 5, 9, 16), datetime(2026, 5, 10, 16)]:
        with clock.at(hour.replace(tzinfo=UTC)):
            prices.append(queries.offers(dealer_id=dealer.pk)[tea.pk].price_at(D(1)))

    assert prices == [10, 7, 10]


@pytest.mark.parametrize("count", [1, 500])
def test_the_prices_of_500_skus_are_one_statement(dealer, count):
    goods = make.skus(count)
    make.assign(dealer, make.strategy(goods=goods, price="10"))
    PriceRule.objects.create(level=dealer.level, rate=D("0.5"), from_quantity=10)
    PriceRule.objects.bulk_create(PriceRule(dealer=dealer, sku=one, fixed=D(6)) for one in goods)

    with CaptureQueriesContext(connection) as statements:
        found = queries.offers(dealer_id=dealer.pk, sku_ids=[sku.pk for sku in goods])

    assert len(statements) == 1
    assert {offer.price_at(D(20)) for offer in found.values()} == {D(6)}
    assert len(found) == count


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_with_rules_takes_as_many_statements_as_without(dora, dealer, count):
    goods = make.skus(count)
    make.assign(dealer, make.strategy(goods=goods))
    PriceRule.objects.create(level=dealer.level, rate=D("0.5"))

    with CaptureQueriesContext(connection) as statements:
        rows = listed(dora, dealer, sort="price", price_to=D(100))[0:50]

    assert len(rows) == count
    assert len(statements) == 3  # facts, goods, stock


@pytest.mark.parametrize("sort", ["price", "-price"])
def test_reading_on_by_marks_gives_every_row_once(dora, dealer, sort):
    goods = make.skus(7)
    make.assign(dealer, make.strategy(goods=goods, price="10"))
    PriceRule.objects.create(level=dealer.level, rate=D("0.333333"))
    for place in (1, 4):
        PriceRule.objects.create(dealer=dealer, sku=goods[place], rate=D("0.777777"))
    found, mark = [], None
    goods_list = listed(dora, dealer, sort=sort)

    while rows := goods_list.after(mark, 2):
        found += [row["code"] for row in rows]
        mark = rows[-1]["mark"]

    assert found == [row["code"] for row in goods_list[0:None]]
    assert len(found) == 7


WHO = st.sampled_from(["dealer", "level", "other dealer", "other level"])
RULE = st.tuples(
    WHO,
    st.sampled_from([None, 0, 1]),
    st.booleans(),
    st.decimals("0.01", 9, places=4),
    st.sampled_from([0, 1, 2, 6, 12]),
    st.none() | st.integers(-2, 1),
    st.none() | st.integers(-1, 2),
).filter(lambda one: one[5] is None or one[6] is None or one[5] <= one[6])
SKU = st.tuples(st.decimals(0, 50, places=2), st.none() | st.decimals(0, 50, places=2), st.integers(0, 7))
CASE = {
    "rules": st.lists(RULE, max_size=10, unique_by=lambda one: (one[0], one[1], one[4], one[5])),
    "skus": st.lists(SKU, min_size=2, max_size=2),
    "multiple": st.sampled_from([1, 6]),
    "places": st.sampled_from([0, 2, 6]),
    "quantity": st.integers(1, 13),
}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(**CASE)
@undone
def test_sql_and_the_pure_rule_agree(dora, dealer, stranger, rules, skus, multiple, places, quantity):
    goods = make.skus(2)
    whom = {
        "dealer": {"dealer": dealer},
        "level": {"level": dealer.level},
        "other dealer": {"dealer": stranger},
        "other level": {"level": _other_level()},
    }
    strategy = make.strategy()
    make.assign(dealer, strategy)
    SupplierSettings.objects.update(unit_price_precision=places)
    for sku, (base, own, minimum) in zip(goods, skus, strict=True):
        StrategyItem.objects.create(strategy=strategy, sku=sku, settlement_price=base)
        if own is not None:
            DealerItem.objects.create(dealer=dealer, sku=sku, settlement_price=own)
        Sku.objects.filter(pk=sku.pk).update(minimum=minimum, multiple=multiple)
    expected = {sku.pk: [] for sku in goods}
    for who, place, is_fixed, number, at_least, begin, end in rules:
        facts = {
            "fixed" if is_fixed else "rate": number,
            "from_quantity": D(at_least),
            "valid_from": None if begin is None else TODAY + begin * DAY,
            "valid_until": None if end is None else TODAY + end * DAY,
        }
        sku = None if place is None else goods[place]
        PriceRule.objects.create(**whom[who], sku=sku, **facts)
        if not who.startswith("other"):
            rank = Rank[f"{who.upper()}{'_SKU' if sku else ''}"]
            for one in [sku] if sku else goods:
                expected[one.pk].append(Rule(rank, **facts))

    with clock.at(datetime(2026, 5, 10, 4, tzinfo=UTC)):
        offers = queries.offers(dealer_id=dealer.pk)
        shown = {row["id"]: row for row in listed(dora, dealer)[0:None]}
        explained = {row["id"]: row for row in queries.offered_skus(dora, dealer, explain=True)[0:None]}

    for sku, (base, own, minimum) in zip(goods, skus, strict=True):
        facts = (base, own, expected[sku.pk])
        assert offers[sku.pk].price_at(D(quantity)) == price_of(*facts, D(quantity), TODAY, places).price
        first = next_orderable(D(0), 0, D(minimum), D(multiple))
        at_first = price_of(*facts, first, TODAY, places)
        assert shown[sku.pk]["price"] == at_first.price
        answer = explained[sku.pk]["answer"]
        assert (answer.price, answer.source) == (at_first.price, at_first.source)
        assert len(answer.considered) == len(at_first.considered)


def _other_level():
    return make.DealerLevel.objects.get_or_create(name="Other", defaults={"stock_percent": 1})[0]
