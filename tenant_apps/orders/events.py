"""What orders tell others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from platform_core.kernel.events import Event


@dataclass(frozen=True, slots=True)
class OrderMoved(Event):
    """A sales order took a step. Amounts are decimal strings in the supplier's currency."""

    name: ClassVar[str] = "orders.moved"

    order_id: str
    number: str
    dealer_id: str
    step: str
    source: str
    target: str
    total: str
    currency: str


@dataclass(frozen=True, slots=True)
class OrderMessageWritten(Event):
    """Somebody wrote to the other side about an order (W-154)."""

    name: ClassVar[str] = "orders.message_written"

    order_id: str
    number: str
    dealer_id: str
    from_dealer: bool
    author: str
