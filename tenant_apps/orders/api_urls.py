"""Addresses of orders in the API."""

from django.urls import URLPattern, path, re_path

from tenant_apps.orders import api

urlpatterns: list[URLPattern] = [
    path("orders", api.OrderList.as_view(), name="api-orders"),
    path("orders/quote", api.Quote.as_view(), name="api-order-quote"),
    path("orders/review", api.BulkReview.as_view(), name="api-orders-review"),
    path("orders/<str:public_id>", api.OrderOne.as_view(), name="api-order"),
    path("orders/<str:public_id>/review", api.OrderReview.as_view(), name="api-order-review"),
    path("orders/<str:public_id>/approve", api.OrderApprove.as_view(), name="api-order-approve"),
    re_path(
        r"^orders/(?P<public_id>[^/]+)/(?P<step>reject-finance|reject|cancel)$",
        api.OrderStep.as_view(),
        name="api-order-step",
    ),
]
