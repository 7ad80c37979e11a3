"""The documents that move goods between own warehouses (调拨)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F

from platform_core.db.fields import ClockTime, public_id, quantity_column, state, state_is_known
from platform_core.db.models import ActedRow
from tenant_apps.inventory.states import TransferState


class StockTransfer(ActedRow):
    """Goods from one own warehouse to another; who wrote it is the actor.

    Between `sent_at` and `ended_at` they lie in neither: they are in transit.
    """

    public_id = public_id("trf")
    number = models.CharField(max_length=30, unique=True)
    origin = models.ForeignKey("logistics.Warehouse", on_delete=models.PROTECT, related_name="+")
    destination = models.ForeignKey("logistics.Warehouse", on_delete=models.PROTECT, related_name="+")
    state = state(TransferState, TransferState.DRAFT)
    note = models.CharField(max_length=200, blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            state_is_known("stock_transfer", TransferState),
            models.CheckConstraint(condition=~models.Q(origin=F("destination")), name="transfer_leads_away"),
        ]


class StockTransferLine(models.Model):
    """One SKU of a transfer. `received` is known once it arrived; what is missing then was lost."""

    transfer = models.ForeignKey(
        StockTransfer, on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    position = models.PositiveIntegerField()
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = quantity_column()
    received = models.DecimalField(max_digits=18, decimal_places=3, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "position"], name="stock_transfer_line_place"),
            models.UniqueConstraint(fields=["sku", "transfer"], name="stock_transfer_moves_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="stock_transfer_positive"),
            models.CheckConstraint(
                condition=models.Q(received__isnull=True)
                | models.Q(received__gte=0, received__lte=F("quantity")),
                name="never_received_more_than_sent",
            ),
        ]

    @property
    def lost(self) -> Decimal | None:
        """What was sent and did not arrive; None before the goods were received."""
        return None if self.received is None else self.quantity - self.received
