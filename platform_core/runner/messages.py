"""Compiles the translations (.po to .mo) in Python, because a bare system has no gettext tools."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from platform_core.runner.errors import RunnerError
from platform_core.runner.places import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

SKIPPED_FOLDERS = {".git", ".venv", "node_modules", "var", "__pycache__"}


def compile_messages(root: Path = CHECKOUT) -> list[Path]:
    """Compile every catalog that is newer than its compiled form; give the ones compiled."""
    stale = [catalog for catalog in _catalogs(root) if _is_stale(catalog)]
    for catalog in stale:
        _compile(catalog)
    return stale


def _catalogs(root: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(root):
        names[:] = sorted(set(names) - SKIPPED_FOLDERS)
        if Path(folder).name == "LC_MESSAGES":
            yield from (Path(folder, file) for file in sorted(files) if file.endswith(".po"))


def _is_stale(catalog: Path) -> bool:
    compiled = catalog.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < catalog.stat().st_mtime_ns


def _compile(catalog: Path) -> None:
    try:
        with catalog.open("rb") as source:
            messages = read_po(source, locale=catalog.parent.parent.name, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        message = f"{catalog} is not a valid catalog ({error}): mend it, then start again."
        raise RunnerError(message) from error
    unfinished = catalog.with_suffix(f".{os.getpid()}.unfinished")
    with unfinished.open("wb") as target:
        write_mo(target, messages)
    unfinished.replace(catalog.with_suffix(".mo"))
