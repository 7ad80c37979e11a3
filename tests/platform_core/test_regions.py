"""The list of China's regions, and what is said about a name that is not in it."""

from __future__ import annotations

import pytest

from platform_core.kernel.regions import (
    MUNICIPALITIES,
    SPECIAL,
    chinese_region_error,
    cities_of,
    districts_of,
    likely_area,
    listed_region_error,
    nearest,
    provinces,
)
from platform_core.kernel.search_keys import fold
from platform_core.runner.regions import region_lines

PACKAGE = """
110000: "北京市", 110100: "北京市", 110101: "东城区",
410000: "河南省", 410100: "郑州市", 410102: "中原区", 419000: "省直辖县", 419001: "济源市",
500000: "重庆市", 500100: "重庆市", 500101: "万州区", 500200: "县", 500229: "城口县",
710000: "台湾省", 710100: "台北市", 710199: "其它区",
"""


def test_the_list_is_whole_and_spelled_as_w054_asks() -> None:
    names = {*provinces()}
    for province in provinces():
        assert cities_of(province), province
        names |= {*cities_of(province)}
        for city in cities_of(province):
            names |= {*districts_of(province, city)}
            for district in districts_of(province, city)[:3] or ("无",):
                assert listed_region_error(province, city, district) is None, (province, city, district)

    assert (len(provinces()), len(names) > 2_800) == (34, True)
    assert {*MUNICIPALITIES, *SPECIAL} < {*provinces()}
    # What is compared is folded, so a name that folding changes would never be found.
    assert [name for name in names if fold(name) != name] == []


@pytest.mark.parametrize(
    ("province", "city", "district"),
    [
        pytest.param("北京", "北京市", "朝阳区", id="municipality"),
        pytest.param("重庆", "重庆市", "城口县", id="county-of-a-municipality"),
        pytest.param("河南省", "济源市", "无", id="ruled-by-the-province"),
        pytest.param("新疆维吾尔自治区", "石河子市", "", id="autonomous-region"),
        pytest.param("香港特别行政区", "九龙", "观塘区", id="special-region"),
        pytest.param("广东省", "东莞市", "虎门镇", id="city-without-districts"),
        pytest.param("浙江省", "杭州市", "无", id="G-34"),
    ],
)
def test_places_of_the_list_pass(province: str, city: str, district: str) -> None:
    assert listed_region_error(province, city, district) is None


@pytest.mark.parametrize(
    ("region", "pointer", "code", "sentence"),
    [
        pytest.param(
            ("北京市", "北京市", "朝阳区"),
            "/region1",
            "municipality_with_suffix",
            "Write the municipality 北京市 without 市 as province and with 市 as city: 北京 + 北京市.",
            id="G-33",
        ),
        (("杭州市", "", ""), "/region1", "province_is_city", "浙江省 + 杭州市"),
        (("广西", "", ""), "/region1", "province_not_full_name", "广西壮族自治区"),
        (("浙江省", "南京市", ""), "/region2", "city_elsewhere", "南京市 lies in 江苏省, not in 浙江省."),
        (("湖北省", "恩施", ""), "/region2", "city_not_full_name", "恩施土家族苗族自治州"),
        (("浙江省", "抗州市", ""), "/region2", "city_unknown", "Did you mean 杭州市?"),
        (("北京", "北京市", "朝阳"), "/region3", "district_not_full_name", "朝阳区 instead of 朝阳"),
        (("浙江省", "杭州市", "西胡区"), "/region3", "district_unknown", "Did you mean 西湖区?"),
        (("浙江省", "杭州市", "义乌市"), "/region3", "district_elsewhere", "lies in 金华市, not in 杭州市"),
        (("浙江省", "杭州市", "Nowhere"), "/region3", "district_unknown", "Write 无 for the whole city."),
    ],
)
def test_a_name_that_is_not_in_the_list_is_refused_with_the_nearest_one(
    region: tuple[str, str, str], pointer: str, code: str, sentence: str
) -> None:
    wrong = listed_region_error(*region)

    assert wrong is not None
    assert (wrong.pointer, wrong.code) == (pointer, code)
    assert sentence in str(wrong)


@pytest.mark.parametrize(
    "region", [("浙江省", "新城市", ""), ("浙江省", "杭州市", "新城区"), ("北京", "北京市", "新城区")]
)
def test_an_address_may_be_newer_than_the_list(region: tuple[str, str, str]) -> None:
    assert chinese_region_error(*region) is None
    assert listed_region_error(*region) is not None


def test_an_address_in_a_city_of_another_province_is_refused_all_the_same() -> None:
    wrong = chinese_region_error("浙江省", "南京市", "玄武区")

    assert wrong is not None
    assert wrong.code == "city_elsewhere"


def test_nothing_like_it_is_nothing() -> None:
    assert nearest("Bayern", ["杭州市"]) == ""


def test_the_package_becomes_the_list() -> None:
    assert list(region_lines(PACKAGE)) == [
        "北京",
        " 北京市 东城区",
        "河南省",
        " 郑州市 中原区",
        " 济源市",
        "重庆",
        " 重庆市 万州区 城口县",
        "台湾省",
        " 台北市",
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("浙江", "杭州", "西湖"), ("浙江省", "杭州市", "西湖区")),
        (("浙江省", "抗州市", ""), ("浙江省", "杭州市", "")),
        (("北京市", "", ""), ("北京", "北京市", "")),
        (("北京", "", ""), ("北京", "", "")),
        (("", "上海", ""), ("上海", "上海市", "")),
        (("杭州", "", ""), ("浙江省", "杭州市", "")),
        (("", "杭州", ""), ("浙江省", "杭州市", "")),
        (("吉林", "", ""), ("吉林省", "", "")),
        (("火星", "", ""), ("火星", "", "")),
        (("", "", ""), ("", "", "")),
        (("无", "无", "无"), ("", "", "")),
    ],
)
def test_w131_the_area_that_was_probably_meant(
    typed: tuple[str, str, str], meant: tuple[str, str, str]
) -> None:
    assert likely_area(*typed) == meant


def test_what_is_listed_is_meant_as_it_stands() -> None:
    for province in provinces():
        assert likely_area(province, "", "") == (province, "", "")
        for city in cities_of(province):
            assert likely_area(province, city, "") == (province, city, "")
