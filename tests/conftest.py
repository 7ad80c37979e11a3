"""One migrated template per run, two suppliers replayed from it, rollback per test; and the cast."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from hypothesis import HealthCheck, settings

from platform_core.kernel.context import Serving, serve
from platform_core.redis_client import redis_client
from tests import world
from tests.cast import *  # noqa: F403 - the fixtures of the cast
from tests.tenants.trail import fresh_slug, left_behind_nothing

DATABASES = ["control", "default"]

# How long an example takes says how busy the machine is, not whether the rule holds.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


def pytest_collection_modifyitems(items):
    """Whoever asks for a supplier gets both databases, in transactions that are rolled back."""
    for item in items:
        if "database" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db(databases=DATABASES))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """Migrate control and template once; replay and seed the two suppliers of all tests."""
    with django_db_blocker.unblock():
        call_command("migrate_suppliers", verbosity=0, stdout=open("/dev/null", "w"))
        world.build()
        for connection in connections.all():
            connection.close()
    yield


@pytest.fixture(scope="session")
def suppliers(django_db_setup) -> dict[str, Serving]:
    """The contexts of the two suppliers, by slug."""
    return world.SUPPLIERS


@pytest.fixture
def database(db):
    """Marks a test as one that touches rows."""


@pytest.fixture
def acme(database, suppliers):
    """Serve the supplier Acme during the test."""
    with serve(suppliers["acme"]):
        yield suppliers["acme"]


@pytest.fixture
def rival(database, suppliers) -> Serving:
    """The other supplier; not served unless the test does so."""
    return suppliers["rival"]


@pytest.fixture
def nothing_counted():
    """Rate limits begin anew: what other tests have used is forgotten."""
    for key in redis_client().scan_iter("dd:rate:*"):
        redis_client().delete(key)


@pytest.fixture
def no_redis():
    """A Redis that does not answer."""
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        redis_client.cache_clear()
        yield
    redis_client.cache_clear()


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """Serve a fresh supplier whose rows are really committed: for races, with a connection per thread.

    In a thread: `with serve(committed): …`, then close that thread's connections. Afterwards the
    schema is dropped and the control rows with it; nothing is flushed.
    """
    with django_db_blocker.unblock(), left_behind_nothing():
        supplier = sign_up_fresh()
        with serve(supplier):
            yield supplier


def sign_up_fresh() -> Serving:
    """Another supplier with a name of its own, for a test with `committed`: dropped with that one."""
    return world.signed_up(fresh_slug(), "Committed Ltd")
