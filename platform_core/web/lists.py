"""What list pages share: sort links and filter chips, computed from the URL, which holds the whole state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict

from platform_core.web.list_columns import PARAMETER, asked_keys

PAGING: Final = ("page", "after", "before")
"""Parameters that name a place in a list; another order or filter makes them meaningless."""
SHOW_ALL: Final = "?view=all"
"""The list with nothing asked of it: a bare address opens the reader's default view (saved_views)."""


class FilterWords(NamedTuple):
    """How a parameter is called on its chip, and what its values are called (none: shown as they are)."""

    label: str
    choices: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Chip:
    """One active filter and the address of the same list without it."""

    label: str
    value: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class SortLink:
    """Where a column head leads and what it says now: `ascending`, `descending` or nothing."""

    url: str
    direction: str

    @property
    def icon(self) -> str:
        """The arrow beside the words."""
        return {"ascending": "arrow-up", "descending": "arrow-down"}.get(self.direction, "chevrons-up-down")


def sort_link(query: QueryDict, name: str, current: str = "") -> SortLink:
    """Link of a column: the first click ascends, the next descends; `current` is the order of a bare URL."""
    now = query.get("sort") or current
    direction = {name: "ascending", f"-{name}": "descending"}.get(now, "")
    wanted = _without(query, *PAGING)
    wanted["sort"] = f"-{name}" if direction == "ascending" else name
    return SortLink(address(wanted), direction)


def words_of(choices: Iterable[tuple[str, object]]) -> dict[str, str]:
    """The choices of a filter as words for its chip, in the reader's language."""
    return {value: str(label) for value, label in choices}


def filter_chips(query: QueryDict, words: Mapping[str, FilterWords]) -> list[Chip]:
    """A chip per active value of the named parameters, in their order; empty values are no filter."""
    return [
        Chip(str(said.label), str(said.choices.get(value, value)), _removal(query, name, value))
        for name, said in words.items()
        for value in dict.fromkeys(query.getlist(name))
        if value
    ]


def kept(query: QueryDict, names: str) -> list[tuple[str, str]]:
    """Parameters a form repeats as hidden inputs (order, columns), because it has no field for them."""
    return [(name, value) for name in names.split() for value in query.getlist(name)]


def clear_url(query: QueryDict, keep: str) -> str:
    """The list without any filter; only the parameters named in `keep` stay."""
    wanted = QueryDict(mutable=True)
    for name, value in kept(query, keep):
        wanted.appendlist(name, value)
    return address(wanted)


def columns_url(query: QueryDict) -> str:
    """The same list with the columns that show when nobody chose."""
    return address(_without(query, PARAMETER, *PAGING))


def file_url(base: str, query: QueryDict, kind: str) -> str:
    """Where the whole filtered list is had as a file; `kind` is `xlsx` or `csv`."""
    wanted = _without(query, *PAGING)
    wanted["format"] = kind
    return f"{base}{address(wanted)}"


def address(query: QueryDict) -> str:
    """The query of a link, the chosen columns as one value; never bare."""
    wanted = query.copy()
    if keys := asked_keys(wanted):
        wanted[PARAMETER] = ",".join(keys)
    text = wanted.urlencode(safe=",")
    return f"?{text}" if text else SHOW_ALL


def state_of(query: QueryDict) -> str:
    """What the URL asks of a list, as one text that is the same for the same wishes; blank for none.

    Order of parameters, empty values, the place in the list and the kind of file make no difference.
    """
    wanted = _without(query, "view", "format", *PAGING)
    if keys := asked_keys(wanted):
        wanted[PARAMETER] = ",".join(keys)
    pairs = sorted((name, value) for name, values in wanted.lists() for value in values if value)
    return urlencode(pairs, safe=",")


def _removal(query: QueryDict, name: str, value: str) -> str:
    wanted = _without(query, *PAGING)
    wanted.setlist(name, [other for other in wanted.getlist(name) if other != value])
    return address(wanted)


def _without(query: QueryDict, *names: str) -> QueryDict:
    copy = query.copy()
    for name in names:
        copy.pop(name, None)
    return copy
