"""Fixtures of the tests that commit."""

from __future__ import annotations

import pytest

from tests.tenants import trail


@pytest.fixture
def committing(django_db_setup, django_db_blocker):
    """Rows are really committed during the test and dropped after it."""
    with django_db_blocker.unblock(), trail.left_behind_nothing():
        yield
