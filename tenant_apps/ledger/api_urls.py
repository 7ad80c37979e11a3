"""Addresses of ledger in the API."""

from django.urls import URLPattern, path

from tenant_apps.ledger import api

urlpatterns: list[URLPattern] = [
    path("wallets", api.WalletList.as_view(), name="api-wallets"),
    path("wallets/<str:dealer_id>", api.WalletOne.as_view(), name="api-wallet"),
    path("wallets/<str:dealer_id>/entries", api.WalletEntries.as_view(), name="api-wallet-entries"),
    path("top-ups", api.TopUpList.as_view(), name="api-top-ups"),
    path("top-ups/<str:public_id>", api.TopUpOne.as_view(), name="api-top-up"),
    path("top-ups/<str:public_id>/approve", api.TopUpApprove.as_view(), name="api-top-up-approve"),
    path("top-ups/<str:public_id>/cancel", api.TopUpCancel.as_view(), name="api-top-up-cancel"),
]
