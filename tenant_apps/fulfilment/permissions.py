"""What may be asked of fulfilment, and by whom."""

from enum import StrEnum


class FulfilmentPermission(StrEnum):
    """Codes kept in roles; never renamed."""

    READ = "fulfilment.read"
    SHIP = "fulfilment.ship"


FOR_SUPPLIER = frozenset(FulfilmentPermission)
FOR_DEALER = frozenset({FulfilmentPermission.READ})
