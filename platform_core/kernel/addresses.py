"""What a postal address and a phone number must look like, on every path that stores one.

Pure. Sources: W-054 and G-33 (Chinese places are spelled as on Taobao), W-142 and G-30 (Chinese phone
numbers); decisions.md §5 "Addresses and phones": other numbers are checked as numbers of their country.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import phonenumbers

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.search_keys import fold
from platform_core.kernel.words import noop

CHINA = "CN"
COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS)
# The parts of an address, and how long each may be in characters.
ADDRESS_LENGTHS = {
    "country": 2,
    "region1": 60,
    "region2": 60,
    "region3": 60,
    "postcode": 20,
    "line1": 200,
    "line2": 200,
    "consignee": 80,
    "phone": 30,
}
# A level of an area that stands for every place of that level (W-054; "*" is what other systems export).
WILDCARDS = frozenset({"", "无", "*"})
MUNICIPALITIES = ("北京", "上海", "天津", "重庆")
# fmt: off
PROVINCES = (
    "河北省", "山西省", "辽宁省", "吉林省", "黑龙江省", "江苏省", "浙江省", "安徽省",
    "福建省", "江西省", "山东省", "河南省", "湖北省", "湖南省", "广东省", "海南省",
    "四川省", "贵州省", "云南省", "陕西省", "甘肃省", "青海省", "台湾省",
)
# fmt: on
AUTONOMOUS = ("内蒙古自治区", "广西壮族自治区", "西藏自治区", "宁夏回族自治区", "新疆维吾尔自治区")
SPECIAL = ("香港特别行政区", "澳门特别行政区")
# Not a bare 州: 杭州 would pass for a full name.
CITY_ENDINGS = ("市", "自治州", "地区", "盟", "县", "林区", "行政单位", "行政区划")
DISTRICT_ENDINGS = ("区", "县")
_SHORTEST_NAME = 2
# Area code, hyphen, 7 or 8 digits; or eleven digits of a mobile number.
_LANDLINE = re.compile(r"0[0-9]{2,3}-[0-9]{7,8}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")

_REGION_SENTENCES = {
    "municipality_with_suffix": noop("Write the municipality {value} as province without 市: {expected}."),
    "province_not_full_name": noop("Write the full name of the province: {expected} instead of {value}."),
    "province_unknown": noop(
        "{value} is no province of China. Write it as on Taobao, for example 浙江省 or 北京."
    ),
    "municipality_city_wrong": noop("The city of {province} is written {expected}, not {value}."),
    "city_not_full_name": noop("Write the full name of the city, for example {expected} instead of {value}."),
    "district_not_full_name": noop(
        "Write the full name of the district, ending in 区 or 县, instead of {value}."
    ),
    "level_skipped": noop("{value} needs the level above it: 无 there means every place."),
}
_COUNTRY = noop("{value} is no country code. Write two letters, for example CN.")
_PHONE_CHINA = noop(
    "{value} is no Chinese phone number. Write a landline as 010-1234567 (area code, hyphen, 7 or 8 digits)"
    " or a mobile number with its 11 digits."
)
_PHONE_COUNTRY = noop(
    "{value} is no phone number of {country}. Write it with its area code, or with + and its country code."
)
_MISSING = noop("Fill this in.")


def level(name: str) -> str:
    """A level of an area for comparison: folded, and blank when it stands for every place."""
    folded = fold(name)
    return "" if folded in WILDCARDS else folded


def address_problems(address: Mapping[str, str], base: str = "") -> list[FieldProblem]:
    """Everything wrong with an address to ship to; empty when a parcel can be sent there.

    Who receives it, a phone number and the first line are required everywhere, province and city in
    China (a blank district is accepted: G-31). Pointers are `base` and the field's name.
    """
    country = address.get("country", "").upper()
    required = ["consignee", "phone", "line1", *(["region1", "region2"] if country == CHINA else [])]
    # `level` blanks 无 as well: "every city" is no place that a parcel can go to.
    blank = [name for name in required if not level(address.get(name, ""))]
    problems = [FieldProblem(f"/{name}", "required", _MISSING) for name in blank]
    # Regions are judged once all is there: 西湖区 without city is not misspelled but incomplete.
    found = [one for one in misspelled(address) if not (blank and one.pointer.startswith("/region"))]
    return [problem.below(base) for problem in problems + found]


def misspelled(address: Mapping[str, str]) -> list[FieldProblem]:
    """What is wrong with those parts of an address that are there; the others may be missing."""
    country, phone = address.get("country", "").upper(), address.get("phone", "").strip()
    if country not in COUNTRIES:
        return [FieldProblem("/country", "country_unknown", _COUNTRY, {"value": country})]
    regions = (address.get(name, "") for name in ("region1", "region2", "region3"))
    wrong = (
        chinese_region_error(*regions) if country == CHINA else None,
        phone_error(phone, country) if phone else None,
    )
    return [problem for problem in wrong if problem]


def phone_error(phone: str, country: str) -> FieldProblem | None:
    """What is wrong with a number, or None. China by W-142 (`0101234567` is refused: G-30), else by length.

    The length is checked, not the block of numbers: countries open new blocks faster than we ship.
    A number that begins with + is checked as one of the country it names.
    """
    if country == CHINA and not phone.startswith("+"):
        if _LANDLINE.fullmatch(phone) or _MOBILE.fullmatch(phone):
            return None
        return FieldProblem("/phone", "phone_wrong", _PHONE_CHINA, {"value": phone})
    try:
        possible = phonenumbers.is_possible_number(phonenumbers.parse(phone, country or None))
    except phonenumbers.NumberParseException:
        possible = False
    facts = {"value": phone, "country": country}
    return None if possible else FieldProblem("/phone", "phone_wrong", _PHONE_COUNTRY, facts)


def chinese_region_error(province: str, city: str, district: str) -> FieldProblem | None:
    """The first fault in the spelling of a Chinese area, or None. Blank or 无 is every place (W-054, G-33).

    `北京市/…` is wrong and `北京/北京市/朝阳区` right; provinces bear 省, autonomous regions and
    special administrative regions their full name.
    """
    province, city, district = level(province), level(city), level(district)
    if (city and not province) or (district and not city):
        return _region_error("level_skipped", value=district if district and not city else city)
    if not province:
        return None
    return _province_error(province) or _city_error(province, city) or _district_error(province, district)


def _province_error(province: str) -> FieldProblem | None:
    if province in MUNICIPALITIES or province in PROVINCES or province in AUTONOMOUS or province in SPECIAL:
        return None
    if province.removesuffix("市") in MUNICIPALITIES:
        return _region_error("municipality_with_suffix", value=province, expected=province.removesuffix("市"))
    bare = province.removesuffix("省").removesuffix("自治区").removesuffix("特别行政区")
    for full in (*PROVINCES, *AUTONOMOUS, *SPECIAL):
        if bare and full.startswith(bare) and len(bare) >= _SHORTEST_NAME:
            return _region_error("province_not_full_name", value=province, expected=full)
    return _region_error("province_unknown", value=province)


def _city_error(province: str, city: str) -> FieldProblem | None:
    if not city or province in SPECIAL:
        return None
    if province in MUNICIPALITIES:
        expected = f"{province}市"
        if city == expected:
            return None
        return _region_error(
            "municipality_city_wrong", "/region2", province=province, value=city, expected=expected
        )
    if city.endswith(CITY_ENDINGS):
        return None
    return _region_error("city_not_full_name", "/region2", value=city, expected=f"{city}市")


def _district_error(province: str, district: str) -> FieldProblem | None:
    if not district or province not in MUNICIPALITIES or district.endswith(DISTRICT_ENDINGS):
        return None
    return _region_error("district_not_full_name", "/region3", value=district)


def _region_error(code: str, at: str = "/region1", **facts: str) -> FieldProblem:
    return FieldProblem(at, code, _REGION_SENTENCES[code], facts)
