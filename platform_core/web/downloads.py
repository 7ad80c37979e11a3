"""Sends a table to the reader as a file: what a list's “Export” answers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO, cast

from django.http import FileResponse
from django.utils.translation import get_language

from platform_core.workbooks.columns import Column
from platform_core.workbooks.writing import Sheet, write_csv, write_template, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_IN_MEMORY = 1024 * 1024


def table_download(
    *, name: str, kind: str, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]
) -> FileResponse:
    """The rows as `name.xlsx`, or as `name.csv` when `kind` is `csv`; never kept by a cache."""
    file = _file()
    locale = get_language() or "en"
    if kind == "csv":
        write_csv(file, columns, rows, locale=locale)
    else:
        write_xlsx(file, [Sheet(name, columns, rows)], locale=locale)
    return _answer(file, f"{name}.csv" if kind == "csv" else f"{name}.xlsx", kind)


def template_download(
    *,
    name: str,
    columns: Sequence[Column],
    examples: Sequence[Mapping[str, Any]],
    notes: Sequence[Any] = (),
    lookups: Sequence[Sheet] = (),
) -> FileResponse:
    """An empty workbook to fill in, with examples, the rule of each column, and sheets of codes."""
    file = _file()
    locale = get_language() or "en"
    write_template(file, columns, name=name, examples=examples, notes=notes, lookups=lookups, locale=locale)
    return _answer(file, f"{name}.xlsx", "xlsx")


def _file() -> BinaryIO:
    """A file in memory, on disk once it grows; the response closes it."""
    return cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))


def _answer(file: BinaryIO, filename: str, kind: str) -> FileResponse:
    file.seek(0)
    content_type = "text/csv; charset=utf-8" if kind == "csv" else XLSX
    answer = FileResponse(file, as_attachment=True, filename=filename, content_type=content_type)
    answer["Cache-Control"] = "no-store"
    return answer
