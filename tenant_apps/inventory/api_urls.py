"""Addresses of inventory in the API."""

from django.urls import URLPattern, path

from tenant_apps.inventory.api import stock, stock_takes, transfers

TAKE, TRANSFER = "stock-takes/<str:public_id>", "stock-transfers/<str:public_id>"
urlpatterns: list[URLPattern] = [
    path("stock", stock.StockList.as_view(), name="api-stock"),
    path("stock/warning-lines", stock.WarningLines.as_view(), name="api-warning-lines"),
    path("stock-outs", stock.StockOutList.as_view(), name="api-stock-outs"),
    path("stock-outs/<str:public_id>", stock.StockOutOne.as_view(), name="api-stock-out"),
    path("stock-takes", stock_takes.StockTakeList.as_view(), name="api-stock-takes"),
    path(TAKE, stock_takes.StockTakeOne.as_view(), name="api-stock-take"),
    path(f"{TAKE}/lines", stock_takes.StockTakeLines.as_view(), name="api-stock-take-lines"),
    path(f"{TAKE}/counts", stock_takes.StockTakeCounts.as_view(), name="api-stock-take-counts"),
    path(f"{TAKE}/post", stock_takes.StockTakePost.as_view(), name="api-stock-take-post"),
    path(f"{TAKE}/cancel", stock_takes.StockTakeCancel.as_view(), name="api-stock-take-cancel"),
    path("stock-transfers", transfers.TransferList.as_view(), name="api-stock-transfers"),
    path(TRANSFER, transfers.TransferOne.as_view(), name="api-stock-transfer"),
    path(f"{TRANSFER}/send", transfers.TransferSend.as_view(), name="api-stock-transfer-send"),
    path(f"{TRANSFER}/receive", transfers.TransferReceive.as_view(), name="api-stock-transfer-receive"),
    path(f"{TRANSFER}/return", transfers.TransferReturn.as_view(), name="api-stock-transfer-return"),
    path(f"{TRANSFER}/cancel", transfers.TransferCancel.as_view(), name="api-stock-transfer-cancel"),
]
