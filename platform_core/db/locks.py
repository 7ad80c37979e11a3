"""One order of locks for all code: operation, document, stock ascending, wallets ascending."""

from __future__ import annotations

from typing import TypeVar

from django.db import models, transaction

from platform_core.db.router import shard_alias

Row = TypeVar("Row", bound=models.Model)


def require_transaction() -> None:
    """An operation outside a command is a bug, not a refusal."""
    assert transaction.get_connection(shard_alias()).in_atomic_block, "call this from a command"


def locked(rows: models.QuerySet[Row]) -> models.QuerySet[Row]:
    """The rows, locked `FOR NO KEY UPDATE` in ascending id: it never blocks a foreign key check."""
    return rows.order_by("pk").select_for_update(no_key=True, of=("self",))
