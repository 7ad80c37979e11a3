"""Organisations that order, their levels, addresses and shops."""

from django.apps import AppConfig


class DealersConfig(AppConfig):
    name = "tenant_apps.dealers"
