"""The documents of a stock take (盘点)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from platform_core.db.fields import ClockTime, public_id, state, state_is_known
from platform_core.db.models import ActedRow
from tenant_apps.inventory.states import StockTakeState


class StockTake(ActedRow):
    """A count of one own warehouse; who started it is the actor."""

    public_id = public_id("stk")
    number = models.CharField(max_length=30, unique=True)
    warehouse = models.ForeignKey("logistics.Warehouse", on_delete=models.PROTECT, related_name="+")
    state = state(StockTakeState, StockTakeState.OPEN)
    note = models.CharField(max_length=200, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [state_is_known("stock_take", StockTakeState)]


class StockTakeLine(models.Model):
    """One SKU to count. What is not counted has no `counted` and stays untouched.

    `expected` is what lay there when the count was entered, `mark` a row id drawn at that moment:
    movements with a smaller id came before the count, those with a larger one after it.
    """

    stock_take = models.ForeignKey(StockTake, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+", db_index=False)
    expected = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    counted = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    counted_by = models.CharField(max_length=120, blank=True, default="")
    counted_at = models.DateTimeField(null=True)
    mark = models.BigIntegerField(null=True)
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stock_take", "position"], name="stock_take_line_place"),
            models.UniqueConstraint(fields=["sku", "stock_take"], name="stock_take_counts_once"),
            models.CheckConstraint(
                condition=models.Q(counted__isnull=True)
                | models.Q(counted__gte=0, expected__isnull=False, mark__isnull=False),
                name="counted_against_something",
            ),
        ]

    @property
    def difference(self) -> Decimal | None:
        """What posting adds to on hand: counted − expected; None before it is counted."""
        if self.counted is None or self.expected is None:
            return None
        return self.counted - self.expected
