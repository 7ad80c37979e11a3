"""The `operation` table: one effect per operation id."""

from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "platform_core.idempotency"
    label = "idempotency"
