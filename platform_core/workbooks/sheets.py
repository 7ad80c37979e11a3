"""Looks through a workbook's XML before the values are read: where are formulas, how far do cells reach.

The fast reader (calamine) shows a formula's last value as if it had been typed, and lays out every
cell between the outermost ones. So each sheet is walked once with expat, and refused or noted here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from platform_core.workbooks.archive import Archive
from platform_core.workbooks.columns import column_index, column_letter
from platform_core.workbooks.errors import Refused
from platform_core.workbooks.limits import Limits

WORKBOOK = "xl/workbook.xml"
WORKBOOK_LINKS = "xl/_rels/workbook.xml.rels"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})\Z")
_ENCODINGS = frozenset({"", "utf-8", "us-ascii"})
# A title and some blank lines may stand above the headings.
HEADING_ROWS = 10
# More formulas or merged areas than anybody corrects by hand: noting them all would only fill the memory.
FAULTS_MAX = 5_000

Start = Callable[[str, dict[str, str]], None]


@dataclass(slots=True)
class Findings:
    """What a sheet contains besides plain values. Rows count from 1, columns from 0."""

    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    string_cells: int = 0
    last_row: int = 0
    last_column: int = 0


def visible_sheets(archive: Archive) -> list[tuple[str, str]]:
    """Name and part of every sheet that a person sees, in their order."""
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []

    def link(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            link_id = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            sheets.append((attributes.get("name", ""), _part(targets.get(link_id, ""))))

    walk(archive.read(WORKBOOK_LINKS), archive.name, link)
    walk(archive.read(WORKBOOK), archive.name, sheet)
    return [(name, part) for name, part in sheets if archive.has(part)]


def _part(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def inspect(data: bytes, name: str, limits: Limits) -> Findings:
    """Walk a sheet once. Raises Refused as soon as it is too long, too wide or too spread out."""
    walker = _SheetWalker(name, limits)
    walk(data, name, walker.start)
    return walker.findings


class _SheetWalker:
    """Keeps the position while the XML goes by; cells and rows may come without an address."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.findings = Findings()
        self._name = name
        self._limits = limits
        self._last_allowed = limits.rows_max + HEADING_ROWS
        self._row = 0
        self._column = -1
        self._kind = ""
        self._in_cell = False
        self._filled_rows = 0
        self._filled_row = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._in_cell = True
            self._move(attributes.get("r"))
            self._kind = attributes.get("t", "")
        elif name in {"v", "is"}:
            self._note_value()
        elif name == "f":
            self._note_formula()
        elif name == "extLst":
            self._in_cell = False
        elif name == "row":
            self._row = self._number(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = -1
        elif name == "mergeCell":
            self.findings.merged.append(attributes.get("ref", "")[:24])
            self._refuse_too_many(len(self.findings.merged))

    def _move(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
            return
        match = _REFERENCE.match(reference)
        if match is None:
            raise Refused("workbook_damaged", name=self._name)
        self._column = column_index(match.group(1))
        self._row = int(match.group(2))

    def _number(self, text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > 7:  # noqa: PLR2004 - 1,048,576 rows
            raise Refused("workbook_damaged", name=self._name)
        return int(text)

    def _note_formula(self) -> None:
        # Extensions (sparklines, conditional formats) have elements of the same name outside cells.
        if self._in_cell:
            self._note_value()
            self.findings.faults[self._row, self._column] = "formula"
            self._refuse_too_many(len(self.findings.faults))

    def _refuse_too_many(self, count: int) -> None:
        if count > FAULTS_MAX:
            raise Refused("too_many_faults", maximum=FAULTS_MAX)

    def _note_value(self) -> None:
        findings = self.findings
        if self._row != self._filled_row:
            self._filled_row = self._row
            self._filled_rows += 1
            if self._row > self._last_allowed or self._filled_rows > self._last_allowed:
                raise Refused("too_many_rows", maximum=self._limits.rows_max)
            findings.last_row = max(findings.last_row, self._row)
        if self._column > findings.last_column:
            if self._column >= self._limits.columns_max:
                letter = column_letter(self._column)
                raise Refused("too_many_columns", letter=letter, maximum=self._limits.columns_max)
            findings.last_column = self._column
        if findings.last_row * (findings.last_column + 1) > self._limits.cells_max:
            raise Refused("too_many_cells", maximum=self._limits.cells_max)
        if self._kind == "e":
            self.findings.faults.setdefault((self._row, self._column), "excel_error")
        elif self._kind == "s":
            findings.string_cells += 1


def refuse_repeated_text(archive: Archive, part: str, findings: Findings, limits: Limits) -> None:
    """Raise Refused when few shared strings, repeated in many cells, would fill the memory."""
    if not findings.string_cells or not archive.has(STRINGS):
        return
    lengths = _string_lengths(archive.read(STRINGS), archive.name)
    if findings.string_cells * max(lengths, default=0) <= limits.characters_max:
        return
    if _text_volume(archive.read(part), archive.name, lengths) > limits.characters_max:
        raise Refused("too_much_text")


def _string_lengths(data: bytes, name: str) -> list[int]:
    lengths: list[int] = []

    def start(element: str, _: dict[str, str]) -> None:
        if element == "si":
            lengths.append(0)

    def text(characters: str) -> None:
        if lengths:
            lengths[-1] += len(characters)

    walk(data, name, start, text)
    return lengths


def _text_volume(data: bytes, name: str, lengths: list[int]) -> int:
    volume = 0
    shared = inside = False

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal shared, inside
        if element == "c":
            shared = attributes.get("t") == "s"
        inside = shared and element == "v"

    def text(characters: str) -> None:
        nonlocal volume
        if inside and characters.isdigit() and int(characters) < len(lengths):
            volume += lengths[int(characters)]

    walk(data, name, start, text)
    return volume


def walk(data: bytes, name: str, start: Start, text: Callable[[str], None] | None = None) -> None:
    """Send every element, without its prefix, to `start`. Raises Refused for bad XML and document types."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    local_names: dict[str, str] = {}

    def begin(element: str, attributes: dict[str, str]) -> None:
        local = local_names.get(element)
        if local is None:
            local = local_names[element] = element.rpartition(":")[2]
        start(local, attributes)

    def doctype(*_: Any) -> None:
        raise Refused("entities_forbidden", name=name)

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        # The value reader knows UTF-8 only; with another encoding the two would see different tables.
        if (encoding or "").lower() not in _ENCODINGS:
            raise Refused("workbook_damaged", name=name)

    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = doctype
    parser.XmlDeclHandler = declaration
    if text is not None:
        parser.CharacterDataHandler = text
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in data[:4]:
        raise Refused("workbook_damaged", name=name)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Refused("workbook_damaged", name=name) from error


def parts_for(archive: Archive, sheet_part: str) -> list[str]:
    """The parts that a sheet's values depend on, those not walked elsewhere now walked for document types."""
    shared = [part for part in (STRINGS, STYLES) if archive.has(part)]
    for part in shared:
        walk(archive.read(part), archive.name, lambda _name, _attributes: None)
    return ["[Content_Types].xml", "_rels/.rels", WORKBOOK, WORKBOOK_LINKS, *shared, sheet_part]
