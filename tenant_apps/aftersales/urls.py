"""Addresses of aftersales pages."""

from django.urls import URLPattern, path

from tenant_apps.aftersales import pages

app_name = "aftersales"
urlpatterns: list[URLPattern] = [
    path("receipts", pages.receipt_list, name="list"),
    path("receipts/export", pages.receipt_export, name="export"),
    path("receipts/<str:receipt_id>", pages.receipt_one, name="detail"),
    path("to-receive", pages.to_receive, name="to_receive"),
    path("shipments/<str:shipment_id>/confirm", pages.confirm, name="confirm"),
    path("shipments/<str:shipment_id>/panel", pages.shipment_panel, name="shipment_panel"),
    path("orders/<str:order_id>/panel", pages.order_panel, name="order_panel"),
]
