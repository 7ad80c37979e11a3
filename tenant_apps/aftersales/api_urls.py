"""Addresses of aftersales in the API."""

from django.urls import URLPattern, path

from tenant_apps.aftersales import api

urlpatterns: list[URLPattern] = [
    path("receipts", api.ReceiptList.as_view(), name="api-receipts"),
    path("receipts/<str:receipt_id>", api.OneReceipt.as_view(), name="api-receipt"),
    path("shipments/<str:shipment_id>/receipt", api.Confirm.as_view(), name="api-shipment-receipt"),
]
