"""What may be asked of the ledger, and by whom."""

from enum import StrEnum


class LedgerPermission(StrEnum):
    """Codes kept in roles; never renamed."""

    READ = "ledger.read"
    TOP_UP = "ledger.top_up"
    CANCEL_TOP_UP = "ledger.cancel_top_up"
    REVIEW_TOP_UP = "ledger.review_top_up"


FOR_SUPPLIER = frozenset(LedgerPermission)
FOR_DEALER = frozenset({LedgerPermission.READ, LedgerPermission.TOP_UP, LedgerPermission.CANCEL_TOP_UP})
