"""The people of dealers with their spending limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.kernel.actor import Actor
from tenant_apps.access.models import Membership, OrganisationKind
from tenant_apps.dealers import queries as dealers
from tenant_apps.orders.models import BuyerLimit
from tenant_apps.orders.permissions import OrderPermission

SORTS = {"person": "user__name", "dealer": "organisation__name"}
DEFAULT_SORT = "person"


def buyers_visible_to(actor: Actor) -> QuerySet[Membership]:
    """A dealer's own people; those of all dealers in scope for the supplier. Raises NotPermitted."""
    actor.require(OrderPermission.MANAGE_APPROVALS)
    people = Membership.objects.filter(organisation__kind=OrganisationKind.DEALER)
    people = people.select_related("user", "organisation").order_by("user__name", "pk")
    if actor.dealer_id is not None:
        return people.filter(organisation_id=actor.organisation_id or 0)
    seen = dealers.dealers_visible_to(actor).order_by()
    return people.filter(organisation__in=seen.values("organisation_id"))


@dataclass(frozen=True, slots=True)
class BuyerFilter:
    """What narrows the list of limits. `dealer` is a public id; `kind` is `limited`, `approver` or `free`."""

    q: str = ""
    dealer: str = ""
    kind: str = ""
    sort: str = DEFAULT_SORT

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> BuyerFilter:
        """The filter that the parameters of the list's URL say."""
        return cls(
            asked.get("q", ""),
            asked.get("dealer", ""),
            asked.get("kind", ""),
            asked.get("sort", DEFAULT_SORT),
        )


def buyers_matching(actor: Actor, wanted: BuyerFilter) -> QuerySet[Membership]:
    """The visible people that the filter leaves, in its order. Raises NotFound for a dealer out of sight."""
    people = buyers_visible_to(actor)
    if text := wanted.q.replace("\0", "").strip():
        people = people.filter(user__name__icontains=text)
    if wanted.dealer and actor.dealer_id is None:
        people = people.filter(organisation_id=dealers.dealer_for(actor, wanted.dealer).organisation_id)
    row = BuyerLimit.objects.filter(membership=OuterRef("pk"))
    bound = Q(order_limit_minor__isnull=False) | Q(month_limit_minor__isnull=False) | Q(always=True)
    kinds = {
        "limited": Q(Exists(row.filter(bound))),
        "approver": Q(Exists(row.filter(is_approver=True))),
        "free": ~Q(Exists(row.filter(bound | Q(is_approver=True)))),
    }
    if wanted.kind in kinds:
        people = people.filter(kinds[wanted.kind])
    column = SORTS.get(wanted.sort.removeprefix("-"), SORTS[DEFAULT_SORT])
    return people.order_by(f"-{column}" if wanted.sort.startswith("-") else column, "pk")


def buyer_for(actor: Actor, person_id: str) -> tuple[Membership, BuyerLimit]:
    """One of them with its limit, an empty one when none was set. Raises NotFound."""
    person = current(buyers_visible_to(actor).filter(user__public_id=person_id), _("person"))
    row = BuyerLimit.objects.filter(membership=person).first()
    return person, row or BuyerLimit(membership=person, person_id=person_id)


def with_limits(people: list[Membership]) -> list[dict[str, Any]]:
    """People of one page with their limits, in one statement more."""
    rows = {row.membership_id: row for row in BuyerLimit.objects.filter(membership__in=people)}
    return [
        {"person": one, "limit": rows.get(one.pk) or BuyerLimit(membership=one, person_id=one.user.public_id)}
        for one in people
    ]
