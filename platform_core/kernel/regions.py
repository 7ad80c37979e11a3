"""How places in China are spelled, and which there are.

Pure but for one file read once: `regions_cn.txt`, which `make regions` writes. Sources: W-054, G-33.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import SequenceMatcher
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.search_keys import fold, pinyin
from platform_core.kernel.words import noop

CHINA = "CN"
# A level of an area that stands for every place of that level (W-054; "*" is what other systems export).
WILDCARDS = frozenset({"", "无", "*"})
MUNICIPALITIES = ("北京", "上海", "天津", "重庆")
SPECIAL = ("香港特别行政区", "澳门特别行政区")
# Not a bare 州: 杭州 would pass for a full name.
CITY_ENDINGS = ("市", "自治州", "地区", "盟", "县", "林区", "行政单位", "行政区划")
DISTRICT_ENDINGS = ("区", "县")
_SHORTEST_NAME = 2
_ALIKE = Fraction(1, 2)

_SENTENCES = {
    "municipality_with_suffix": noop(
        "Write the municipality {value} without 市 as province and with 市 as city: {expected} + {city}."
    ),
    "province_not_full_name": noop("Write the full name of the province: {expected} instead of {value}."),
    "province_is_city": noop("{value} is a city. Write province and city: {expected} + {value}."),
    "province_unknown": noop(
        "{value} is no province of China. Write it as on Taobao, for example 浙江省 or 北京."
    ),
    "municipality_city_wrong": noop("The city of {province} is written {expected}, not {value}."),
    "city_not_full_name": noop("Write the full name of the city, for example {expected} instead of {value}."),
    "city_elsewhere": noop("{value} lies in {expected}, not in {province}."),
    "city_unknown": noop("{province} has no city {value}. Write 无 for the whole province."),
    "city_near": noop("{province} has no city {value}. Did you mean {expected}?"),
    "district_not_full_name": noop(
        "Write the full name of the district, ending in 区 or 县, instead of {value}."
    ),
    "district_short": noop("Write the full name of the district: {expected} instead of {value}."),
    "district_elsewhere": noop("{value} lies in {expected}, not in {city}."),
    "district_unknown": noop("{city} has no district {value}. Write 无 for the whole city."),
    "district_near": noop("{city} has no district {value}. Did you mean {expected}?"),
    "level_skipped": noop("{value} needs the level above it: 无 there means every place."),
}
_CODE_OF = {"city_near": "city_unknown", "district_near": "district_unknown"}


def level(name: str) -> str:
    """A level of an area for comparison: folded, and blank when it stands for every place."""
    folded = fold(name)
    return "" if folded in WILDCARDS else folded


def provinces() -> tuple[str, ...]:
    """Every province, municipality, autonomous region and special administrative region, as written."""
    return tuple(_regions())


def cities_of(province: str) -> tuple[str, ...]:
    """The cities of a province; empty when there is no such province."""
    return tuple(_regions().get(level(province), ()))


def districts_of(province: str, city: str) -> tuple[str, ...]:
    """The districts of a city; empty when there is no such city, or when it has none."""
    return _regions().get(level(province), {}).get(level(city), ())


def chinese_region_error(province: str, city: str, district: str) -> FieldProblem | None:
    """The first fault in the spelling of a Chinese area, or None. Blank or 无 is every place (W-054, G-33).

    `北京市/…` is wrong and `北京/北京市/朝阳区` right; provinces bear 省, autonomous regions and
    special administrative regions their full name. A city or district that the list does not know
    passes when it is written out in full, because lists lag; one that lies elsewhere does not.
    """
    province, city, district = level(province), level(city), level(district)
    if (city and not province) or (district and not city):
        return _problem("level_skipped", value=district if district and not city else city)
    if not province:
        return None
    return _province_error(province) or _city_error(province, city) or _district_error(province, district)


def listed_region_error(province: str, city: str, district: str) -> FieldProblem | None:
    """The same, and every name must be in the list: for freight tables and the conditions of a review."""
    wrong = chinese_region_error(province, city, district)
    if wrong:
        return wrong
    province, city, district = level(province), level(city), level(district)
    if city and city not in cities_of(province):
        return _unlisted("city", "/region2", cities_of(province), province=province, value=city)
    known = districts_of(province, city)
    if district and district not in known:
        home = next((one for one in cities_of(province) if district in districts_of(province, one)), "")
        if home:
            return _problem("district_elsewhere", "/region3", value=district, expected=home, city=city)
        return _unlisted("district", "/region3", known, city=city, value=district)
    return None


def likely_area(province: str, city: str, district: str) -> tuple[str, str, str]:
    """The listed area that was probably meant (W-131); a level that resembles nothing stays as it was typed.

    A city alone has its province: 杭州 is 浙江省 杭州市. So has one that was typed as the province.
    """
    province, city, district = level(province), level(city), level(district)
    if not province or (not city and province not in provinces()):
        province, city = _home_of(city or province) or (province, city)
    province = _likely(province, provinces())
    city = _likely(city, cities_of(province))
    return province, city, _likely(district, districts_of(province, city))


def _home_of(city: str) -> tuple[str, str] | None:
    """Province and full name of a city that is typed without them, unless a province is called so."""
    bare = city.removesuffix("市")
    if bare in MUNICIPALITIES:
        return bare, f"{bare}市"
    if len(city) < _SHORTEST_NAME or any(one.startswith(city) for one in provinces()):
        return None
    return next(((_homes()[one], one) for one in _homes() if one.startswith(city)), None)


def _likely(name: str, known: Collection[str]) -> str:
    return name if not name or name in known else nearest(name, known) or name


def _unlisted(kind: str, at: str, known: Collection[str], **facts: str) -> FieldProblem:
    expected = nearest(facts["value"], known)
    if not expected:
        return _problem(f"{kind}_unknown", at, **facts)
    return _problem(f"{kind}_near", at, **facts, expected=expected)


def nearest(name: str, known: Iterable[str]) -> str:
    """The name that was probably meant: one that begins so, else one that is much like it; or blank."""
    names = list(known)
    longer = sorted((one for one in names if one.startswith(name)), key=len)
    if longer and len(name) >= _SHORTEST_NAME:
        return longer[0]
    alike = {one: _likeness(name, one) for one in names}
    best = max(alike.values(), default=Fraction(0))
    if best < _ALIKE:
        return ""
    # A wrong character mostly sounds like the right one: 抗州市 is 杭州市, not 衢州市.
    heard = pinyin(name)
    return max((one for one in names if alike[one] == best), key=lambda one: _likeness(heard, pinyin(one)))


def _likeness(one: str, other: str) -> Fraction:
    matcher = SequenceMatcher(None, one, other)
    return Fraction(2 * sum(block.size for block in matcher.get_matching_blocks()), len(one) + len(other))


def _province_error(province: str) -> FieldProblem | None:
    if province in _regions():
        return None
    bare = province.removesuffix("市")
    if bare in MUNICIPALITIES:
        return _problem("municipality_with_suffix", value=province, expected=bare, city=f"{bare}市")
    if province in _homes():
        return _problem("province_is_city", value=province, expected=_homes()[province])
    bare = province.removesuffix("省").removesuffix("自治区").removesuffix("特别行政区")
    for full in _regions():
        if bare and full.startswith(bare) and len(bare) >= _SHORTEST_NAME:
            return _problem("province_not_full_name", value=province, expected=full)
    return _problem("province_unknown", value=province)


def _city_error(province: str, city: str) -> FieldProblem | None:
    if not city or city in cities_of(province):
        return None
    if province in MUNICIPALITIES:
        expected = f"{province}市"
        return _problem(
            "municipality_city_wrong", "/region2", province=province, value=city, expected=expected
        )
    home = _homes().get(city)
    if home:
        return _problem("city_elsewhere", "/region2", province=province, value=city, expected=home)
    if province in SPECIAL or city.endswith(CITY_ENDINGS):
        return None
    expected = nearest(city, cities_of(province)) or f"{city}市"
    return _problem("city_not_full_name", "/region2", value=city, expected=expected)


def _district_error(province: str, district: str) -> FieldProblem | None:
    if not district or province not in MUNICIPALITIES or district.endswith(DISTRICT_ENDINGS):
        return None
    expected = nearest(district, districts_of(province, f"{province}市"))
    if not expected:
        return _problem("district_not_full_name", "/region3", value=district)
    short = _SENTENCES["district_short"]
    return FieldProblem(
        "/region3", "district_not_full_name", short, {"value": district, "expected": expected}
    )


def _problem(name: str, at: str = "/region1", **facts: str) -> FieldProblem:
    return FieldProblem(at, _CODE_OF.get(name, name), _SENTENCES[name], facts)


@lru_cache(maxsize=1)
def _regions() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Province → city → districts, in the order of the list, that of the official codes."""
    text = files("platform_core.kernel").joinpath("regions_cn.txt").read_text(encoding="utf-8")
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    province = ""
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if line.startswith(" "):
            city, *districts = line.split()
            found[province][city] = tuple(districts)
        else:
            province = line
            found[province] = {}
    return found


@lru_cache(maxsize=1)
def _homes() -> Mapping[str, str]:
    """The province of each city."""
    return {city: province for province, cities in _regions().items() for city in cities}
