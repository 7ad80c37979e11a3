"""Which goods at which price, and what freight costs."""

from django.apps import AppConfig


class StrategiesConfig(AppConfig):
    name = "tenant_apps.strategies"
