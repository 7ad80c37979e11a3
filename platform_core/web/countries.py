"""Names of countries in the reader's language, for the selects of address forms."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from django.utils.translation import get_language

from platform_core.kernel.addresses import COUNTRIES
from platform_core.kernel.regions import CHINA
from platform_core.kernel.search_keys import sort_key


def country_choices() -> list[tuple[str, str]]:
    """Code and name of every country, China first, then by name as the reader sorts it."""
    return _choices("zh_Hans" if (get_language() or "").startswith("zh") else "en")


def country_name(code: str) -> str:
    """Name of a country; its code when nobody knows it."""
    return dict(country_choices()).get(code, code)


@lru_cache(maxsize=4)
def _choices(locale: str) -> list[tuple[str, str]]:
    names = Locale.parse(locale).territories
    found = [(code, str(names.get(code, code))) for code in COUNTRIES if code.isalpha()]
    return sorted(found, key=lambda pair: (pair[0] != CHINA, sort_key(pair[1])))
