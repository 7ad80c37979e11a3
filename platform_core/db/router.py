"""Sends each model to the database of its context. Supplier data without a supplier raises."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from platform_core.kernel.context import serving, serving_or_none
from platform_core.settings.apps import BOTH_LABELS, CONTROL_LABELS, SUPPLIER_LABELS

CONTROL = "control"
OWNER_SUFFIX = "_owner"


def shard_alias() -> str:
    """The alias of the shard that holds the supplier being served. Raises NoSupplier."""
    return serving().shard


class ContextRouter:
    """`control` models to control, supplier models to the served supplier's shard."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """Where a model's rows are read. Raises NoSupplier."""
        return self._alias(model._meta.app_label)

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        """Where a model's rows are written: the same. Raises NoSupplier."""
        return self._alias(model._meta.app_label)

    def _alias(self, label: str) -> str | None:
        if label in CONTROL_LABELS:
            return CONTROL
        if label in BOTH_LABELS:
            supplier = serving_or_none()
            return supplier.shard if supplier else CONTROL
        if label in SUPPLIER_LABELS:
            return serving().shard
        return None

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool | None:
        """No relation spans control and supplier data."""
        return (first._meta.app_label in CONTROL_LABELS) == (second._meta.app_label in CONTROL_LABELS)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Each app's tables stand where `settings/apps.py` says."""
        if db.removesuffix(OWNER_SUFFIX) == CONTROL:
            return app_label in CONTROL_LABELS | BOTH_LABELS
        return app_label in SUPPLIER_LABELS | BOTH_LABELS
