"""A replayed schema is the same as a migrated one; migrating is grouped, resumable and exact."""

from __future__ import annotations

import re

import pytest

from tenants.schemas import replay
from tenants.schemas.connect import TEMPLATE, owner_connection
from tenants.schemas.migrate import migrate_shard
from tenants.schemas.template import captured, head_fingerprint
from tests.schemas import described, scratch_schema

pytestmark = pytest.mark.slow


@pytest.fixture
def unblocked(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        yield


def test_replay_equals_migrate_in_every_catalogue(unblocked):
    with scratch_schema("default") as schema, owner_connection("default") as connection:
        replayed, migrated = described(connection, schema), described(connection, TEMPLATE)

    assert replayed == migrated
    assert sum(len(rows) for rows in migrated.values()) > 500


def test_the_comparison_would_notice_a_difference(unblocked):
    with scratch_schema("default") as schema, owner_connection("default") as connection:
        connection.execute(f'ALTER TABLE "{schema}".catalog_sku ALTER COLUMN unit TYPE varchar(21)')

        assert described(connection, schema) != described(connection, TEMPLATE)


def test_a_built_schema_is_all_or_nothing(unblocked):
    head = replay.script("default")
    broken = replay.Script(head.sql + " SELECT 1/0;", head.fingerprint, head.migrations)

    with owner_connection("default") as connection:
        with pytest.raises(Exception, match="division by zero"):
            replay.build(connection, "t_neverborn", broken)

        found = connection.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 't_neverborn'")
        assert found.fetchone() == (0,)


def test_a_supplier_schema_names_neither_itself_nor_public(unblocked):
    text = replay.script("default").sql

    assert TEMPLATE not in text
    assert not re.search(r"\bpublic\.", text)


def test_the_application_role_cannot_change_a_schema(suppliers, django_db_blocker):
    from django.db import ProgrammingError, connections

    from platform_core.kernel.context import serve

    with django_db_blocker.unblock(), serve(suppliers["acme"]):
        connection = connections["default"]
        for statement in [
            "CREATE TABLE mine (id int)",
            "DROP TABLE catalog_sku",
            "CREATE SCHEMA mine",
            "UPDATE ledger_entry SET amount_minor = 1",
            "DELETE FROM audit_line",
            "TRUNCATE ledger_transfer",
        ]:
            with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
                connection.cursor().execute(statement)
        connection.close()


def test_nothing_to_do_changes_nothing(unblocked):
    report = migrate_shard("default", tell=lambda _: None)

    assert (report.migrated, report.failed) == (0, {})
    assert report.current >= 2


def test_a_schema_that_is_behind_is_brought_to_head(unblocked):
    with (
        scratch_schema("default", registered=True, behind=2) as schema,
        owner_connection("default") as connection,
    ):
        report = migrate_shard("default", tell=lambda _: None)

        assert (report.migrated, report.failed) == (1, {})
        assert described(connection, schema) == described(connection, TEMPLATE)


def test_a_failing_canary_stops_the_run_and_a_second_run_goes_on(unblocked):
    *before, last = captured("default")
    with (
        scratch_schema("default", registered=True) as broken,
        scratch_schema("default", registered=True, behind=1),
        owner_connection("default") as connection,
    ):
        # `broken` has what the last migration makes and does not know it, so making it again fails.
        connection.execute(
            f'DELETE FROM "{broken}".django_migrations WHERE app = %s AND name = %s', [last.app, last.name]
        )
        first = migrate_shard("default", tell=lambda _: None)
        replay.drop(connection, broken)
        replay.build(connection, broken, replay.script_of(before))

        second = migrate_shard("default", tell=lambda _: None)

        assert list(first.failed) == [broken]
        assert "already exists" in first.failed[broken]
        assert (second.migrated, second.failed) == (2, {})


def test_the_fingerprint_in_sql_is_the_one_in_python(unblocked):
    from tenants.schemas.migrate import _fingerprints

    with owner_connection("default") as connection:
        assert list(_fingerprints(connection, [TEMPLATE])) == [(TEMPLATE, head_fingerprint("default"))]
