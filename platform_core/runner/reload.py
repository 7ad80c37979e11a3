"""Notices changed files, so that `make dev` can restart the programs that have read the old ones."""

from __future__ import annotations

from pathlib import Path

from platform_core.runner.places import HOUSES

# Templates count too: each process keeps the ones it has read.
SUFFIXES = (".py", ".html", ".po")


class SourceWatch:
    """Remembers when each source file of the product was last changed."""

    def __init__(self, checkout: Path) -> None:
        """Take the first look."""
        self._checkout = checkout
        self._seen = self._look()

    def has_changed(self) -> bool:
        """Whether a file was added, changed or removed since the last call."""
        before, self._seen = self._seen, self._look()
        return before != self._seen

    def _look(self) -> dict[Path, int]:
        files = (file for house in HOUSES for file in (self._checkout / house).rglob("*"))
        return {file: file.stat().st_mtime_ns for file in files if file.suffix in SUFFIXES and file.exists()}
