"""A mail backend for development: mails are kept in a folder and read at `/__inbox`."""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from platform_core.kernel.ids import new_id

KEPT_MAX = 500


def folder() -> Path:
    """Where mails are kept."""
    path: Path = settings.VAR / "inbox"
    path.mkdir(parents=True, exist_ok=True)
    return path


class InboxBackend(BaseEmailBackend):
    """Writes each mail to a file of its own; the oldest beyond 500 are dropped."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the mails. Returns how many."""
        for message in email_messages:
            (folder() / f"{new_id('mail')}.eml").write_bytes(message.message().as_bytes())
        for old in sorted(folder().glob("*.eml"))[:-KEPT_MAX]:
            old.unlink(missing_ok=True)
        return len(email_messages)


def mails() -> list[tuple[str, Parsed]]:
    """All kept mails with their names, newest first."""
    return [(path.stem, _read(path)) for path in sorted(folder().glob("*.eml"), reverse=True)]


def mail(name: str) -> Parsed | None:
    """One mail by its name, or None."""
    path = folder() / f"{name}.eml"
    return _read(path) if name.replace("_", "").isalnum() and path.exists() else None


def _read(path: Path) -> Parsed:
    parsed = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(parsed, Parsed)
    return parsed
