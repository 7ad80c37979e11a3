"""What the apps need to take an import from its upload to its report, inside their transactions."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO

from django.core.cache import cache
from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language

from platform_core.attachments import store
from platform_core.db.locks import locked, require_transaction
from platform_core.db.models import actor_columns
from platform_core.db.router import shard_alias
from platform_core.imports import queries
from platform_core.imports.errors import ImportGone
from platform_core.imports.models import Import, ImportRow
from platform_core.imports.states import WAITING, ImportState, RowOutcome
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError, FieldProblem, Invalid
from platform_core.kernel.words import finished
from platform_core.workbooks.reading import Row, Table

LEASE = timedelta(seconds=60)
# A worker serves all suppliers: after so long a row-by-row import goes to the end of the queue.
TURN_SECONDS = 20
_PROGRESS_KEPT_SECONDS = 600
_PROBLEMS_KEPT = 100
SECRET_KEPT = timedelta(hours=24)
UPLOAD_KEPT = timedelta(hours=24)


class LeaseLost(RuntimeError):
    """This worker was so slow that another one continued its import: it must stop at once."""


@dataclass(frozen=True, slots=True)
class RowDone:
    """What became of one row, for its line in the report; `message` says why, `detail` is for the kind."""

    code: str
    name: str
    outcome: RowOutcome
    detail: str = ""
    message: str = ""


def keep(
    *,
    actor: Actor,
    kind: str,
    file: File,  # type: ignore[type-arg]
    subject: str = "",
    table: Table | None = None,
    secret: str = "",
    total: int | None = None,
) -> Import:
    """Keep a workbook until its sender confirms it; an earlier one of the same kind and subject goes.

    With a clean `table` it may be confirmed; also when it is no table but our own note of `total` things
    to be done. Raises FileRefused.
    """
    require_transaction()
    _forget(Import.objects.filter(actor_id=actor.id, kind=kind, subject=subject))
    row = Import(
        kind=kind,
        subject=subject,
        name=str(file.name or "file")[-200:],
        locale=get_language() or "en",
        secret=secret,
        **actor_columns(actor),
    )
    if table is not None and table.is_clean:
        row.state, row.rows_total = ImportState.CHECKED, len(table.rows)
    if total is not None:
        row.state, row.rows_total = ImportState.CHECKED, total
    row.save(force_insert=True)
    file.seek(0)
    store.save(file, owner_kind=queries.OWNER, owner_id=row.pk, actor=actor, purpose=store.Purpose.IMPORT)
    return row


@contextmanager
def stored_whole(actor: Actor, row: Import) -> Iterator[BinaryIO]:
    """The file inside the one transaction that stores all of it, then `finish`. Raises ImportGone."""
    with transaction.atomic(using=shard_alias()):
        held = queries.to_store(actor, row.kind, row.public_id, row.subject, lock=True)
        with store.open_file(queries.file_of(held)) as file:
            yield file


def refuse_faults(table: Table) -> None:
    """Raise Invalid, with the place and sentence of each fault, unless the table may be stored."""
    if not table.is_clean:
        raise Invalid(problems=[FieldProblem("/file", one.code, finished(str(one))) for one in table.errors])


def recount(row: Import, total: int) -> None:
    """Say how many rows there are to be stored, where several of the file are one."""
    row.rows_total = total
    Import.objects.filter(pk=row.pk).update(rows_total=total)


def tell(row: Import, done: int) -> None:
    """Say from inside the transaction that stores the file how many rows it has come to."""
    cache.set(queries.progress_key(row), done, _PROGRESS_KEPT_SECONDS)


def finish(row: Import, result: Mapping[str, Any]) -> None:
    """Note in the transaction that stored the file that it is done; the file goes. Raises ImportGone."""
    _end(row, ImportState.DONE, dict(result), rows_done=row.rows_total)


def fail(row: Import, error: DomainError) -> None:
    """Note why nothing was stored, in a transaction of its own."""
    problems = [str(problem) for problem in error.problems][:_PROBLEMS_KEPT]
    with transaction.atomic(using=shard_alias()):
        _end(row, ImportState.FAILED, {"message": str(error), "problems": problems})


def each_row(row: Import, rows: Collection[Row], act: Callable[[Row], RowDone]) -> bool:
    """Store the rows one by one, each with its line in one transaction; whether all are done.

    What `act` refuses leaves the other rows (a transaction per document). Rows that have their line
    are never stored again, whoever died; after TURN_SECONDS the rest waits for another turn.
    Raises LeaseLost.
    """
    done = set(row.lines.values_list("number", flat=True))
    turn_ends = time.monotonic() + TURN_SECONDS
    for one in rows:
        if one.number in done:
            continue
        if time.monotonic() > turn_ends:
            return False
        with transaction.atomic(using=shard_alias()):
            _store_row(row, one, act)
            _hold(row, rows_done=len(done) + 1)
        done.add(one.number)
    return True


def _store_row(row: Import, one: Row, act: Callable[[Row], RowDone]) -> None:
    message = ""
    try:
        with transaction.atomic(using=shard_alias()):
            done = act(one)
        message = done.message
    except DomainError as error:
        values = one.values
        done = RowDone(str(values.get("code") or ""), str(values.get("name") or ""), RowOutcome.FAILED)
        message = " ".join(str(problem) for problem in error.problems) or str(error)
    ImportRow.objects.create(
        import_of=row,
        number=one.number,
        code=done.code,
        name=done.name,
        detail=done.detail,
        outcome=done.outcome,
        message=message,
    )


def _hold(row: Import, **fields: Any) -> None:
    """Keep the lease. Raises LeaseLost when another worker has it; what was just stored is undone then.

    Progress shows that the work does not break: the attempts count from here.
    """
    mine = Import.objects.filter(pk=row.pk, holder=row.holder, state=ImportState.RUNNING)
    if not mine.update(lease_until=clock.now() + LEASE, attempts=0, **fields):
        raise LeaseLost


def forget_secrets() -> None:
    """Take away what kinds needed after the end, once its day is over."""
    old = Import.objects.filter(finished_at__lt=clock.now() - SECRET_KEPT)
    old.exclude(secret="").update(secret="")


def forget_uploads() -> int:
    """Delete what was uploaded a day ago and never confirmed, with its files; how many."""
    with transaction.atomic(using=shard_alias()):
        return _forget(Import.objects.filter(created_at__lt=clock.now() - UPLOAD_KEPT))


def _forget(rows: QuerySet[Import]) -> int:
    """Delete those that still wait, locked: one that is confirmed at the same moment stays."""
    waiting = list(locked(rows.filter(state__in=WAITING)))
    for row in waiting:
        store.delete(store.of_owner(queries.OWNER, row.pk))
        row.delete()
    return len(waiting)


def _end(row: Import, state: ImportState, result: dict[str, Any], **fields: Any) -> None:
    require_transaction()
    is_open = Import.objects.filter(pk=row.pk, state__in=[*WAITING, ImportState.RUNNING])
    if not is_open.update(state=state, result=result, finished_at=clock.now(), lease_until=None, **fields):
        raise ImportGone
    store.delete(store.of_owner(queries.OWNER, row.pk))
