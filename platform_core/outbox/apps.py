"""Events that wait to be told."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "platform_core.outbox"
    label = "outbox"
