"""What the people of a dealer may spend alone, for statements that ask for it beside something else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from platform_core.db.fast import fetched
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor, ActorKind
from tenant_apps.orders.approval import Limit, limits_of

# A select of its own inside another statement: null as long as nobody has a limit. `{dealer}` and
# `{order}` are the dealer's row id and the order that the month's sum leaves out.
_LIMITS = """
(SELECT jsonb_object_agg(b.person_id, jsonb_build_object('order', b.order_limit_minor,
   'month', b.month_limit_minor, 'always', b.always, 'approver', b.is_approver,
   'spent', CASE WHEN b.month_limit_minor IS NOT NULL THEN
     (SELECT COALESCE(sum(x.total_minor), 0) FROM orders_salesorder x
       WHERE x.dealer_id = {dealer} AND x.buyer = b.person_id AND x.placed_at >= %(month)s
         AND x.state <> 'cancelled' AND x.id <> {order}) END))
 FROM orders_buyerlimit b WHERE b.person_id = ANY(%(people)s::varchar[]))
"""
OF_BUYER = _LIMITS.format(dealer="d.id", order="0")
OF_ORDER = _LIMITS.format(dealer="%(dealer)s::bigint", order="%(order)s::bigint")


def month_of(timezone: str) -> Any:
    """The instant at which the supplier's month began."""
    return clock.start_of(clock.today(timezone).replace(day=1), timezone)


def person_of(actor: Actor) -> str:
    """The public id of a dealer's person; blank for machines, the system and the supplier's people."""
    return actor.id if actor.dealer_id is not None and actor.kind is ActorKind.USER else ""


def is_bound(actor: Actor) -> bool:
    """Whether limits bind the actor: the supplier's people act on behalf and are free."""
    return actor.dealer_id is not None or actor.kind is ActorKind.SYSTEM


def told(text: Any) -> dict[str, Limit]:
    """The limits by person that such a select answered."""
    return limits_of(json.loads(text) if isinstance(text, str) else text)


def limits_for(*, dealer_id: int, order_id: int, people: Iterable[str], timezone: str) -> dict[str, Limit]:
    """The same in a statement of its own: as they are once a lock is held."""
    asked = {"dealer": dealer_id, "order": order_id, "people": list(people), "month": month_of(timezone)}
    return told(fetched(f"SELECT {OF_ORDER}", asked)[0][0])
