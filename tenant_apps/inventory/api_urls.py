"""Addresses of inventory in the API."""

from django.urls import URLPattern, path

from tenant_apps.inventory import api

urlpatterns: list[URLPattern] = [
    path("stock", api.StockList.as_view(), name="api-stock"),
    path("stock-outs", api.StockOutList.as_view(), name="api-stock-outs"),
    path("stock-outs/<str:public_id>", api.StockOutOne.as_view(), name="api-stock-out"),
]
