"""Finds the rows in a file of either format: workbook sheets or comma-separated text.

A `Grid` is one candidate table. Nothing here knows what the columns mean.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from platform_core.workbooks.archive import ZIP_MAGIC, Archive, open_archive, refuse_other_formats
from platform_core.workbooks.columns import column_letter
from platform_core.workbooks.errors import Refused
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.sheets import inspect, parts_for, refuse_repeated_text, visible_sheets

# The apostrophe that `write_csv` puts before a text which a spreadsheet would run as a formula.
GUARD = "'"
RISKY_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_DELIMITERS = ",;\t"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(slots=True)
class Grid:
    """Rows from the first on; row n stands at index n - 1. Faults are keyed by (row, column from 0)."""

    rows: Iterator[Sequence[object]]
    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)


def grids(data: bytes, name: str, limits: Limits) -> Iterator[Grid]:
    """Every table that may be meant, in the file's order. Raises Refused for what is no table at all.

    A sheet that is refused by itself (too long, too wide) is only raised when no other is taken.
    """
    refuse_other_formats(data, name)
    if data.startswith(ZIP_MAGIC):
        yield from _sheets(open_archive(data, name, limits), limits)
    else:
        yield _csv_grid(data, name, limits)


def _sheets(archive: Archive, limits: Limits) -> Iterator[Grid]:
    refused: Refused | None = None
    for title, part in visible_sheets(archive):
        try:
            yield _sheet_grid(archive, title, part, limits)
        except Refused as error:
            refused = refused or error
    if refused is not None:
        raise refused


def _sheet_grid(archive: Archive, title: str, part: str, limits: Limits) -> Grid:
    findings = inspect(archive.read(part), archive.name, limits)
    refuse_repeated_text(archive, part, findings, limits)
    copy = archive.copy_of(parts_for(archive, part))
    try:
        sheet = CalamineWorkbook.from_filelike(copy).get_sheet_by_name(title)
        rows = _shifted(sheet)
    except CalamineError as error:
        raise Refused("workbook_damaged", name=archive.name) from error
    except BaseException as error:
        # A panic of the Rust reader is no Exception and has no importable class.
        if type(error).__name__ != "PanicException":
            raise
        raise Refused("workbook_damaged", name=archive.name) from error
    return Grid(rows, findings.faults, findings.merged)


def _shifted(sheet: CalamineSheet) -> Iterator[Sequence[object]]:
    """Rows from the sheet's first row and column on; the reader leaves out empty columns on the left."""
    margin = [""] * (sheet.start[1] if sheet.start else 0)
    return ([*margin, *row] for row in sheet.iter_rows()) if margin else iter(sheet.iter_rows())


def _csv_grid(data: bytes, name: str, limits: Limits) -> Grid:
    grid = Grid(iter(()))
    text = _decode(data, name)
    first_line = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(_DELIMITERS, key=first_line.count)
    grid.rows = _csv_rows(text, delimiter, grid.faults, limits)
    return grid


def _decode(data: bytes, name: str) -> str:
    encodings = ("utf-16",) if data.startswith(_UTF16_MARKS) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Pictures and programs decode as GB 18030 too; no table holds a zero byte.
        if "\x00" in text:
            raise Refused("not_a_table", name=name)
        return text
    raise Refused("encoding_unknown", name=name)


def _csv_rows(
    text: str, delimiter: str, faults: dict[tuple[int, int], str], limits: Limits
) -> Iterator[Sequence[object]]:
    number = 0
    try:
        for number, record in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1
        ):
            _cut_to_width(record, limits)
            for index, cell in enumerate(record):
                if cell.startswith("="):
                    faults[number, index] = "formula"
                elif cell.startswith(GUARD) and cell.lstrip(GUARD).startswith(RISKY_STARTS):
                    record[index] = cell[1:]
            yield record
    except csv.Error as error:
        raise Refused("csv_damaged", row=number + 1) from error


def _cut_to_width(record: list[str], limits: Limits) -> None:
    """Drop empty cells beyond the last allowed column. Raises Refused when one of them is filled."""
    beyond = record[limits.columns_max :]
    filled = next((index for index, cell in enumerate(beyond) if cell.strip()), None)
    if filled is not None:
        letter = column_letter(limits.columns_max + filled)
        raise Refused("too_many_columns", letter=letter, maximum=limits.columns_max)
    del record[limits.columns_max :]
