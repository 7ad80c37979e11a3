"""Addresses of ledger pages."""

from django.urls import URLPattern, path

from tenant_apps.ledger.pages import account, top_ups

app_name = "ledger"
urlpatterns: list[URLPattern] = [
    path("account", account.account, name="account"),
    path("account/export", account.account_export, name="account_export"),
    path("wallets", account.wallet_list, name="wallets"),
    path("wallets/export", account.wallet_export, name="wallet_export"),
    path("wallets/<str:dealer_id>", account.wallet_one, name="wallet"),
    path("wallets/<str:dealer_id>/export", account.wallet_statement, name="wallet_statement"),
    path("dealers/<str:dealer_id>/panel", account.dealer_panel, name="dealer_panel"),
    path("top-ups", top_ups.top_up_list, name="top_ups"),
    path("top-ups/export", top_ups.top_up_export, name="top_up_export"),
    path("top-ups/new", top_ups.top_up_new, name="top_up_new"),
    path("top-ups/approve", top_ups.top_ups_approve, name="top_ups_approve"),
    path("top-ups/<str:public_id>", top_ups.top_up_one, name="top_up"),
    path("top-ups/<str:public_id>/approve", top_ups.top_up_approve, name="top_up_approve"),
    path("top-ups/<str:public_id>/cancel", top_ups.top_up_cancel, name="top_up_cancel"),
    path("top-ups/<str:public_id>/vouchers/<str:voucher_id>", top_ups.voucher, name="voucher"),
]
