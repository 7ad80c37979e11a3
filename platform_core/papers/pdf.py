"""Papers as a PDF: A4, black on white, one embedded font with Latin and Chinese.

Points from the lower left corner; a page is filled from the top. No text is cut: it wraps, and a table
goes on with its head on the next page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Final

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from platform_core.papers.paper import Paper, PaperColumn, PaperTable

FONT: Final = "Dealerdesk Paper"
_FILE = Path(__file__).parent / "fonts" / "NotoSansCJKsc-Paper.ttf"
_WIDTH, _HEIGHT = A4
_MARGIN, _GAP = 40.0, 5.0
_TITLE, _TEXT, _SMALL = 15.0, 8.5, 7.0
_LEADING = 1.35
_GREY, _LINE = 0.4, 0.75
_FOOT = 34.0
# The first of the code points that may be parted anywhere: Chinese, Japanese, full-width signs.
_WIDE = 0x2E80


@lru_cache(maxsize=1)
def _font() -> str:
    """The font, read once in a process."""
    pdfmetrics.registerFont(TTFont(FONT, str(_FILE)))
    return FONT


def write_pdf(file: BinaryIO, papers: Iterable[Paper]) -> None:
    """Write the papers one after the other. A file without a paper has one empty page."""
    canvas = Canvas(file, pagesize=A4)
    canvas.setCreator("Dealerdesk")
    _font()
    titles = []
    for paper in papers:
        _Sheet(canvas, paper).draw()
        titles.append(f"{paper.title} {paper.number}")
    canvas.setTitle(", ".join(titles[:3]))
    canvas.save()


class _Sheet:
    """One paper while it is drawn: the canvas, the page and how far it is filled."""

    def __init__(self, canvas: Any, paper: Paper) -> None:
        self.canvas, self.paper, self.page = canvas, paper, 1
        self.y = _HEIGHT - _MARGIN

    def draw(self) -> None:
        """The whole paper, its last page closed."""
        paper = self.paper
        self._head()
        self._facts(paper.facts)
        for table in paper.tables:
            self._table(table)
        self._sums(paper.sums)
        for note in paper.notes:
            self._paragraph(note)
        self._signatures(paper.signatures)
        self._end_page()

    def _text(
        self, x: float, y: float, text: str, size: float, grey: float = 0.0, *, right: bool = False
    ) -> None:
        self.canvas.setFont(FONT, size)
        self.canvas.setFillGray(grey)
        (self.canvas.drawRightString if right else self.canvas.drawString)(x, y, text)

    def _rule(self, x: float, y: float, width: float, grey: float = _LINE, thick: float = 0.5) -> None:
        self.canvas.setStrokeGray(grey)
        self.canvas.setLineWidth(thick)
        self.canvas.line(x, y, x + width, y)

    def _room(self, height: float) -> bool:
        """Whether so much fits on the page; begins the next one when it does not."""
        if self.y - height >= _MARGIN + _FOOT / 2:
            return True
        self._end_page()
        self.page += 1
        self.y = _HEIGHT - _MARGIN
        return False

    def _end_page(self) -> None:
        foot = f"{self.paper.number} · {self.page}"
        self._text(_WIDTH - _MARGIN, _MARGIN - _SMALL, foot, _SMALL, _GREY, right=True)
        self._text(_MARGIN, _MARGIN - _SMALL, self.paper.sender, _SMALL, _GREY)
        self.canvas.showPage()

    def _head(self) -> None:
        self.y -= _TITLE
        self._text(_MARGIN, self.y, f"{self.paper.title} {self.paper.number}", _TITLE)
        self._text(_WIDTH - _MARGIN, self.y, self.paper.sender, _TEXT, _GREY, right=True)
        self.y -= 8
        self._rule(_MARGIN, self.y, _WIDTH - 2 * _MARGIN, 0.0, 1.0)
        self.y -= 6

    def _facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Two terms beside each other."""
        half = (_WIDTH - 2 * _MARGIN - 16) / 2
        for place in range(0, len(facts), 2):
            pair = [(term, wrapped(text, _TEXT, half)) for term, text in facts[place : place + 2]]
            lines = max(len(text) for _term, text in pair)
            height = _SMALL * _LEADING + lines * _TEXT * _LEADING + 4
            self._room(height)
            for column, (term, text) in enumerate(pair):
                x, y = _MARGIN + column * (half + 16), self.y - _SMALL
                self._text(x, y, term, _SMALL, _GREY)
                for line in text:
                    y -= _TEXT * _LEADING
                    self._text(x, y, line, _TEXT)
            self.y -= height
        self.y -= 6

    def _table(self, table: PaperTable) -> None:
        shares = sum(column.share for column in table.columns)
        full = _WIDTH - 2 * _MARGIN
        widths = [full * column.share / shares for column in table.columns]
        if table.title:
            self._room(40)
            self.y -= _TEXT * _LEADING
            self._text(_MARGIN, self.y, table.title, _TEXT + 1)
            self.y -= 4
        self._table_head(table.columns, widths)
        for row in table.rows:
            cells = [_cell(text, width - _GAP) for text, width in zip(row, widths, strict=True)]
            height = max(sum(size * _LEADING for _line, size in cell) for cell in cells) + 4
            if not self._room(height):
                self._table_head(table.columns, widths)
            x = _MARGIN
            for cell, column, width in zip(cells, table.columns, widths, strict=True):
                self._cell(x, cell, column, width)
                x += width
            self.y -= height
            self._rule(_MARGIN, self.y, full)
        self.y -= 10

    def _table_head(self, columns: Sequence[PaperColumn], widths: Sequence[float]) -> None:
        heads = [
            wrapped(column.title, _SMALL, width - _GAP) for column, width in zip(columns, widths, strict=True)
        ]
        height = max(len(lines) for lines in heads) * _SMALL * _LEADING + 5
        self._room(height + 24)
        x = _MARGIN
        for lines, column, width in zip(heads, columns, widths, strict=True):
            self._cell(x, [(line, _SMALL) for line in lines], column, width)
            x += width
        self.y -= height
        self._rule(_MARGIN, self.y, _WIDTH - 2 * _MARGIN, 0.0, 0.8)

    def _cell(self, x: float, lines: Sequence[tuple[str, float]], column: PaperColumn, width: float) -> None:
        y = self.y - 2
        for place, (line, size) in enumerate(lines):
            y -= size * (_LEADING if place else 1.1)
            at = x + width - _GAP if column.is_number else x
            self._text(at, y, line, size, _GREY if size == _SMALL else 0.0, right=column.is_number)

    def _sums(self, sums: Sequence[tuple[str, str]]) -> None:
        right = _WIDTH - _MARGIN - _GAP
        for place, (term, amount) in enumerate(sums):
            is_last = place == len(sums) - 1
            size = _TEXT + 2 if is_last else _TEXT
            self._room(size * _LEADING + 4)
            if is_last:
                self._rule(right - 220, self.y - 1, 220 + _GAP, 0.0, 0.8)
                self.y -= 3
            self.y -= size * _LEADING
            self._text(right - 90, self.y, term, size, 0.0 if is_last else _GREY, right=True)
            self._text(right, self.y, amount, size, right=True)
        self.y -= 10

    def _paragraph(self, text: str) -> None:
        for line in wrapped(text, _TEXT, _WIDTH - 2 * _MARGIN):
            self._room(_TEXT * _LEADING)
            self.y -= _TEXT * _LEADING
            self._text(_MARGIN, self.y, line, _TEXT)
        self.y -= 4

    def _signatures(self, words: Sequence[str]) -> None:
        if not words:
            return
        self._room(60)
        self.y -= 44
        width = (_WIDTH - 2 * _MARGIN - 24 * (len(words) - 1)) / len(words)
        for place, word in enumerate(words):
            x = _MARGIN + place * (width + 24)
            self._rule(x, self.y, width, 0.0)
            self._text(x, self.y - 10, word, _SMALL, _GREY)


def _cell(text: str, width: float) -> list[tuple[str, float]]:
    """The lines of a cell with their sizes: the first as text, what follows a line break small."""
    first, *more = text.split("\n")
    found = [(line, _TEXT) for line in wrapped(first, _TEXT, width)]
    return [*found, *((line, _SMALL) for text in more for line in wrapped(text, _SMALL, width))]


def wrapped(text: str, size: float, width: float) -> list[str]:
    """A text in lines no wider than `width` points: parted between words, in Chinese anywhere."""
    _font()
    if pdfmetrics.stringWidth(text, FONT, size) <= width:
        return [text]
    lines, line, used = [], "", 0.0
    for piece in _pieces(text, size, width):
        room = pdfmetrics.stringWidth(piece, FONT, size)
        if line and used + pdfmetrics.stringWidth(piece.rstrip(), FONT, size) > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line, used = line + piece, used + room
    return [*lines, line.rstrip()]


def _pieces(text: str, size: float, width: float) -> list[str]:
    """What is not parted: words with the space behind them, Chinese signs, letters of too long words."""
    pieces: list[str] = []
    word = ""
    for sign in text:
        if ord(sign) >= _WIDE:
            pieces += [word, sign]
            word = ""
        else:
            word += sign
            if sign.isspace() or sign == "-":
                pieces.append(word)
                word = ""
    found: list[str] = []
    for piece in [*pieces, word]:
        fits = pdfmetrics.stringWidth(piece.rstrip(), FONT, size) <= width
        found += [piece] if fits else list(piece)
    return [piece for piece in found if piece]
