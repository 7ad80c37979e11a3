"""Addresses of inventory pages."""

from django.urls import URLPattern, path

from tenant_apps.inventory.pages import (
    goods_rows,
    papers,
    reports,
    stock,
    stock_outs,
    stock_take_files,
    stock_takes,
    transfers,
    warnings,
)

app_name = "inventory"
TAKE, TRANSFER = "stock-takes/<str:public_id>", "stock-transfers/<str:public_id>"
urlpatterns: list[URLPattern] = [
    path("stock", stock.stock_list, name="list"),
    path("stock/export", stock.stock_export, name="stock_export"),
    path("stock/import", stock.stock_import, name="import"),
    path("stock/template", stock.stock_template, name="template"),
    path("stock/warning-lines", warnings.warning_lines, name="warning_lines"),
    path("stock/goods-row", goods_rows.goods_row, name="goods_row"),
    path("stock/goods-rows", goods_rows.goods_rows, name="goods_rows"),
    path("stock/goods-found", goods_rows.goods_found, name="goods_found"),
    path("stock/low", reports.low_panel, name="low_panel"),
    path("stock/day", reports.day_list, name="day"),
    path("stock/day/export", reports.day_export, name="day_export"),
    path("stock/shortages", reports.shortage_list, name="shortages"),
    path("stock/shortages/export", reports.shortage_export, name="shortage_export"),
    path("stock/<int:stock_id>", stock.stock_one, name="stock"),
    path("stock-takes", stock_takes.stock_take_list, name="stock_takes"),
    path("stock-takes/export", stock_takes.stock_take_export, name="stock_take_export"),
    path("stock-takes/new", stock_takes.stock_take_new, name="stock_take_new"),
    path(TAKE, stock_takes.stock_take_one, name="stock_take"),
    path(f"{TAKE}/count", stock_takes.stock_take_count, name="stock_take_count"),
    path(f"{TAKE}/paste", stock_takes.stock_take_paste, name="stock_take_paste"),
    path(f"{TAKE}/lines", stock_takes.stock_take_lines, name="stock_take_lines"),
    path(f"{TAKE}/sheet", stock_take_files.stock_take_sheet, name="stock_take_sheet"),
    path(f"{TAKE}/import", stock_take_files.stock_take_import, name="stock_take_import"),
    path(f"{TAKE}/<str:step>", stock_takes.stock_take_step, name="stock_take_step"),
    path("stock-transfers", transfers.transfer_list, name="transfers"),
    path("stock-transfers/export", transfers.transfer_export, name="transfer_export"),
    path("stock-transfers/new", transfers.transfer_new, name="transfer_new"),
    path(TRANSFER, transfers.transfer_one, name="transfer"),
    path(f"{TRANSFER}/edit", transfers.transfer_edit, name="transfer_edit"),
    path(f"{TRANSFER}/<str:step>", transfers.transfer_step, name="transfer_step"),
    path("stock-outs", stock_outs.stock_out_list, name="stock_outs"),
    path("stock-outs/export", stock_outs.stock_out_export, name="stock_out_export"),
    path("stock-outs/pick-lists", papers.pick_lists, name="pick_lists"),
    path("stock-outs/<str:public_id>/pick-list", papers.pick_list, name="pick_list"),
    path("stock-outs/<str:public_id>", stock_outs.stock_out_one, name="stock_out"),
]
