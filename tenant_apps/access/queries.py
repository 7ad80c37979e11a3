"""Who is asking, what they may, and whom they may manage."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from importlib import import_module
from typing import Any, cast

from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from platform_core.kernel import clock
from platform_core.kernel.actor import Actor, ActorKind
from platform_core.kernel.context import serving_or_none
from platform_core.kernel.errors import NotFound
from tenant_apps.access.models import (
    ApiKey,
    Membership,
    MembershipRole,
    Organisation,
    OrganisationKind,
    Role,
    Scope,
    ScopeKind,
    SupplierSettings,
)
from tenant_apps.access.rules import effective

NOBODY = Actor(ActorKind.USER, "", "")
KEY_MARK = "dd_live_"


def actor_of_request(request: HttpRequest) -> Actor:
    """The person of the session, or nobody: also for the public host and whoever was disabled.

    One statement beside the session's own, two for people with a closed data scope.
    """
    if serving_or_none() is None:
        return NOBODY
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return NOBODY
    membership = _memberships().filter(user_id=user.pk).first()
    return actor_of_membership(membership) if membership else NOBODY


def actor_of_membership(membership: Membership) -> Actor:
    """The actor a membership makes; nobody when it, its organisation or its user is disabled."""
    if not hasattr(membership, "held_roles"):
        membership = _memberships().get(pk=membership.pk)
    held = cast(Any, membership)
    organisation, user = membership.organisation, membership.user
    if not (membership.enabled and organisation.enabled and user.is_active and held.is_dealer_enabled):
        return NOBODY
    grants = effective(
        direct=membership.permissions,
        roles=held.held_roles,
        ceiling=organisation.ceiling,
        population=permissions_of(OrganisationKind(organisation.kind)),
        is_administrator=membership.is_administrator,
    )
    scopes = _scopes(membership)
    return Actor(
        ActorKind.USER,
        user.public_id,
        user.name,
        grants,
        organisation_id=organisation.pk,
        dealer_id=held.dealer_id,
        warehouse_ids=scopes[ScopeKind.WAREHOUSE],
        dealer_ids=scopes[ScopeKind.DEALER],
        shop_ids=scopes[ScopeKind.SHOP],
    )


def key_of_secret(text: str) -> ApiKey | None:
    """The valid key that a machine presented: `dd_live_<prefix>_<secret>`; None for any other.

    Always hashes and compares, so that the time tells nothing of which prefixes exist.
    """
    prefix, _, secret = text.removeprefix(KEY_MARK).partition("_")
    if not (text.startswith(KEY_MARK) and prefix and secret):
        return None
    key = _keys().filter(prefix=prefix).first()
    is_right = _same(hash_of_secret(secret), key.secret_hash if key else "0" * 64)
    if key is None or not is_right or key.revoked_at is not None:
        return None
    if key.expires_at is not None and key.expires_at <= clock.now():
        return None
    is_open = key.organisation.enabled and cast(Any, key).is_dealer_enabled
    return key if is_open else None


def actor_of_key(key: ApiKey) -> Actor:
    """The machine a key makes: its permissions under the organisation's ceiling, every scope open."""
    organisation = key.organisation
    grants = effective(
        direct=key.permissions,
        roles=(),
        ceiling=organisation.ceiling,
        population=permissions_of(OrganisationKind(organisation.kind)),
    )
    return Actor(
        ActorKind.MACHINE,
        key.public_id,
        key.name,
        grants,
        organisation_id=organisation.pk,
        dealer_id=cast(Any, key).dealer_id,
    )


def hash_of_secret(secret: str) -> str:
    """What is kept of a key: its secret has 160 bits, so one sha256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def settings() -> SupplierSettings:
    """The supplier's own choices; the row is laid by the seed."""
    return SupplierSettings.objects.get(pk=1)


@lru_cache(maxsize=4)
def permissions_of(kind: OrganisationKind) -> frozenset[str]:
    """Everything that somebody of this population may ever hold, over all apps."""
    name = "FOR_SUPPLIER" if kind == OrganisationKind.SUPPLIER else "FOR_DEALER"
    words = [import_module(path) for path in django_settings.PERMISSION_WORDS]
    return frozenset(str(word) for module in words for word in getattr(module, name))


def _memberships() -> QuerySet[Membership]:
    """Memberships with what makes an actor of them, in one statement."""
    roles = Role.objects.filter(
        pk__in=MembershipRole.objects.filter(membership=OuterRef(OuterRef("pk"))).values("role")
    )
    return _with_dealer(
        Membership.objects.select_related("organisation", "user").annotate(
            held_roles=ArraySubquery(roles.values("permissions"))
        )
    )


def _keys() -> QuerySet[ApiKey]:
    return _with_dealer(ApiKey.objects.select_related("organisation"))


def _with_dealer(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add the dealer of each row's organisation; `dealers` stands above, so it is named by string."""
    dealer = apps.get_model(django_settings.DEALER_OF_ORGANISATION)
    mine = dealer._default_manager.filter(organisation=OuterRef("organisation"))
    return rows.annotate(
        dealer_id=Subquery(mine.values("pk")[:1]),
        is_dealer_enabled=Coalesce(Subquery(mine.values("enabled")[:1]), Value(True)),  # noqa: FBT003
    )


def _scopes(membership: Membership) -> dict[str, frozenset[int] | None]:
    """None where everything is visible. Warehouses and dealers close for the supplier's people only,
    shops for a dealer's only (W-022).
    """
    is_supplier = membership.organisation.kind == OrganisationKind.SUPPLIER
    everything = {
        ScopeKind.WAREHOUSE: membership.all_warehouses or not is_supplier,
        ScopeKind.DEALER: membership.all_dealers or not is_supplier,
        ScopeKind.SHOP: membership.all_shops or is_supplier,
    }
    closed = [kind for kind, is_open in everything.items() if not is_open]
    if membership.is_administrator or not closed:
        return dict.fromkeys(ScopeKind)
    listed = Scope.objects.filter(membership=membership, kind__in=closed).values_list("kind", "object_id")
    rows = list(listed)
    return {
        kind: frozenset(id_ for named, id_ in rows if named == kind) if kind in closed else None
        for kind in ScopeKind
    }


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one, other)
