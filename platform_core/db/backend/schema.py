"""A schema editor that writes down what it executes, so that other schemas can replay it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.backends.postgresql.schema import DatabaseSchemaEditor

_captured: ContextVar[list[str] | None] = ContextVar("captured_ddl", default=None)


@contextmanager
def capture() -> Iterator[list[str]]:
    """Collect every statement that schema editors execute inside the block, in order."""
    statements: list[str] = []
    token = _captured.set(statements)
    try:
        yield statements
    finally:
        _captured.reset(token)


class CapturingSchemaEditor(DatabaseSchemaEditor):
    """Executes as Django does; records the final text when somebody captures."""

    def _create_like_index_sql(self, model: Any, field: Any) -> None:
        """No second index for `LIKE 'a%'`: nobody asks that of a code or id, lists search their `search_key`.

        Django gives one to every unique text: a fifth of a supplier's indexes.
        """

    def execute(self, sql: Any, params: Any = ()) -> None:
        """Run a statement; remember its final text while somebody captures."""
        statements = _captured.get()
        if statements is not None:
            text = str(sql)
            if params:
                text %= tuple(self.quote_value(value) for value in params)
            elif params is not None:
                text = text.replace("%%", "%")
            statements.append(text.rstrip().rstrip(";") + ";")
        super().execute(sql, params)
