"""Django's operations, but a prepared statement too is told to whoever asks what ran."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import operations


class DatabaseOperations(operations.DatabaseOperations):
    """Used by `DatabaseWrapper`."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> Any:
        """The statement with its values. psycopg keeps no text of a prepared one."""
        return super().last_executed_query(cursor, sql, params) or self.compose_sql(sql, params)
