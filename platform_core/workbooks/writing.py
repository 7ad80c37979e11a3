"""The one way out for tables: workbooks and CSV files, written row by row and safe to open.

A text never becomes a formula, a link or a number, whatever it begins with (OWASP "CSV injection").
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter
from django.utils import timezone
from django.utils.translation import override
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from platform_core.kernel.quantity import plain
from platform_core.kernel.words import Sentence, noop
from platform_core.workbooks.columns import Choice, Column, Kind
from platform_core.workbooks.sources import GUARD, RISKY_STARTS
from platform_core.workbooks.values import EXACT_DIGITS, Value

ROWS_PER_SHEET = 1_048_576
CELL_CHARACTERS = 32_767
SHEET_NAME_CHARACTERS = 31
_FORBIDDEN_IN_SHEET_NAME = str.maketrans("[]:*?/\\", "_______")
_RED, _GRAY = "#C00000", "#F2F2F2"
_WIDTH_MIN, _WIDTH_MAX = 10, 42
# Chinese characters are twice as wide as Latin ones.
_WIDE_FROM = 0x2E80
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

Cells = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to write: rows are mappings by column key, consumed once; missing keys stay blank."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Cells]


def write_xlsx(out: BinaryIO, sheets: Sequence[Sheet], *, locale: str = "en") -> None:
    """Write a workbook in constant memory. A sheet longer than Excel allows goes on in another one."""
    workbook = xlsxwriter.Workbook(out, _OPTIONS)
    formats = _Formats(workbook, locale)
    for sheet in sheets:
        rows = iter(sheet.rows)
        part, more = 1, True
        while more:
            name = sheet.name if part == 1 else f"{sheet.name[: SHEET_NAME_CHARACTERS - 6]} ({part})"
            target = _add_sheet(workbook, name, sheet.columns, formats)
            more = _fill(target, sheet.columns, rows, formats)
            part += 1
    workbook.close()


def write_csv(out: BinaryIO, columns: Sequence[Column], rows: Iterable[Cells], *, locale: str = "en") -> None:
    """Write CSV as Excel likes it: UTF-8 with byte order mark, CRLF, guarded texts."""
    out.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    try:
        writer.writerow([guarded(column.title(locale)) for column in columns])
        for row in rows:
            writer.writerow([_csv_cell(row.get(column.key), column, locale) for column in columns])
    finally:
        # The file belongs to the caller: the wrapper would close it when it goes.
        text.detach()


def guarded(text: str) -> str:
    """A text that no spreadsheet runs: risky beginnings get an apostrophe, which reading takes off again.

    A text that itself begins with an apostrophe and a risky sign gets one more.
    """
    return f"{GUARD}{text}" if text.lstrip(GUARD).startswith(RISKY_STARTS) else text


def write_template(
    out: BinaryIO,
    columns: Sequence[Column],
    *,
    name: str,
    examples: Sequence[Cells] = (),
    notes: Sequence[Sentence] = (),
    lookups: Sequence[Sheet] = (),
    locale: str = "en",
) -> None:
    """Write an empty workbook to fill in, its required headings red, and a sheet with rules and examples.

    Examples stand in the second sheet, so that nobody imports them by accident. `lookups` follow it:
    sheets to look codes up in. Their headings must not be those of the table to fill in.
    """
    workbook = xlsxwriter.Workbook(out, {**_OPTIONS, "constant_memory": False})
    formats = _Formats(workbook, locale)
    sheet = _add_sheet(workbook, name, columns, formats)
    for index, column in enumerate(columns):
        _offer_choices(sheet, index, column, locale)
    with override(locale):
        _write_rules(workbook, columns, examples, [*GENERAL_NOTES, *notes], formats)
    for lookup in lookups:
        sheet = _add_sheet(workbook, lookup.name, lookup.columns, formats)
        _fill(sheet, lookup.columns, iter(lookup.rows), formats)
    workbook.close()


class _Formats:
    """The few styles of our workbooks, and the language of headings and words."""

    def __init__(self, workbook: Workbook, locale: str) -> None:
        self.locale = locale
        head = {"bold": True, "bg_color": _GRAY, "bottom": 1, "text_wrap": True, "valign": "top"}
        self.heading: Format = workbook.add_format(head)
        self.required: Format = workbook.add_format({**head, "font_color": _RED})
        self.text: Format = workbook.add_format({"num_format": "@"})
        self.date: Format = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self.wrapped: Format = workbook.add_format({"text_wrap": True, "valign": "top"})


def _add_sheet(workbook: Workbook, name: str, columns: Sequence[Column], formats: _Formats) -> Worksheet:
    sheet = workbook.add_worksheet(
        name.translate(_FORBIDDEN_IN_SHEET_NAME).strip("'")[:SHEET_NAME_CHARACTERS]
    )
    for index, column in enumerate(columns):
        heading = column.title(formats.locale)
        # Codes keep their leading zeros when the column is text from the start.
        style = formats.text if column.kind in {Kind.TEXT, Kind.CHOICE} else None
        sheet.set_column(index, index, _width(heading), style)
        sheet.write_string(0, index, heading, formats.required if column.required else formats.heading)
    sheet.freeze_panes(1, 0)
    return sheet


def _fill(sheet: Worksheet, columns: Sequence[Column], rows: Iterator[Cells], formats: _Formats) -> bool:
    """Write rows until the sheet is full; True when there may be more."""
    for number in range(1, ROWS_PER_SHEET):
        row = next(rows, None)
        if row is None:
            return False
        for index, column in enumerate(columns):
            _write_cell(sheet, (number, index), row.get(column.key), column, formats)
    return True


def _write_cell(
    sheet: Worksheet, place: tuple[int, int], value: Value, column: Column, formats: _Formats
) -> None:
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(*place, _day(value), formats.date)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool) and _fits_excel(value):
        sheet.write_number(*place, value)
    else:
        sheet.write_string(*place, _as_text(value, column, formats.locale)[:CELL_CHARACTERS])


def _day(value: date) -> date:
    """The day to write: of an instant the one in the current time zone, the supplier's."""
    if not isinstance(value, datetime):
        return value
    return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()


def _fits_excel(value: int | Decimal) -> bool:
    """Whether Excel keeps the number exactly; longer ones are written as text."""
    return len(plain(Decimal(value)).lstrip("-").replace(".", "").strip("0")) <= EXACT_DIGITS


def _as_text(value: Value, column: Column, locale: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return (YES if value else NO).title(locale)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return str(_day(value))
    if column.kind is Kind.CHOICE:
        return next((choice.title(locale) for choice in column.choices if choice.value == value), str(value))
    return str(value)


def _csv_cell(value: Value, column: Column, locale: str) -> str:
    text = _as_text(value, column, locale)
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return text if is_number else guarded(text)


def _width(text: str) -> int:
    return max(_WIDTH_MIN, min(_WIDTH_MAX, 2 + sum(2 if ord(char) >= _WIDE_FROM else 1 for char in text)))


def _offer_choices(sheet: Worksheet, index: int, column: Column, locale: str) -> None:
    if column.kind is Kind.CHOICE:
        titles = [choice.title(locale) for choice in column.choices]
        # Excel refuses a list of more than 255 characters; then the rule sheet has to do.
        if len(",".join(titles)) <= _LIST_CHARACTERS:
            sheet.data_validation(1, index, ROWS_PER_SHEET - 1, index, {"validate": "list", "source": titles})


_LIST_CHARACTERS = 255

YES, NO = Choice("yes", "yes", "是"), Choice("no", "no", "否")
RULES_SHEET = noop("How to fill in")
_RULE_HEADINGS = (noop("Column"), noop("Required"), noop("What to enter"))
_EXAMPLE_HEADING = noop("Example {number}")
GENERAL_NOTES = (
    noop("Red headings are required. Keep the headings; the order of the columns does not matter."),
    noop("Enter values, not formulas, and do not merge cells. Nothing is stored while there is an error."),
)
KIND_RULES: Mapping[Kind, Sentence] = {
    Kind.TEXT: noop("Text, at most {max_length} characters."),
    Kind.DECIMAL: noop("A number with at most {places} decimals."),
    Kind.INTEGER: noop("A whole number."),
    Kind.BOOLEAN: noop("yes or no"),
    Kind.CHOICE: noop("One of: {choices}"),
    Kind.DATE: noop("A date such as 2025-12-31."),
}
UNIQUE_RULE = noop("Each value only once.")


def rule(column: Column, locale: str) -> str:
    """What may stand in a column, in the active language."""
    facts: dict[str, Any] = {
        "max_length": column.max_length,
        "places": column.places,
        "choices": ", ".join(choice.title(locale) for choice in column.choices),
    }
    sentences = [KIND_RULES[column.kind], *([UNIQUE_RULE] if column.unique else []), column.help]
    return " ".join(sentence.with_facts(facts) for sentence in sentences if sentence)


def _write_rules(
    workbook: Workbook,
    columns: Sequence[Column],
    examples: Sequence[Cells],
    notes: Sequence[Sentence],
    formats: _Formats,
) -> None:
    """The second sheet: one line per column, with the examples beside it, and the notes above."""
    sheet = workbook.add_worksheet(RULES_SHEET.with_facts({})[:SHEET_NAME_CHARACTERS])
    top = [note.with_facts({}) for note in notes]
    for number, note in enumerate(top):
        sheet.write_string(number, 0, note)
    titles = [heading.with_facts({}) for heading in _RULE_HEADINGS]
    titles += [_EXAMPLE_HEADING.with_facts({"number": number}) for number in range(1, len(examples) + 1)]
    start = len(top) + 1
    for index, title in enumerate(titles):
        sheet.write_string(start, index, title, formats.heading)
    for number, column in enumerate(columns, start + 1):
        cells = [
            column.title(formats.locale),
            (YES if column.required else NO).title(formats.locale),
            rule(column, formats.locale),
        ]
        cells += [_as_text(example.get(column.key), column, formats.locale) for example in examples]
        for index, cell in enumerate(cells):
            sheet.write_string(number, index, cell, formats.wrapped)
    for index, width in enumerate((24, 10, 60, *(24 for _ in examples))):
        sheet.set_column(index, index, width)
