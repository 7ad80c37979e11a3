"""What every edit does: find the one row, mind its version, say at which field something was refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import IntegrityError
from django.db.models import Model, QuerySet
from psycopg import errors as pg

from platform_core.kernel.errors import Conflict, FieldProblem, Invalid, NotFound
from platform_core.kernel.words import noop

Row = TypeVar("Row", bound=Model)
_TAKEN = noop("This is already in use. Choose another.")


def refuse(problems: Sequence[FieldProblem]) -> None:
    """Raise Invalid with the problems, when there are any."""
    if problems:
        raise Invalid(problems=problems)


def current(rows: QuerySet[Row], noun: Any, version: int | None = None) -> Row:
    """The one row, as the actor read it. Raises NotFound(noun), Conflict when `version` is another."""
    row = rows.first()
    if row is None:
        raise NotFound(noun=noun)
    if version is not None and version != getattr(row, "version", None):
        raise Conflict
    return row


def store(row: Any, *unique: str) -> None:
    """Save an edited row under its next version; `unique` as in `uniquely`."""
    row.version += 1
    with uniquely(*unique):
        row.save()


@contextmanager
def uniquely(*fields: str) -> Iterator[None]:
    """Refuse (422) when the statements inside break the unique constraint of one of the columns.

    No look-up beforehand can win the race, so the constraint itself is asked. The transaction is
    spoiled afterwards: let the refusal leave the command.
    """
    try:
        yield
    except IntegrityError as error:
        if isinstance(error.__cause__, pg.UniqueViolation):
            name = error.__cause__.diag.constraint_name or ""
            for field in fields:
                if f"_{field}_" in name:
                    raise Invalid(problems=[FieldProblem(f"/{field}", "taken", _TAKEN)]) from error
        raise
