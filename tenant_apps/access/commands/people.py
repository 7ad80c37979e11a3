"""What an administrator may ask about the people of its own organisation (W-020…W-026, K-16)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
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
from tenant_apps.access import operations, queries, rules
from tenant_apps.access.commands.giving import within
from tenant_apps.access.errors import AdministratorOnly, BeyondOwnAccess, LastAdministrator, OwnAccess
from tenant_apps.access.models import (
    Membership,
    MembershipRole,
    Organisation,
    OrganisationKind,
    Role,
    Scope,
    ScopeKind,
)
from tenant_apps.access.permissions import AccessPermission

_KIND = "person"
_LENGTHS = {"name": 120, "employee_code": 40, "login": 60, "email": 254, "phone": 20, "external_id": 80}
_OPEN = {ScopeKind.WAREHOUSE: "all_warehouses", ScopeKind.DEALER: "all_dealers", ScopeKind.SHOP: "all_shops"}


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Who somebody is, and the names it logs in by; at least one of the three is given.

    `external_id` is another system's; None leaves it as it is.
    """

    name: str
    login: str = ""
    email: str = ""
    phone: str = ""
    employee_code: str = ""
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class ScopeFacts:
    """What data somebody sees of one kind: everything, or the things with these public ids."""

    everything: bool = False
    ids: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class AccessFacts:
    """What somebody may: administrator, or direct permissions, roles (public ids) and data scopes."""

    is_administrator: bool = False
    permissions: Collection[str] = ()
    roles: Collection[str] = ()
    scopes: dict[str, ScopeFacts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Issued:
    """A person with the password that was issued; shown once, kept nowhere."""

    person: Membership
    password: str


@command(AccessPermission.MANAGE_PEOPLE)
def create_person(*, actor: Actor, facts: PersonFacts) -> Issued:
    """Let somebody in with an issued password and no permissions yet (W-020). Raises Invalid."""
    _check(facts)
    password = operations.issued_password()
    user = operations.create_user(
        login=facts.login, email=facts.email, phone=facts.phone, name=facts.name, password=password
    )
    organisation = Organisation.objects.get(pk=queries.organisation_of(actor))
    person = Membership(
        user=user,
        organisation=organisation,
        employee_code=facts.employee_code,
        external_id=facts.external_id or None,
    )
    with uniquely("external_id"):
        person.save(force_insert=True)
    record(actor, [Change(_KIND, user.public_id, "created", {}, _facts_of(person))])
    return Issued(person, password)


@command(AccessPermission.MANAGE_PEOPLE)
def change_person(
    *, actor: Actor, person_id: str, facts: PersonFacts, version: int | None = None
) -> Membership:
    """Change name, number and names to log in. Raises NotFound, Conflict, Invalid, AdministratorOnly."""
    person = _locked_person(actor, person_id, version)
    _check(facts)
    before = _facts_of(person)
    user = person.user
    names = operations.names_to_log_in(
        login=facts.login, email=facts.email, phone=facts.phone, except_user=user
    )
    user.login, user.email, user.phone = names["login"], names["email"], names["phone"]
    user.name = facts.name
    with uniquely("login", "email", "phone"):
        user.save(update_fields=["login", "email", "phone", "name"])
    person.employee_code = facts.employee_code
    if facts.external_id is not None:
        person.external_id = facts.external_id or None
    store(person, "external_id")
    _note(actor, person, "changed", before, _facts_of(person))
    return person


@command(AccessPermission.MANAGE_PEOPLE)
def enable_person(*, actor: Actor, person_id: str) -> Membership:
    """Let somebody in again. Raises NotFound, OwnAccess, AdministratorOnly."""
    return _switch(actor, person_id, enabled=True)


@command(AccessPermission.MANAGE_PEOPLE)
def disable_person(*, actor: Actor, person_id: str) -> Membership:
    """Keep somebody out, from its next request on. Raises LastAdministrator besides."""
    return _switch(actor, person_id, enabled=False)


@command(AccessPermission.MANAGE_PEOPLE)
def reset_password(*, actor: Actor, person_id: str) -> Issued:
    """Issue a new password; the person's sessions end and it must choose its own (decisions.md §2, 21)."""
    person = _locked_person(actor, person_id)
    _refuse_self(actor, person)
    password = operations.issued_password()
    operations.set_password(user=person.user, password=password, issued=True)
    operations.end_sessions(user=person.user)
    person.refresh_from_db(fields=["version", "updated_at"])
    _note(actor, person, "password_issued", {}, {})
    return Issued(person, password)


@command(AccessPermission.MANAGE_PEOPLE)
def set_access(
    *, actor: Actor, person_id: str, access: AccessFacts, version: int | None = None
) -> Membership:
    """Say what somebody may (W-022). What is added must be within what the actor may itself (K-16).

    What the person holds beyond the actor's reach stays. Raises NotFound, Conflict, OwnAccess,
    AdministratorOnly, LastAdministrator, BeyondOwnAccess, Invalid.
    """
    person = _locked_person(actor, person_id, version)
    _refuse_self(actor, person)
    before = _access_of(person)
    _set_administrator(actor, person, is_administrator=access.is_administrator)
    person.permissions = within(actor, person.permissions, access.permissions)
    _set_roles(actor, person, access.roles)
    for kind in _kinds_of(person):
        _set_scope(actor, person, kind, access.scopes.get(kind, ScopeFacts()))
    store(person)
    _note(actor, person, "access_changed", before, _access_of(person))
    return person


def _locked_person(actor: Actor, person_id: str, version: int | None = None) -> Membership:
    """The person, after its organisation: two administrators cannot remove each other at once."""
    locked(Organisation.objects.filter(pk=queries.organisation_of(actor))).get()
    queries.person_for(actor, person_id)
    rows = queries.people_visible_to(actor).filter(user__public_id=person_id)
    person = current(locked(rows), _("person"), version)
    if person.is_administrator and not _is_administrator(actor):
        raise AdministratorOnly
    return person


def _is_administrator(actor: Actor) -> bool:
    """A machine never is one: what only administrators may is for people."""
    return Membership.objects.filter(user__public_id=actor.id, is_administrator=True).exists()


def _refuse_self(actor: Actor, person: Membership) -> None:
    if person.user.public_id == actor.id:
        raise OwnAccess


def _switch(actor: Actor, person_id: str, *, enabled: bool) -> Membership:
    person = _locked_person(actor, person_id)
    _refuse_self(actor, person)
    if person.enabled == enabled:
        return person
    if not enabled:
        _keep_an_administrator(person)
        operations.end_sessions(user=person.user)
    person.enabled = enabled
    store(person)
    _note(actor, person, "enabled" if enabled else "disabled", {}, {})
    return person


def _keep_an_administrator(person: Membership) -> None:
    active = queries.active_administrators(person.organisation_id)
    if rules.locks_out(active_administrators=active, membership_id=person.pk):
        raise LastAdministrator(name=person.user.name)


def _set_administrator(actor: Actor, person: Membership, *, is_administrator: bool) -> None:
    if person.is_administrator == is_administrator:
        return
    if not _is_administrator(actor):
        raise AdministratorOnly
    if person.is_administrator:
        _keep_an_administrator(person)
    person.is_administrator = is_administrator


def _set_roles(actor: Actor, person: Membership, asked: Collection[str]) -> None:
    own = {
        role.public_id: role for role in Role.objects.filter(organisation_id=queries.organisation_of(actor))
    }
    unknown = [public_id for public_id in asked if public_id not in own]
    if unknown:
        raise Invalid(problems=[FieldProblem("/roles", "unknown", noop("Choose from the roles listed."))])
    held, wanted = set(person.roles.all()), {own[public_id] for public_id in asked}
    new = sorted(wanted - held, key=lambda role: role.pk)
    for role in new:
        if _is_beyond(actor, person.organisation, role):
            raise BeyondOwnAccess(what=role.name)
    lost = [role for role in held - wanted if not _is_beyond(actor, person.organisation, role)]
    MembershipRole.objects.filter(membership=person, role__in=lost).delete()
    MembershipRole.objects.bulk_create([MembershipRole(membership=person, role=role) for role in new])


def _is_beyond(actor: Actor, organisation: Organisation, role: Role) -> bool:
    """Whether a role holds more than the actor may give or take."""
    given = rules.effective(
        direct=(),
        roles=[role.permissions],
        ceiling=organisation.ceiling,
        population=queries.permissions_of(OrganisationKind(organisation.kind)),
    )
    return bool(rules.beyond(given, actor.grants))


def _kinds_of(person: Membership) -> list[ScopeKind]:
    """Warehouses and dealers for the supplier's people, shops for a dealer's (W-022)."""
    if person.organisation.kind == OrganisationKind.SUPPLIER:
        return [ScopeKind.WAREHOUSE, ScopeKind.DEALER]
    return [ScopeKind.SHOP]


def _set_scope(actor: Actor, person: Membership, kind: ScopeKind, asked: ScopeFacts) -> None:
    """Only what the actor sees is opened or closed; the rest stays as it is."""
    column = _OPEN[kind]
    seen = {row.public_id: row.pk for row in queries.scope_choices(actor, kind)}
    unknown = [public_id for public_id in asked.ids if public_id not in seen]
    if unknown:
        raise Invalid(
            problems=[FieldProblem(f"/scopes/{kind}", "unknown", noop("Choose from the entries listed."))]
        )
    sees_all = _sees_all(actor, kind)
    if asked.everything and not getattr(person, column) and not sees_all:
        raise BeyondOwnAccess(what=str(kind.label))
    if sees_all or asked.everything:
        setattr(person, column, asked.everything)
    mine = Scope.objects.filter(membership=person, kind=kind)
    wanted = {seen[public_id] for public_id in asked.ids}
    mine.filter(object_id__in=set(seen.values()) - wanted).delete()
    Scope.objects.bulk_create(
        [Scope(membership=person, kind=kind, object_id=pk) for pk in sorted(wanted)],
        ignore_conflicts=True,
    )


def _sees_all(actor: Actor, kind: ScopeKind) -> bool:
    return {
        ScopeKind.WAREHOUSE: actor.warehouse_ids,
        ScopeKind.DEALER: actor.dealer_ids,
        ScopeKind.SHOP: actor.shop_ids,
    }[kind] is None


def _check(facts: PersonFacts) -> None:
    values = {name: getattr(facts, name) for name in _LENGTHS}
    refuse(text_problems(values, _LENGTHS, required={"name"}))


def _facts_of(person: Membership) -> dict[str, Any]:
    user = person.user
    return {
        "name": user.name,
        "login": user.login,
        "email": user.email,
        "phone": user.phone,
        "employee_code": person.employee_code,
        "external_id": person.external_id,
    }


def _access_of(person: Membership) -> dict[str, Any]:
    scopes = queries.scope_ids(person)
    return {
        "is_administrator": person.is_administrator,
        "permissions": list(person.permissions),
        "roles": sorted(person.roles.values_list("name", flat=True)),
        **{column: getattr(person, column) for column in _OPEN.values()},
        **{kind.value: sorted(scopes[kind]) for kind in ScopeKind},
    }


def _note(actor: Actor, person: Membership, verb: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    record(actor, [Change(_KIND, person.user.public_id, verb, *difference(before, after))])
