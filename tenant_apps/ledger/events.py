"""What happens to money, told to notices and webhooks. Amounts are decimal strings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from platform_core.kernel.events import Event


@dataclass(frozen=True, slots=True)
class TopUpCreated(Event):
    """A top-up waits for review."""

    name: ClassVar[str] = "top_up.created"

    top_up: str
    number: str
    dealer: str
    kind: str
    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class TopUpApproved(Event):
    """A top-up was approved; `received` is what arrived, `available` the wallet's amount after it."""

    name: ClassVar[str] = "top_up.approved"

    top_up: str
    number: str
    dealer: str
    kind: str
    received: str
    available: str
    currency: str


@dataclass(frozen=True, slots=True)
class TopUpCancelled(Event):
    """A top-up was given up, with the reason that was stated."""

    name: ClassVar[str] = "top_up.cancelled"

    top_up: str
    number: str
    dealer: str
    reason: str
