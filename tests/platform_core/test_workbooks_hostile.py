"""Tables that are not what they show: formulas and merged cells are named, hostile files refused."""

from __future__ import annotations

import io
import re
import struct
import time
import zipfile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import read_table
from platform_core.workbooks.writing import Sheet, write_csv, write_xlsx
from tests.platform_core.workbook_kit import (
    COLUMNS,
    GOOD,
    HEADINGS,
    D,
    faults,
    read,
    refusal,
    repacked,
    workbook,
)

SAMPLE = workbook([HEADINGS, GOOD])


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

    @settings(deadline=None)  # a busy machine is no error
    @given(st.data())
    def test_no_damage_raises(self, data: st.DataObject) -> None:
        content = bytearray(SAMPLE)
        for _ in range(data.draw(st.integers(1, 8))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

        table = read(bytes(content))

        assert table.error_count >= len(table.errors)
        assert all("{" not in str(error) for error in table.errors)
