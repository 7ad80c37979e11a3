"""Stock, reservations and the documents that take it out."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "tenant_apps.inventory"
