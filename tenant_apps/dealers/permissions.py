"""What may be asked of dealers, and by whom."""

from enum import StrEnum


class DealerPermission(StrEnum):
    """Codes kept in roles; never renamed."""

    READ = "dealers.read"
    MANAGE = "dealers.manage"
    MANAGE_LEVELS = "dealers.manage_levels"
    MANAGE_SHOPS = "dealers.manage_shops"
    MANAGE_ADDRESSES = "dealers.manage_addresses"


FOR_SUPPLIER = frozenset(DealerPermission)
FOR_DEALER: frozenset[DealerPermission] = frozenset(
    {
        DealerPermission.READ,
        DealerPermission.MANAGE_SHOPS,
        DealerPermission.MANAGE_ADDRESSES,
    }
)
