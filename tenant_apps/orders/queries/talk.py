"""Messages on orders, and which of them nobody of the reader's side has seen."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from platform_core.kernel.actor import Actor
from tenant_apps.orders.models import OrderMessage, SalesOrder


def messages_of(order: SalesOrder) -> QuerySet[OrderMessage]:
    """The messages of an order that the reader may see, oldest first."""
    return OrderMessage.objects.filter(order=order).order_by("id")


def is_unread(actor: Actor) -> Exists:
    """For a query of orders: whether the other side wrote something that the reader's side has not seen."""
    theirs = OrderMessage.objects.filter(
        order=OuterRef("pk"), seen_at__isnull=True, from_dealer=actor.dealer_id is None
    )
    return Exists(theirs)
