"""Supply shared out over a group's dealers for one order day and substitutes."""

from __future__ import annotations

from typing import Any

from django.db import models

from platform_core.db.fields import (
    ClockTime,
    external_id,
    public_id,
    quantity_column,
    state,
    state_is_known,
)
from platform_core.db.models import ActedRow
from tenant_apps.orders.states import BoardState


class SupplyBoard(models.Model):
    """What the supplier has for a dealer group on one order day (TA-02): binds once it is published."""

    public_id = public_id("sup")
    external_id = external_id()
    group = models.ForeignKey(
        "dealers.DealerGroup", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    day = models.DateField()
    state = state(BoardState, BoardState.DRAFT)
    note = models.CharField(max_length=200, blank=True, default="")
    published_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            state_is_known("supply_board", BoardState),
            models.UniqueConstraint(fields=["group", "day"], name="one_board_per_order_day"),
        ]


class SupplyItem(models.Model):
    """How much there is of one SKU; the dealers' shares add up to at most this."""

    board = models.ForeignKey(SupplyBoard, on_delete=models.CASCADE, related_name="items", db_index=False)
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    total = quantity_column()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["board", "sku"], name="supply_item_once"),
            models.CheckConstraint(condition=models.Q(total__gte=0), name="supply_not_negative"),
        ]


class SupplyShare(models.Model):
    """One dealer's part of an item: what it is granted at most over all its orders of the order day."""

    item = models.ForeignKey(SupplyItem, on_delete=models.CASCADE, related_name="shares", db_index=False)
    dealer = models.ForeignKey("dealers.Dealer", on_delete=models.PROTECT, related_name="+")
    quantity = quantity_column()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "dealer"], name="supply_share_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=0), name="share_not_negative"),
        ]


class SupplyCorrection(ActedRow):
    """Why and how a published board was changed; never changed itself, never deleted (TA-02).

    `changes` are plain mappings: `code` of the SKU, `dealer` (code; blank for the total), `before` and
    `after` as decimal strings, or None where there is no row before or after.
    """

    board = models.ForeignKey(
        SupplyBoard, on_delete=models.PROTECT, related_name="corrections", db_index=False
    )
    reason = models.CharField(max_length=200)
    changes: models.JSONField[Any, Any] = models.JSONField(default=list)
    at = ClockTime(on="create")

    class Meta:
        indexes = [models.Index(fields=["board", "id"], name="corrections_of_board")]


class Substitute(models.Model):
    """What is proposed when a SKU is short, in the order of `position` from 1 (TA-03)."""

    sku = models.ForeignKey("catalog.Sku", on_delete=models.CASCADE, related_name="+", db_index=False)
    substitute = models.ForeignKey("catalog.Sku", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sku", "substitute"], name="substitute_once"),
            models.CheckConstraint(
                condition=~models.Q(sku=models.F("substitute")), name="substitute_is_another"
            ),
        ]
