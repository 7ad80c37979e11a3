"""Tables written out: what goes out comes back to the digit, and runs nothing."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_core.kernel.words import noop
from platform_core.workbooks import writing
from platform_core.workbooks.columns import Column
from platform_core.workbooks.reading import read_table
from platform_core.workbooks.writing import Sheet, write_csv, write_template, write_xlsx
from tests.platform_core.workbook_kit import COLUMNS, D, faults, read

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

    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_an_instant_is_written_as_its_day_in_the_readers_time_zone(self, kind: str) -> None:
        late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
        rows = [{**ROWS[0], "since": late}]
        out = io.BytesIO()

        with timezone.override(ZoneInfo("Asia/Shanghai")):
            if kind == "xlsx":
                write_xlsx(out, [Sheet("Goods", COLUMNS, rows)])
            else:
                write_csv(out, COLUMNS, rows)

        assert read(out.getvalue(), f"goods.{kind}").rows[0].values["since"] == date(2026, 11, 22)

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

    def test_codes_to_look_up_stand_in_a_sheet_of_their_own_that_nobody_imports(self) -> None:
        codes = (
            Column("known_code", "Known code", "已有编码"),
            Column("known_name", "Known name", "已有名称"),
        )
        rows = [{"known_code": "0007", "known_name": "=Tea"}]
        out = io.BytesIO()

        write_template(out, COLUMNS, name="Goods", lookups=[Sheet("Known goods", codes, rows)])

        assert faults(read(out.getvalue())) == [(None, None, "no_rows")]
        found = read_table(io.BytesIO(out.getvalue()), "x.xlsx", codes)
        assert [dict(row.values) for row in found.rows] == rows

    @settings(deadline=None)  # a busy machine is no error
    @given(
        st.lists(
            st.fixed_dictionaries(
                {
                    # Composed (NFC) a character may become three; a code has at most 20.
                    "code": st.text(
                        st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=6
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
