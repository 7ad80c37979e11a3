"""The tables of orders, by document."""

from tenant_apps.orders.models.approvals import (
    ApprovalChain,
    ApprovalDelegation,
    ApprovalLevel,
    BuyerLimit,
    CancelledLine,
)
from tenant_apps.orders.models.calendars import CalendarDate, CallNote, CallResult, DateKind, OrderingCalendar
from tenant_apps.orders.models.grants import LineGrant
from tenant_apps.orders.models.raw import InvoiceKind, RawOrder, RawOrderLine, RawOrderSource, RawOrderStep
from tenant_apps.orders.models.sales import (
    AdjustmentKind,
    OrderAdjustment,
    SalesOrder,
    SalesOrderLine,
    SalesOrderStep,
)
from tenant_apps.orders.models.supply import (
    Substitute,
    SupplyBoard,
    SupplyCorrection,
    SupplyItem,
    SupplyShare,
)
from tenant_apps.orders.models.talk import OrderMessage

__all__ = [
    "AdjustmentKind",
    "ApprovalChain",
    "ApprovalDelegation",
    "ApprovalLevel",
    "BuyerLimit",
    "CalendarDate",
    "CallNote",
    "CallResult",
    "CancelledLine",
    "DateKind",
    "InvoiceKind",
    "LineGrant",
    "OrderAdjustment",
    "OrderMessage",
    "OrderingCalendar",
    "RawOrder",
    "RawOrderLine",
    "RawOrderSource",
    "RawOrderStep",
    "SalesOrder",
    "SalesOrderLine",
    "SalesOrderStep",
    "Substitute",
    "SupplyBoard",
    "SupplyCorrection",
    "SupplyItem",
    "SupplyShare",
]
