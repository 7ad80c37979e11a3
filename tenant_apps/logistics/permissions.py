"""What may be asked of logistics, and by whom."""

from enum import StrEnum


class LogisticsPermission(StrEnum):
    """Codes kept in roles; never renamed."""

    READ = "logistics.read"
    MANAGE = "logistics.manage"


FOR_SUPPLIER = frozenset(LogisticsPermission)
FOR_DEALER: frozenset[LogisticsPermission] = frozenset({LogisticsPermission.READ})
