"""Who may approve an order now, who stands in for whom, and what waits for somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor, ActorKind
from platform_core.kernel.context import serving
from platform_core.kernel.errors import DomainError
from tenant_apps.access import queries as access
from tenant_apps.access.models import Role
from tenant_apps.orders.approval import Approver, Panel, capacity_of, is_waiting, named
from tenant_apps.orders.errors import ConfirmAlone
from tenant_apps.orders.models import ApprovalDelegation, SalesOrder, SalesOrderStep
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.chains import chains_in_use
from tenant_apps.orders.states import OrderState

# Whoever took one of these steps had a part in the order and does not approve it.
TAKING_PART = ("submit", "edit", "review", "cancel_line")


def approvers(warehouse_id: int | None = None, dealer_id: int | None = None) -> list[Approver]:
    """The supplier's active people with the finance review, who may see this warehouse and dealer."""
    return [
        Approver(
            actor.id,
            actor.name,
            is_administrator=membership.is_administrator,
            roles=frozenset(role.public_id for role in membership.roles.all()),
        )
        for membership, actor in access.colleagues_who_may(OrderPermission.FINANCE_REVIEW)
        if _sees(actor.warehouse_ids, warehouse_id) and _sees(actor.dealer_ids, dealer_id)
    ]


def _sees(scope: frozenset[int] | None, object_id: int | None) -> bool:
    return scope is None or object_id is None or object_id in scope


def panel_for(order: SalesOrder) -> Panel:
    """Everybody who matters for an order at this moment; as many statements however many there are."""
    steps = SalesOrderStep.objects.filter(order=order, name__in=TAKING_PART, actor_kind=ActorKind.USER.value)
    return Panel(
        tuple(approvers(order.warehouse_id, order.dealer_id)),
        stand_ins(),
        frozenset(steps.values_list("actor_id", flat=True)),
    )


def stand_ins() -> dict[str, frozenset[str]]:
    """Who approves today in whose place, by delegate."""
    found: dict[str, set[str]] = defaultdict(set)
    for delegate, person in _today().values_list("delegate_id", "person_id"):
        found[delegate].add(person)
    return {delegate: frozenset(people) for delegate, people in found.items()}


def _today() -> QuerySet[ApprovalDelegation]:
    today = clock.today(serving().timezone)
    rows = ApprovalDelegation.objects.filter(withdrawn_at=None)
    return rows.filter(first_day__lte=today, last_day__gte=today)


def delegations_visible_to(actor: Actor) -> QuerySet[ApprovalDelegation]:
    """A person's own, given and taken; all of them for those who manage approvals. Newest first."""
    actor.require(OrderPermission.FINANCE_REVIEW)
    rows = ApprovalDelegation.objects.filter(withdrawn_at=None).order_by("-last_day", "-id")
    if actor.may(OrderPermission.MANAGE_APPROVALS):
        return rows
    return rows.filter(Q(person_id=actor.id) | Q(delegate_id=actor.id))


def delegation_for(actor: Actor, public_id: str) -> ApprovalDelegation:
    """One of them. Raises NotFound."""
    return current(delegations_visible_to(actor).filter(public_id=public_id), _("delegation"))


def waiting_for(actor: Actor, rows: QuerySet[SalesOrder]) -> QuerySet[SalesOrder]:
    """The orders among `rows` that wait for this person: in finance review, and theirs to approve.

    Without a chain for everybody with the permission; with one for whom the waiting level names, in
    person, by role or in an absent person's place, without a part in the order.
    """
    if actor.dealer_id is not None or not actor.may(OrderPermission.FINANCE_REVIEW):
        return rows.none()
    people = {actor.id, *_today().filter(delegate_id=actor.id).values_list("person_id", flat=True)}
    mine = Q(approval__isnull=True)
    for place in ("people", *[f"roles/{role}" for role in _roles_of(people)]):
        mine |= _named_at(place, people)
    part = SalesOrderStep.objects.filter(
        order=OuterRef("pk"), name__in=TAKING_PART, actor_id=actor.id, actor_kind=ActorKind.USER.value
    )
    signed = Q(approval__levels__contains=[{"by": actor.id}]) | Q(
        approval__levels__contains=[{"for": actor.id}]
    )
    with_part = Q(approval__isnull=False) & (Q(Exists(part)) | signed)
    return rows.filter(mine, state=OrderState.PENDING_FINANCE).exclude(with_part)


def _named_at(place: str, people: Iterable[str]) -> Q:
    kind, _slash, role = place.partition("/")
    found = Q()
    for one in [role] if role else people:
        found |= Q(**{f"approval__current__{kind}__contains": one})
    return found


def _roles_of(people: Iterable[str]) -> list[str]:
    rows = Role.objects.filter(memberships__user__public_id__in=list(people))
    return list(rows.values_list("public_id", flat=True).distinct())


def empty_levels() -> list[tuple[str, str]]:
    """Chain and level, for every level in use that nobody could approve now. One statement without chains."""
    chains = chains_in_use()
    if not chains:
        return []
    there = approvers()
    return [(c.name, v.name) for c in chains for v in c.levels if not named(v, there)]


class Signing(NamedTuple):
    """What a reader of an order's page may do at the level that waits."""

    refusal: DomainError | None
    asks_twice: bool


def signing_of(actor: Actor, order: SalesOrder) -> Signing:
    """Whether the reader may approve the waiting level, and whether they must confirm that they are alone."""
    if not is_waiting(order.approval):
        return Signing(None, asks_twice=False)
    try:
        capacity_of(order.approval, actor.id, panel_for(order))
    except ConfirmAlone:
        return Signing(None, asks_twice=True)
    except DomainError as error:
        return Signing(error, asks_twice=False)
    return Signing(None, asks_twice=False)
