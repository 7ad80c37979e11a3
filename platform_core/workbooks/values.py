"""Turns a cell into a value of its column's kind, or says why it cannot be one.

Excel keeps every number as a binary fraction of 15 good digits. A number is therefore taken at
these 15 digits and becomes a Decimal at once: 0.1 + 0.2 is 0.3, and 1001.0 is the code 1001.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from numbers import Real
from typing import TypeAlias

from platform_core.kernel.quantity import plain
from platform_core.kernel.search_keys import fold
from platform_core.workbooks.columns import Column, Kind
from platform_core.workbooks.errors import BadCell

Value: TypeAlias = str | int | Decimal | bool | date | None

EXACT_DIGITS = 15
LARGEST = Decimal(10) ** 12
SHOWN_MAX = 60
_NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?\Z|[+-]?\.[0-9]+\Z")
_EXPONENT_FORM = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+[0-9]+\Z")
# Control characters, and the marks that turn the direction of writing around (used to disguise text).
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
# What copying from web pages leaves in codes: nobody sees it, and nothing matches with it.
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_BREAKS = re.compile(r"[\t\r\n\x85\xa0\u2028\u2029]+")
_DATE = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?\Z")
_YES = frozenset({"yes", "y", "true", "1", "是", "对"})
_NO = frozenset({"no", "n", "false", "0", "否", "不"})


def convert(cell: object, column: Column, locale: str) -> Value:
    """The cell's value; None for a blank one. Raises BadCell with code and facts."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, str):
        cell = _clean(cell)
        if not cell:
            return None
    return _CONVERTERS[column.kind](cell, column, locale)


def is_blank(cell: object) -> bool:
    """Whether nothing is written in the cell."""
    return cell is None or cell == "" or (isinstance(cell, str) and not cell.strip())


def _clean(text: str) -> str:
    if _CONTROL.search(text):
        raise BadCell("control_character")
    return _BREAKS.sub(" ", _INVISIBLE.sub("", text)).strip()


def _text(cell: object, column: Column, _locale: str) -> str:
    text = _text_of(cell)
    if len(text) > column.max_length:
        raise BadCell("too_long", length=len(text), maximum=column.max_length)
    return text


def _text_of(cell: object) -> str:
    if isinstance(cell, str):
        if _EXPONENT_FORM.match(cell):
            raise BadCell("code_in_exponent_form", value=_shown(cell))
        return unicodedata.normalize("NFC", cell)
    if isinstance(cell, bool):
        return str(cell).upper()
    if not isinstance(cell, Real):
        raise BadCell("text_became_date", value=_shown(cell))
    number = _exact(cell)
    if abs(number) >= Decimal(10) ** EXACT_DIGITS:
        raise BadCell("code_digits_lost", value=plain(number))
    return plain(number)


def _decimal(cell: object, column: Column, _locale: str) -> Decimal:
    number = _number_of(cell)
    shown = plain(number)
    if abs(number) >= LARGEST:
        raise BadCell("number_too_large", value=_shown(shown))
    if len(shown.partition(".")[2]) > column.places:
        raise BadCell("too_many_places", value=_shown(shown), maximum=column.places)
    if column.minimum is not None and number < column.minimum:
        raise BadCell("below_minimum", value=shown, minimum=plain(column.minimum))
    if column.maximum is not None and number > column.maximum:
        raise BadCell("above_maximum", value=shown, maximum=plain(column.maximum))
    return Decimal(shown)


def _number_of(cell: object) -> Decimal:
    if isinstance(cell, str):
        text = unicodedata.normalize("NFKC", cell).replace("\u2212", "-").strip()
        if not _NUMBER.match(text):
            raise BadCell("not_a_number", value=_shown(cell))
        return Decimal(text.replace(",", ""))
    if isinstance(cell, bool) or not isinstance(cell, Real):
        raise BadCell("not_a_number", value=_shown(cell))
    return _exact(cell)


def _exact(number: Real) -> Decimal:
    exact = Decimal(format(number, f".{EXACT_DIGITS}g"))
    if not exact.is_finite():
        raise BadCell("not_a_number", value=str(exact))
    return exact


def _integer(cell: object, column: Column, locale: str) -> int:
    number = _decimal(cell, column, locale)
    if number != number.to_integral_value():
        raise BadCell("not_whole", value=plain(number))
    return int(number)


def _boolean(cell: object, _column: Column, _locale: str) -> bool:
    if isinstance(cell, bool):
        return cell
    word = fold(plain(_exact(cell)) if isinstance(cell, Real) else str(cell))
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise BadCell("not_yes_or_no", value=_shown(cell))


def _choice(cell: object, column: Column, locale: str) -> str:
    word = fold(_text_of(cell))
    for choice in column.choices:
        if word in {fold(choice.value), fold(choice.en), fold(choice.zh)}:
            return choice.value
    allowed = ", ".join(choice.title(locale) for choice in column.choices)
    raise BadCell("not_a_choice", value=_shown(cell), choices=allowed)


def _date(cell: object, _column: Column, _locale: str) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    match = _DATE.match(unicodedata.normalize("NFKC", cell)) if isinstance(cell, str) else None
    if match is None:
        raise BadCell("not_a_date", value=_shown(cell))
    try:
        return date(int(match.group(1)), int(match.group(2)), int(match.group(3)))
    except ValueError as error:
        raise BadCell("not_a_date", value=_shown(cell)) from error


def _shown(cell: object) -> str:
    """What the person typed, short enough for a sentence."""
    text = plain(_exact(cell)) if isinstance(cell, Real) and not isinstance(cell, bool) else str(cell)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"


_CONVERTERS: dict[Kind, Callable[[object, Column, str], Value]] = {
    Kind.TEXT: _text,
    Kind.DECIMAL: _decimal,
    Kind.INTEGER: _integer,
    Kind.BOOLEAN: _boolean,
    Kind.CHOICE: _choice,
    Kind.DATE: _date,
}
