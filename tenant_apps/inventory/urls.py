"""Addresses of inventory pages."""

from django.urls import URLPattern, path

from tenant_apps.inventory.pages import stock, stock_outs

app_name = "inventory"
urlpatterns: list[URLPattern] = [
    path("stock", stock.stock_list, name="list"),
    path("stock/export", stock.stock_export, name="stock_export"),
    path("stock/import", stock.stock_import, name="import"),
    path("stock/template", stock.stock_template, name="template"),
    path("stock/<int:stock_id>", stock.stock_one, name="stock"),
    path("stock-outs", stock_outs.stock_out_list, name="stock_outs"),
    path("stock-outs/export", stock_outs.stock_out_export, name="stock_out_export"),
    path("stock-outs/<str:public_id>", stock_outs.stock_out_one, name="stock_out"),
]
