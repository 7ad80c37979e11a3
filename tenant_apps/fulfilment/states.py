"""The life of a shipment (decisions.md §4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from platform_core.kernel.flow import Flow, step
from tenant_apps.fulfilment.permissions import FulfilmentPermission as May


class ShipmentState(models.TextChoices):
    """A parcel or delivery, from the packing table to the dealer."""

    PACKED = "packed", _("packed")
    SHIPPED = "shipped", _("shipped")
    RECEIVED = "received", _("received")


SHIPMENT_FLOW = Flow(
    step("ship", {ShipmentState.PACKED}, ShipmentState.SHIPPED, May.SHIP),
    step("receive", {ShipmentState.SHIPPED}, ShipmentState.RECEIVED, "aftersales.confirm_receipt"),
)
