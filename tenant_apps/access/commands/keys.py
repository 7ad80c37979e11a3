"""Machines' ways in: made once, shown once, revoked at once."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from platform_core.audit.record import Change, record
from platform_core.commands import command
from platform_core.db.editing import current, refuse
from platform_core.db.locks import locked
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor, ActorKind
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.texts import text_problems
from platform_core.kernel.words import noop
from tenant_apps.access import queries
from tenant_apps.access.commands.giving import within
from tenant_apps.access.errors import PersonOnly, ScopeTooNarrow
from tenant_apps.access.models import ApiKey
from tenant_apps.access.permissions import AccessPermission

_KIND = "api_key"
_PREFIX_BYTES, _SECRET_BYTES = 5, 24


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with its secret text: `dd_live_<prefix>_<secret>`, shown once and kept nowhere."""

    key: ApiKey
    secret: str


@command(AccessPermission.MANAGE_KEYS)
def create_key(
    *, actor: Actor, name: str, permissions: Collection[str], expires_at: datetime | None = None
) -> NewKey:
    """A key for the actor's organisation, within what the actor may itself.

    A key sees every warehouse, dealer and shop of its organisation, so its maker must too.
    Raises PersonOnly, ScopeTooNarrow, BeyondOwnAccess, Invalid.
    """
    if actor.kind != ActorKind.USER:
        raise PersonOnly
    if {actor.warehouse_ids, actor.dealer_ids, actor.shop_ids} != {None}:
        raise ScopeTooNarrow
    name = name.strip()
    problems = text_problems({"name": name}, {"name": 80}, required={"name"})
    if not permissions:
        problems.append(FieldProblem("/permissions", "required", noop("Choose what the key may do.")))
    if expires_at is not None and expires_at <= clock.now():
        problems.append(FieldProblem("/expires_at", "past", noop("Choose a time in the future.")))
    refuse(problems)
    return _made(actor, name, within(actor, (), permissions), expires_at)


@command(AccessPermission.MANAGE_KEYS)
def revoke_key(*, actor: Actor, key_id: str) -> ApiKey:
    """End a key now; a second time changes nothing. Raises NotFound."""
    key = current(locked(queries.keys_visible_to(actor).filter(public_id=key_id)), _("API key"))
    if key.revoked_at is None:
        key.revoked_at = clock.now()
        key.save(update_fields=["revoked_at", "updated_at"])
        record(actor, [Change(_KIND, key.public_id, "revoked", {}, {})])
    return key


def _made(actor: Actor, name: str, permissions: list[str], expires_at: datetime | None) -> NewKey:
    prefix, secret = secrets.token_hex(_PREFIX_BYTES), secrets.token_hex(_SECRET_BYTES)
    key = ApiKey.objects.create(
        organisation_id=queries.organisation_of(actor),
        name=name,
        prefix=prefix,
        secret_hash=queries.hash_of_secret(secret),
        permissions=permissions,
        created_by=actor.name[:120],
        expires_at=expires_at,
    )
    facts = {"name": name, "permissions": key.permissions, "expires_at": expires_at}
    record(actor, [Change(_KIND, key.public_id, "created", {}, facts)])
    return NewKey(key, f"{queries.KEY_MARK}{prefix}_{secret}")
