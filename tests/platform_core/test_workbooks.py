"""Tables in and out: hostile files are refused by name, honest ones read to the digit."""

from __future__ import annotations

import io
import re
import struct
import time
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from platform_core.kernel.words import Sentence, noop
from platform_core.workbooks import errors, writing
from platform_core.workbooks.columns import Choice, Column, Kind, column_index, column_letter
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import Table, read_table
from platform_core.workbooks.writing import Sheet, write_csv, write_template, write_xlsx

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


class TestValues:
    """Honest cells."""

    def test_every_kind_is_read_as_its_type(self) -> None:
        table = read(workbook([HEADINGS, GOOD]))

        assert table.is_clean
        assert [(row.number, dict(row.values)) for row in table.rows] == [
            (
                2,
                {
                    "code": "A-1",
                    "name": "Tea",
                    "price": D("12.5"),
                    "stock": 7,
                    "unit": "box",
                    "enabled": True,
                    "since": date(2025, 1, 31),
                },
            )
        ]

    def test_chinese_headings_words_and_another_order_are_read_too(self) -> None:
        rows = [
            ["价格", "启用", "商家编码 *", "名称（必填）", "单位"],
            ["１２.5", "否", "00123", "农夫山泉", "箱"],
        ]

        table = read(workbook(rows))

        assert table.letters == {"price": "A", "enabled": "B", "code": "C", "name": "D", "unit": "E"}
        assert dict(table.rows[0].values) == {
            "price": D("12.5"),
            "enabled": False,
            "code": "00123",
            "name": "农夫山泉",
            "unit": "box",
        }

    @pytest.mark.parametrize(
        ("cell", "code"),
        [
            (1001.0, "1001"),
            (6901234567892, "6901234567892"),
            ("00123", "00123"),
            (1.5, "1.5"),
            (0.00001, "0.00001"),
            (" A\u200b-1\u3000", "A-1"),
            ("=1+1", "=1+1"),
            (True, "TRUE"),
        ],
    )
    def test_a_code_that_excel_took_for_a_number_is_a_code_again(self, cell: object, code: str) -> None:
        def draw(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
            if isinstance(cell, str):
                sheet.write_string(1, 0, cell)

        assert read(workbook([HEADINGS, [cell, "Tea", 1]], draw)).rows[0].values["code"] == code

    @pytest.mark.parametrize(
        ("cell", "price"),
        [
            (0.1 + 0.2, "0.3"),
            (1.1 * 3, "3.3"),
            ("1,234.50", "1234.50"),
            (" 7 ", "7"),
            (".5", "0.5"),
            (1e11, "1e11"),
        ],
    )
    def test_prices_are_exact_decimals(self, cell: object, price: str) -> None:
        assert read(workbook([HEADINGS, ["A", "Tea", cell]])).rows[0].values["price"] == D(price)

    def test_blank_rows_titles_and_an_empty_first_column_do_no_harm(self) -> None:
        rows = [["", "Our goods 2025"], [], ["", *HEADINGS], [], ["", *GOOD], [], []]

        table = read(workbook(rows))

        assert table.is_clean
        assert [row.number for row in table.rows] == [5]

    def test_a_formatted_empty_column_is_not_a_million_rows(self) -> None:
        def draw(book: xlsxwriter.workbook.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
            for row in (10, 60_000, 1_048_575):
                sheet.write_blank(row, 16_000, None, book.add_format({"bold": True}))

        assert read(workbook([HEADINGS, GOOD], draw)).is_clean

    def test_a_blank_optional_cell_is_none_and_an_absent_column_has_no_key(self) -> None:
        table = read(workbook([["Merchant code", "Name", "Price", "Stock"], ["A", "Tea", 1, ""]]))

        assert dict(table.rows[0].values) == {"code": "A", "name": "Tea", "price": D(1), "stock": None}


class TestErrors:
    """Cells and headings that a person has to correct."""

    @pytest.mark.parametrize(
        ("column", "cell", "code"),
        [
            (0, "", "required"),
            (0, "x" * 21, "too_long"),
            (0, "A\x07", "control_character"),
            (0, "A\u202eB", "control_character"),
            (0, "6.9E+12", "code_in_exponent_form"),
            (0, 6901234567892123, "code_digits_lost"),
            (0, date(2025, 3, 1), "text_became_date"),
            (2, "abc", "not_a_number"),
            (2, "12元", "not_a_number"),
            (2, "1.2.3", "not_a_number"),
            (2, "12,50", "not_a_number"),
            (2, "NaN", "not_a_number"),
            (2, "1e5", "not_a_number"),
            (2, True, "not_a_number"),
            (2, date(2025, 3, 1), "not_a_number"),
            (2, "0.00001", "too_many_places"),
            (2, 1e12, "number_too_large"),
            (2, -1, "below_minimum"),
            (3, 0.5, "not_whole"),
            (3, 1_000_001, "above_maximum"),
            (4, "barrel", "not_a_choice"),
            (5, "maybe", "not_yes_or_no"),
            (5, 2, "not_yes_or_no"),
            (6, "31.12.2025", "not_a_date"),
            (6, "2025-02-30", "not_a_date"),
            (6, 45000, "not_a_date"),
        ],
    )
    def test_a_wrong_cell_is_named_by_row_and_column(self, column: int, cell: object, code: str) -> None:
        row: list[object] = list(GOOD)
        row[column] = cell

        table = read(workbook([HEADINGS, ["B", "Oil", 2], row]))

        assert faults(table) == [(3, column_letter(column), code)]
        assert [good.number for good in table.rows] == [2]
        assert "{" not in str(table.errors[0])

    def test_a_repeated_code_names_both_rows(self) -> None:
        table = read(workbook([HEADINGS, ["A", "Tea", 1], ["B", "Oil", 1], [" A ", "Tea again", 1]]))

        assert faults(table) == [(4, "A", "duplicate_value")]
        assert str(table.errors[0]) == "Row 4, column A: “A” already stands in row 2; row 4 repeats it."

    def test_headings_missing_doubled_and_unknown(self) -> None:
        table = read(workbook([["Merchant code", "Price", "price", "Colour"], ["A", 1, 1, "red"]]))

        assert faults(table) == [
            (1, None, "column_missing"),
            (1, "C", "column_twice"),
            (1, "D", "column_unknown"),
        ]
        assert table.errors[0].message == "The column “Name” is missing."
        assert table.rows == []

    def test_a_value_without_heading_is_named_once(self) -> None:
        rows = [
            ["Merchant code", "Name", "Price", "", "Stock"],
            ["A", "Tea", 1, "?", 1],
            ["B", "Oil", 1, "?", 1],
        ]

        assert faults(read(workbook(rows))) == [(2, "D", "column_without_heading")]

    def test_the_wrong_sheet_is_told_the_expected_headings_in_the_readers_language(self) -> None:
        table = read(workbook([["Invoice", "Total"], ["1", 2]]), locale="zh-hans")

        assert faults(table) == [(None, None, "wrong_sheet")]
        assert table.errors[0].facts == {"expected": "商家编码, 名称, 价格"}

    def test_the_right_sheet_is_found_among_others(self) -> None:
        def draw(book: xlsxwriter.workbook.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
            sheet.merge_range("A1:C1", "Read me first: Name")
            sheet.write_formula("A2", "=1+1")
            hidden = book.add_worksheet("Old")
            hidden.write_row(0, 0, HEADINGS)
            hidden.write_row(1, 0, ["OLD", "Old", 1])
            hidden.hide()
            right = book.add_worksheet("货品")
            right.write_row(0, 0, HEADINGS)
            right.write_row(1, 0, ["NEW", "New", 1])

        table = read(workbook([], draw))

        assert table.is_clean
        assert [row.values["code"] for row in table.rows] == ["NEW"]

    def test_headings_alone_are_an_error(self) -> None:
        assert faults(read(workbook([HEADINGS]))) == [(None, None, "no_rows")]

    def test_all_errors_are_counted_and_the_first_500_listed(self) -> None:
        table = read(workbook([HEADINGS, *(["", "Tea", "abc"] for _ in range(400))]))

        assert (len(table.errors), table.error_count, len(table.rows)) == (500, 800, 0)
        assert faults(table)[:3] == [(2, "A", "required"), (2, "C", "not_a_number"), (3, "A", "required")]

    def test_an_apps_findings_join_the_list_in_order(self) -> None:
        table = read(workbook([["Name", "Merchant code", "Price"], ["Tea", "A", 1], ["Oil", "B", "abc"]]))

        told = table.with_faults(
            [table.fault(table.rows[0], "code", "sku_unknown", noop("There is no SKU {code}."), code="A")]
        )

        assert [str(error) for error in told.errors] == [
            "Row 2, column B: There is no SKU A.",
            "Row 3, column C: “abc” is not a number.",
        ]
        assert (told.error_count, table.error_count) == (2, 1)


class TestFormulasAndMergedCells:
    """What Excel shows as a value and is none."""

    def test_each_formula_is_named_also_the_one_below_the_table(self) -> None:
        def draw(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
            sheet.write_formula("C2", "=5+5", None, 10)
            sheet.write_formula("B3", "=#REF!", None, "#REF!")
            sheet.write_array_formula("C4:C4", "{=SUM(1)}", None, 1)

        data = workbook([HEADINGS, ["A", "Tea"], ["B", "", 1], ["C", "Oil"]], draw)
        never_computed = repacked(
            data,
            lambda part, xml: xml.replace(
                b"</sheetData>", b'<row r="9"><c r="C9"><f>1</f></c></row></sheetData>'
            ),
        )

        assert faults(read(never_computed)) == [
            (2, "C", "formula"),
            (3, "B", "formula"),
            (4, "C", "formula"),
            (9, "C", "formula"),
        ]

    def test_formulas_are_seen_behind_prefixes_and_without_addresses(self) -> None:
        def prefix(part: str, xml: bytes) -> bytes:
            if not part.startswith("xl/worksheets/"):
                return xml
            bare = re.sub(rb' r="[A-Z]*[0-9]+"', b"", xml).replace(b' xmlns="', b' xmlns:x="')
            return re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", bare)

        def draw(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
            sheet.write_formula("C2", "=5+5", None, 10)

        data = workbook([HEADINGS, ["A", "Tea"]], draw)

        assert faults(read(repacked(data, prefix))) == [(2, "C", "formula")]

    def test_an_extension_of_the_same_name_is_no_formula(self) -> None:
        def draw(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
            sheet.add_sparkline("J2", {"range": "Goods!C2:D2"})
            sheet.conditional_format("C2:C9", {"type": "data_bar", "data_bar_2010": True})

        data = workbook([HEADINGS, GOOD], draw)

        assert b"xm:f>" in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
        assert read(data).is_clean

    def test_an_excel_error_typed_as_value_is_named(self) -> None:
        data = repacked(
            workbook([HEADINGS, GOOD]),
            lambda part, xml: xml.replace(b'<c r="C2"><v>12.5</v>', b'<c r="C2" t="e"><v>#N/A</v>'),
        )

        assert faults(read(data)) == [(2, "C", "excel_error")]

    def test_merged_cells_are_named_by_range(self) -> None:
        def draw(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
            sheet.merge_range("B3:B4", "Tea")

        table = read(workbook([HEADINGS, ["A", "Oil", 1], ["B", "", 1], ["C", "", 1]], draw))

        assert faults(table) == [(3, "B", "merged_cells"), (4, "B", "required")]
        assert table.errors[0].message == "The cells B3:B4 are merged. Unmerge them and fill each one."


class TestHostileFiles:
    """Files made to hurt are refused before they can."""

    def test_a_bomb_is_not_unpacked(self) -> None:
        zeros = b"0" * (60 * 1024 * 1024)
        bomb = repacked(workbook([HEADINGS, GOOD]), lambda _, xml: xml, [("xl/media/image1.png", zeros)])
        started = time.process_time()

        assert refusal(bomb) == "archive_bomb"
        assert time.process_time() - started < 0.5

    def test_a_high_ratio_alone_is_a_bomb(self) -> None:
        bomb = repacked(workbook([HEADINGS]), lambda _, xml: xml, [("xl/x.xml", b" " * 5_000_000)])

        assert refusal(bomb) == "archive_bomb"

    def test_a_lie_about_the_unpacked_size_is_found_out(self) -> None:
        sheet = "xl/worksheets/sheet1.xml"
        data = repacked(
            workbook([HEADINGS, GOOD]), lambda part, xml: xml + b" " * 3_000_000 if part == sheet else xml
        )
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            true_size = archive.getinfo(sheet).file_size
        assert data.count(struct.pack("<L", true_size)) == 2

        assert (
            refusal(data.replace(struct.pack("<L", true_size), struct.pack("<L", 1_000)))
            == "workbook_damaged"
        )

    @pytest.mark.parametrize(
        ("extra", "code"),
        [
            ([("../../etc/passwd", b"x")], "archive_path"),
            ([("/etc/passwd", b"x")], "archive_path"),
            ([("C:/x", b"x")], "archive_path"),
            ([("xl/embeddings/book.xlsx", b"x")], "archive_nested"),
            ([("inner.ZIP", b"x")], "archive_nested"),
            ([(f"xl/p{number}.xml", b"") for number in range(1_001)], "archive_members"),
        ],
    )
    def test_odd_parts_are_refused(self, extra: list[tuple[str, bytes]], code: str) -> None:
        assert refusal(repacked(workbook([HEADINGS, GOOD]), lambda _, xml: xml, extra)) == code

    def test_a_part_that_comes_twice_is_refused(self) -> None:
        with pytest.warns(UserWarning, match="Duplicate name"):
            twice = repacked(
                workbook([HEADINGS]), lambda _, xml: xml, [("xl/worksheets/sheet1.xml", b"<x/>")]
            )

        assert refusal(twice) == "workbook_damaged"

    @pytest.mark.parametrize(
        "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
    )
    def test_entities_are_refused_in_every_part(self, part: str) -> None:
        laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'

        def infect(name: str, xml: bytes) -> bytes:
            return laughs + xml[xml.index(b"?>") + 2 :] if name == part else xml

        assert refusal(repacked(workbook([HEADINGS, GOOD]), infect)) == "entities_forbidden"

    @pytest.mark.parametrize(
        ("old", "new", "code"),
        [
            (b"</sheetData>", b"", "workbook_damaged"),
            (b'r="A2"', b'r="ZZZZ2"', "workbook_damaged"),
            (b'r="A2"', b'r="A-2"', "workbook_damaged"),
            (b'r="A2"', b'r="XFD2"', "too_many_columns"),
            (b'r="A2"', b'r="A1048576"', "too_many_rows"),
            (b"<v>0</v>", b"<v>99999</v>", "workbook_damaged"),
            (b'encoding="UTF-8"', b'encoding="UTF-16"', "workbook_damaged"),
        ],
    )
    def test_a_forged_sheet_is_refused(self, old: bytes, new: bytes, code: str) -> None:
        def forge(part: str, xml: bytes) -> bytes:
            return xml.replace(old, new) if part == "xl/worksheets/sheet1.xml" else xml

        assert refusal(repacked(workbook([HEADINGS, GOOD]), forge)) == code

    def test_cells_far_apart_do_not_fill_the_memory(self) -> None:
        def draw(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
            sheet.write_string(49_000, 190, "far")

        assert refusal(workbook([HEADINGS, GOOD], draw)) == "too_many_cells"

    def test_one_long_text_in_many_cells_does_not_fill_the_memory(self) -> None:
        rows = [HEADINGS, *([f"A{number}", "x" * 30_000, 1] for number in range(60))]

        assert refusal(workbook(rows), limits=Limits(characters_max=1_000_000)) == "too_much_text"
        assert faults(read(workbook(rows)))[0] == (2, "B", "too_long")

    def test_thousands_of_formulas_end_the_reading(self) -> None:
        def draw(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
            for row in range(1, 5_003):
                sheet.write_formula(row, 2, "=1+1", None, 2)

        assert refusal(workbook([HEADINGS], draw)) == "too_many_faults"

    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_200_000_rows_are_one_error_and_quickly(self, kind: str) -> None:
        out = io.BytesIO()
        rows = ({"code": f"A{number}", "name": "Tea", "price": D(1)} for number in range(200_000))
        if kind == "xlsx":
            write_xlsx(out, [Sheet("Goods", COLUMNS[:3], rows)])
        else:
            write_csv(out, COLUMNS[:3], rows)
        started = time.process_time()

        assert refusal(out.getvalue(), f"goods.{kind}") == "too_many_rows"
        assert time.process_time() - started < 3

    def test_exactly_the_limit_is_read(self) -> None:
        rows = [HEADINGS, *([f"A{number}", "Tea", 1] for number in range(4))]

        assert len(read(workbook(rows), limits=Limits(rows_max=4)).rows) == 4
        assert refusal(workbook(rows), limits=Limits(rows_max=3)) == "too_many_rows"

    @pytest.mark.parametrize(
        ("data", "name", "code"),
        [
            (b"", "goods.xlsx", "file_empty"),
            (b" \r\n", "goods.csv", "file_empty"),
            (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "goods.xlsx", "not_a_table"),
            (b"%PDF-1.7 words without headings", "goods.xlsx", "wrong_sheet"),
            (b"PK\x03\x04 no archive", "goods.xlsx", "workbook_damaged"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "goods.xls", "old_excel"),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
                "goods.xlsx",
                "encrypted",
            ),
            (b"\x80\xff\xff\xff", "goods.csv", "encoding_unknown"),
        ],
    )
    def test_other_files_are_told_apart(self, data: bytes, name: str, code: str) -> None:
        assert refusal(data, name) == code

    def test_an_archive_of_something_else_is_no_table(self) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("word/document.xml", "<x/>")

        assert refusal(out.getvalue(), "letter.docx") == "not_a_table"

    def test_a_file_that_is_too_large_is_not_read_to_its_end(self) -> None:
        file = io.BytesIO(b"x" * 5_000_000)

        table = read_table(file, "goods.csv", COLUMNS, limits=Limits(file_max=1024 * 1024))

        assert [error.code for error in table.errors] == ["file_too_large"]
        assert file.tell() == 1024 * 1024 + 1

    @given(st.data())
    def test_no_damage_raises(self, data: st.DataObject) -> None:
        content = bytearray(SAMPLE)
        for _ in range(data.draw(st.integers(1, 8))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

        table = read(bytes(content))

        assert table.error_count >= len(table.errors)
        assert all("{" not in str(error) for error in table.errors)


SAMPLE = workbook([HEADINGS, GOOD])


class TestCsv:
    """Text files, as Excel and other systems write them."""

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_encodings_and_delimiters_are_recognised(self, encoding: str, delimiter: str) -> None:
        text = "\r\n".join(
            [delimiter.join(["商家编码", "名称", "价格"]), delimiter.join(["0012", "农夫山泉", "2.50"])]
        )

        table = read(text.encode(encoding), "goods.csv")

        assert table.is_clean
        assert dict(table.rows[0].values) == {"code": "0012", "name": "农夫山泉", "price": D("2.50")}

    def test_rows_count_as_excel_counts_them(self) -> None:
        data = b'Merchant code,Name,Price\n\nA,"two\nlines",1\nB,Tea,abc\n'

        table = read(data, "goods.csv")

        assert [(row.number, row.values["name"]) for row in table.rows] == [(3, "two lines")]
        assert faults(table) == [(4, "C", "not_a_number")]

    def test_a_formula_in_text_is_named(self) -> None:
        data = b'Merchant code,Name,Price\n"=HYPERLINK(""http://x"")",Tea,1\nB,Tea,=1+1\n'

        assert faults(read(data, "goods.csv")) == [(2, "A", "formula"), (3, "C", "formula")]

    @pytest.mark.parametrize("code", ["6.90123E+12", "6E+12"])
    def test_a_code_that_excel_shortened_is_not_taken(self, code: str) -> None:
        data = f"Merchant code,Name,Price\n{code},Tea,1\n".encode()

        assert faults(read(data, "goods.csv")) == [(2, "A", "code_in_exponent_form")]

    def test_an_open_quotation_mark_is_named_by_row(self) -> None:
        table = read(b'Merchant code,Name,Price\nA,Tea,1\nB,"Oil,1\n', "goods.csv")

        assert [error.code for error in table.errors] == ["csv_damaged"]
        assert table.errors[0].facts == {"row": 3}

    def test_a_very_wide_row_is_refused(self) -> None:
        head = b"Merchant code,Name,Price\n"

        assert refusal(head + b"A,Tea,1" + b"," * 300 + b"x\n", "goods.csv") == "too_many_columns"
        assert read(head + b"A,Tea,1" + b"," * 300 + b"\n", "goods.csv").is_clean


ROWS: list[dict[str, object]] = [
    {"code": "0001", "name": "农夫山泉", "price": D("2.5000"), "stock": 3, "unit": "box", "enabled": True},
    {"code": "=1+1", "name": "@cmd", "price": D("0.0001"), "stock": None, "unit": "piece", "enabled": False},
    {"code": "-5", "name": "+86 138", "price": D("123456789.1234"), "since": date(2024, 2, 29)},
    {"code": "'=x", "name": "http://example.com", "price": D(0), "stock": 1_000_000},
    {"code": "＝1", "name": 'a "quoted", word', "price": D("99999999999.99"), "unit": "box"},
]


class TestWriting:
    """What goes out comes back, and runs nothing."""

    @pytest.mark.parametrize("locale", ["en", "zh-hans"])
    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_what_is_written_is_read_again(self, kind: str, locale: str) -> None:
        out = io.BytesIO()
        if kind == "xlsx":
            write_xlsx(out, [Sheet("货品", COLUMNS, ROWS)], locale=locale)
        else:
            write_csv(out, COLUMNS, ROWS, locale=locale)

        table = read(out.getvalue(), f"goods.{kind}")

        assert faults(table) == []
        assert [dict(row.values) for row in table.rows] == [
            {column.key: row.get(column.key) for column in COLUMNS} for row in ROWS
        ]

    def test_a_workbook_holds_no_formula_and_no_link(self) -> None:
        out = io.BytesIO()

        write_xlsx(out, [Sheet("Goods", COLUMNS, ROWS)])

        xml = zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in xml
        assert b"hyperlink" not in xml
        assert b'ySplit="1"' in xml
        assert b'<c r="C2"><v>2.5000</v></c>' in xml

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
    def test_csv_texts_cannot_start_a_formula(self, start: str) -> None:
        out = io.BytesIO()

        write_csv(out, COLUMNS[:2], [{"code": f"{start}1", "name": "x"}])

        assert out.getvalue().decode("utf-8-sig").splitlines()[1].lstrip('"').startswith("'")

    def test_csv_numbers_stay_numbers(self) -> None:
        out = io.BytesIO()

        write_csv(out, COLUMNS[:3], [{"code": "A", "name": "Tea", "price": D("-1.50")}])

        assert out.getvalue() == b"\xef\xbb\xbfMerchant code,Name,Price\r\nA,Tea,-1.5\r\n"

    def test_a_number_that_excel_would_spoil_is_written_as_text(self) -> None:
        out = io.BytesIO()

        write_xlsx(
            out, [Sheet("Goods", COLUMNS[:3], [{"code": "A", "name": "x", "price": D("12345678901234567")}])]
        )

        assert b'<c r="C2"><v>' not in zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml")

    def test_rows_beyond_excels_end_go_on_in_another_sheet(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(writing, "ROWS_PER_SHEET", 4)
        out = io.BytesIO()

        write_xlsx(
            out, [Sheet("Goods", COLUMNS[:2], [{"code": str(number), "name": "x"} for number in range(5)])]
        )

        names = zipfile.ZipFile(out).namelist()
        assert [name for name in names if name.startswith("xl/worksheets/")] == [
            "xl/worksheets/sheet1.xml",
            "xl/worksheets/sheet2.xml",
        ]

    @pytest.mark.parametrize("locale", ["en", "zh-hans"])
    def test_a_template_is_empty_until_it_is_filled_in(self, locale: str) -> None:
        out = io.BytesIO()

        write_template(
            out, COLUMNS, name="货品/goods", examples=ROWS[:2], notes=[noop("Ask Olga.")], locale=locale
        )

        assert faults(read(out.getvalue())) == [(None, None, "no_rows")]
        with zipfile.ZipFile(out) as archive:
            rules = archive.read("xl/sharedStrings.xml").decode()
            first = archive.read("xl/worksheets/sheet1.xml").decode()
        assert ("农夫山泉" in rules, "=1+1" in rules, "<f>" in first) == (True, True, False)
        assert ("箱" in first, "Box" in first) == (locale != "en", locale == "en")

    @given(
        st.lists(
            st.fixed_dictionaries(
                {
                    "code": st.text(
                        st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20
                    ),
                    "name": st.text(
                        st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9
                    ),
                    "price": st.decimals(min_value=0, max_value=99_999_999, places=4),
                }
            ),
            min_size=1,
            max_size=5,
            unique_by=lambda row: row["code"],
        ),
        st.booleans(),
    )
    def test_any_text_and_price_comes_back(self, rows: list[dict[str, object]], as_csv: bool) -> None:
        out = io.BytesIO()
        if as_csv:
            write_csv(out, COLUMNS[:3], rows)
        else:
            write_xlsx(out, [Sheet("Goods", COLUMNS[:3], rows)])

        table = read(out.getvalue())
        spoiled = {"code_in_exponent_form", "duplicate_value"}

        assert {error.code for error in table.errors} <= spoiled
        if table.is_clean:
            assert [row.values["price"] for row in table.rows] == [row["price"] for row in rows]


def test_5_000_rows_take_about_a_second() -> None:
    out = io.BytesIO()
    row = {
        "name": "农夫山泉 550ml",
        "price": D("2.5"),
        "stock": 7,
        "unit": "box",
        "enabled": True,
        "since": date(2025, 1, 1),
    }
    write_xlsx(out, [Sheet("Goods", COLUMNS, ({"code": f"A{number}", **row} for number in range(5_000)))])
    started = time.process_time()

    table = read(out.getvalue())

    assert (len(table.rows), table.error_count) == (5_000, 0)
    assert time.process_time() - started < 1.5


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (16_383, "XFD")]
)
def test_columns_are_named_as_in_excel(index: int, letters: str) -> None:
    assert (column_letter(index), column_index(letters)) == (letters, index)


def test_every_sentence_is_translated_with_its_placeholders() -> None:
    folder = Path(errors.__file__).parent
    with (folder / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        catalog = read_po(file)
    spoken = {text for source in folder.glob("*.py") for text in _marked(source.read_text())}

    translated = {str(message.id): str(message.string) for message in catalog if message.id}

    assert set(translated) == spoken
    for english, chinese in translated.items():
        assert chinese
        assert set(re.findall(r"\{\w+\}", chinese)) == set(re.findall(r"\{\w+\}", english))


def _marked(source: str) -> list[Sentence]:
    return [Sentence(text) for text in re.findall(r'noop\(\s*"([^"]+)"\s*\)', source)]
