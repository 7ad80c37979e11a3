"""What aftersales tells others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from platform_core.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ReceiptConfirmed(Event):
    """The dealer said what it found in a shipment; `short` when less than was shipped."""

    name: ClassVar[str] = "aftersales.receipt_confirmed"

    receipt_id: str
    shipment_number: str
    order_number: str
    dealer_id: str
    short: bool
    automatic: bool
