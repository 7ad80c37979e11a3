"""The order in which warehouses are asked, and why one cannot serve. Pure."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_apps.orders.allocation import (
    Allocation,
    Candidate,
    Demand,
    best_first,
    fullness,
    named_reason,
    nearness,
    reason_of,
)
from tenant_apps.orders.rules import Address

HANGZHOU = Address("CN", "浙江省", "杭州市", "西湖区")
TWO = [Demand(1, "A-1", Decimal(10)), Demand(2, "A-2", Decimal(5))]


def house(code="W", *, place=HANGZHOU, covered="", freight=700, **visible):
    return Candidate(code, place, covered, freight, {int(k[1:]): Decimal(v) for k, v in visible.items()})


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        pytest.param(house(s1=10, s2=5), ("", ""), id="G-13"),
        pytest.param(house(s1=10, s2=4), ("sku_stock_short", "A-2"), id="G-12"),
        pytest.param(house(s1=10), ("sku_not_in_warehouse", "A-2"), id="not-kept"),
        pytest.param(house(s1=0, s2=5), ("sku_stock_short", "A-1"), id="kept-and-sold-out"),
        pytest.param(
            house(covered="no_freight_strategy"), ("no_freight_strategy", ""), id="freight-comes-first"
        ),
    ],
)
def test_a_warehouse_says_why_it_cannot_serve_w139(candidate, reason):
    assert reason_of(candidate, TWO) == reason


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("carrier_not_supported", "not_covered"),
        ("address_not_reachable", "not_covered"),
        ("weight_beyond_table", "not_covered"),
        ("no_freight_strategy", "no_freight_strategy"),
        ("sku_not_in_warehouse", "sku_not_in_warehouse"),
        ("sku_stock_short", "sku_stock_short"),
        ("", ""),
    ],
)
def test_every_reason_is_one_of_the_four_named_ones(code, named):
    assert named_reason(code) == named


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        (Allocation.FIRST, ["A", "B", "C"]),
        (Allocation.CHEAPEST, ["B", "A", "C"]),
        (Allocation.MOST_STOCK, ["C", "A", "B"]),
        (Allocation.NEAREST, ["C", "B", "A"]),
    ],
)
def test_each_rule_has_its_order_and_equals_go_by_code(rule, codes):
    houses = [
        house("C", place=HANGZHOU, s1=1000, s2=50),
        house("A", place=Address("DE", "浙江省", "杭州市"), s1=20, s2=10),
        house("B", place=Address("CN", "浙江省", "宁波市"), freight=100, s1=1000, s2=9),
    ]

    assert [one.code for one in best_first(houses, rule, TWO, HANGZHOU)] == codes


def test_the_line_with_the_least_stock_decides_how_full_a_warehouse_is():
    assert fullness(house(s1=100, s2=5), TWO) == 1
    assert fullness(house(s1=100), TWO) == 0
    assert fullness(house(s1=100), []) == 0


@pytest.mark.parametrize(
    ("place", "near"),
    [
        (HANGZHOU, 4),
        (Address("CN", "浙江省", "杭州市", "余杭区"), 3),
        (Address("CN", "浙江省", "宁波市", "西湖区"), 2),
        (Address("CN", "江苏省", "杭州市", "西湖区"), 1),
        (Address("DE", "浙江省", "杭州市", "西湖区"), 0),
        (Address("CN"), 1),
    ],
)
def test_a_level_counts_only_when_all_above_it_are_the_same(place, near):
    assert nearness(place, HANGZHOU) == near


def test_an_address_without_district_is_not_near_every_district():
    assert nearness(HANGZHOU, Address("CN", "浙江省", "杭州市", "无")) == 3


@given(
    freights=st.lists(st.integers(0, 10_000), min_size=1, max_size=8),
    rule=st.sampled_from(list(Allocation)),
)
def test_no_rule_loses_a_warehouse_and_the_cheapest_is_the_cheapest(freights, rule):
    houses = [house(f"W{n}", freight=one) for n, one in enumerate(freights)]

    found = best_first(reversed(houses), rule, [], HANGZHOU)

    assert sorted(one.code for one in found) == sorted(one.code for one in houses)
    if rule is Allocation.CHEAPEST:
        assert found[0].freight == min(freights)
