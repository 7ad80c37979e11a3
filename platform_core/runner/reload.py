"""Notices changed Python files, so that `make dev` can restart worker and beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HOUSES = ("platform_core", "tenants", "tenant_apps", "billing", "public_site")


class SourceWatch:
    """Remembers when each Python file of the product was last changed."""

    def __init__(self, checkout: Path) -> None:
        """Take the first look."""
        self._checkout = checkout
        self._seen = self._look()

    def has_changed(self) -> bool:
        """Whether a file was added, changed or removed since the last call."""
        before, self._seen = self._seen, self._look()
        return before != self._seen

    def _look(self) -> dict[Path, int]:
        files = (file for house in HOUSES for file in (self._checkout / house).rglob("*.py"))
        return {file: file.stat().st_mtime_ns for file in files if file.exists()}
