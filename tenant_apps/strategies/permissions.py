"""What may be asked of strategies, and by whom."""

from enum import StrEnum


class StrategyPermission(StrEnum):
    """Codes kept in roles; never renamed."""

    READ = "strategies.read"
    MANAGE = "strategies.manage"
    ASSIGN = "strategies.assign"
    READ_OFFER = "strategies.read_offer"
    MANAGE_BUNDLES = "strategies.manage_bundles"
    PROMOTIONS = "promotions.manage"
    MANAGE_CODES = "strategies.manage_codes"


FOR_SUPPLIER = frozenset(StrategyPermission)
FOR_DEALER: frozenset[StrategyPermission] = frozenset(
    {
        StrategyPermission.READ_OFFER,
        StrategyPermission.MANAGE_BUNDLES,
        StrategyPermission.MANAGE_CODES,
    }
)
