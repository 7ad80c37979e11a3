"""The tables of inventory, by what they hold."""

from tenant_apps.inventory.models.stock import Movement, Reservation, Stock
from tenant_apps.inventory.models.stock_outs import StockOut, StockOutLine
from tenant_apps.inventory.models.stock_takes import StockTake, StockTakeLine
from tenant_apps.inventory.models.transfers import StockTransfer, StockTransferLine

__all__ = [
    "Movement",
    "Reservation",
    "Stock",
    "StockOut",
    "StockOutLine",
    "StockTake",
    "StockTakeLine",
    "StockTransfer",
    "StockTransferLine",
]
