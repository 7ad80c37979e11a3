"""What a person may ask of an import: to keep a workbook, and to store what its preview showed."""

from __future__ import annotations

import structlog
from django.core.files.base import File
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerDown

from platform_core.commands import command
from platform_core.db.router import shard_alias
from platform_core.imports import operations, queries
from platform_core.imports.errors import ImportFaulty, ImportGone
from platform_core.imports.kinds import kind_named
from platform_core.imports.models import Import
from platform_core.imports.states import ImportState
from platform_core.jobs.base import wake
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.workbooks.reading import Table

log = structlog.get_logger(__name__)
WORK = "platform_core.imports.tasks.work"


@command(None)
def upload(
    *,
    actor: Actor,
    kind: str,
    file: File,  # type: ignore[type-arg]
    table: Table,
    subject: str = "",
    secret: str = "",
) -> Import:
    """Keep a workbook that was read into `table` until its sender confirms it. Raises FileRefused."""
    actor.require(kind_named(kind).permission)
    return operations.keep(actor=actor, kind=kind, file=file, subject=subject, table=table, secret=secret)


@command(None)
def confirm(*, actor: Actor, import_id: str) -> Import:
    """Put an import to work that the actor uploaded and that was checked; small or large, the same road.

    Confirmed before, it stays as it is. Raises ImportGone, ImportFaulty, NotPermitted.
    """
    row = queries.own(actor, import_id)
    actor.require(kind_named(row.kind).permission)
    if row.state == ImportState.UPLOADED:
        raise ImportFaulty
    mine = Import.objects.filter(pk=row.pk, state=ImportState.CHECKED)
    if mine.update(state=ImportState.RUNNING, confirmed_at=clock.now()):
        transaction.on_commit(lambda: wake_up(import_id), using=shard_alias())
    return queries.own(actor, import_id)


@command(None)
def take_secret(*, actor: Actor, kind: str, import_id: str) -> Import:
    """The actor's own stored import with its secret, which is forgotten: of two who ask at once, one.

    Raises ImportGone, also when the secret's day is over.
    """
    row = queries.own(actor, import_id)
    actor.require(kind_named(row.kind).permission)
    fresh = Import.objects.filter(
        pk=row.pk,
        kind=kind,
        state=ImportState.DONE,
        secret=row.secret,
        finished_at__gt=clock.now() - operations.SECRET_KEPT,
    )
    if not row.secret or not fresh.update(secret=""):
        raise ImportGone
    return row


def wake_up(import_id: str) -> None:
    """Tell a worker; while Redis is away the sweep finds the import."""
    try:
        wake(WORK, import_id)
    except BrokerDown:
        log.warning("import_wake_up_lost", import_id=import_id)
