"""What stands on a printed document, whatever kind it is. Words and amounts come in as they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """A column of a paper's table: its head, its share of the width, whether its cells are numbers."""

    title: str
    share: int
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class PaperTable:
    """Rows of cells. In a cell what follows a line break is said small: a code under a name."""

    columns: Sequence[PaperColumn]
    rows: Sequence[Sequence[str]]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One document, from its head to the lines to sign on; it begins on a page of its own.

    `facts` are terms with their values, `sums` stand on the right with the last one strong.
    """

    title: str
    number: str
    sender: str
    facts: Sequence[tuple[str, str]] = ()
    tables: Sequence[PaperTable] = ()
    sums: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    signatures: Sequence[str] = field(default=())
