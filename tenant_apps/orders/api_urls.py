"""Addresses of orders in the API."""

from django.urls import URLPattern, path, re_path

from tenant_apps.orders.api import (
    approvals,
    boards,
    calendars,
    calls,
    choosing,
    orders,
    raw,
    saved,
    substitutes,
    talk,
)

urlpatterns: list[URLPattern] = [
    path("orders/<str:public_id>/messages", talk.OrderMessages.as_view(), name="api-order-messages"),
    path("orders/<str:public_id>/sales-prices", talk.OrderSalesPrices.as_view(), name="api-sales-prices"),
    path("orders", orders.OrderList.as_view(), name="api-orders"),
    path("orders/quote", orders.Quote.as_view(), name="api-order-quote"),
    path("warehouse-query", choosing.WarehouseQuery.as_view(), name="api-warehouse-query"),
    path("orders/review", orders.BulkReview.as_view(), name="api-orders-review"),
    re_path(
        r"^orders/(?P<step>approve|reject-finance|reject|cancel)$",
        orders.BulkStep.as_view(),
        name="api-orders-step",
    ),
    path("orders/<str:public_id>", orders.OrderOne.as_view(), name="api-order"),
    path("orders/<str:public_id>/review", orders.OrderReview.as_view(), name="api-order-review"),
    path("orders/<str:public_id>/approve", orders.OrderApprove.as_view(), name="api-order-approve"),
    path(
        "orders/<str:public_id>/cancel-line", orders.OrderLineCancel.as_view(), name="api-order-cancel-line"
    ),
    re_path(
        r"^orders/(?P<public_id>[^/]+)"
        r"/(?P<step>reject-finance|return-level|decline|reject|cancel|close-rest)$",
        orders.OrderStep.as_view(),
        name="api-order-step",
    ),
    path("ordering-window", calendars.Window.as_view(), name="api-ordering-window"),
    path("ordering-calendars", calendars.CalendarList.as_view(), name="api-ordering-calendars"),
    path(
        "ordering-calendars/by-external-id/<path:external_id>",
        calendars.CalendarByExternalId.as_view(),
        name="api-ordering-calendar-by-external-id",
    ),
    path("ordering-calendars/<str:public_id>/call-list", calls.CallList.as_view(), name="api-call-list"),
    path("ordering-calendars/<str:public_id>", calendars.CalendarOne.as_view(), name="api-ordering-calendar"),
    *[
        path(
            f"ordering-calendars/<str:public_id>/{step}",
            calendars.CalendarStep.as_view(),
            {"step": step},
            name=f"api-ordering-calendar-{step}",
        )
        for step in calendars.STEPS
    ],
    path(
        "ordering-calendars/<str:public_id>/cycles",
        boards.CalendarCycles.as_view(),
        name="api-order-cycles",
    ),
    path("supply-boards", boards.BoardList.as_view(), name="api-supply-boards"),
    path(
        "supply-boards/by-external-id/<path:external_id>",
        boards.BoardByExternalId.as_view(),
        name="api-supply-board-by-external-id",
    ),
    path("supply-boards/<str:public_id>", boards.BoardOne.as_view(), name="api-supply-board"),
    path("supply-boards/<str:public_id>/rows", boards.BoardRows.as_view(), name="api-supply-rows"),
    path("supply-boards/<str:public_id>/shares", boards.BoardShares.as_view(), name="api-board-shares"),
    path(
        "supply-boards/<str:public_id>/corrections",
        boards.BoardCorrections.as_view(),
        name="api-supply-corrections",
    ),
    *[
        path(
            f"supply-boards/<str:public_id>/{step}",
            boards.BoardStep.as_view(),
            {"step": step},
            name=f"api-supply-board-{step}",
        )
        for step in boards.STEPS
    ],
    path("supply-shares", boards.OwnShares.as_view(), name="api-supply-shares"),
    path("substitutes", substitutes.Substitutes.as_view(), name="api-substitutes"),
    path("raw-orders", raw.RawOrderList.as_view(), name="api-raw-orders"),
    path("raw-orders/save", saved.SavedOrders.as_view(), name="api-raw-orders-save"),
    path("raw-orders/<str:public_id>/change", saved.SavedChange.as_view(), name="api-raw-order-change"),
    path("raw-orders/<str:public_id>/commit", saved.SavedCommit.as_view(), name="api-raw-order-commit"),
    path("raw-orders/<str:public_id>/void", saved.SavedVoid.as_view(), name="api-raw-order-void"),
    path("raw-orders/submit", raw.BulkSubmit.as_view(), name="api-raw-orders-submit"),
    path("raw-orders/cancel", raw.BulkCancel.as_view(), name="api-raw-orders-cancel"),
    path(
        "raw-orders/by-client-ref/<path:client_ref>",
        raw.RawOrderByReference.as_view(),
        name="api-raw-order-by-reference",
    ),
    path("raw-orders/<str:public_id>", raw.RawOrderOne.as_view(), name="api-raw-order"),
    path("raw-orders/<str:public_id>/submit", raw.RawOrderSubmit.as_view(), name="api-raw-order-submit"),
    path("raw-orders/<str:public_id>/cancel", raw.RawOrderCancel.as_view(), name="api-raw-order-cancel"),
    path("approval-chains", approvals.ChainList.as_view(), name="api-approval-chains"),
    path(
        "approval-chains/by-external-id/<path:external_id>",
        approvals.ChainByExternalId.as_view(),
        name="api-approval-chain-by-external-id",
    ),
    path("approval-chains/<str:public_id>", approvals.ChainOne.as_view(), name="api-approval-chain"),
    *[
        path(
            f"approval-chains/<str:public_id>/{step}",
            approvals.ChainMove.as_view(),
            {"step": step},
            name=f"api-approval-chain-{step}",
        )
        for step in ("up", "down")
    ],
    path("approval-delegations", approvals.DelegationList.as_view(), name="api-approval-delegations"),
    path(
        "approval-delegations/<str:public_id>",
        approvals.DelegationOne.as_view(),
        name="api-approval-delegation",
    ),
    path("buyer-limits", approvals.BuyerLimitList.as_view(), name="api-buyer-limits"),
    path("buyer-limits/<str:buyer_id>", approvals.BuyerLimitOne.as_view(), name="api-buyer-limit"),
]
