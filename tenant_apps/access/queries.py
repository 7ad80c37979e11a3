"""Who is asking, what they may, and whom they may manage."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any, cast

from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.sessions.models import Session
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.db.fast import Read, related
from platform_core.identity.models import User
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor, ActorKind
from platform_core.kernel.context import serving_or_none
from platform_core.kernel.errors import NotFound
from tenant_apps.access.models import (
    ApiKey,
    LoginLine,
    Membership,
    MembershipRole,
    OpenSession,
    Organisation,
    OrganisationKind,
    Role,
    ScopeKind,
    SupplierSettings,
)
from tenant_apps.access.permissions import AccessPermission
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


def actor_of_person(public_id: str) -> Actor:
    """The person as it is now, for work that outlives its request; nobody when it may no longer enter."""
    membership = _memberships().filter(user__public_id=public_id).first()
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
    row = _key_read().first([prefix])
    key = _key_of_row(row) if row else None
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
    row = _SETTINGS.first([])
    if row is None:
        raise SupplierSettings.DoesNotExist
    return cast(SupplierSettings, row[0])


def organisation_of(actor: Actor) -> int:
    """The row id of the actor's organisation; 0, which no row has, for the system and operators."""
    return actor.organisation_id or 0


def people_visible_to(actor: Actor) -> QuerySet[Membership]:
    """The people of the actor's own organisation. Raises NotPermitted."""
    actor.require(AccessPermission.READ)
    own = Membership.objects.filter(organisation_id=organisation_of(actor))
    return own.select_related("user", "organisation")


def people_matching(rows: QuerySet[Membership], q: str, state: str) -> QuerySet[Membership]:
    """Those whose name, number or name to log in holds `q`; `state` is `active`, `disabled` or empty."""
    if q:
        columns = ("user__name", "user__login", "user__email", "user__phone", "employee_code")
        anywhere = Q()
        for column in columns:
            anywhere |= Q(**{f"{column}__icontains": q})
        rows = rows.filter(anywhere)
    return rows.filter(enabled=state == "active") if state else rows


def person_for(actor: Actor, public_id: str) -> Membership:
    """One of the actor's own people by the user's public id. Raises NotFound."""
    return current(people_visible_to(actor).filter(user__public_id=public_id), _("person"))


def colleagues_who_may(permission: str) -> list[tuple[Membership, Actor]]:
    """The supplier's active people who hold a permission, by name, with their roles at hand.

    As many statements however many there are.
    """
    rows = _memberships().filter(organisation__kind=OrganisationKind.SUPPLIER)
    rows = rows.prefetch_related("roles", "scopes").order_by("user__name", "pk")
    found = [(row, actor_of_membership(row)) for row in rows]
    return [(row, actor) for row, actor in found if actor.may(permission)]


def active_administrators(organisation_id: int) -> list[int]:
    """Memberships of those who can let others in."""
    rows = Membership.objects.filter(
        organisation=organisation_id, is_administrator=True, enabled=True, user__is_active=True
    )
    return list(rows.values_list("pk", flat=True))


def roles_visible_to(actor: Actor) -> QuerySet[Role]:
    """The roles of the actor's own organisation, with how many hold them. Raises NotPermitted."""
    actor.require(AccessPermission.READ)
    own = Role.objects.filter(organisation_id=organisation_of(actor))
    return own.annotate(holders=Count("membershiprole")).order_by("name", "pk")


def role_for(actor: Actor, public_id: str) -> Role:
    """One of the own roles. Raises NotFound."""
    return current(roles_visible_to(actor).filter(public_id=public_id), _("role"))


def keys_visible_to(actor: Actor) -> QuerySet[ApiKey]:
    """The keys of the actor's own organisation, newest first. Raises NotPermitted."""
    actor.require(AccessPermission.MANAGE_KEYS)
    return ApiKey.objects.filter(organisation_id=organisation_of(actor)).order_by("-id")


def key_for(actor: Actor, public_id: str) -> ApiKey:
    """One of the own keys. Raises NotFound."""
    return current(keys_visible_to(actor).filter(public_id=public_id), _("API key"))


def organisations_visible_to(actor: Actor) -> QuerySet[Organisation]:
    """The dealers' organisations that the actor manages (W-027, W-026). Raises NotPermitted."""
    actor.require(AccessPermission.MANAGE_CEILINGS)
    dealer = apps.get_model(django_settings.DEALER_OF_ORGANISATION)
    managed = dealer._default_manager.filter(organisation=OuterRef("pk"))
    if actor.dealer_ids is not None:
        managed = managed.filter(pk__in=actor.dealer_ids)
    rows = Organisation.objects.filter(Exists(managed), kind=OrganisationKind.DEALER)
    return rows.annotate(people=Count("memberships")).order_by("name", "pk")


def organisation_for(actor: Actor, public_id: str) -> Organisation:
    """One of the dealers' organisations. Raises NotFound."""
    return current(organisations_visible_to(actor).filter(public_id=public_id), _("dealer"))


def logins_of(person: Membership) -> QuerySet[LoginLine]:
    """The login log of one person, newest first (W-020). Whoever holds the person may read it."""
    return LoginLine.objects.filter(user=person.user).order_by("-id")


def own_membership(actor: Actor) -> Membership:
    """The person itself, for its own pages. Raises NotFound for machines."""
    rows = Membership.objects.select_related("user", "organisation")
    found = rows.filter(user__public_id=actor.id).first() if actor.kind == ActorKind.USER else None
    if found is None:
        raise NotFound(noun=_("person"))
    return found


def user_of_name(name: str) -> User | None:
    """Whose name to log in it is: e-mail, phone in E.164 or account name."""
    if not name:
        return None
    same = Q(login__iexact=name) | Q(email__iexact=name) | Q(phone=name)
    return User.objects.filter(same).first()


def may_enter(user: User) -> bool:
    """Whether this person, its membership and its organisation are enabled."""
    membership = _memberships().filter(user=user).first()
    return membership is not None and bool(actor_of_membership(membership).id)


def open_sessions_of(user: User) -> QuerySet[OpenSession]:
    """Where a person is logged in now, newest first."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=clock.now())
    return OpenSession.objects.filter(Exists(alive), user=user).order_by("-id")


def scope_choices(actor: Actor, kind: str) -> QuerySet[Any]:
    """Warehouses, dealers or shops that the actor may open to others: those it sees itself."""
    visible = import_string(django_settings.SCOPE_CHOICES[kind])
    return cast("QuerySet[Any]", visible(actor))


def shows_catalogue() -> bool:
    """Whether strangers may see the supplier's goods (MO-04)."""
    return settings().public_catalogue


def public_pages() -> list[str]:
    """The addresses that strangers may read now, beside the doors."""
    return ["/catalogue"] if shows_catalogue() else []


def price_lists(actor: Actor) -> list[tuple[str, str]]:
    """Public id and name of the goods strategies; they stand above, so they are named by string."""
    rows = import_string(django_settings.PRICE_LISTS)(actor)
    return list(rows.values_list("public_id", "name"))


def scope_ids(membership: Membership) -> dict[str, set[int]]:
    """What is listed for a person, by kind."""
    listed: dict[str, set[int]] = {kind: set() for kind in ScopeKind}
    for kind, object_id in membership.scopes.values_list("kind", "object_id"):
        listed[kind].add(object_id)
    return listed


def first_steps() -> dict[str, bool]:
    """Which of a new supplier's steps are done, by key, in one statement (settings.FIRST_STEPS)."""
    done = {
        key: Exists(apps.get_model(model)._default_manager.all())
        for key, _, model in django_settings.FIRST_STEPS
    }
    row = SupplierSettings.objects.filter(pk=1).annotate(**done).values_list(*done).get()
    return dict(zip(done, row, strict=True))


def settings_visible_to(actor: Actor) -> SupplierSettings:
    """The settings for those who may edit them. Raises NotPermitted."""
    actor.require(AccessPermission.MANAGE_SETTINGS)
    return settings()


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


_SETTINGS = Read("SELECT {s} FROM access_suppliersettings s WHERE s.id = 1", s=SupplierSettings)


@lru_cache(maxsize=1)
def _key_read() -> Read:
    """A key with its organisation and that one's dealer; `dealers` stands above, so it is named by string."""
    dealer = apps.get_model(django_settings.DEALER_OF_ORGANISATION)._meta.db_table
    return Read(
        "SELECT {k}, {o}, d.id, COALESCE(d.enabled, TRUE) FROM access_apikey k"  # noqa: S608 - our own table
        " JOIN access_organisation o ON o.id = k.organisation_id"
        f" LEFT JOIN {dealer} d ON d.organisation_id = o.id WHERE k.prefix = %s",
        k=ApiKey,
        o=Organisation,
    )


def _key_of_row(row: Sequence[Any]) -> ApiKey:
    key, organisation, dealer_id, is_dealer_enabled = row
    related(key, organisation=organisation)
    key.dealer_id, key.is_dealer_enabled = dealer_id, is_dealer_enabled
    return cast(ApiKey, key)


def _with_dealer(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add the dealer of each row's organisation; `dealers` stands above, so it is named by string."""
    dealer = apps.get_model(django_settings.DEALER_OF_ORGANISATION)
    mine = dealer._default_manager.filter(organisation=OuterRef("organisation"))
    annotated: QuerySet[Any] = rows.annotate(
        dealer_id=Subquery(mine.values("pk")[:1]),
        is_dealer_enabled=Coalesce(Subquery(mine.values("enabled")[:1]), Value(True)),
    )
    return annotated


def _scopes(membership: Membership) -> dict[str, frozenset[int] | None]:
    """The ids somebody sees, by kind; None where everything is visible.

    Warehouses and dealers close for the supplier's people only, shops for a dealer's only (W-022).
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
    rows = list(membership.scopes.all())
    return {
        kind: frozenset(row.object_id for row in rows if row.kind == kind) if kind in closed else None
        for kind in ScopeKind
    }


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one, other)
