"""What may be asked of inventory, and by whom."""

from enum import StrEnum


class InventoryPermission(StrEnum):
    """Codes kept in roles; never renamed."""

    READ = "inventory.read"
    MANAGE = "inventory.manage"
    TAKE_STOCK = "inventory.take_stock"
    TRANSFER = "inventory.transfer"
    READ_STOCK_OUTS = "inventory.read_stock_outs"


FOR_SUPPLIER = frozenset(InventoryPermission)
FOR_DEALER: frozenset[InventoryPermission] = frozenset()
