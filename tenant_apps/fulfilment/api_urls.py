"""Addresses of fulfilment in the API."""

from django.urls import URLPattern, path

from tenant_apps.fulfilment import api

urlpatterns: list[URLPattern] = [
    path("shipments", api.ShipmentList.as_view(), name="api-shipments"),
    path("shipments/<str:shipment_id>", api.OneShipment.as_view(), name="api-shipment"),
    path("stock-outs/<str:stock_out_id>/ship", api.Ship.as_view(), name="api-stock-out-ship"),
]
