"""The people of dealers with their spending limits."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.kernel.actor import Actor
from tenant_apps.access.models import Membership, OrganisationKind
from tenant_apps.dealers import queries as dealers
from tenant_apps.orders.models import BuyerLimit
from tenant_apps.orders.permissions import OrderPermission


def buyers_visible_to(actor: Actor) -> QuerySet[Membership]:
    """A dealer's own people; those of all dealers in scope for the supplier. Raises NotPermitted."""
    actor.require(OrderPermission.MANAGE_APPROVALS)
    people = Membership.objects.filter(organisation__kind=OrganisationKind.DEALER)
    people = people.select_related("user", "organisation").order_by("user__name", "pk")
    if actor.dealer_id is not None:
        return people.filter(organisation_id=actor.organisation_id or 0)
    seen = dealers.dealers_visible_to(actor).order_by()
    return people.filter(organisation__in=seen.values("organisation_id"))


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
