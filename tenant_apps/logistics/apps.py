"""Warehouses and carriers."""

from django.apps import AppConfig


class LogisticsConfig(AppConfig):
    name = "tenant_apps.logistics"
