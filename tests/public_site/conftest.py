"""Visitors of the public host."""

from __future__ import annotations

import pytest
from django.test import Client

from platform_core.redis_client import redis_client
from tests.tenants.conftest import committing  # noqa: F401


@pytest.fixture(autouse=True)
def nothing_counted_yet():
    """Rate limits begin anew with each test."""
    store = redis_client()
    for key in store.scan_iter("dd:rate:*"):
        store.delete(key)


@pytest.fixture
def visitor() -> Client:
    return Client(HTTP_HOST="localhost")
