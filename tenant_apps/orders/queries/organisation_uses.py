"""What of orders names an ordering organisation: `settings.ORGANISATION_USES`."""

from __future__ import annotations

from tenant_apps.orders.models import SalesOrder


def orders_of_organisation(*, organisation_id: str) -> int:
    """How many sales orders name the organisation (public id), whatever their state."""
    return SalesOrder.objects.filter(organisation=organisation_id).count()
