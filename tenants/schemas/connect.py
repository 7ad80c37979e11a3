"""Owner connections to shards: only provisioning and migrations use them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections

from platform_core.db.router import OWNER_SUFFIX
from platform_core.kernel.context import Serving

TEMPLATE = "t_template"
# What must stand in a schema before any table: row ids, and the running part of document numbers.
GROUND = "CREATE SEQUENCE IF NOT EXISTS row_id;CREATE SEQUENCE IF NOT EXISTS document_number START 1001;"
DDL_LOCK = 7_301_964  # advisory lock: migrating excludes building


def owner_alias(shard: str) -> str:
    """The alias that may change tables on a shard. Raises a clear error where it is not configured."""
    alias = f"{shard}{OWNER_SUFFIX}"
    if alias not in settings.DATABASES:
        raise SystemExit(f"OWNER_SHARD_URLS names no shard {shard!r}: this process may not change schemas.")
    return alias


def shards() -> list[str]:
    """All shards this process may change."""
    return [
        alias.removesuffix(OWNER_SUFFIX)
        for alias in settings.DATABASES
        if alias.endswith(OWNER_SUFFIX) and alias != f"control{OWNER_SUFFIX}"
    ]


def as_serving(schema: str, shard: str) -> Serving:
    """A context in which Django's tools see one schema (a template has no supplier)."""
    return Serving(id=schema, schema=schema, shard=shard, slug="", name="", status="building")


@contextmanager
def owner_connection(shard: str) -> Iterator[psycopg.Connection[Any]]:
    """A plain psycopg connection of the owner, in autocommit; closed at the end."""
    parameters = connections[owner_alias(shard)].get_connection_params()
    for django_only in ("cursor_factory", "context", "prepare_threshold", "pool", "client_encoding"):
        parameters.pop(django_only, None)
    with psycopg.connect(**parameters, autocommit=True) as connection:
        yield connection
