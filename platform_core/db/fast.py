"""Statements of the busiest commands: their text is made once, the rows travel as one JSON value.

Django's compiler costs more than the database for an order of a few lines: it builds the text of
every statement anew, and PostgreSQL plans it anew. Here a model's text is made once per process and
prepared once per connection; several writes are one statement. Tables are unqualified, so each
statement follows the connection's search path.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.db import NotSupportedError, connections
from django.db.models import Model
from django.db.models.base import ModelState

from platform_core.db.router import shard_alias

Statement = tuple[str, list[Any]]
_JSON = json.JSONEncoder(default=str, ensure_ascii=False, separators=(",", ":"))


class _Slot(NamedTuple):
    """Which columns of a result make one instance."""

    model: type[Model]
    start: int
    end: int
    names: list[str]
    converters: list[tuple[int, Callable[..., Any]]]


def inserting(rows: Sequence[Model]) -> Statement:
    """One INSERT for rows of one model, in their order. Rows without an id get theirs from the database.

    The rows do not learn their ids: draw those that others refer to with `numbers.draw_with_ids`.
    """
    first = rows[0]
    text, fields = _insert_text(type(first), first.pk is not None)
    values = [_values(row, fields, is_new=True) for row in rows]
    for row in rows:
        row._state.adding, row._state.db = False, shard_alias()
    return text, [_as_json(values)]


def updating(row: Model) -> Statement:
    """One UPDATE of every column of a row."""
    text, fields = _update_text(type(row))
    return text, [_as_json(_values(row, fields, is_new=False)), row.pk]


def run(*statements: Statement) -> None:
    """Send the statements as one: all see the rows as they were before, so no two may write one row."""
    *before, last = [text for text, _ in statements]
    named = ", ".join(f"s{place} AS ({text})" for place, text in enumerate(before))
    values = [_sent(value) for _, values in statements for value in values]
    with prepared_cursor() as cursor:
        cursor.execute(f"WITH {named} {last}" if before else last, values)


def prepared_cursor() -> Any:
    """A cursor on the served supplier's schema whose statements are planned once per connection."""
    return connections[shard_alias()].prepared_cursor()  # type: ignore[attr-defined]


def fetched(sql: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Rows of a statement that PostgreSQL plans anew, knowing the values: for lists."""
    with connections[shard_alias()].cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def looked_up(sql: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Rows of a statement that is planned once per connection: for look-ups by key, whatever the values."""
    try:
        return _looked_up(sql, parameters)
    except NotSupportedError:
        # A migration changed a column's type, so PostgreSQL refuses the plan made before it. Inside a
        # transaction the command is tried again instead: its rollback drops the plans.
        connection = connections[shard_alias()]
        if connection.in_atomic_block:
            raise
        connection.connection.execute("DEALLOCATE ALL")
        return _looked_up(sql, parameters)


def _looked_up(sql: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    sent: Any
    if isinstance(parameters, Mapping):
        sent = {name: _sent(value) for name, value in parameters.items()}
    else:
        sent = [_sent(value) for value in parameters]
    with prepared_cursor() as cursor:
        cursor.execute(sql, sent)
        return cursor.fetchall()  # type: ignore[no-any-return]


class Read:
    """A SELECT that makes model instances: `Read("SELECT {s}, {p} FROM …", s=Sku, p=Product)`.

    `{s}` stands for all columns of the model under the alias `s`. Each result is a tuple in the order
    of the aliases, with None for an outer join that found nothing, and then what else is selected.
    Relations are the caller's to wire, by `related`.
    """

    def __init__(self, text: str, **aliases: type[Model]) -> None:
        self._text, self._aliases = text, aliases
        self._slots: list[_Slot] = []
        self._sql = ""

    def all(self, parameters: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
        """Every result."""
        if not self._sql:
            self._compile()
        slots, end = self._slots, self._slots[-1].end
        found = looked_up(self._sql, parameters)
        connection = connections[shard_alias()]
        return [(*[_made(slot, row, connection) for slot in slots], *row[end:]) for row in found]

    def first(self, parameters: Sequence[Any] | Mapping[str, Any]) -> Any:
        """The first result, or None."""
        found = self.all(parameters)
        return found[0] if found else None

    def _compile(self) -> None:
        columns, slots, start = {}, [], 0
        for alias, model in self._aliases.items():
            fields = model._meta.concrete_fields
            columns[alias] = ", ".join(f'{alias}."{field.column}"' for field in fields)
            converters = [(i, f.from_db_value) for i, f in enumerate(fields) if hasattr(f, "from_db_value")]
            names = [field.attname for field in fields]
            slots.append(_Slot(model, start, start + len(fields), names, converters))
            start += len(fields)
        self._slots, self._sql = slots, self._text.format(**columns)


def related(row: Model, **relations: Model | None) -> None:
    """Give a row the related rows that came with it."""
    row._state.fields_cache.update(relations)


def _made(slot: _Slot, row: Sequence[Any], connection: Any) -> Model | None:
    values = list(row[slot.start : slot.end])
    if values.count(None) == len(values):
        return None
    for place, convert in slot.converters:
        values[place] = convert(values[place], None, connection)
    # As `from_db`, without `__init__`, which costs more than all the rest: no model of ours has its own.
    made = slot.model.__new__(slot.model)
    made.__dict__.update(zip(slot.names, values, strict=True))
    made._state = ModelState()
    made._state.adding, made._state.db = False, connection.alias
    return made


def _values(row: Model, fields: Iterable[Any], *, is_new: bool) -> dict[str, Any]:
    return {field.column: field.pre_save(row, is_new) for field in fields}


def _sent(value: Any) -> Any:
    """A list as PostgreSQL's own text of an array: psycopg looks at each element several times."""
    return "{" + ",".join(map(_element, value)) + "}" if type(value) is list else value


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, (int, Decimal)):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _as_json(value: Any) -> str:
    # Decimals and instants travel as text, which their columns read exactly.
    return _JSON.encode(value)


@cache
def _insert_text(model: type[Model], has_id: bool) -> tuple[str, list[Any]]:  # noqa: FBT001 - a cache key
    fields = [field for field in model._meta.concrete_fields if has_id or not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in fields)
    table = model._meta.db_table
    text = (
        f'INSERT INTO "{table}" ({names}) SELECT {names}'  # noqa: S608 - names of our own models
        f' FROM jsonb_populate_recordset(NULL::"{table}", %s)'
    )
    return text, fields


@cache
def _update_text(model: type[Model]) -> tuple[str, list[Any]]:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}" = r."{field.column}"' for field in fields)
    table = model._meta.db_table
    text = (
        f'UPDATE "{table}" AS t SET {names}'  # noqa: S608 - names of our own models
        f' FROM jsonb_populate_record(NULL::"{table}", %s) r WHERE t.id = %s'
    )
    return text, fields
