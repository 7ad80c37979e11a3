"""Addresses of orders pages."""

from django.urls import URLPattern, path

from tenant_apps.orders.pages import orders, pad, steps

app_name = "orders"
urlpatterns: list[URLPattern] = [
    path("", orders.order_list, name="list"),
    path("export", orders.export, name="export"),
    path("bulk", steps.bulk, name="bulk"),
    path("pad", pad.pad, name="pad"),
    path("pad/quote", pad.quote, name="quote"),
    path("pad/place", pad.place, name="place"),
    path("pad/paste", pad.paste, name="paste"),
    path("pad/chosen", pad.chosen, name="chosen"),
    path("pad/delivery", pad.delivery, name="delivery"),
    path("panels/recent", orders.recent_panel, name="recent_panel"),
    path("panels/waiting", orders.waiting_panel, name="waiting_panel"),
    path("<str:public_id>", orders.detail, name="detail"),
    path("<str:public_id>/edit", pad.edit, name="edit"),
    path("<str:public_id>/print", orders.paper, name="print"),
    path("<str:public_id>/adjust", steps.adjust, name="adjust"),
    path("<str:public_id>/adjust/row", steps.adjustment_row, name="adjustment_row"),
    path("<str:public_id>/<str:name>", steps.step, name="step"),
]
