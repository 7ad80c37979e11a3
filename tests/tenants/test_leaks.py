"""Nothing of one supplier is ever read or written under another: exceptions, savepoints, threads, tasks."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime
from functools import partial

import pytest
from django.core.cache import cache
from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext

from platform_core.db.backend.base import DatabaseWrapper
from platform_core.identity.models import User
from platform_core.jobs.base import ControlTask, SupplierTask
from platform_core.jobs.celery import app
from platform_core.kernel import clock
from platform_core.kernel.context import NoSupplier, serve, serving, serving_or_none
from tests.world import SUPPLIERS


@pytest.fixture
def open_database(django_db_setup, django_db_blocker):
    """Committed connections, closed at the end; these tests only read."""
    with django_db_blocker.unblock():
        yield
        for connection in connections.all():
            connection.close()


def schema_now() -> str:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return cursor.fetchone()[0]


def test_without_a_supplier_supplier_rows_raise(open_database):
    from tenant_apps.catalog.models import Sku

    with pytest.raises(NoSupplier):
        list(Sku.objects.all())
    with pytest.raises(NoSupplier):
        connections["default"].cursor()


def test_people_are_the_operators_without_a_supplier(open_database):
    assert User.objects.db == "control"
    with serve(SUPPLIERS["acme"]):
        assert User.objects.db == "default"


def test_a_supplier_never_sees_public(open_database):
    with serve(SUPPLIERS["acme"]), connections["default"].cursor() as cursor:
        cursor.execute("SHOW search_path")
        assert cursor.fetchone()[0] == f"{SUPPLIERS['acme'].schema}, ext"


@pytest.mark.parametrize("name", ["public", "t_x; DROP", "T_ABCDEFG", "", "t_abc", 't_abcdefg"'])
def test_only_our_names_become_a_search_path(open_database, name):
    from dataclasses import replace

    with serve(replace(SUPPLIERS["acme"], schema=name)), pytest.raises(NoSupplier):
        connections["default"].cursor()


def test_a_supplier_of_another_shard_is_refused(open_database):
    from dataclasses import replace

    with serve(replace(SUPPLIERS["acme"], shard="elsewhere")), pytest.raises(NoSupplier):
        connections["default"].cursor()


def test_after_an_exception_nobody_is_served(open_database):
    with pytest.raises(ZeroDivisionError), serve(SUPPLIERS["acme"]):
        raise ZeroDivisionError

    assert serving_or_none() is None


def test_a_rolled_back_transaction_leaves_no_path_behind(open_database):
    with serve(SUPPLIERS["acme"]):
        schema_now()
        with serve(SUPPLIERS["rival"]), pytest.raises(ZeroDivisionError), transaction.atomic("default"):
            assert schema_now() == SUPPLIERS["rival"].schema
            raise ZeroDivisionError

        assert schema_now() == SUPPLIERS["acme"].schema


def test_a_rolled_back_savepoint_leaves_no_path_behind(open_database):
    acme, rival = SUPPLIERS["acme"], SUPPLIERS["rival"]
    with serve(acme), transaction.atomic("default"):
        assert schema_now() == acme.schema
        with pytest.raises(ZeroDivisionError), transaction.atomic("default"), serve(rival):
            assert schema_now() == rival.schema
            raise ZeroDivisionError

        assert schema_now() == acme.schema
        with serve(rival):
            assert schema_now() == rival.schema


def test_a_new_thread_serves_nobody(open_database):
    seen = []
    with serve(SUPPLIERS["acme"]):
        thread = threading.Thread(target=lambda: seen.append(serving_or_none()))
        thread.start()
        thread.join()

    assert seen == [None]


@pytest.fixture
def pooled(open_database):
    """A maker of Django connections that share a pool of one, as the web's threads do."""
    settings = deepcopy(connections["default"].settings_dict)
    settings["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 1}
    settings["CONN_MAX_AGE"] = 0
    yield lambda: DatabaseWrapper(settings, "default")
    DatabaseWrapper(settings, "default").close_pool()


def begin_and_maybe_fail(dice: random.Random, check: Callable[[], None], *, leaves: bool) -> None:
    """A transaction that may be rolled back; with `leaves` its connection may be given back in its midst."""
    with transaction.atomic("default"):
        check()
        if dice.random() < 0.4:
            raise ZeroDivisionError
        if leaves and dice.random() < 0.2:
            connections["default"].close()


@pytest.mark.parametrize("shared", [False, True], ids=["own", "pooled"])
def test_one_thousand_interleavings_of_two_suppliers(open_database, pooled, shared):
    """Threads switch at random, with errors and savepoints in between; nobody ever sees the other.

    From a pool they get connections that others left, also in the midst of a transaction.
    """
    wrong: list[str] = []

    def work(seed: int) -> None:
        dice = random.Random(seed)
        if shared:
            connections["default"] = pooled()
        for _ in range(125):
            supplier = SUPPLIERS[dice.choice(["acme", "rival"])]
            with suppress(ZeroDivisionError), serve(supplier):
                if dice.random() < 0.5:
                    begin_and_maybe_fail(dice, partial(check, supplier.schema), leaves=shared)
                check(supplier.schema)
            if shared:
                connections["default"].close()
        connections["default"].close()

    def check(expected: str) -> None:
        found = schema_now()
        if found != expected:
            wrong.append(f"{found} instead of {expected}")

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_cache_keys_carry_the_supplier(open_database):
    with serve(SUPPLIERS["acme"]):
        cache.set("greeting", "acme's")
    with serve(SUPPLIERS["rival"]):
        assert cache.get("greeting") is None
    assert cache.get("greeting") is None
    with serve(SUPPLIERS["acme"]):
        assert cache.get("greeting") == "acme's"


class Probe(SupplierTask):
    name = "tests.probe"

    def run(self, fail=False):
        if fail:
            raise ZeroDivisionError
        return serving().slug


class ControlProbe(ControlTask):
    name = "tests.control_probe"

    def run(self):
        return serving_or_none()


PROBE = app.register_task(Probe())
CONTROL_PROBE = app.register_task(ControlProbe())


def called(task, headers, **kwargs):
    task.push_request(headers=headers)
    try:
        return task(**kwargs)
    finally:
        task.pop_request()


def test_a_task_serves_the_supplier_of_its_header(open_database):
    assert called(PROBE, {"supplier": SUPPLIERS["rival"].id}) == "rival"
    assert serving_or_none() is None


@pytest.mark.parametrize("headers", [{}, None, {"supplier": ""}])
def test_a_task_without_a_supplier_is_refused(open_database, headers):
    with pytest.raises(NoSupplier):
        called(PROBE, headers)


def test_a_task_of_an_unknown_supplier_is_refused(open_database):
    with pytest.raises(NoSupplier):
        called(PROBE, {"supplier": "sup_nobody"})


def test_a_failed_task_serves_nobody_afterwards(open_database):
    with pytest.raises(ZeroDivisionError):
        called(PROBE, {"supplier": SUPPLIERS["acme"].id}, fail=True)

    assert serving_or_none() is None


def test_a_task_cannot_be_sent_without_a_supplier():
    with pytest.raises(NoSupplier):
        PROBE.apply_async()


def test_a_control_task_serves_nobody_even_inside_a_supplier(open_database):
    with serve(SUPPLIERS["acme"]):
        assert called(CONTROL_PROBE, None) is None


def test_one_set_per_connection_and_one_more_after_each_rollback(open_database):
    connection = connections["default"]
    connection.close()
    start = connection.path_sets
    with serve(SUPPLIERS["acme"]):
        for _ in range(5):
            schema_now()
        assert connection.path_sets - start == 1

        with pytest.raises(ZeroDivisionError), transaction.atomic("default"):
            schema_now()
            raise ZeroDivisionError
        schema_now()

        assert connection.path_sets - start == 2


def test_a_pooled_connection_is_told_its_supplier_only_when_that_changes(pooled):
    one, other = pooled(), pooled()

    def asked(connection, supplier):
        before = connection.path_sets
        with serve(SUPPLIERS[supplier]), connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            assert cursor.fetchone()[0] == SUPPLIERS[supplier].schema
        connection.close()
        return connection.path_sets - before

    assert [asked(one, "acme"), asked(other, "acme"), asked(one, "rival"), asked(other, "rival")] == [
        1,
        0,
        1,
        0,
    ]


def test_a_connection_left_in_a_transaction_is_told_its_supplier_anew(pooled):
    connection = pooled()
    with serve(SUPPLIERS["acme"]):
        connection.ensure_connection()
        connection.set_autocommit(False)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            assert cursor.fetchone()[0] == SUPPLIERS["acme"].schema
    connection.close()

    assert connection.path_sets == 2


def test_a_pooled_connection_forgets_the_staged_clock(pooled):
    one, other = pooled(), pooled()
    with serve(SUPPLIERS["acme"]):
        with clock.at(datetime(2031, 5, 17, tzinfo=UTC)), one.cursor() as cursor:
            cursor.execute("SELECT 1")
        one.close()

        with other.cursor() as cursor:
            cursor.execute("SELECT abs(extract(epoch FROM ext.dd_now() - clock_timestamp())) < 1")
            assert cursor.fetchone()[0] is True
        other.close()


def test_a_warm_request_asks_for_no_domain(open_database, client):
    client.get("/health", HTTP_HOST="acme.localhost")
    connections["default"].close()

    with CaptureQueriesContext(connections["control"]) as control:
        answer = client.get("/health", HTTP_HOST="acme.localhost")

    assert answer.status_code == 200
    assert len(control.captured_queries) == 0


def test_an_unknown_host_gets_404_without_sql(open_database, client):
    client.get("/health", HTTP_HOST="warm.localhost")
    connections["default"].close()

    with CaptureQueriesContext(connections["control"]) as control:
        answer = client.get("/", HTTP_HOST="nobody.localhost")

    assert answer.status_code == 404
    assert len(control.captured_queries) == 0
    assert connections["default"].connection is None


def test_the_staged_clock_reaches_sql(open_database):
    instant = datetime(2031, 5, 17, 8, 30, tzinfo=UTC)
    with serve(SUPPLIERS["acme"]), connections["default"].cursor() as cursor:
        with clock.at(instant), connections["default"].cursor() as staged:
            staged.execute("SELECT ext.dd_now()")
            assert staged.fetchone()[0] == instant
        with connections["default"].cursor() as running:
            running.execute("SELECT abs(extract(epoch FROM ext.dd_now() - clock_timestamp())) < 1")
            assert running.fetchone()[0] is True
        del cursor


def test_the_staged_clock_survives_a_rollback(open_database):
    instant = datetime(2031, 5, 17, tzinfo=UTC)
    with serve(SUPPLIERS["acme"]), clock.at(instant):
        with pytest.raises(ZeroDivisionError), transaction.atomic("default"):
            schema_now()
            raise ZeroDivisionError
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT ext.dd_now()")
            assert cursor.fetchone()[0] == instant
