"""What may be asked of orders, and by whom."""

from enum import StrEnum


class OrderPermission(StrEnum):
    """Codes kept in roles; never renamed."""

    READ = "orders.read"
    PLACE = "orders.place"
    EDIT = "orders.edit"
    REVIEW = "orders.review"
    REJECT = "orders.reject"
    CANCEL = "orders.cancel"
    FINANCE_REVIEW = "orders.finance_review"
    REJECT_FINANCE = "orders.reject_finance"
    CLOSE = "orders.close"
    MANAGE_APPROVALS = "orders.manage_approvals"
    MANAGE_CALENDARS = "orders.manage_calendars"


FOR_SUPPLIER = frozenset(OrderPermission)
FOR_DEALER = frozenset(
    {
        OrderPermission.READ,
        OrderPermission.PLACE,
        OrderPermission.EDIT,
        OrderPermission.REVIEW,
        OrderPermission.REJECT,
        OrderPermission.CANCEL,
        OrderPermission.MANAGE_APPROVALS,
    }
)
