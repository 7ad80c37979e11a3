"""Columns of a list: declared once, chosen in the URL; head, cells, menu and export read the same."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from platform_core.workbooks.columns import Column

PARAMETER: Final = "columns"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column. `sort` is the word of its order in the URL; the `fixed` one identifies the row and stays.

    `shown` says whether it shows when nobody chose. `export` names the columns of the file that hold
    what it shows (None: the one with its key). The head of a `priced` one names the currency; that of
    a `quiet` one is for screen readers only.
    """

    key: str
    label: str | Promise
    sort: str = ""
    numeric: bool = False
    shown: bool = True
    fixed: bool = False
    priced: bool = False
    quiet: bool = False
    export: tuple[str, ...] | None = None

    @property
    def exported(self) -> tuple[str, ...]:
        """The keys of the file's columns that hold what this one shows."""
        return (self.key,) if self.export is None else self.export


class ListColumns:
    """What a list can show, in its order; `order` is the sort of a bare URL."""

    def __init__(self, *columns: ListColumn, order: str = "") -> None:
        self.columns, self.order = columns, order
        self.keys = frozenset(column.key for column in columns)

    def chosen(self, query: QueryDict, *, without: Collection[str] = (), currency: str = "") -> ChosenColumns:
        """What the URL chooses; `without` are columns that this reader is not offered."""
        return ChosenColumns(self, query, without, currency)

    def exported(self, query: QueryDict, columns: Sequence[Column]) -> Sequence[Column]:
        """The file's columns that hold what the URL chooses; all of them when it chooses nothing."""
        chosen = self.chosen(query)
        held = {key for column in chosen.shown for key in column.exported}
        return [column for column in columns if column.key in held] if chosen.is_chosen else columns


class ChosenColumns:
    """The columns of one answer: those offered, and those of them that show. Unknown keys are ignored."""

    def __init__(
        self, declared: ListColumns, query: QueryDict, without: Collection[str], currency: str
    ) -> None:
        asked = asked_keys(query)
        self.declared, self.order, self.currency = declared, declared.order, currency
        self.offered = [column for column in declared.columns if column.key not in without]
        self.is_chosen = any(column.key in asked for column in self.offered)
        self.shown = [
            column
            for column in self.offered
            if column.fixed or (column.key in asked if self.is_chosen else column.shown)
        ]
        self._shown = {column.key: column for column in self.shown}
        self._openings: dict[tuple[str, str], SafeString] = {}

    def shows(self, key: str) -> bool:
        """Whether the column shows. Raises KeyError for one that the list never declared."""
        if key not in self.declared.keys:
            raise KeyError(key)
        return key in self._shown

    def opening(self, key: str, css: str = "") -> SafeString:
        """The begin of a shown column's cell: its classes, and its head's words for a card on a phone."""
        found = self._openings.get((key, css))
        if found is None:
            column = self._shown[key]
            classes = f"num {css}".strip() if column.numeric else css
            found = format_html(
                "<td{}{}>",
                format_html(' class="{}"', classes) if classes else "",
                "" if column.quiet else format_html(' data-label="{}"', column.label),
            )
            self._openings[key, css] = found
        return found


def asked_keys(query: QueryDict) -> list[str]:
    """The keys in `?columns=code,name`, or in a form's `?columns=code&columns=name`; each once."""
    keys = (key.strip() for text in query.getlist(PARAMETER) for key in text.split(","))
    return list(dict.fromkeys(key for key in keys if key))
