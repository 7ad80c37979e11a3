"""Who the supplier is, where it lives, what it may."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
