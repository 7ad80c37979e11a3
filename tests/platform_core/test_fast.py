"""Statements whose text and plan are made once."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platform_core.commands import command
from platform_core.db.fast import Read, inserting, looked_up, run, updating
from platform_core.kernel.actor import Actor, ActorKind
from platform_core.kernel.context import serve
from tenant_apps.dealers.models import DealerLevel
from tenants.schemas.connect import owner_connection

LEVELS = Read("SELECT {l} FROM dealers_dealerlevel l WHERE l.position = %s", l=DealerLevel)
ACTOR = Actor(ActorKind.USER, "usr_1", "Olga", frozenset({"test.write"}))


def level(name: str, position: int) -> DealerLevel:
    return DealerLevel.objects.create(name=name, position=position)


def test_writes_of_one_run_are_one_statement(acme):
    old = level("old", 70)
    old.name = "renamed"
    with CaptureQueriesContext(connection) as statements:
        run(updating(old), inserting([DealerLevel(name="new", position=71)]))
    assert len(statements) == 1
    assert [row.name for row in DealerLevel.objects.filter(position__in=[70, 71]).order_by("position")] == [
        "renamed",
        "new",
    ]


def test_a_prepared_statement_follows_the_supplier(acme, rival):
    level("ours", 70)
    with serve(rival):
        level("theirs", 70)
    for _ in range(7):
        assert [row.name for (row,) in LEVELS.all([70])] == ["ours"]
        with serve(rival):
            assert [row.name for (row,) in LEVELS.all([70])] == ["theirs"]


@pytest.mark.slow
def test_a_look_up_survives_a_changed_column_type(committed):
    """PostgreSQL refuses a plan whose result changed its type: 'cached plan must not change result type'."""
    level("gold", 72)
    assert [row.name for (row,) in LEVELS.all([72])] == ["gold"]

    widen(committed, 200)

    assert [row.name for (row,) in LEVELS.all([72])] == ["gold"]


@pytest.mark.slow
def test_a_command_survives_a_changed_column_type(committed):
    level("gold", 72)
    assert LEVELS.all([72])
    tries = []

    @command("test.write", moves=True)
    def rename(*, actor, operation_id):
        tries.append(1)
        (found,) = LEVELS.first([72])
        found.name = "platinum"
        run(updating(found))

    widen(committed, 300)
    rename(actor=ACTOR, operation_id=uuid.uuid4())

    assert len(tries) == 2
    assert looked_up("SELECT name FROM dealers_dealerlevel WHERE position = %s", [72]) == [("platinum",)]


def widen(supplier, length: int) -> None:
    with owner_connection(supplier.shard) as owner:
        owner.execute(
            f'ALTER TABLE "{supplier.schema}".dealers_dealerlevel ALTER name TYPE varchar({length})'
        )
