"""Turns money, quantities and times into text for people, by the active language; never rounds money."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from django.utils import dateformat, timezone
from django.utils.formats import get_format
from django.utils.translation import get_language

from platform_core.kernel.money import Currency

NOTHING: Final = "–"
"""What a value that is not there looks like."""

_SYMBOLS: Final = {
    "CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$", "KRW": "₩",
    "SGD": "S$", "AUD": "A$", "CAD": "CA$", "NZD": "NZ$", "VND": "₫", "THB": "฿", "INR": "₹", "MYR": "RM",
}  # fmt: skip
_DAY_FORMATS: Final = {"zh": "Y-m-d", "en": "j M Y"}


def exponent_of(currency: str) -> int:
    """Decimals of a currency's minor unit; 2 where a page names none."""
    return Currency(currency).exponent if currency else 2


def money_text(minor: int, currency: str, *, symbol: bool = True, plus: bool = False) -> str:
    """`-¥1,234.50`: minor units as text, with or without the sign; `plus` writes + before a gain."""
    places = exponent_of(currency)
    digits = str(abs(minor)).rjust(places + 1, "0")
    whole, fraction = (digits[:-places], digits[-places:]) if places else (digits, "")
    sign = "-" if minor < 0 else "+" if plus and minor > 0 else ""
    return sign + _with_symbol(_grouped(whole, fraction), currency, symbol=symbol)


def unit_price_text(price: Decimal, currency: str, *, symbol: bool = True) -> str:
    """A unit price with all the decimals it has (up to 6, W-010), at least those of its currency."""
    number = decimal_text(price, least=exponent_of(currency), most=6)
    sign, number = ("-", number[1:]) if number.startswith("-") else ("", number)
    return sign + _with_symbol(number, currency, symbol=symbol)


def decimal_text(value: Decimal | int, *, least: int = 0, most: int = 3) -> str:
    """A number grouped by the language, without idle zeros beyond `least` decimals, cut to at most `most`."""
    shown = plain_text(value)
    sign, shown = ("-", shown[1:]) if shown.startswith("-") else ("", shown)
    whole, _, fraction = shown.partition(".")
    return sign + _grouped(whole, fraction[:most].rstrip("0").ljust(least, "0"))


def plain_text(value: Decimal | int, *, least: int = 0) -> str:
    """A number for machines (`1234.5`): a point, no grouping or exponent, at least `least` decimals."""
    text = f"{Decimal(value):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    text = "0" if text in {"-0", ""} else text
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.ljust(least, '0')}" if fraction or least else whole


def day_text(value: dt.date) -> str:
    """The day of a date or of an instant in the active time zone: `21 Nov 2026`, `2026-11-21`."""
    return dateformat.format(_local(value), _day_format())


def moment_text(value: dt.datetime) -> str:
    """Day and minute of an instant in the active time zone: `21 Nov 2026, 14:05`, `2026-11-21 14:05`."""
    glue = " " if _language() == "zh" else ", "
    return dateformat.format(_local(value), f"{_day_format()}{glue}H:i")


def _language() -> str:
    return (get_language() or "en").partition("-")[0]


def _day_format() -> str:
    return _DAY_FORMATS.get(_language(), "Y-m-d")


def _local(value: dt.date) -> dt.date:
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _with_symbol(number: str, currency: str, *, symbol: bool) -> str:
    if not symbol or not currency:
        return number
    sign = _SYMBOLS.get(currency)
    # A code is not glued to its figures; the space must not break.
    return f"{sign}{number}" if sign else f"{currency}\u00a0{number}"


def _grouped(whole: str, fraction: str) -> str:
    point, comma = _separators()
    start = len(whole) % 3
    parts = [whole[:start]] if start else []
    parts += [whole[i : i + 3] for i in range(start, len(whole), 3)]
    return comma.join(parts) + (point + fraction if fraction else "")


def _separators() -> tuple[str, str]:
    """Decimal point and thousands mark; Chinese books group by three, which Django does not."""
    if _language() in {"zh", "en"}:
        return ".", ","
    point = str(get_format("DECIMAL_SEPARATOR", use_l10n=True))
    return point, str(get_format("THOUSAND_SEPARATOR", use_l10n=True)) or "\u00a0"
