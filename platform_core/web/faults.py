"""What is wrong in an uploaded workbook, as the table of errors shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language

from platform_core.workbooks.columns import Column
from platform_core.workbooks.reading import Table


def faults_of(table: Table, columns: Sequence[Column]) -> dict[str, Any]:
    """`errors` and `error_count` for `<c-errors>`: row, letter and heading of the column, what was typed."""
    titles = {column.key: column.title(get_language() or "en") for column in columns}
    errors = [
        {
            "row": one.row,
            "column": " ".join(filter(None, (one.column_letter, titles.get(one.column_key or "")))),
            "value": str(one.facts.get("value", one.facts.get("code", ""))),
            "message": one.message,
        }
        for one in table.errors
    ]
    return {"errors": errors, "error_count": table.error_count}
