"""Tables read in: honest cells to the digit, wrong ones named by row and column."""

from __future__ import annotations

import io
import re
import time
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from babel.messages.pofile import read_po

from platform_core.kernel.words import Sentence, noop
from platform_core.workbooks import errors
from platform_core.workbooks.columns import column_index, column_letter
from platform_core.workbooks.writing import Sheet, write_xlsx
from tests.platform_core.workbook_kit import COLUMNS, GOOD, HEADINGS, D, faults, read, refusal, workbook


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
