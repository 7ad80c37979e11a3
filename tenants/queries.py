"""Who the supplier is and where it lives. Reads the control schema."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.conf import settings

from platform_core.kernel import clock
from platform_core.kernel.context import NoSupplier, Serving
from tenants.models import Domain, Provisioning, SignUp, Supplier
from tenants.rules import check_slug, skeleton
from tenants.states import SupplierState


def serving_of(supplier: Supplier, host: str = "") -> Serving:
    """The plain facts that requests and tasks carry."""
    return Serving(
        id=supplier.public_id,
        schema=supplier.schema_name,
        shard=supplier.shard,
        slug=supplier.slug,
        name=supplier.name,
        status=supplier.state,
        currency=supplier.currency,
        timezone=supplier.timezone,
        language=supplier.language,
        version=supplier.version,
        host=host or main_host(supplier.slug),
    )


def main_host(slug: str) -> str:
    """The supplier's own subdomain, with the platform's port: what absolute links use."""
    return f"{slug}.{settings.BASE_HOST}"


def serving_by_id(supplier_id: str) -> Serving:
    """For tasks. Raises NoSupplier when it does not exist or is not served any more."""
    supplier = Supplier.objects.filter(public_id=supplier_id).first()
    if supplier is None or supplier.state in {SupplierState.SUSPENDED, SupplierState.CLOSED}:
        raise NoSupplier(supplier_id)
    return serving_of(supplier)


def serving_by_host(host: str) -> Serving | None:
    """Straight from the domain table: only while Redis is away."""
    return next((serving for _, serving in hosts(host=host)), None)


def hosts(supplier_id: str = "", host: str = "") -> Iterator[tuple[str, Serving]]:
    """Every host with its supplier, or those of one supplier, or one host."""
    found = Domain.objects.select_related("tenant").exclude(
        tenant__state__in=[SupplierState.PROVISIONING, SupplierState.CLOSED]
    )
    if supplier_id:
        found = found.filter(tenant__public_id=supplier_id)
    if host:
        found = found.filter(domain=host)
    for domain in found:
        yield domain.domain, serving_of(domain.tenant)


def active_suppliers() -> list[Serving]:
    """All suppliers whose work goes on by itself."""
    active = Supplier.objects.filter(state__in=[SupplierState.ACTIVE, SupplierState.READ_ONLY])
    return [serving_of(supplier) for supplier in active.order_by("pk")]


def slug_is_free(slug: str) -> bool:
    """Whether a sign-up may take the subdomain. Raises SubdomainMalformed or SubdomainReserved."""
    return not is_taken(check_slug(slug))


def is_taken(slug: str) -> bool:
    """Whether a supplier has the subdomain, or one that looks like it."""
    return bool(Supplier.objects.filter(skeleton=skeleton(slug)).exists())


def sign_up(public_id: str) -> SignUp | None:
    """A sign-up that waits for its confirmation."""
    return SignUp.objects.filter(public_id=public_id, confirmed_at__isnull=True).first()


def sign_up_of_token(token: str) -> SignUp | None:
    """The sign-up a mailed link belongs to; None for an unknown link or one that ended unused."""
    row = SignUp.objects.filter(token_hash=hashed(token)).first()
    is_over = row is None or (row.confirmed_at is None and row.expires_at < clock.now())
    return None if is_over else row


def provisioning_of(sign_up: SignUp) -> Provisioning | None:
    """What became of a confirmed sign-up."""
    return Provisioning.objects.filter(sign_up=sign_up).first()


def hashed(token: str) -> str:
    """What is stored of a mailed token."""
    return hashlib.sha256(token.encode()).hexdigest()


def provisioning(public_id: str) -> Provisioning | None:
    """How far a sign-up's provisioning has come."""
    return Provisioning.objects.select_related("supplier", "sign_up").filter(public_id=public_id).first()
