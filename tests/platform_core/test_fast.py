"""Statements whose text and plan are made once."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

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


# PostgreSQL keeps neither NUL nor half a surrogate pair.
TEXTS = st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), max_size=5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@example(texts=["", "NULL", "a,b", "{}", '"', "\\", '\\"', " ", "茶"])
@given(texts=TEXTS)
def test_texts_in_an_array_arrive_as_they_were_sent(acme, texts):
    assert looked_up("SELECT %s::text[]", [texts]) == [(texts,)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(numbers=st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), max_size=5))
def test_numbers_in_an_array_arrive_as_they_were_sent(acme, numbers):
    assert looked_up("SELECT %(ids)s::bigint[]", {"ids": numbers}) == [(numbers,)]


def test_quantities_in_an_array_keep_their_places(acme):
    quantities = [Decimal("0.500"), Decimal("-1E+3"), Decimal(12)]
    ((found,),) = looked_up("SELECT %s::numeric[]", [quantities])

    assert [str(one) for one in found] == ["0.500", "-1000", "12"]


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 11, 22, 3, 4, 5, 123456, tzinfo=UTC),
        datetime(2026, 11, 22, 3, 4, 5, 120000, tzinfo=UTC),
        datetime(2026, 11, 22, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
    ids=str,
)
def test_an_instant_arrives_in_utc_as_it_was_sent(acme, instant):
    ((found,),) = looked_up("SELECT %s::timestamptz", [instant])

    assert (found, found.tzinfo) == (instant, UTC)


def test_what_is_no_date_of_ours_is_refused_as_psycopg_does(acme):
    with pytest.raises(DataError):
        looked_up("SELECT 'infinity'::timestamptz WHERE %s", [True])


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
