"""Receipts: what the dealer found in a shipment."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from platform_core.db.fields import ClockTime, public_id, quantity_column
from platform_core.db.models import ActedRow


class Receipt(ActedRow):
    """The dealer's confirmation of one shipment (K-25). `automatic` when nobody confirmed in time."""

    public_id = public_id("rcp")
    number = models.CharField(max_length=30, unique=True)
    shipment = models.OneToOneField("fulfilment.Shipment", on_delete=models.PROTECT, related_name="receipt")
    dealer = models.ForeignKey("dealers.Dealer", on_delete=models.PROTECT, related_name="+")
    automatic = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True, default="")
    created_at = ClockTime(on="create")


class ReceiptLine(models.Model):
    """Received against shipped, in the SKU's base unit. A difference stays visible (G-67)."""

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="lines", db_index=False)
    shipment_line = models.OneToOneField(
        "fulfilment.ShipmentLine", on_delete=models.PROTECT, related_name="receipt_line"
    )
    shipped = quantity_column()
    received = quantity_column()
    replenish = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "shipment_line"], name="receipt_line_once"),
            models.CheckConstraint(condition=models.Q(received__gte=0), name="received_not_negative"),
        ]

    @property
    def difference(self) -> Decimal:
        """How much less arrived than was shipped; negative when more did."""
        return Decimal(self.shipped - self.received)

    @property
    def surplus(self) -> Decimal:
        """How much more arrived than was shipped."""
        return -self.difference
