"""What inventory tells others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from platform_core.kernel.events import Event


@dataclass(frozen=True, slots=True)
class StockLow(Event):
    """A stock row fell to its warning line, or under it; told once until it rose above (EM-04).

    Quantities are decimal strings in the SKU's base unit.
    """

    name: ClassVar[str] = "inventory.stock_low"

    sku_id: str
    merchant_code: str
    warehouse_id: str
    available: str
    warning_line: str
