"""Freight: the golden vectors of table S, areas, and a table's faults."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.kernel.money import Currency, Money
from platform_core.kernel.regions import chinese_region_error
from tenant_apps.strategies.freight import (
    Area,
    Coverage,
    FreightRate,
    Rounding,
    Tier,
    WeightBeyondTable,
    best_row,
    coverage,
    covers,
    explain,
    freight,
)
from tenant_apps.strategies.freight_checks import rate_errors, table_errors

D = Decimal
CNY = Currency.CNY
# Table S of the golden vectors: first 2 kg for 7, then 1 per kg up to 5 kg, then 2 per kg.
TABLE_S = FreightRate(D(2), D(7), (Tier(D(5), D(1), D(1)), Tier(None, D(1), D(2))))


@dataclass(frozen=True)
class Address:
    """An address as orders hold it."""

    country: str = "CN"
    region1: str = "浙江省"
    region2: str = "杭州市"
    region3: str = "西湖区"
    postcode: str = "310000"


@dataclass(frozen=True)
class Row:
    """A line of a freight table."""

    area: Area
    carrier: str | None = None
    name: str = ""


@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        pytest.param("2", "7.00", id="G-01"),
        pytest.param("0.5", "7.00", id="G-02"),
        pytest.param("3", "8.00", id="G-03"),
        pytest.param("5", "10.00", id="G-04"),
        pytest.param("6", "12.00", id="G-05"),
        pytest.param("10", "20.00", id="G-06"),
        pytest.param("2.5", "7.50", id="G-07"),
        pytest.param("5.5", "11.00", id="G-08"),
        pytest.param("0", "7.00", id="nothing-weighs-nothing"),
    ],
)
def test_table_s_is_linear_in_weight(weight: str, expected: str) -> None:
    assert str(freight(TABLE_S, D(weight), Rounding.LINEAR, CNY).amount) == expected


@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        pytest.param("2", "7.00", id="G-01"),
        pytest.param("2.001", "8.00", id="one-gram-starts-a-unit"),
        pytest.param("2.5", "8.00", id="G-07-started"),
        pytest.param("5.5", "12.00", id="G-08-started"),
        pytest.param("10", "20.00", id="G-06"),
    ],
)
def test_table_s_per_started_unit(weight: str, expected: str) -> None:
    assert str(freight(TABLE_S, D(weight), Rounding.PER_STARTED_UNIT, CNY).amount) == expected


@pytest.mark.parametrize("weight", ["0", "2", "6", "1000"])
def test_a_free_shipping_carrier_costs_nothing_g09(weight: str) -> None:
    assert freight(TABLE_S, D(weight), Rounding.LINEAR, CNY, free_shipping=True) == Money.zero(CNY)


def test_freight_is_nothing_only_with_free_shipping_g37() -> None:
    assert not freight(TABLE_S, D(2), Rounding.LINEAR, CNY, free_shipping=True)
    assert freight(TABLE_S, D(2), Rounding.LINEAR, CNY) == Money(700, CNY)


def test_many_ranges_and_uneven_units() -> None:
    rate = FreightRate(
        D(1),
        D(5),
        (
            Tier(D(3), D("0.5"), D(1)),
            Tier(D(10), D(1), D("1.5")),
            Tier(D(20), D(5), D(4)),
            Tier(None, D(3), D(1)),
        ),
    )

    assert freight(rate, D(26), Rounding.LINEAR, CNY) == Money(2950, CNY)
    assert freight(rate, D("21.5"), Rounding.PER_STARTED_UNIT, CNY) == Money(2850, CNY)


def test_money_is_rounded_half_up_once_at_the_end() -> None:
    thirds = FreightRate(D(0), D(0), (Tier(D(1), D(3), D("0.005")), Tier(None, D(3), D("0.005"))))

    # 1/3 and 2/3 of 0.005 are half a cent together; rounded apart they would be nothing.
    assert freight(thirds, D(3), Rounding.LINEAR, CNY) == Money(1, CNY)


@pytest.mark.parametrize(
    ("currency", "expected"), [(Currency.JPY, "8"), (Currency.CNY, "7.50"), (Currency.KWD, "7.500")]
)
def test_the_currency_decides_the_decimals(currency: Currency, expected: str) -> None:
    assert str(freight(TABLE_S, D("2.5"), Rounding.LINEAR, currency).amount) == expected


def test_a_weight_above_the_last_limit_is_refused_by_name() -> None:
    rate = FreightRate(D(1), D(5), (Tier(D(3), D(1), D(1)),))

    with pytest.raises(WeightBeyondTable) as refusal:
        freight(rate, D("3.5"), Rounding.LINEAR, CNY)

    assert refusal.value.facts == {"limit_kg": "3", "weight_kg": "3.5"}
    assert freight(rate, D(3), Rounding.LINEAR, CNY) == Money(700, CNY)


@pytest.mark.parametrize("weight", ["-1", "NaN", "Infinity"])
def test_a_weight_that_is_none_is_our_mistake(weight: str) -> None:
    with pytest.raises(ValueError, match="weight"):
        freight(TABLE_S, D(weight), Rounding.LINEAR, CNY)


def test_the_page_shows_how_the_freight_comes_about_g08() -> None:
    steps = explain(TABLE_S, D("5.5"), Rounding.LINEAR, CNY)

    assert [(step.operator, str(step.amount), str(step)) for step in steps] == [
        ("+", "7", "First 2 kg"),
        ("+", "3", "3 kg more, 1 for each 1 kg"),
        ("+", "1", "0.5 kg more, 2 for each 1 kg"),
        ("=", "11.00", "Freight for 5.5 kg"),
    ]
    assert [step.code for step in explain(TABLE_S, D(9), Rounding.LINEAR, CNY, free_shipping=True)] == [
        "free_shipping"
    ]


def test_the_page_says_how_many_begun_units_count_g08() -> None:
    steps = explain(TABLE_S, D("5.5"), Rounding.PER_STARTED_UNIT, CNY)

    assert [(step.operator, str(step.amount), str(step)) for step in steps] == [
        ("+", "7", "First 2 kg"),
        ("+", "3", "3 kg more, begun units of 1 kg: 3, 1 for each"),
        ("+", "2", "0.5 kg more, begun units of 1 kg: 1, 2 for each"),
        ("=", "12.00", "Freight for 5.5 kg"),
    ]


weights = st.decimals(min_value=0, max_value=10_000, places=3)
fees = st.decimals(min_value=0, max_value=1_000, places=2)
units = st.decimals(min_value=D("0.1"), max_value=50, places=3)


@st.composite
def rates(draw: st.DrawFn) -> FreightRate:
    """Valid freight lines with up to five ranges."""
    steps = draw(st.lists(st.decimals(min_value=D("0.001"), max_value=100, places=3), max_size=4))
    first = draw(st.decimals(min_value=0, max_value=20, places=3))
    ends = [first + sum(steps[: index + 1]) for index in range(len(steps))]
    tiers = [Tier(end, draw(units), draw(fees)) for end in [*ends, None]]
    return FreightRate(first, draw(fees), tuple(tiers))


@given(
    rates(), weights, weights, st.sampled_from(Rounding), st.sampled_from([Currency.JPY, CNY, Currency.KWD])
)
def test_more_weight_never_costs_less(
    rate: FreightRate, one: Decimal, other: Decimal, rounding: Rounding, currency: Currency
) -> None:
    light, heavy = sorted([one, other])

    assert not freight(rate, light, rounding, currency) > freight(rate, heavy, rounding, currency)


@given(rates(), weights)
def test_started_units_never_cost_less_and_steps_add_up(rate: FreightRate, weight: Decimal) -> None:
    linear = freight(rate, weight, Rounding.LINEAR, CNY)
    *parts, total = explain(rate, weight, Rounding.LINEAR, CNY)

    assert not linear > freight(rate, weight, Rounding.PER_STARTED_UNIT, CNY)
    assert total.amount == linear.amount
    assert abs(sum(part.amount for part in parts) - total.amount) <= D("0.005")
    assert rate_errors(rate) == []


@given(st.integers(0, 500), st.integers(1, 9))
def test_one_range_agrees_with_plain_whole_numbers(extra: int, unit: int) -> None:
    rate = FreightRate(D(1), D(3), (Tier(None, D(unit), D(2)),))

    assert freight(rate, D(1 + extra), Rounding.PER_STARTED_UNIT, CNY).minor == 300 + 200 * ceil(extra / unit)


@pytest.mark.parametrize("district", ["无", "", " 无 ", "*"])
def test_a_wildcard_district_is_every_district_of_that_city_g34(district: str) -> None:
    area = Area("CN", "浙江省", "杭州市", district)

    assert covers(area, Address(region3="西湖区"))
    assert covers(area, Address(region3="余杭区"))
    assert not covers(area, Address(region2="宁波市", region3="海曙区"))


def test_areas_match_regardless_of_width_and_case_and_outside_china_by_postcode() -> None:
    assert covers(
        Area("de", "bayern", postcode_prefix="80"), Address("DE", "Ｂayern", "München", "", "80 331")
    )
    assert covers(Area("GB", postcode_prefix="sw1a"), Address("GB", "", "London", "", "SW1A 1AA"))
    assert not covers(Area("GB", postcode_prefix="SW1A 2"), Address("GB", "", "London", "", "SW1A 1AA"))
    assert covers(Area(), Address())


def test_the_finest_line_wins_and_a_carriers_own_line_before_all() -> None:
    country = Row(Area("CN"), name="country")
    city = Row(Area("CN", "浙江省", "杭州市", "无"), name="city")
    district = Row(Area("CN", "浙江省", "杭州市", "西湖区"), name="district")
    express = Row(Area("CN", "浙江省", "无", "无"), "SF", name="express")
    rows = [country, city, district, express]

    assert best_row(rows, Address(), "YTO") is district
    assert best_row(rows, Address(region3="余杭区"), "YTO") is city
    assert best_row(rows, Address(region1="江苏省"), "SF") is country
    assert best_row(rows, Address(), "SF") is express
    assert best_row(reversed(rows), Address(), "SF") is express
    assert best_row([express], Address(region1="江苏省"), "SF") is None


def test_of_equal_lines_the_first_wins() -> None:
    first, second = Row(Area("CN"), name="first"), Row(Area("CN"), name="second")

    assert best_row([first, second], Address(), None) is first


def test_a_warehouse_says_why_it_cannot_send_w139() -> None:
    rows = [Row(Area("CN", "浙江省"), "SF")]

    assert coverage(rows, Address(), "SF") is Coverage.COVERED
    assert coverage(rows, Address(), "YTO") is Coverage.CARRIER_NOT_SUPPORTED
    assert coverage(rows, Address(region1="江苏省"), "SF") is Coverage.ADDRESS_NOT_REACHABLE
    assert coverage(None, Address(), "SF") is Coverage.NO_STRATEGY


@pytest.mark.parametrize(
    ("province", "city", "district"),
    [
        pytest.param("北京", "北京市", "朝阳区", id="G-33-right"),
        ("重庆", "重庆市", "城口县"),
        ("浙江省", "杭州市", "西湖区"),
        ("新疆维吾尔自治区", "伊犁哈萨克自治州", "霍城县"),
        ("内蒙古自治区", "锡林郭勒盟", "多伦县"),
        ("香港特别行政区", "九龙", "观塘区"),
        ("广东省", "东莞市", "虎门镇"),
        ("浙江省", "无", "无"),
        ("北京", "无", ""),
        ("无", "无", "无"),
    ],
)
def test_places_spelled_as_on_taobao_are_fine(province: str, city: str, district: str) -> None:
    assert chinese_region_error(province, city, district) is None


@pytest.mark.parametrize(
    ("region", "code", "expected"),
    [
        pytest.param(("北京市", "北京市", "朝阳区"), "municipality_with_suffix", "北京", id="G-33"),
        pytest.param(("北京", "北京", "朝阳区"), "municipality_city_wrong", "北京市", id="G-33-city"),
        pytest.param(("北京", "北京市", "朝阳"), "district_not_full_name", "朝阳区", id="G-33-district"),
        (("浙江", "杭州市", "西湖区"), "province_not_full_name", "浙江省"),
        (("广西", "南宁市", "无"), "province_not_full_name", "广西壮族自治区"),
        (("内蒙古", "无", "无"), "province_not_full_name", "内蒙古自治区"),
        (("新疆自治区", "无", "无"), "province_not_full_name", "新疆维吾尔自治区"),
        (("香港", "无", "无"), "province_not_full_name", "香港特别行政区"),
        (("巴伐利亚", "无", "无"), "province_unknown", None),
        (("浙江省", "杭州", "无"), "city_not_full_name", "杭州市"),
        (("无", "杭州市", "无"), "level_skipped", None),
        (("浙江省", "无", "西湖区"), "level_skipped", None),
    ],
)
def test_a_wrong_spelling_is_named_with_the_right_one(
    region: tuple[str, str, str], code: str, expected: str | None
) -> None:
    error = chinese_region_error(*region)

    assert error is not None
    assert (error.code, error.facts.get("expected")) == (code, expected)


OPEN = Tier(None, D(1), D(1))


@pytest.mark.parametrize(
    ("rate", "codes"),
    [
        (FreightRate(D(2), D(7), ()), ["open_range_missing"]),
        (FreightRate(D(2), D(7), (Tier(D(5), D(1), D(1)),)), ["open_range_missing"]),
        (
            FreightRate(D(2), D(7), (Tier(D(5), D(1), D(1)), Tier(D(4), D(1), D(1)), OPEN)),
            ["range_not_ascending"],
        ),
        (
            FreightRate(D(2), D(7), (Tier(D(5), D(1), D(1)), Tier(D(5), D(1), D(1)), OPEN)),
            ["range_not_ascending"],
        ),
        (FreightRate(D(2), D(7), (Tier(D(2), D(1), D(1)), OPEN)), ["range_overlaps_first_weight"]),
        (FreightRate(D(2), D(7), (OPEN, OPEN)), ["open_range_not_last"]),
        (FreightRate(D(-1), D(-7), (OPEN,)), ["first_weight_negative", "first_fee_negative"]),
        (FreightRate(D(2), D(7), (Tier(None, D(0), D(-1)),)), ["unit_not_positive", "fee_negative"]),
        (TABLE_S, []),
    ],
)
def test_a_line_that_cannot_be_computed_is_refused(rate: FreightRate, codes: list[str]) -> None:
    assert [error.code for error in rate_errors(rate)] == codes


def test_a_table_names_the_lines_that_hold_for_the_same_area() -> None:
    hangzhou = Area("CN", "浙江省", "杭州市", "无")
    rows = [(Row(hangzhou, "SF"), TABLE_S), (Row(Area("CN", "浙江省"), "SF"), TABLE_S)]
    again = (Row(Area("cn", "浙江省", "杭州市", ""), "SF"), TABLE_S)
    wrong = (Row(Area("CN", "浙江"), "SF"), FreightRate(D(2), D(7), ()))

    errors = table_errors([*rows, again, wrong])

    assert [(error.row, error.code) for error in errors] == [
        (2, "duplicate_area"),
        (3, "open_range_missing"),
        (3, "province_not_full_name"),
    ]
    assert str(errors[0]) == "Lines 1 and 3 hold for the same area and carrier. Keep one of them."


def test_chinese_spelling_binds_chinese_lines_only() -> None:
    assert table_errors([(Row(Area("DE", "Bayern")), TABLE_S)]) == []
