"""The warm pool: ready schemas that wait for sign-ups."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction

from platform_core.db.router import CONTROL
from platform_core.kernel import clock
from tenants.models import Supplier, SupplierSchema
from tenants.rules import new_schema_name
from tenants.schemas import replay
from tenants.schemas.connect import DDL_LOCK, owner_connection, shards
from tenants.states import SchemaState

log = structlog.get_logger(__name__)
BUILD_LEASE = timedelta(minutes=2)


def build_one(shard: str) -> SupplierSchema:
    """Make one ready schema. A row says so first, so that a killed build is found and dropped."""
    row = SupplierSchema.objects.create(
        name=new_schema_name(), shard=shard, lease_until=clock.now() + BUILD_LEASE
    )
    with owner_connection(shard) as connection:
        connection.execute("SELECT pg_advisory_lock_shared(%s)", [DDL_LOCK])
        head = replay.script(shard)
        replay.build(connection, row.name, head)
    row.state, row.fingerprint = SchemaState.READY, head.fingerprint
    row.lease_until, row.migrated_at = None, clock.now()
    row.save(update_fields=["state", "fingerprint", "lease_until", "migrated_at"])
    log.info("schema_built", shard=shard, schema=row.name)
    return row


def refill() -> int:
    """Build until every shard has `POOL_SIZE` ready schemas; how many were built."""
    drop_abandoned()
    built = 0
    for shard in shards():
        while (
            SupplierSchema.objects.filter(shard=shard, state=SchemaState.READY).count() < settings.POOL_SIZE
        ):
            build_one(shard)
            built += 1
    return built


def drop_abandoned() -> int:
    """Drop schemas whose builder died: never a half one in the pool."""
    abandoned = SupplierSchema.objects.filter(
        state=SchemaState.BUILDING, lease_until__lt=clock.now(), shard__in=shards()
    )
    for row in abandoned:
        with owner_connection(row.shard) as connection:
            replay.drop(connection, row.name)
        row.delete()
    return len(abandoned)


def take(supplier: Supplier) -> SupplierSchema | None:
    """Assign the oldest ready schema to the supplier; None when the pool is empty.

    Must run in the control transaction that creates the supplier's row.
    """
    assert transaction.get_connection(CONTROL).in_atomic_block
    ready = (
        SupplierSchema.objects.filter(shard=supplier.shard, state=SchemaState.READY)
        .order_by("pk")
        .select_for_update(skip_locked=True)
        .first()
    )
    if ready is None:
        return None
    ready.state, ready.supplier = SchemaState.ASSIGNED, supplier
    ready.save(update_fields=["state", "supplier"])
    return ready
