"""Brings every supplier's schema to head: grouped, rendered once, canaries first, parallel, resumable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import psycopg
import structlog

from platform_core.db.backend.base import path_of
from platform_core.kernel import clock
from tenants.models import SupplierSchema
from tenants.schemas import replay
from tenants.schemas.connect import DDL_LOCK, owner_connection
from tenants.schemas.template import head_fingerprint
from tenants.states import SchemaState

log = structlog.get_logger(__name__)
CANARIES = (1, 10)
TRIES = 5


@dataclass(slots=True)
class Report:
    """What one run did: schemas at head already, migrated now, and failed with their errors."""

    shard: str
    current: int = 0
    migrated: int = 0
    failed: dict[str, str] = field(default_factory=dict)


def migrate_shard(shard: str, parallel: int = 4, tell: Callable[[str], None] = log.info) -> Report:
    """Migrate all schemas of a shard. Stops after a failed canary; a second run goes on from there."""
    report = Report(shard)
    with owner_connection(shard) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [DDL_LOCK])
        groups = _groups(connection, shard, report)
        for applied, names in groups.items():
            step = replay.script(shard, applied)
            for wave in _waves(names):
                _run_wave(shard, step, wave, parallel, report)
                tell(f"{shard}: {report.migrated} migrated, {len(report.failed)} failed")
                if report.failed:
                    return report
    return report


def _groups(
    connection: psycopg.Connection[Any], shard: str, report: Report
) -> dict[frozenset[str], list[str]]:
    """Schemas that are behind, by the set of migrations they have. One pipeline reads them all."""
    head = head_fingerprint(shard)
    names = list(
        SupplierSchema.objects.filter(shard=shard, state__in=[SchemaState.READY, SchemaState.ASSIGNED])
        .order_by("pk")
        .values_list("name", flat=True)
    )
    groups: dict[frozenset[str], list[str]] = {}
    behind = [name for name, mark in _fingerprints(connection, names) if mark != head]
    for name, rows in _applied(connection, behind):
        groups.setdefault(frozenset(rows), []).append(name)
    report.current = len(names) - len(behind)
    return groups


def _fingerprints(connection: psycopg.Connection[Any], names: Sequence[str]) -> Iterable[tuple[str, str]]:
    cursors = []
    with connection.pipeline():
        for name in names:
            cursors.append(
                connection.execute(
                    "SELECT encode(sha256(convert_to(string_agg(app || '.' || name, ',' ORDER BY"
                    f" (app || '.' || name) COLLATE \"C\"), 'UTF8')), 'hex') FROM {_table(name)}"
                )
            )
    return [(name, str(cursor.fetchall()[0][0])) for name, cursor in zip(names, cursors, strict=True)]


def _applied(connection: psycopg.Connection[Any], names: Sequence[str]) -> list[tuple[str, list[str]]]:
    """What each schema has applied, as `app.name`, in one pipeline."""
    with connection.pipeline():
        cursors = [connection.execute(f"SELECT app || '.' || name FROM {_table(name)}") for name in names]
    return [
        (name, [row[0] for row in cursor.fetchall()]) for name, cursor in zip(names, cursors, strict=True)
    ]


def _table(schema: str) -> str:
    return f"{path_of(schema).split(',', 1)[0]}.django_migrations"


def _waves(names: Sequence[str]) -> list[list[str]]:
    """One canary, ten more, then all the rest."""
    waves, start = [], 0
    for size in CANARIES:
        waves.append(list(names[start : start + size]))
        start += size
    return [wave for wave in [*waves, list(names[start:])] if wave]


def _run_wave(shard: str, step: replay.Script, names: list[str], parallel: int, report: Report) -> None:
    shares = [names[i::parallel] for i in range(min(parallel, len(names)))]
    with ThreadPoolExecutor(max_workers=len(shares)) as threads:
        results = [r for share in threads.map(lambda s: _run_share(shard, step, s), shares) for r in share]
    done = [name for name, error in results if not error]
    SupplierSchema.objects.filter(name__in=done).update(
        fingerprint=step.fingerprint, migrated_at=clock.now(), error=""
    )
    for name, error in results:
        if error:
            report.failed[name] = error
            SupplierSchema.objects.filter(name=name).update(error=error[:2000])
    report.migrated += len(done)


def _run_share(shard: str, step: replay.Script, names: list[str]) -> list[tuple[str, str]]:
    results = []
    with owner_connection(shard) as connection:
        for name in names:
            results.append((name, _upgrade(connection, name, step)))
    return results


def _upgrade(connection: psycopg.Connection[Any], name: str, step: replay.Script) -> str:
    """The error, or nothing. A lock that is not to be had is waited for a few times."""
    for attempt in range(1, TRIES + 1):
        try:
            replay.upgrade(connection, name, step)
        except psycopg.errors.LockNotAvailable as error:
            if attempt == TRIES:
                return str(error)
        except psycopg.Error as error:
            return str(error)
        else:
            return ""
    raise AssertionError("unreachable")
