"""Visitors of the public host."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.tenants.conftest import committing  # noqa: F401


@pytest.fixture(autouse=True)
def nothing_counted_yet(nothing_counted):
    """Rate limits begin anew with each test."""


@pytest.fixture
def visitor() -> Client:
    return Client(HTTP_HOST="localhost")
