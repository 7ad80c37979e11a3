"""What may be asked after shipping, and by whom."""

from enum import StrEnum


class AftersalesPermission(StrEnum):
    """Codes kept in roles; never renamed."""

    READ = "aftersales.read"
    CONFIRM_RECEIPT = "aftersales.confirm_receipt"


FOR_SUPPLIER = frozenset(AftersalesPermission)
FOR_DEALER = frozenset(AftersalesPermission)
