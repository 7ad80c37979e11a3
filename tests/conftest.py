"""One migrated template per run, two suppliers replayed from it, rollback per test; and the cast."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connections

from platform_core.kernel.context import Serving, serve
from tests import world
from tests.cast import *  # noqa: F403 - the fixtures of the cast

DATABASES = ["control", "default"]


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
