"""Freight tables of warehouses."""

from __future__ import annotations

from typing import Any

from django.db import models

from platform_core.db.fields import ClockTime, public_id, unit_price


class FreightStrategy(models.Model):
    """A warehouse's freight table (W-051): one each. `rounding` as in decisions.md §2 row 1."""

    public_id = public_id("fst")
    warehouse = models.OneToOneField("logistics.Warehouse", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    rounding = models.CharField(max_length=16, default="linear")
    version = models.PositiveIntegerField(default=1)
    updated_at = ClockTime(on="save")


class FreightRow(models.Model):
    """Rates of one carrier (None: every carrier) to one area. A blank level covers all of it (W-054).

    `tiers` is a list of [up_to_kg or "0", unit_kg, fee] as decimal strings; 0 means no upper
    limit (W-052). `first_fee` in major units of the supplier's currency, weights in kg.
    """

    strategy = models.ForeignKey(
        FreightStrategy, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    carrier = models.ForeignKey("logistics.Carrier", null=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    country = models.CharField(max_length=2, blank=True, default="CN")
    region1 = models.CharField(max_length=60, blank=True, default="")
    region2 = models.CharField(max_length=60, blank=True, default="")
    region3 = models.CharField(max_length=60, blank=True, default="")
    postcode_prefix = models.CharField(max_length=12, blank=True, default="")
    first_kg = models.DecimalField(max_digits=12, decimal_places=3)
    first_fee = unit_price()
    tiers: models.JSONField[Any, Any] = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["strategy", "position"], name="freight_row_place")]
        indexes = [models.Index(fields=["strategy", "carrier"], name="freight_rows_of_carrier")]
