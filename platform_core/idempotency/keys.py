"""Operation ids: derived from who asks and the key they gave, so that a repeat is recognised."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

_NAMESPACE = uuid.UUID("6f1d6b0e-6f0a-4a52-9a5b-2f1d0c9a7e31")


def operation_id(credential: str, key: str, part: str = "") -> uuid.UUID:
    """The id of one act: the credential, the caller's key and, in a bulk act, the row."""
    return uuid.uuid5(_NAMESPACE, f"{credential}\n{key}\n{part}")


def part_of(operation: uuid.UUID, part: str) -> uuid.UUID:
    """The id of one row's act inside a bulk act."""
    return uuid.uuid5(operation, part)


def fingerprint(kind: str, asked: Mapping[str, Any]) -> bytes:
    """sha256 of the command's name and its canonical input."""
    text = json.dumps([kind, asked], default=_plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        # Not `asdict`, which copies deeply what is asked for here piece by piece.
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if hasattr(value, "chunks"):
        digest = hashlib.sha256()
        for chunk in value.chunks():
            digest.update(chunk)
        value.seek(0)
        return digest.hexdigest()
    return str(value)
