"""What the sign-up form offers: currencies, time zones, guesses by browser and company name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import available_timezones

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from platform_core.kernel.money import Currency
from platform_core.kernel.search_keys import fold, pinyin
from tenants import queries
from tenants.rules import LENGTH_MIN, SubdomainRefused

_WORDS: dict[str, str | Promise] = {
    "CNY": _("Chinese yuan"),
    "USD": _("US dollar"),
    "EUR": _("Euro"),
    "GBP": _("Pound sterling"),
    "HKD": _("Hong Kong dollar"),
    "TWD": _("New Taiwan dollar"),
    "SGD": _("Singapore dollar"),
    "MYR": _("Malaysian ringgit"),
    "THB": _("Thai baht"),
    "AUD": _("Australian dollar"),
    "CAD": _("Canadian dollar"),
    "CHF": _("Swiss franc"),
    "JPY": _("Japanese yen"),
    "KRW": _("South Korean won"),
    "VND": _("Vietnamese dong"),
    "KWD": _("Kuwaiti dinar"),
}
# Where people of a region keep their books and look at the clock: a guess that they can change.
_REGIONS: dict[str, tuple[str, str]] = {
    "CN": ("CNY", "Asia/Shanghai"),
    "HK": ("HKD", "Asia/Hong_Kong"),
    "TW": ("TWD", "Asia/Taipei"),
    "SG": ("SGD", "Asia/Singapore"),
    "MY": ("MYR", "Asia/Kuala_Lumpur"),
    "TH": ("THB", "Asia/Bangkok"),
    "VN": ("VND", "Asia/Ho_Chi_Minh"),
    "JP": ("JPY", "Asia/Tokyo"),
    "KR": ("KRW", "Asia/Seoul"),
    "AU": ("AUD", "Australia/Sydney"),
    "CA": ("CAD", "America/Toronto"),
    "US": ("USD", "America/New_York"),
    "GB": ("GBP", "Europe/London"),
    "IE": ("EUR", "Europe/Dublin"),
    "DE": ("EUR", "Europe/Berlin"),
    "AT": ("EUR", "Europe/Vienna"),
    "FR": ("EUR", "Europe/Paris"),
    "IT": ("EUR", "Europe/Rome"),
    "ES": ("EUR", "Europe/Madrid"),
    "NL": ("EUR", "Europe/Amsterdam"),
    "CH": ("CHF", "Europe/Zurich"),
    "KW": ("KWD", "Asia/Kuwait"),
}
_LANGUAGES = {"zh": "CN", "ja": "JP", "ko": "KR", "vi": "VN", "th": "TH", "ms": "MY", "de": "DE", "fr": "FR",
              "it": "IT", "es": "ES", "nl": "NL", "en": "US"}  # fmt: skip
_SCRIPTS = {"hans": "CN", "hant": "TW"}
# What the law makes a company write behind its name; nobody types it into an address.
_LEGAL = re.compile(r"\b(co|ltd|limited|inc|llc|corp|gmbh|ag|bv|plc|pte|sdn|bhd|sarl|srl|spa|company)\b\.?")
_LEGAL_ZH = re.compile(r"(股份)?有限(责任)?公司|公司")
_SUGGESTED_MAX = 30


@dataclass(frozen=True, slots=True)
class Guess:
    """Currency and time zone that a browser's language suggests."""

    currency: str
    timezone: str


def currencies() -> list[tuple[str, str]]:
    """Codes and names, the most used here first."""
    return [(code.value, f"{code.value} · {_WORDS[code.value]}") for code in Currency]


@lru_cache(maxsize=1)
def time_zones() -> tuple[str, ...]:
    """The IANA zones that are named for a place."""
    areas = (
        "Africa/",
        "America/",
        "Antarctica/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    return tuple(sorted(zone for zone in available_timezones() if zone.startswith(areas) or zone == "UTC"))


def time_zone(typed: str) -> str | None:
    """The zone somebody means: its whole name in any case, or its city when only one has it."""
    wanted = fold(typed).replace(" ", "_")
    by_name = {zone.lower(): zone for zone in time_zones()}
    if wanted in by_name:
        return by_name[wanted]
    same_city = [zone for name, zone in by_name.items() if name.rsplit("/", 1)[-1] == wanted]
    return same_city[0] if wanted and len(same_city) == 1 else None


def guess(request: HttpRequest) -> Guess:
    """From the first language the browser asks for: `en-GB` means pounds and London."""
    first = request.headers.get("Accept-Language", "").split(",")[0].split(";")[0].strip()
    language, *rest = first.replace("_", "-").split("-")
    regions = [_SCRIPTS.get(part.lower(), part.upper()) for part in reversed(rest)]
    regions.append(_LANGUAGES.get(language.lower(), "CN"))
    currency, timezone = next(_REGIONS[region] for region in [*regions, "CN"] if region in _REGIONS)
    return Guess(currency, timezone)


def suggested_slug(company: str) -> str:
    """A free subdomain made of a company's name (Chinese by its pinyin); empty when none comes to mind."""
    name = _LEGAL.sub(" ", pinyin(_LEGAL_ZH.sub(" ", fold(company))))
    base = re.sub(r"[^a-z0-9]+", "-", name).strip("-")
    base = f"shop-{base}" if base[:1].isdigit() else base
    if len(base) > _SUGGESTED_MAX:
        base = base[:_SUGGESTED_MAX].rsplit("-", 1)[0].strip("-")
    if len(base) < LENGTH_MIN:
        base = f"{base}-trade" if base else ""
    candidates = [base, f"{base}-trade", *(f"{base}-{number}" for number in range(2, 6))] if base else []
    return next((slug for slug in candidates if _is_free(slug)), "")


def _is_free(slug: str) -> bool:
    try:
        return queries.slug_is_free(slug)
    except SubdomainRefused:
        return False
