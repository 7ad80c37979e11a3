"""Facts that already happened, written down in the transaction that made them true."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events. Fields are JSON values: ids, codes, decimal strings."""

    name: ClassVar[str]

    def body(self) -> dict[str, Any]:
        """The fields, ready for the outbox and for webhooks."""
        return asdict(self)
