"""Receipts."""

from django.apps import AppConfig


class AftersalesConfig(AppConfig):
    name = "tenant_apps.aftersales"
