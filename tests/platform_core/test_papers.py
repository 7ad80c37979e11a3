"""Papers as PDF: nothing is cut, Chinese is embedded, a long table goes on over the pages."""

from __future__ import annotations

import base64
import io
import re
import zlib

from reportlab.pdfbase import pdfmetrics

from platform_core.papers.paper import Paper, PaperColumn, PaperTable
from platform_core.papers.pdf import FONT, wrapped, write_pdf

COLUMNS = [
    PaperColumn("#", 5, is_number=True),
    PaperColumn("货品", 40),
    PaperColumn("Amount", 10, is_number=True),
]


def written(*papers):
    file = io.BytesIO()
    write_pdf(file, papers)
    return file.getvalue()


def streams(pdf):
    """Its streams, unpacked."""
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        body = found.group(1).strip()
        if body.endswith(b"~>"):
            body = base64.a85decode(body.removesuffix(b"~>"))
        try:
            yield zlib.decompress(body)
        except zlib.error:
            yield body


def paper(rows=3, **more):
    table = PaperTable(COLUMNS, [[str(n), f"矿泉水 {n}\nA-{n}", "12.00"] for n in range(rows)])
    return Paper("订单", "SO-1", "示例供应商", [("收货人", "王喆堃")], [table], [("Total", "¥36.00")], **more)


def pages(pdf):
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_the_font_is_embedded_and_chinese_can_be_read_out_again():
    pdf = written(paper())

    assert pdf.startswith(b"%PDF")
    assert b"/FontFile2" in pdf
    unpacked = b"".join(streams(pdf)).upper()
    for sign in "订单示例供应商王喆堃":
        assert f"{ord(sign):04X}".encode() in unpacked, sign


def test_a_long_table_goes_on_over_the_pages():
    assert pages(written(paper(rows=3))) == 1
    assert pages(written(paper(rows=500))) > 10


def test_each_paper_begins_on_a_page_of_its_own():
    assert pages(written(paper(), paper(), paper())) == 3


def test_nothing_is_cut_and_no_line_is_too_wide():
    for text in ("Spring water 550 ml by the case", "农夫山泉饮用天然水大瓶装特惠", "W" * 80, "A-1 矿泉水 x"):
        lines = wrapped(text, 8.5, 60)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(pdfmetrics.stringWidth(line, FONT, 8.5) <= 60 for line in lines)


def test_a_number_wraps_nowhere():
    assert wrapped("1,234.56", 8.5, 60) == ["1,234.56"]
