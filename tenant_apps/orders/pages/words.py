"""What a page says after an order was placed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from platform_core.kernel.actor import Actor
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.queries.orders import orders_together


def placed_sentence(actor: Actor, order: SalesOrder) -> str:
    """The number of the placed order; of all where the request was split."""
    orders = orders_together(actor, order)
    if len(orders) < 2:  # noqa: PLR2004
        return _("Order %(number)s is placed.") % {"number": order.number}
    facts = {"count": len(orders), "numbers": ", ".join(one.number for one in orders)}
    return _("Split over %(count)s warehouses: orders %(numbers)s are placed.") % facts
