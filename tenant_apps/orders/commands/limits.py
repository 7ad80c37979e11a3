"""A dealer's own approval: what its people may spend alone, and an approver's no (WK-07, WK-19)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from platform_core.audit.record import Change, difference, record
from platform_core.commands import command
from platform_core.db.editing import current, refuse, store
from platform_core.db.locks import locked
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.money import MINOR_MAX
from platform_core.kernel.texts import text_problems
from platform_core.kernel.words import noop
from tenant_apps.orders.approval import is_above
from tenant_apps.orders.errors import ApprovalDeclined, NotAnApprover, NothingToDecline
from tenant_apps.orders.models import BuyerLimit, SalesOrder
from tenant_apps.orders.operations import Before, finish, locked_with_settings
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.buyers import buyers_visible_to
from tenant_apps.orders.queries.limits import limits_for, person_of
from tenant_apps.orders.rules import mark
from tenant_apps.orders.states import ORDER_FLOW

REASON_MAX = 300
AMOUNTS = ("order_limit_minor", "month_limit_minor")
FLAGS = ("always", "is_approver")
_BELOW = noop("An amount of 0 or more, or none at all.")
_TOO_LARGE = noop("This amount is too large.")


@command(OrderPermission.MANAGE_APPROVALS)
def set_buyer_limit(
    *, actor: Actor, person_id: str, changes: Mapping[str, Any], version: int | None = None
) -> BuyerLimit:
    """Say what a dealer's person may spend alone: the named fields change, the others stay.

    `order_limit_minor` and `month_limit_minor` are whole minor units or None for no limit; `always` asks
    for an approval of every order; `is_approver` lets the person approve those of others. A dealer's
    people set those of their own, the supplier's those of the dealers they see. Raises NotFound,
    Conflict, Invalid.
    """
    person = current(buyers_visible_to(actor).filter(user__public_id=person_id), _("person"))
    named = {name: changes[name] for name in (*AMOUNTS, *FLAGS) if name in changes}
    refuse(_problems(named))
    BuyerLimit.objects.bulk_create(
        [BuyerLimit(membership=person, person_id=person_id)], ignore_conflicts=True
    )
    row = current(locked(BuyerLimit.objects.filter(membership=person)), _("person"), version)
    before = _facts(row)
    for name, value in named.items():
        setattr(row, name, value)
    store(row)
    record(actor, [Change("buyer_limit", person_id, "changed", *difference(before, _facts(row)))])
    return row


def _problems(values: Mapping[str, Any]) -> list[FieldProblem]:
    found = []
    for name in AMOUNTS:
        minor = values.get(name)
        if minor is not None and minor < 0:
            found.append(FieldProblem(f"/{name.removesuffix('_minor')}", "negative", _BELOW))
        elif minor is not None and minor > MINOR_MAX:
            found.append(FieldProblem(f"/{name.removesuffix('_minor')}", "too_large", _TOO_LARGE))
    return found


def _facts(row: BuyerLimit) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*AMOUNTS, *FLAGS)}


@command(OrderPermission.REVIEW, moves=True)
def decline_order(*, actor: Actor, operation_id: UUID, order_id: str, reason: str) -> SalesOrder:
    """An approver's no to an order above its buyer's limit: it keeps its state and says why.

    The buyer may edit it. Raises StepRefused, NothingToDecline, NotAnApprover, Invalid at `reason`.
    """
    order, settings = locked_with_settings(actor, order_id)
    target = ORDER_FLOW.target(order.state, "decline")
    reason = " ".join(reason.split())
    refuse(text_problems({"reason": reason}, {"reason": REASON_MAX}, ["reason"]))
    person = person_of(actor)
    limits = limits_for(
        dealer_id=order.dealer_id,
        order_id=order.pk,
        people=[one for one in {person, order.buyer} if one],
        timezone=settings.timezone,
    )
    if not is_above(limits.get(order.buyer), order.total.minor):
        raise NothingToDecline
    if not person or person == order.buyer or person not in limits or not limits[person].is_approver:
        raise NotAnApprover
    before = Before.of(order)
    order.needs_approval = True
    order.marks = [mark(ApprovalDeclined(name=actor.name, reason=reason))]
    return finish(order, "decline", actor, before, target, reason)
