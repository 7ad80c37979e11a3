"""Makes a supplier of a confirmed sign-up: a row with state and lease, resumed wherever it stopped."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q
from django.utils.module_loading import import_string

from platform_core.db.router import CONTROL, OWNER_SUFFIX
from platform_core.kernel import clock
from platform_core.kernel.context import serve
from platform_core.kernel.seeding import SeedFacts
from tenants import hosts, queries
from tenants.models import Domain, Provisioning, SignUp, Supplier
from tenants.rules import SubdomainTaken, skeleton
from tenants.schemas import pool
from tenants.states import ProvisioningState, SupplierState

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=60)
ATTEMPTS_MAX = 20  # then a person must look: something is wrong that repeating does not mend
OPEN = [ProvisioningState.WAITING, ProvisioningState.BUILDING, ProvisioningState.SEEDING]


class LeaseLost(RuntimeError):
    """This worker was so slow that another one continued its work: it must stop at once."""


def provision(public_id: str) -> bool:
    """Take the lease and go on until the supplier is ready; False when somebody else has it.

    What raises leaves the row as it is: the sweep takes it up when the lease has ended.
    """
    work = _leased(public_id)
    if work is None:
        return False
    try:
        if work.attempts > ATTEMPTS_MAX:
            _fail(work, "gave_up")
            return True
        if work.supplier is None:
            _make_supplier(work)
        _seed(work)
        _open_doors(work)
    except SubdomainTaken:
        _fail(work, "subdomain_taken")
    except LeaseLost:
        log.warning("provisioning_lease_lost", provisioning=public_id, attempt=work.attempts)
        return False
    return True


def overdue() -> list[str]:
    """Provisionings whose worker died or never woke: the sweep takes them up again."""
    waiting = Provisioning.objects.filter(state__in=OPEN)
    free = waiting.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=clock.now()))
    return list(free.order_by("pk").values_list("public_id", flat=True))


def _leased(public_id: str) -> Provisioning | None:
    now = clock.now()
    rows = Provisioning.objects.filter(public_id=public_id, state__in=OPEN).filter(
        Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    )
    if not rows.update(lease_until=now + LEASE, attempts=F("attempts") + 1):
        return None
    return queries.provisioning(public_id)


def _make_supplier(work: Provisioning) -> None:
    shard = _least_filled_shard()
    while not _assigned(work, shard):
        pool.build_one(shard)
        _progress(work, ProvisioningState.BUILDING)


def _assigned(work: Provisioning, shard: str) -> bool:
    """Create supplier, host and assignment together; False when the pool is empty."""
    asked = work.sign_up
    try:
        with transaction.atomic(using=CONTROL):
            _progress(work, ProvisioningState.BUILDING)
            supplier = Supplier(
                schema_name=f"t_{work.pk:06d}pending",
                name=asked.company,
                slug=asked.slug,
                skeleton=skeleton(asked.slug),
                shard=shard,
                currency=asked.currency,
                timezone=asked.timezone,
                language=asked.language,
            )
            Supplier.objects.bulk_create([supplier])
            schema = pool.take(supplier)
            if schema is None:
                transaction.set_rollback(True, using=CONTROL)
                return False
            supplier.schema_name = schema.name
            Supplier.objects.filter(pk=supplier.pk).update(schema_name=schema.name)
            host = hosts.bare(queries.main_host(asked.slug))
            Domain.objects.bulk_create([Domain(domain=host, tenant=supplier, is_primary=True)])
            Provisioning.objects.filter(pk=work.pk).update(supplier=supplier)
    except IntegrityError as error:
        raise SubdomainTaken from error
    work.supplier = supplier
    return True


def _seed(work: Provisioning) -> None:
    """Lay the first rows of every app, in one transaction of the supplier's schema."""
    assert work.supplier is not None
    _progress(work, ProvisioningState.SEEDING)
    asked = work.sign_up
    facts = SeedFacts(
        company=asked.company,
        owner_id=work.owner_id,
        owner_name=asked.name,
        owner_email=asked.email,
        password=asked.password,
        language=asked.language,
        currency=asked.currency,
        timezone=asked.timezone,
    )
    with serve(queries.serving_of(work.supplier)), transaction.atomic(using=work.supplier.shard):
        for path in settings.SUPPLIER_SEEDERS:
            import_string(path)(facts)


def _open_doors(work: Provisioning) -> None:
    assert work.supplier is not None
    with transaction.atomic(using=CONTROL):
        Supplier.objects.filter(pk=work.supplier.pk, state=SupplierState.PROVISIONING).update(
            state=SupplierState.ACTIVE
        )
        _progress(work, ProvisioningState.READY, finished_at=clock.now())
        # The owner has it now, in the supplier's own schema; nobody needs a second copy.
        SignUp.objects.filter(pk=work.sign_up_id).update(password="")
    hosts.publish(work.supplier.public_id)
    log.info("supplier_ready", supplier=work.supplier.public_id, attempts=work.attempts)


def _fail(work: Provisioning, error: str) -> None:
    _progress(work, ProvisioningState.FAILED, error=error)
    log.warning("provisioning_failed", provisioning=work.public_id, error=error)


def _progress(work: Provisioning, state: ProvisioningState, **fields: object) -> None:
    """Note how far it came and keep the lease. Raises LeaseLost when another worker has it.

    `attempts` fences: whoever took the lease later counted it up, so that a worker that slept
    through its lease cannot touch what the other one made.
    """
    lease = clock.now() + LEASE if state in OPEN else None
    mine = Provisioning.objects.filter(pk=work.pk, attempts=work.attempts, state__in=OPEN)
    if not mine.update(state=state, lease_until=lease, **fields):
        raise LeaseLost
    work.state = state


def _least_filled_shard() -> str:
    filled = dict(Supplier.objects.values_list("shard").annotate(count=Count("pk")))
    shards = [name for name in settings.DATABASES if name != CONTROL and not name.endswith(OWNER_SUFFIX)]
    return min(shards, key=lambda name: (filled.get(name, 0), name))
