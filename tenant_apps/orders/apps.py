"""Raw orders and sales orders."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "tenant_apps.orders"
