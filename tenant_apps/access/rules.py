"""What a person may, and how its three names to log in are read. No database, no framework."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

import phonenumbers
from phonenumbers.tzdata import TIMEZONE_DATA

COUNTRY_DEFAULT = "CN"
LOGIN_LENGTH_MIN, LOGIN_LENGTH_MAX = 2, 60
_LOGIN = re.compile(r"[\w.\-]+")


def effective(
    *,
    direct: Collection[str],
    roles: Iterable[Collection[str]],
    ceiling: Collection[str] | None,
    population: frozenset[str],
    is_administrator: bool = False,
) -> frozenset[str]:
    """(direct ∪ roles) ∩ ceiling ∩ what the population may at all (W-023, W-027, G-25, G-26).

    An administrator holds everything under the ceiling. No ceiling means: all of the population.
    """
    held = population if is_administrator else frozenset(direct).union(*roles)
    highest = population if ceiling is None else population.intersection(ceiling)
    return held & highest


def beyond(asked: Iterable[str], allowed: frozenset[str]) -> list[str]:
    """What is asked for and may not be given, in order: nobody grants what it lacks (K-16)."""
    return sorted(set(asked) - allowed)


def phone_number(text: str, country: str) -> str:
    """The number in E.164, read as a national one of `country` unless it names its own.

    Empty when it is no valid number.
    """
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def country_of_timezone(timezone: str) -> str:
    """Where people of a time zone write their phone numbers: `Asia/Shanghai` → `CN`."""
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        if timezone in TIMEZONE_DATA.get(str(code), ()):
            return regions[0]
    return COUNTRY_DEFAULT


def is_country(code: str) -> bool:
    """Whether it is an ISO 3166 code that has phone numbers."""
    return code in phonenumbers.SUPPORTED_REGIONS


def is_account_name(text: str) -> bool:
    """2 to 60 letters, figures, `.`, `-`, `_`, with a letter: never to be taken for a phone or e-mail."""
    return (
        LOGIN_LENGTH_MIN <= len(text) <= LOGIN_LENGTH_MAX
        and _LOGIN.fullmatch(text) is not None
        and any(character.isalpha() for character in text)
    )


def locks_out(*, active_administrators: Collection[int], membership_id: int) -> bool:
    """Whether taking this one away leaves the organisation without an active administrator."""
    return set(active_administrators) <= {membership_id}
