"""What a postal address and a phone number must look like, on every path that stores one.

Pure. Sources: W-054 and G-33 (Chinese places are spelled as on Taobao), W-142 and G-30 (Chinese phone
numbers); decisions.md §5 "Addresses and phones": other numbers are checked as numbers of their country.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import phonenumbers

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.regions import CHINA, chinese_region_error, level
from platform_core.kernel.words import noop

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
# Area code, hyphen, 7 or 8 digits; or eleven digits of a mobile number.
_LANDLINE = re.compile(r"0[0-9]{2,3}-[0-9]{7,8}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")

_COUNTRY = noop("{value} is no country code. Write two letters, for example CN.")
_PHONE_CHINA = noop(
    "{value} is no Chinese phone number. Write a landline as 010-1234567 (area code, hyphen, 7 or 8 digits)"
    " or a mobile number with its 11 digits."
)
_PHONE_COUNTRY = noop(
    "{value} is no phone number of {country}. Write it with its area code, or with + and its country code."
)
_MISSING = noop("Fill this in.")


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
