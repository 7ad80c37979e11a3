"""A table of goods in all its ways: real workbooks, damaged ones, and what reading them finds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import xlsxwriter

from platform_core.kernel.words import noop
from platform_core.workbooks.columns import Choice, Column, Kind
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import Table, read_table

D = Decimal
UNITS = (Choice("piece", "Piece", "件"), Choice("box", "Box", "箱"))
COLUMNS = (
    Column("code", "Merchant code", "商家编码", required=True, unique=True, max_length=20),
    Column("name", "Name", "名称", required=True),
    Column("price", "Price", "价格", Kind.DECIMAL, required=True, places=4, minimum=D(0)),
    Column("stock", "Stock", "库存", Kind.INTEGER, maximum=D(1_000_000)),
    Column("unit", "Unit", "单位", Kind.CHOICE, choices=UNITS),
    Column("enabled", "Enabled", "启用", Kind.BOOLEAN),
    Column("since", "Since", "上架日期", Kind.DATE, help=noop("The first day of sale.")),
)
HEADINGS = ["Merchant code", "Name", "Price", "Stock", "Unit", "Enabled", "Since"]
Draw = Callable[[xlsxwriter.workbook.Workbook, xlsxwriter.worksheet.Worksheet], object]


def workbook(rows: Sequence[Sequence[object]], draw: Draw | None = None) -> bytes:
    """A real workbook with these rows, and whatever else `draw` does to it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Goods")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    if draw:
        draw(book, sheet)
    book.close()
    return out.getvalue()


def repacked(
    data: bytes, change: Callable[[str, bytes], bytes], extra: Sequence[tuple[str, bytes]] = ()
) -> bytes:
    """The same archive with changed and further parts."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for part in source.namelist():
            target.writestr(part, change(part, source.read(part)))
        for part, content in extra:
            target.writestr(part, content)
    return out.getvalue()


def read(data: bytes, name: str = "goods.xlsx", limits: Limits | None = None, locale: str = "en") -> Table:
    """Read bytes as the goods table."""
    return read_table(io.BytesIO(data), name, COLUMNS, limits=limits, locale=locale)


def faults(table: Table) -> list[tuple[int | None, str | None, str]]:
    """Row, column letter and code of every error."""
    return [(error.row, error.column_letter, error.code) for error in table.errors]


def refusal(data: bytes, name: str = "goods.xlsx", limits: Limits | None = None) -> str:
    """The code of the one error a hopeless file gets."""
    table = read(data, name, limits)
    assert (len(table.errors), table.error_count, list(table.rows)) == (1, 1, [])
    assert (table.errors[0].row, table.errors[0].column_letter) == (None, None)
    assert "{" not in table.errors[0].message
    return table.errors[0].code


GOOD = ["A-1", "Tea", 12.5, 7, "box", "yes", date(2025, 1, 31)]
