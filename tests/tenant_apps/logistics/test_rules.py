"""Finance review by conditions, and what a warehouse may hold."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from platform_core.kernel.money import Currency, Money
from tenant_apps.logistics.rules import Condition, condition_problems, finance_reasons

HANGZHOU = SimpleNamespace(region1="浙江省", region2="杭州市")
FREE, SEVEN = Money(0, Currency.CNY), Money(700, Currency.CNY)
ZERO = Condition("freight_zero")


@pytest.mark.parametrize(
    ("conditions", "freight", "reasons"),
    [
        pytest.param([ZERO], FREE, ["freight_zero"], id="G-37-free"),
        pytest.param([ZERO], SEVEN, [], id="G-37-seven"),
        pytest.param([], SEVEN, ["all"], id="none-set-means-all"),
        ([Condition("carrier", 5)], SEVEN, ["carrier"]),
        ([Condition("carrier", 6)], SEVEN, []),
        ([Condition("region", region1="浙江省")], SEVEN, ["region"]),
        ([Condition("region", region1="浙江省", region2="无")], SEVEN, ["region"]),
        ([Condition("region", region1="浙江省", region2="宁波市")], SEVEN, []),
        ([Condition("region", region1="", region2="")], SEVEN, []),
        (
            [Condition("carrier", 6), Condition("region", region1="浙江省"), ZERO],
            FREE,
            ["region", "freight_zero"],
        ),
    ],
)
def test_any_condition_suffices(conditions, freight, reasons):
    assert finance_reasons(conditions, 5, HANGZHOU, freight) == reasons


def test_an_order_without_carrier_meets_no_carrier_condition():
    assert finance_reasons([Condition("carrier", None)], None, HANGZHOU, SEVEN) == []


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"kind": "region", "region1": "北京市"}, ("/conditions/0/region1", "municipality_with_suffix")),
        (
            {"kind": "region", "region1": "浙江省", "region2": "杭州"},
            ("/conditions/0/region2", "city_not_full_name"),
        ),
        (
            {"kind": "region", "region1": "浙江省", "region2": "南京市"},
            ("/conditions/0/region2", "city_elsewhere"),
        ),
        (
            {"kind": "region", "region1": "浙江省", "region2": "新城市"},
            ("/conditions/0/region2", "city_unknown"),
        ),
        ({"kind": "region", "region1": "无"}, ("/conditions/0/region1", "required")),
        ({"kind": "weight"}, ("/conditions/0/kind", "kind_unknown")),
    ],
)
def test_a_wrong_condition_is_named_where_it_stands(condition, found):
    problems = condition_problems([condition], "CN")

    assert [(one.pointer, one.code) for one in problems] == [found]
