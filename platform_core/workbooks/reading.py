"""The one way in for tables: a workbook or CSV file becomes checked rows, or one list of errors.

Bad content never raises. Whoever stores rows asks `Table.is_clean` first: nothing is stored from a
file with errors (issue "Bad input").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import Any, BinaryIO

from platform_core.kernel.words import Sentence
from platform_core.workbooks.columns import Column, column_index, column_letter, heading_key
from platform_core.workbooks.errors import BadCell, CellError, Refused
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.sheets import HEADING_ROWS
from platform_core.workbooks.sources import Grid, grids
from platform_core.workbooks.values import Value, convert, is_blank


@dataclass(frozen=True, slots=True)
class Row:
    """A row without errors, `number` as in Excel. A blank cell is None; an absent column has no key."""

    number: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Table:
    """What was read. `errors` holds at most `Limits.errors_max`, `error_count` says how many there are.

    `letters` names the columns found in the file: an import leaves the other fields as they are.
    """

    rows: Sequence[Row]
    errors: Sequence[CellError]
    error_count: int
    letters: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether the rows may be stored."""
        return self.error_count == 0

    def fault(self, row: Row, key: str, code: str, sentence: Sentence, /, **facts: Any) -> CellError:
        """An error that the importing app found in a cell of a row."""
        return CellError(row.number, self.letters.get(key), key, code, facts, sentence)

    def with_faults(self, faults: Sequence[CellError], limit: int = Limits.errors_max) -> Table:
        """The same table with the app's errors among its own, in the order of rows and columns."""
        errors = sorted([*self.errors, *faults], key=_place)[:limit]
        return replace(self, errors=errors, error_count=self.error_count + len(faults))


def read_table(
    file: BinaryIO, name: str, columns: Sequence[Column], *, limits: Limits | None = None, locale: str = "en"
) -> Table:
    """Read the sheet whose headings fit the columns. `locale` is the language of headings in the errors.

    Accepts .xlsx, and CSV as UTF-8, UTF-16 or GB 18030, told by content. Raises only what reading
    the file object itself raises.
    """
    bounds = limits or Limits()
    try:
        return _Reader(columns, bounds, locale).read(grids(_content(file, bounds), name, bounds))
    except Refused as refusal:
        return Table((), (CellError(None, None, None, refusal.code, refusal.facts),), 1)


def _content(file: BinaryIO, limits: Limits) -> bytes:
    data = file.read(limits.file_max + 1)
    if len(data) > limits.file_max:
        raise Refused("file_too_large", maximum=limits.file_max // (1024 * 1024))
    if not data.strip():
        raise Refused("file_empty")
    return data


@dataclass(slots=True)
class _Headings:
    """A row of a grid taken as headings: which column stands where, and what is wrong."""

    row: int
    by_index: dict[int, Column] = field(default_factory=dict)
    missing: list[Column] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    filled: int = 0
    fatal: bool = False

    @property
    def complete(self) -> bool:
        return self.plausible and not self.missing

    @property
    def plausible(self) -> bool:
        """Two headings known, or half of what stands there: our table with a mistake, not another one."""
        return len(self.by_index) > 1 or (bool(self.by_index) and len(self.by_index) * 2 >= self.filled)


class _Reader:
    """Reads one file: finds the table, then checks cell by cell and collects the errors."""

    def __init__(self, columns: Sequence[Column], limits: Limits, locale: str) -> None:
        self._columns = columns
        self._limits = limits
        self._locale = locale
        self._by_name = {name: column for column in columns for name in column.names()}
        self._errors: list[CellError] = []
        self._error_count = 0
        self._first_rows: dict[tuple[str, Value], int] = {}

    def read(self, candidates: Iterator[Grid]) -> Table:
        grid, headings = self._choose(candidates)
        for error in headings.errors:
            self._add(error)
        self._note_merged(grid)
        letters = {column.key: column_letter(index) for index, column in headings.by_index.items()}
        rows = [] if headings.fatal else self._read_rows(grid, headings)
        errors = sorted(self._errors, key=_place)[: self._limits.errors_max]
        return Table(rows, errors, self._error_count, letters)

    def _choose(self, candidates: Iterator[Grid]) -> tuple[Grid, _Headings]:
        """The first grid with all required headings, else the most fitting one. Raises Refused."""
        best: tuple[Grid, _Headings] | None = None
        refused: Refused | None = None
        try:
            for grid in candidates:
                headings = self._find_headings(grid)
                if headings.complete:
                    return grid, headings
                if headings.plausible and (best is None or len(headings.by_index) > len(best[1].by_index)):
                    best = grid, headings
        except Refused as error:
            refused = error
        if best is not None:
            return best
        if refused is not None:
            raise refused
        expected = ", ".join(column.title(self._locale) for column in self._columns if column.required)
        raise Refused("wrong_sheet", expected=expected or self._columns[0].title(self._locale))

    def _find_headings(self, grid: Grid) -> _Headings:
        """Look for the headings in the first rows, and give the grid back its rows."""
        top = list(islice(grid.rows, HEADING_ROWS))
        found = [self._match(number, cells) for number, cells in enumerate(top, 1)]
        best = max(found, key=lambda headings: len(headings.by_index), default=_Headings(0))
        grid.rows = chain(top, grid.rows)
        return best

    def _match(self, number: int, cells: Sequence[object]) -> _Headings:
        headings = _Headings(number)
        places: dict[str, int] = {}
        for index, cell in enumerate(cells):
            if is_blank(cell):
                continue
            headings.filled += 1
            column = self._by_name.get(heading_key(str(cell)))
            if column is None:
                facts = {"heading": str(cell).strip()[:60]}
                headings.errors.append(CellError(number, column_letter(index), None, "column_unknown", facts))
            elif column.key in places:
                first, second = column_letter(places[column.key]), column_letter(index)
                facts = {"heading": column.title(self._locale), "first": first, "second": second}
                headings.errors.append(CellError(number, second, column.key, "column_twice", facts))
                headings.fatal = True
            else:
                places[column.key] = index
                headings.by_index[index] = column
        headings.missing = [
            column for column in self._columns if column.required and column.key not in places
        ]
        for column in headings.missing:
            facts = {"heading": column.title(self._locale)}
            headings.errors.append(CellError(number, None, column.key, "column_missing", facts))
            headings.fatal = True
        return headings

    def _note_merged(self, grid: Grid) -> None:
        for area in grid.merged:
            corner = area.partition(":")[0]
            letters = corner.rstrip("0123456789")
            row = corner[len(letters) :]
            place = (int(row), letters) if row and letters.isalpha() else (None, None)
            self._add(CellError(place[0], place[1], None, "merged_cells", {"range": area}))

    def _read_rows(self, grid: Grid, headings: _Headings) -> list[Row]:
        rows: list[Row] = []
        count = number = 0
        nameless: dict[int, int] = {}
        titled = {column_index(error.column_letter) for error in headings.errors if error.column_letter}
        for number, cells in enumerate(grid.rows, 1):
            if number <= headings.row or self._is_blank_row(number, cells, headings, grid.faults):
                continue
            count += 1
            if count > self._limits.rows_max:
                raise Refused("too_many_rows", maximum=self._limits.rows_max)
            row = self._read_row(number, cells, headings, grid.faults)
            if row is not None:
                rows.append(row)
            for index, cell in enumerate(cells):
                if index not in headings.by_index and index not in titled and not is_blank(cell):
                    nameless.setdefault(index, number)
        for index, first in nameless.items():
            self._add(CellError(first, column_letter(index), None, "column_without_heading"))
        self._note_faults_outside(grid.faults, headings, number)
        if count == 0 and self._error_count == 0:
            self._add(CellError(None, None, None, "no_rows"))
        return rows

    def _read_row(
        self, number: int, cells: Sequence[object], headings: _Headings, faults: Mapping[tuple[int, int], str]
    ) -> Row | None:
        values: dict[str, Value] = {}
        clean = True
        for index, column in headings.by_index.items():
            cell = cells[index] if index < len(cells) else None
            try:
                values[column.key] = self._value(number, cell, column, faults.get((number, index)))
            except BadCell as bad:
                clean = False
                self._add(CellError(number, column_letter(index), column.key, bad.code, bad.facts))
        return Row(number, values) if clean else None

    def _value(self, number: int, cell: object, column: Column, fault: str | None) -> Value:
        if fault is not None:
            raise BadCell(fault)
        value = convert(cell, column, self._locale)
        if value is None and column.required:
            raise BadCell("required", heading=column.title(self._locale))
        if column.unique and value is not None:
            self._check_unique(number, column, value)
        return value

    @staticmethod
    def _is_blank_row(
        number: int, cells: Sequence[object], headings: _Headings, faults: Mapping[tuple[int, int], str]
    ) -> bool:
        # A formula that was never computed is a blank cell to the value reader.
        return all(map(is_blank, cells)) and not any((number, index) in faults for index in headings.by_index)

    def _note_faults_outside(
        self, faults: Mapping[tuple[int, int], str], headings: _Headings, last_row: int
    ) -> None:
        """Formulas as headings, and those below the last value, where the value reader sees no rows."""
        for (row, index), code in faults.items():
            column = headings.by_index.get(index)
            if column is not None and (row == headings.row or row > last_row):
                self._add(CellError(row, column_letter(index), column.key, code))

    def _check_unique(self, number: int, column: Column, value: Value) -> None:
        first = self._first_rows.setdefault((column.key, value), number)
        if first != number:
            raise BadCell("duplicate_value", value=str(value), first_row=first, row=number)

    def _add(self, error: CellError) -> None:
        self._error_count += 1
        if len(self._errors) < self._limits.errors_max:
            self._errors.append(error)


def _place(error: CellError) -> tuple[int, int]:
    return error.row or 0, column_index(error.column_letter) if error.column_letter else -1
