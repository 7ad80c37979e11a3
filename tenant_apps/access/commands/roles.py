"""Permission groups of one organisation, and the ceiling over it (W-021, W-027)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from platform_core.audit.record import Change, difference, record
from platform_core.commands import command
from platform_core.db.editing import current, refuse, uniquely
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
def create_role(*, actor: Actor, name: str, permissions: Collection[str]) -> Role:
    """A new permission group, within what the actor may itself. Raises Invalid, BeyondOwnAccess."""
    name = _checked(name)
    role = Role(
        organisation_id=queries.organisation_of(actor), name=name, permissions=within(actor, (), permissions)
    )
    with uniquely("name"):
        role.save(force_insert=True)
    record(actor, [Change(_KIND, role.public_id, "created", {}, _facts(role))])
    return role


@command(AccessPermission.MANAGE_ROLES)
def change_role(
    *, actor: Actor, role_id: str, name: str, permissions: Collection[str], version: int | None = None
) -> Role:
    """Rename a role or change what it gives to all who hold it.

    Raises NotFound, Conflict, Invalid, BeyondOwnAccess.
    """
    role = _locked_role(actor, role_id, version)
    before = _facts(role)
    role.name = _checked(name)
    role.permissions = within(actor, role.permissions, permissions)
    role.version += 1
    with uniquely("name"):
        role.save(update_fields=["name", "permissions", "version"])
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
def set_ceiling(*, actor: Actor, organisation_id: str, permissions: Collection[str] | None) -> Organisation:
    """Limit what anybody of a dealer may hold (W-027); None or everything takes the limit away.

    What people and roles hold beyond it has no effect until it is raised again. Raises NotFound, Invalid.
    """
    queries.organisation_for(actor, organisation_id)
    organisation = locked(Organisation.objects.filter(public_id=organisation_id)).get()
    population = queries.permissions_of(OrganisationKind(organisation.kind))
    unknown = rules.beyond(permissions or (), population)
    if unknown:
        raise Invalid(
            problems=[FieldProblem("/permissions", "unknown", noop("Choose from the permissions listed."))]
        )
    everything = permissions is None or set(permissions) == population
    before = {"ceiling": organisation.ceiling}
    organisation.ceiling = None if everything else sorted(set(permissions or ()))
    organisation.save(update_fields=["ceiling"])
    after = {"ceiling": organisation.ceiling}
    record(
        actor,
        [Change("organisation", organisation.public_id, "ceiling_set", *difference(before, after))],
    )
    return organisation


def _locked_role(actor: Actor, role_id: str, version: int | None = None) -> Role:
    rows = Role.objects.filter(organisation_id=queries.organisation_of(actor), public_id=role_id)
    return current(locked(rows), _("role"), version)


def _checked(name: str) -> str:
    name = name.strip()
    refuse(text_problems({"name": name}, {"name": 60}, required={"name"}))
    return name


def _facts(role: Role) -> dict[str, Any]:
    return {"name": role.name, "permissions": list(role.permissions)}
