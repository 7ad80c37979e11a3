"""What can be wrong with a file: every fault has a place, a code and a sentence that tells the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from platform_core.kernel.words import Sentence, noop

SENTENCES: Mapping[str, Sentence] = {
    # The file
    "file_empty": noop("The file is empty."),
    "file_too_large": noop("The file is larger than {maximum} MB. Split it into several files."),
    "not_a_table": noop("{name} is not an Excel workbook (.xlsx) or CSV file. Save it as one of the two."),
    "old_excel": noop("{name} is in the old Excel format (.xls). Save it as .xlsx, then try again."),
    "encrypted": noop("{name} is protected with a password. Remove the password, then try again."),
    "archive_bomb": noop("{name} unpacks to far more than a table holds, so it was not opened."),
    "archive_members": noop("{name} consists of more than {maximum} parts, so it was not opened."),
    "archive_path": noop("{name} contains a part with an unsafe path, so it was not opened."),
    "archive_nested": noop(
        "{name} contains another archive ({part}). Save a workbook without embedded files."
    ),
    "workbook_damaged": noop("{name} is damaged. Open it in Excel, save it again, then try again."),
    "entities_forbidden": noop("{name} contains XML definitions that no table needs, so it was not opened."),
    "encoding_unknown": noop("The text encoding of {name} is unknown. Save it as UTF-8 or as .xlsx."),
    "csv_damaged": noop(
        "Row {row} of the CSV file cannot be read: look for a quotation mark that is not closed."
    ),
    # The sheet
    "wrong_sheet": noop("No sheet has the expected headings: {expected}. Use the template."),
    "too_many_rows": noop("The table has more than {maximum} rows. Split it into several files."),
    "too_many_columns": noop(
        "The table reaches column {letter}; at most {maximum} columns are read. Remove the rest."
    ),
    "too_many_cells": noop(
        "The table spans more than {maximum} cells. Remove what stands far off the table."
    ),
    "too_much_text": noop("The cells hold more text than can be read. Split the table into several files."),
    "too_many_faults": noop(
        "The sheet has more than {maximum} formulas or merged areas. Paste it as values into the template."
    ),
    "no_rows": noop("The table has headings but no rows."),
    # The headings
    "column_missing": noop("The column “{heading}” is missing."),
    "column_twice": noop("The column “{heading}” stands twice, in {first} and {second}. Remove one of them."),
    "column_unknown": noop("The heading “{heading}” is unknown. Correct or remove the column."),
    "column_without_heading": noop("The column has values but no heading. Give it one or remove it."),
    # The cells
    "formula": noop("The cell holds a formula. Replace it by its value (copy, then paste as values)."),
    "merged_cells": noop("The cells {range} are merged. Unmerge them and fill each one."),
    "excel_error": noop("The cell holds an Excel error such as #N/A. Enter the value."),
    "required": noop("“{heading}” is required."),
    "too_long": noop("The text has {length} characters; at most {maximum} are allowed."),
    "control_character": noop("The text contains an invisible control character. Type it again."),
    "code_in_exponent_form": noop(
        "Excel has shortened this code to {value}. Format the column as text and enter it."
    ),
    "code_digits_lost": noop("Excel keeps 15 digits only, so this code is not complete. Enter it as text."),
    "text_became_date": noop(
        "Excel has turned this text into a date. Format the column as text and enter it again."
    ),
    "not_a_number": noop("“{value}” is not a number."),
    "too_many_places": noop("{value} has more than {maximum} decimals."),
    "number_too_large": noop("{value} is too large."),
    "below_minimum": noop("{value} is less than {minimum}."),
    "above_maximum": noop("{value} is more than {maximum}."),
    "not_whole": noop("{value} is not a whole number."),
    "not_yes_or_no": noop("“{value}” is neither yes nor no."),
    "not_a_choice": noop("“{value}” is not one of: {choices}."),
    "not_a_date": noop("“{value}” is not a date. Write it as 2025-12-31."),
    "duplicate_value": noop("“{value}” already stands in row {first_row}; row {row} repeats it."),
}
WHERE_CELL = noop("Row {row}, column {column}: {message}")
WHERE_COLUMN = noop("Column {column}: {message}")
WHERE_ROW = noop("Row {row}: {message}")


@dataclass(frozen=True, slots=True)
class CellError:
    """One fault. Row and column are named as Excel shows them; both are None for the file as a whole.

    An app that finds more than this package can know (a code that does not exist) brings its own sentence.
    """

    row: int | None
    column_letter: str | None
    column_key: str | None
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    sentence: Sentence | None = None

    @property
    def message(self) -> str:
        """What is wrong and what to do, in the reader's language; without the place."""
        return (self.sentence or SENTENCES[self.code]).with_facts(self.facts)

    def __str__(self) -> str:
        """Place and message in one sentence."""
        facts = {"row": self.row, "column": self.column_letter, "message": self.message}
        if self.row is not None and self.column_letter:
            return WHERE_CELL.with_facts(facts)
        if self.column_letter:
            return WHERE_COLUMN.with_facts(facts)
        return self.message if self.row is None else WHERE_ROW.with_facts(facts)


class Refused(Exception):
    """The whole file cannot be read. Caught by `read_table`, which turns it into one CellError."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class BadCell(Exception):
    """One cell cannot be read. Caught by the reader, which knows row and column."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
