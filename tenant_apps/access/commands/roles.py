"""Permission groups of one organisation, and the ceiling over it (W-021, W-027)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from platform_core.audit.record import Change, difference, record
from platform_core.commands import command
from platform_core.db.editing import current, refuse, store, uniquely
from platform_core.db.locks import locked
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.texts import text_problems
from platform_core.kernel.words import noop
from tenant_apps.access import queries, rules
from tenant_apps.access.commands.giving import within
from tenant_apps.access.errors import RoleInUse
from tenant_apps.access.models import MembershipRole, Organisation, OrganisationKind, Role
from tenant_apps.access.permissions import AccessPermission

_KIND = "role"


@command(AccessPermission.MANAGE_ROLES)
def create_role(
    *, actor: Actor, name: str, permissions: Collection[str], external_id: str | None = None
) -> Role:
    """A new permission group, within what the actor may itself. Raises Invalid, BeyondOwnAccess."""
    role = Role(
        organisation_id=queries.organisation_of(actor),
        permissions=within(actor, (), permissions),
        **_checked(name, external_id),
    )
    with uniquely("name", "external_id"):
        role.save(force_insert=True)
    record(actor, [Change(_KIND, role.public_id, "created", {}, _facts(role))])
    return role


@command(AccessPermission.MANAGE_ROLES)
def change_role(
    *,
    actor: Actor,
    role_id: str,
    name: str | None = None,
    permissions: Collection[str] | None = None,
    external_id: str | None = None,
    version: int | None = None,
) -> Role:
    """Rename a role or change what it gives to all who hold it; what is None stays.

    Raises NotFound, Conflict, Invalid, BeyondOwnAccess.
    """
    role = _locked_role(actor, role_id, version)
    before = _facts(role)
    asked = _checked(
        role.name if name is None else name, role.external_id if external_id is None else external_id
    )
    role.name, role.external_id = asked["name"], asked["external_id"]
    if permissions is not None:
        role.permissions = within(actor, role.permissions, permissions)
    store(role, "name", "external_id")
    record(actor, [Change(_KIND, role.public_id, "changed", *difference(before, _facts(role)))])
    return role


@command(AccessPermission.MANAGE_ROLES)
def delete_role(*, actor: Actor, role_id: str) -> None:
    """Remove a role that nobody holds. Raises NotFound, RoleInUse."""
    role = _locked_role(actor, role_id)
    holders = MembershipRole.objects.filter(role=role).count()
    if holders:
        raise RoleInUse(count=holders)
    record(actor, [Change(_KIND, role.public_id, "deleted", _facts(role), {})])
    role.delete()


@command(AccessPermission.MANAGE_CEILINGS)
def set_ceiling(
    *,
    actor: Actor,
    organisation_id: str,
    permissions: Collection[str] | None,
    version: int | None = None,
) -> Organisation:
    """Limit what anybody of a dealer may hold (W-027); None or everything takes the limit away.

    What people and roles hold beyond it has no effect until it is raised again. Raises NotFound, Conflict,
    Invalid.
    """
    queries.organisation_for(actor, organisation_id)
    rows = Organisation.objects.filter(public_id=organisation_id)
    organisation = current(locked(rows), _("dealer"), version)
    population = queries.permissions_of(OrganisationKind(organisation.kind))
    unknown = rules.beyond(permissions or (), population)
    if unknown:
        raise Invalid(
            problems=[FieldProblem("/permissions", "unknown", noop("Choose from the permissions listed."))]
        )
    everything = permissions is None or set(permissions) == population
    before = {"ceiling": organisation.ceiling}
    organisation.ceiling = None if everything else sorted(set(permissions or ()))
    store(organisation)
    after = {"ceiling": organisation.ceiling}
    record(
        actor,
        [Change("organisation", organisation.public_id, "ceiling_set", *difference(before, after))],
    )
    return organisation


def _locked_role(actor: Actor, role_id: str, version: int | None = None) -> Role:
    rows = Role.objects.filter(organisation_id=queries.organisation_of(actor), public_id=role_id)
    return current(locked(rows), _("role"), version)


def _checked(name: str, external_id: str | None) -> dict[str, Any]:
    values = {"name": name.strip(), "external_id": (external_id or "").strip() or None}
    refuse(text_problems(values, {"name": 60, "external_id": 80}, required={"name"}))
    return values


def _facts(role: Role) -> dict[str, Any]:
    return {"name": role.name, "external_id": role.external_id, "permissions": list(role.permissions)}
