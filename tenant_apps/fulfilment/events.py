"""What fulfilment tells others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from platform_core.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ShipmentSent(Event):
    """Goods left the warehouse."""

    name: ClassVar[str] = "fulfilment.shipment_sent"

    shipment_id: str
    number: str
    order_number: str
    dealer_id: str
    carrier: str
    tracking_number: str
