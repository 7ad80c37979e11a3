"""Keeps the bytes of attachments in a folder of this machine (`MEDIA_ROOT`)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings


class LocalFiles:
    """The default storage. Another one offers the same methods (`ATTACHMENT_STORAGE`)."""

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes under the key, whole or not at all; the same key always holds the same bytes."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".unfinished")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)

    def open(self, key: str) -> BinaryIO:
        """The bytes as an open file. Raises FileNotFoundError."""
        return self._path(key).open("rb")

    def remove(self, key: str) -> None:
        """Forget the bytes; nothing when they are gone already."""
        self._path(key).unlink(missing_ok=True)

    def keys_before(self, prefix: str, instant: datetime) -> Iterator[str]:
        """The keys below a folder whose bytes were kept before the instant, unfinished ones too."""
        root = self._path("")
        for path in self._path(prefix).rglob("*"):
            # Somebody else may remove a file while we walk.
            with suppress(FileNotFoundError):
                if path.is_file() and path.stat().st_mtime < instant.timestamp():
                    yield str(path.relative_to(root))

    def _path(self, key: str) -> Path:
        root = Path(settings.MEDIA_ROOT).resolve()
        path = (root / key).resolve()
        assert path.is_relative_to(root), "a key never leaves the media folder"
        return path
