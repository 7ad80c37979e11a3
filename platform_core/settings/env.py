"""Reads the environment once, typed. Nothing else in the project reads `os.environ`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]


def text(name: str, default: str = "") -> str:
    """A string; empty counts as not set."""
    return os.environ.get(name, "") or default


def flag(name: str, *, default: bool = False) -> bool:
    """`1`, `true`, `yes` or `on` is true."""
    value = text(name)
    return value.lower() in {"1", "true", "yes", "on"} if value else default


def number(name: str, default: int) -> int:
    """A whole number; a wrong one stops the start with a clear error."""
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise SystemExit(f"{name} must be a whole number, not {value!r}.") from error


def var() -> Path:
    """The data folder."""
    return Path(text("DEALERDESK_VAR", str(ROOT / "var")))


def urls(name: str) -> dict[str, str]:
    """`default=postgresql://… two=postgresql://…` as a mapping."""
    return dict(part.split("=", 1) for part in text(name).split())


def database(url: str, **options: Any) -> dict[str, Any]:
    """Django's settings for one `postgresql://user:password@host:port/name?host=/socket` URL."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "platform_core.db.backend",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": 0,
        "ATOMIC_REQUESTS": False,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": {**query, **options},
        "TEST": {},
    }
