"""What may stand in a freight table: ranges that follow each other, areas once, Chinese places spelled right.

Pure. Sources: W-052, W-054, G-33. Every path that stores a table (import, page, API) asks here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from platform_core.kernel.quantity import plain
from platform_core.kernel.words import Sentence, noop
from tenant_apps.strategies.freight import FreightRate, TableRow, Tier, level

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
CHINA = "cn"


@dataclass(frozen=True, slots=True)
class TableError:
    """One fault of a freight table. `row` is the index in the table, `tier` the range's, both from 0."""

    code: str
    message: Sentence
    facts: Mapping[str, Any] = field(default_factory=dict)
    row: int | None = None
    tier: int | None = None

    def __str__(self) -> str:
        return self.message.with_facts(self.facts)


_RATE_SENTENCES = {
    "first_weight_negative": noop("The first weight may not be negative."),
    "first_fee_negative": noop("The fee of the first weight may not be negative."),
    "unit_not_positive": noop("Range {range}: the unit must be more than 0 kg."),
    "fee_negative": noop("Range {range}: the fee may not be negative."),
    "open_range_missing": noop(
        "The last range must have no upper limit (0), else heavy orders have no freight."
    ),
    "open_range_not_last": noop("Range {range} has no upper limit, so no range may follow it."),
    "range_not_ascending": noop(
        "Range {range} ends at {up_to_kg} kg, but starts at {from_kg} kg: ranges must rise."
    ),
    "range_overlaps_first_weight": noop(
        "Range {range} ends at {up_to_kg} kg, within the first {from_kg} kg."
    ),
}
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


def table_errors(rows: Sequence[tuple[TableRow, FreightRate]]) -> list[TableError]:
    """Everything wrong with a whole table, in its order: rates, spelling, and areas that come twice.

    The spelling binds lines whose country is `CN`: an import without a country column sets the supplier's.
    """
    errors: list[TableError] = []
    seen: dict[tuple[Any, ...], int] = {}
    for index, (row, rate) in enumerate(rows):
        errors += [_at(error, index) for error in rate_errors(rate)]
        area = row.area
        if level(area.country) == CHINA:
            wrong = chinese_region_error(area.region1, area.region2, area.region3)
            errors += [_at(wrong, index)] if wrong else []
        first = seen.setdefault((*area.key, row.carrier), index)
        if first != index:
            facts = {"first": first + 1, "second": index + 1}
            message = noop("Lines {first} and {second} hold for the same area and carrier. Keep one of them.")
            errors.append(TableError("duplicate_area", message, facts, row=index))
    return errors


def _at(error: TableError, row: int) -> TableError:
    return TableError(error.code, error.message, error.facts, row, error.tier)


def rate_errors(rate: FreightRate) -> list[TableError]:
    """Named faults of one line: signs, units, and ranges that overlap, fall or end."""
    errors = []
    if rate.first_kg < 0:
        errors.append(_rate_error("first_weight_negative"))
    if rate.first_fee < 0:
        errors.append(_rate_error("first_fee_negative"))
    if not rate.tiers or rate.tiers[-1].up_to_kg is not None:
        errors.append(_rate_error("open_range_missing"))
    return [*errors, *_tier_errors(rate.first_kg, rate.tiers)]


def _tier_errors(first_kg: Decimal, tiers: Sequence[Tier]) -> Iterable[TableError]:
    start = first_kg
    for index, tier in enumerate(tiers):
        if tier.unit_kg <= 0:
            yield _rate_error("unit_not_positive", index)
        if tier.fee < 0:
            yield _rate_error("fee_negative", index)
        if tier.up_to_kg is None:
            if index < len(tiers) - 1:
                yield _rate_error("open_range_not_last", index)
            continue
        if tier.up_to_kg <= start:
            code = "range_overlaps_first_weight" if tier.up_to_kg <= first_kg else "range_not_ascending"
            yield _rate_error(code, index, up_to_kg=plain(tier.up_to_kg), from_kg=plain(start))
        start = max(start, tier.up_to_kg)


def _rate_error(code: str, tier: int | None = None, **facts: str) -> TableError:
    named = facts if tier is None else {"range": tier + 1, **facts}
    return TableError(code, _RATE_SENTENCES[code], named, tier=tier)


def chinese_region_error(province: str, city: str, district: str) -> TableError | None:
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


def _province_error(province: str) -> TableError | None:
    if province in MUNICIPALITIES or province in PROVINCES or province in AUTONOMOUS or province in SPECIAL:
        return None
    if province.removesuffix("市") in MUNICIPALITIES:
        return _region_error("municipality_with_suffix", value=province, expected=province.removesuffix("市"))
    bare = province.removesuffix("省").removesuffix("自治区").removesuffix("特别行政区")
    for full in (*PROVINCES, *AUTONOMOUS, *SPECIAL):
        if bare and full.startswith(bare) and len(bare) >= _SHORTEST_NAME:
            return _region_error("province_not_full_name", value=province, expected=full)
    return _region_error("province_unknown", value=province)


_SHORTEST_NAME = 2


def _city_error(province: str, city: str) -> TableError | None:
    if not city or province in SPECIAL:
        return None
    if province in MUNICIPALITIES:
        expected = f"{province}市"
        if city == expected:
            return None
        return _region_error("municipality_city_wrong", province=province, value=city, expected=expected)
    if city.endswith(CITY_ENDINGS):
        return None
    return _region_error("city_not_full_name", value=city, expected=f"{city}市")


def _district_error(province: str, district: str) -> TableError | None:
    if not district or province not in MUNICIPALITIES or district.endswith(DISTRICT_ENDINGS):
        return None
    return _region_error("district_not_full_name", value=district)


def _region_error(code: str, **facts: str) -> TableError:
    return TableError(code, _REGION_SENTENCES[code], facts)
