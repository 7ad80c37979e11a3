"""The template of a shard: really migrated by Django, each statement written down for replay."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import structlog
from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations import Migration, RunPython
from django.db.migrations.executor import MigrationExecutor

from platform_core.db.backend.schema import capture
from platform_core.kernel.context import serve
from platform_core.settings.apps import BOTH_LABELS, SUPPLIER_LABELS
from tenants.models import CapturedMigration
from tenants.schemas.connect import GROUND, TEMPLATE, as_serving, owner_alias
from tenants.schemas.functions import install_functions

log = structlog.get_logger(__name__)
OURS = SUPPLIER_LABELS | BOTH_LABELS


def fingerprint_of(names: Iterable[str]) -> str:
    """sha256 of the sorted `app.name` of all applied migrations."""
    return hashlib.sha256(",".join(sorted(names)).encode()).hexdigest()


def migrate_template(shard: str) -> list[str]:
    """Bring the shard's template to head and capture what that executed; the new `app.name`s.

    Raises CommandError for a migration that cannot be replayed per schema (RunPython of our own
    apps, non-atomic ones).
    """
    alias = owner_alias(shard)
    with serve(as_serving(TEMPLATE, shard)):
        connection = connections[alias]
        connection.ensure_connection()
        connection.connection.execute(f"CREATE SCHEMA IF NOT EXISTS {TEMPLATE}")
        connection.connection.execute(f"GRANT USAGE ON SCHEMA {TEMPLATE} TO dd_app")
        with connection.cursor() as cursor:
            cursor.execute(GROUND)
        install_functions(alias)
        executor = MigrationExecutor(connection)
        executor.recorder.ensure_schema()
        leaves = [node for node in executor.loader.graph.leaf_nodes() if node[0] in OURS]
        plan = [migration for migration, _ in executor.migration_plan(leaves)]
        for migration in plan:
            _refuse_unreplayable(migration)
        for migration in plan:
            _apply_captured(executor, migration, shard)
    return [f"{m.app_label}.{m.name}" for m in plan]


def _apply_captured(executor: MigrationExecutor, migration: Migration, shard: str) -> None:
    node = (migration.app_label, migration.name)
    with capture() as statements:
        executor.loader.build_graph()
        executor.migrate([node])
    place = CapturedMigration.objects.filter(shard=shard).count()
    CapturedMigration.objects.create(
        shard=shard, position=place, app=node[0], name=node[1], sql="\n".join(statements)
    )
    log.info("migration_captured", shard=shard, migration=".".join(node), statements=len(statements))


def _refuse_unreplayable(migration: Migration) -> None:
    if not migration.atomic:
        raise CommandError(f"{migration} is not atomic: it cannot be replayed in one transaction.")
    ours = migration.__module__.startswith(("platform_core.", "tenant_apps."))
    if ours and any(isinstance(operation, RunPython) for operation in migration.operations):
        raise CommandError(f"{migration} runs Python: write SQL or a resumable job instead.")


def captured(shard: str) -> list[CapturedMigration]:
    """All captured migrations of a shard, in the order in which they were executed."""
    return list(CapturedMigration.objects.filter(shard=shard).order_by("position"))


def head_fingerprint(shard: str) -> str:
    """The fingerprint of a schema that is at head."""
    return fingerprint_of(f"{m.app}.{m.name}" for m in captured(shard))
