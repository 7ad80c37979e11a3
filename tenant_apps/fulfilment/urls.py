"""Addresses of fulfilment pages."""

from django.urls import URLPattern, path

from tenant_apps.fulfilment import pages

app_name = "fulfilment"
urlpatterns: list[URLPattern] = [
    path("", pages.shipment_list, name="list"),
    path("export", pages.shipment_export, name="export"),
    path("orders/<str:order_id>/panel", pages.order_panel, name="order_panel"),
    path("stock-outs/<str:stock_out_id>/panel", pages.stock_out_panel, name="stock_out_panel"),
    path("stock-outs/<str:stock_out_id>/ship", pages.ship, name="ship"),
    path("<str:shipment_id>", pages.shipment_one, name="detail"),
    path("<str:shipment_id>/delivery-note", pages.delivery_note, name="delivery_note"),
    path("<str:shipment_id>/delivery-note.pdf", pages.delivery_note_pdf, name="delivery_note_pdf"),
]
