"""Shipments of a stock-out."""

from __future__ import annotations

from typing import Any

from django.db import models

from platform_core.db.fields import ClockTime, public_id, quantity_column, state, state_is_known
from platform_core.db.models import AbstractStep
from tenant_apps.fulfilment.states import ShipmentState


class Shipment(models.Model):
    """One parcel or delivery of a stock-out, with carrier and tracking number.

    `mailed_to` lists the public ids of the people who were told of it by mail, so that a repeated
    delivery of the event tells nobody twice.
    """

    public_id = public_id("shm")
    number = models.CharField(max_length=30, unique=True)
    stock_out = models.ForeignKey("inventory.StockOut", on_delete=models.PROTECT, related_name="shipments")
    dealer = models.ForeignKey("dealers.Dealer", on_delete=models.PROTECT, related_name="+")
    carrier = models.ForeignKey("logistics.Carrier", null=True, on_delete=models.PROTECT, related_name="+")
    tracking_number = models.CharField(max_length=60, blank=True, default="")
    state = state(ShipmentState, ShipmentState.PACKED)
    note = models.CharField(max_length=300, blank=True, default="")
    mailed_to: models.JSONField[Any, Any] = models.JSONField(default=list)
    shipped_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")

    class Meta:
        indexes = [
            models.Index(fields=["state", "-id"], name="shipments_by_state"),
            models.Index(fields=["updated_at", "id"], name="shipment_feed"),
        ]
        constraints = [state_is_known("shipment", ShipmentState)]


class ShipmentLine(models.Model):
    """How much of a stock-out line this shipment carries."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines", db_index=False)
    stock_out_line = models.ForeignKey("inventory.StockOutLine", on_delete=models.PROTECT, related_name="+")
    quantity = quantity_column()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shipment", "stock_out_line"], name="shipment_line_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="shipment_positive"),
        ]


class ShipmentStep(AbstractStep):
    """One move of a shipment."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="steps")
