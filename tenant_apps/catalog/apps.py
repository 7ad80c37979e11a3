"""Products and their sellable variants."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "tenant_apps.catalog"
