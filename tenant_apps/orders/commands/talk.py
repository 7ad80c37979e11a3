"""Write to the other side about an order (W-154)."""

from __future__ import annotations

from uuid import UUID

from platform_core.commands import command
from platform_core.db.editing import refuse
from platform_core.db.models import actor_columns
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.texts import text_problems
from platform_core.outbox.record import record
from tenant_apps.orders.events import OrderMessageWritten
from tenant_apps.orders.models import OrderMessage
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.orders import order_for
from tenant_apps.orders.queries.talk import messages_of

TEXT_MAX = 1000


@command(OrderPermission.READ, moves=True)
def write_message(*, actor: Actor, operation_id: UUID, order_id: str, text: str) -> OrderMessage:
    """Leave a message on an order in any state; whoever sees the order may. Raises NotFound, Invalid."""
    order = order_for(actor, order_id)
    words = text.strip()
    refuse(text_problems({"text": words.replace("\n", " ")}, {"text": TEXT_MAX}, ["text"]))
    message = OrderMessage.objects.create(
        order=order, text=words, from_dealer=actor.dealer_id is not None, **actor_columns(actor)
    )
    record(
        OrderMessageWritten(
            order_id=order.public_id,
            number=order.number,
            dealer_id=order.dealer.public_id,
            from_dealer=message.from_dealer,
            author=actor.name,
        )
    )
    return message


@command(OrderPermission.READ)
def see_messages(*, actor: Actor, order_id: str) -> int:
    """The reader's side has seen what the other side wrote; how many messages were new. Raises NotFound."""
    theirs = messages_of(order_for(actor, order_id)).filter(from_dealer=actor.dealer_id is None)
    return theirs.filter(seen_at__isnull=True).update(seen_at=clock.now())
