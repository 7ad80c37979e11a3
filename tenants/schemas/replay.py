"""Makes a schema by replaying what the template's migrations executed, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from platform_core.db.backend.base import path_of
from tenants.models import CapturedMigration
from tenants.schemas.connect import GROUND
from tenants.schemas.template import captured, fingerprint_of

# As Django's MigrationRecorder makes it.
RECORDER = (
    "CREATE TABLE django_migrations (id bigint NOT NULL PRIMARY KEY DEFAULT nextval('row_id'),"
    " app varchar(255) NOT NULL, name varchar(255) NOT NULL, applied timestamp with time zone NOT NULL);"
)


@dataclass(frozen=True, slots=True)
class Script:
    """The SQL that takes a schema from one set of migrations to head."""

    sql: str
    fingerprint: str
    migrations: tuple[tuple[str, str], ...]


def script(shard: str, applied: frozenset[str] = frozenset()) -> Script:
    """Render once for all schemas that have the same migrations applied."""
    return script_of(captured(shard), applied)


def script_of(everything: Sequence[CapturedMigration], applied: frozenset[str] = frozenset()) -> Script:
    """The same to where these migrations lead: all of a shard, or the first of them."""
    missing = [m for m in everything if f"{m.app}.{m.name}" not in applied]
    return Script(
        sql="\n".join(
            [*([] if applied else [GROUND, RECORDER]), *(m.sql for m in missing), _record(missing)]
        ),
        fingerprint=fingerprint_of(f"{m.app}.{m.name}" for m in everything),
        migrations=tuple((m.app, m.name) for m in missing),
    )


def _record(missing: Sequence[CapturedMigration]) -> str:
    if not missing:
        return ""
    rows = ", ".join(f"('{m.app}', '{m.name}', clock_timestamp())" for m in missing)
    return f"INSERT INTO django_migrations (app, name, applied) VALUES {rows};"


def build(connection: psycopg.Connection[Any], schema: str, head: Script) -> None:
    """Create the schema at head: all or nothing."""
    path = path_of(schema)
    name = path.split(",", 1)[0]
    with connection.transaction():
        connection.execute(f"CREATE SCHEMA {name}")
        connection.execute(f"SET LOCAL search_path = {path}")
        connection.execute(head.sql)
        connection.execute(f"GRANT USAGE ON SCHEMA {name} TO dd_app")


def upgrade(connection: psycopg.Connection[Any], schema: str, step: Script) -> None:
    """Bring an existing schema to head in one short transaction under a lock timeout.

    The whole transaction is one message: 200 suppliers wait for 200 commits, not for 1,000 answers.
    """
    try:
        connection.execute(
            "BEGIN; SET LOCAL lock_timeout = '2s';"
            f" SET LOCAL search_path = {path_of(schema)};\n{step.sql}\nCOMMIT"
        )
    except psycopg.Error:
        connection.execute("ROLLBACK")
        raise


def drop(connection: psycopg.Connection[Any], schema: str) -> None:
    """Drop a schema that never had a supplier."""
    name = path_of(schema).split(",", 1)[0]
    connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
