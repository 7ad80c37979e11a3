"""Addresses of orders in the API."""

from django.urls import URLPattern, path, re_path

from tenant_apps.orders.api import orders

urlpatterns: list[URLPattern] = [
    path("orders", orders.OrderList.as_view(), name="api-orders"),
    path("orders/quote", orders.Quote.as_view(), name="api-order-quote"),
    path("orders/review", orders.BulkReview.as_view(), name="api-orders-review"),
    path("orders/<str:public_id>", orders.OrderOne.as_view(), name="api-order"),
    path("orders/<str:public_id>/review", orders.OrderReview.as_view(), name="api-order-review"),
    path("orders/<str:public_id>/approve", orders.OrderApprove.as_view(), name="api-order-approve"),
    re_path(
        r"^orders/(?P<public_id>[^/]+)/(?P<step>reject-finance|reject|cancel)$",
        orders.OrderStep.as_view(),
        name="api-order-step",
    ),
]
