"""Finds province, city and district in a Chinese address that was written in one piece.

Pure. Source: W-131 (a usable warehouse is matched from a carrier's code and an address as people write it).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from platform_core.kernel.regions import MUNICIPALITIES, cities_of, districts_of, provinces
from platform_core.kernel.search_keys import fold

_GAPS = re.compile(r"[\s,，、/·]+")
_COUNTRY = "中国"
_TITLES = ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省")
_SHORTEST = 2
_CONTINUED = frozenset("省市区县旗州盟镇乡村路街道巷弄里")


class Regions(NamedTuple):
    """What was understood, as the list spells it; blank where the text does not say."""

    region1: str = ""
    region2: str = ""
    region3: str = ""


def regions_in(text: str) -> Regions:
    """Province, city and district at the beginning of an address; all blank when it begins with none.

    Short names count (浙江, 杭州), a province or city that was left out is taken from the level below
    when only one has it, and a municipality's city is its own. Of several readings the longest wins;
    of equally long ones none does, so that nothing is guessed.
    """
    rest = _GAPS.sub("", fold(text)).removeprefix(_COUNTRY)
    best, longest = set[Regions](), 0
    for found, used in _readings(rest):
        if used > longest:
            best, longest = set(), used
        if used == longest:
            best.add(found)
    return best.pop() if len(best) == 1 else Regions()


def _readings(text: str) -> Iterator[tuple[Regions, int]]:
    """Every way to read the beginning, with how many characters it takes."""
    for province, used in _provinces_at(text):
        if not _goes_on(text, used, f"{province}市" if province in MUNICIPALITIES else province):
            yield Regions(province, _only_city(province)), used
        for city, more in _cities_at(text[used:], province):
            yield from _with_district(text, province, city, used + more)
        for city in cities_of(province):
            # The city was left out: 浙江省义乌市, 北京朝阳区.
            yield from _with_district(text, province, city, used, is_needed=True)
    for province in provinces():
        for city, used in _cities_at(text, province):
            # A short name alone may be a street's: 南京西路 is in Shanghai.
            is_short = used < min(len(city), len(text))
            yield from _with_district(text, province, city, used, is_needed=is_short)


def _with_district(
    text: str, province: str, city: str, used: int, *, is_needed: bool = False
) -> Iterator[tuple[Regions, int]]:
    if not is_needed and not _goes_on(text, used, city):
        yield Regions(province, city), used
    for district in districts_of(province, city):
        if text.startswith(district, used):
            yield Regions(province, city, district), used + len(district)


def _goes_on(text: str, used: int, full: str) -> bool:
    """Whether a short name is only the beginning of another one: 朝阳 of 朝阳区, 北京 of 北京路."""
    return not text[:used].endswith(full) and text[used : used + 1] in _CONTINUED and used < len(text)


def _only_city(province: str) -> str:
    return f"{province}市" if province in MUNICIPALITIES else ""


def _provinces_at(text: str) -> Iterator[tuple[str, int]]:
    return ((name, len(written)) for written, name in _spellings() if text.startswith(written))


def _cities_at(text: str, province: str) -> Iterator[tuple[str, int]]:
    for city in cities_of(province):
        for written in _city_spellings(city):
            if text.startswith(written):
                yield city, len(written)


def _city_spellings(city: str) -> Iterable[str]:
    short = city.removesuffix("市")
    return (city, short) if len(short) >= _SHORTEST and short != city else (city,)


@lru_cache(maxsize=1)
def _spellings() -> tuple[tuple[str, str], ...]:
    """How each province may be written, with its name."""
    found = []
    for name in provinces():
        short = next((name.removesuffix(title) for title in _TITLES if name.endswith(title)), name)
        found += [(written, name) for written in dict.fromkeys((name, short))]
        if name in MUNICIPALITIES:
            found.append((f"{name}市", name))
    return tuple(found)
