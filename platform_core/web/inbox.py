"""A mail backend for development: mails are kept in a folder and read at `/__inbox`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from platform_core.kernel.ids import new_id

KEPT_MAX = 500
# Younger mails stay however many they are: the demo's year of trade sends hundreds within minutes, and a
# link in a mail holds for an hour.
KEPT_SECONDS = 2 * 60 * 60


def folder() -> Path:
    """Where mails are kept."""
    path: Path = settings.VAR / "inbox"
    path.mkdir(parents=True, exist_ok=True)
    return path


class InboxBackend(BaseEmailBackend):
    """Writes each mail to a file of its own; beyond the newest 500 those over two hours old go."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the mails. Returns how many."""
        for message in email_messages:
            (folder() / f"{new_id('mail')}.eml").write_bytes(message.message().as_bytes())
        _drop_old()
        return len(email_messages)


def mails(recipient: str = "", limit: int | None = None) -> list[tuple[str, Parsed]]:
    """The kept mails with their names, newest first; those whose “To” contains `recipient`, in any case."""
    found: list[tuple[str, Parsed]] = []
    wanted = recipient.casefold()
    for path in sorted(folder().glob("*.eml"), reverse=True):
        if len(found) == limit:
            break
        # Only what holds the words at all is parsed: there can be thousands.
        content = path.read_bytes()
        if wanted.encode() in content.lower():
            parsed = _parsed(content)
            if wanted in str(parsed["To"]).casefold():
                found.append((path.stem, parsed))
    return found


def mail(name: str) -> Parsed | None:
    """One mail by its name, or None."""
    path = folder() / f"{name}.eml"
    return _parsed(path.read_bytes()) if name.replace("_", "").isalnum() and path.exists() else None


def _drop_old() -> None:
    since = time.time() - KEPT_SECONDS
    for path in sorted(folder().glob("*.eml"))[:-KEPT_MAX]:
        with suppress(FileNotFoundError):  # two processes may drop the same one
            if path.stat().st_mtime < since:
                path.unlink()


def _parsed(content: bytes) -> Parsed:
    parsed = message_from_bytes(content, policy=policy.default)
    assert isinstance(parsed, Parsed)
    return parsed
