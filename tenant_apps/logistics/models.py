"""Warehouses and carriers."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from platform_core.db.fields import ClockTime, external_id, public_id
from platform_core.db.models import AddressColumns


class WarehouseKind(models.TextChoices):
    """Own stock is adjusted by hand; ERP stock is synced (W-031, W-032)."""

    OWN = "own", "own"
    ERP = "erp", "ERP"


class Warehouse(AddressColumns):
    """A warehouse (W-030).

    `finance_review` makes the supplier review its orders (W-034): without conditions all of
    them, else those that meet any (decisions.md §2 row 2).
    """

    public_id = public_id("whs")
    external_id = external_id()
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=4, choices=WarehouseKind.choices, default=WarehouseKind.OWN)
    is_default = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    finance_review = models.BooleanField(default=False)
    after_sales_review = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="one_default_warehouse"
            )
        ]


class Carrier(models.Model):
    """A carrier (W-040). With `free_shipping` freight is 0 to any place (W-043)."""

    public_id = public_id("car")
    external_id = external_id()
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    free_shipping = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="one_default_carrier"
            )
        ]


class FinanceConditionKind(models.TextChoices):
    """What narrows a warehouse's finance review (W-035)."""

    CARRIER = "carrier", "carrier"
    REGION = "region", "region"
    FREIGHT_ZERO = "freight_zero", "freight is 0"


class FinanceCondition(models.Model):
    """One alternative: this carrier, this region, or freight 0. Any one suffices."""

    warehouse = models.ForeignKey(Warehouse, on_delete=models.CASCADE, related_name="finance_conditions")
    kind = models.CharField(max_length=12, choices=FinanceConditionKind.choices)
    carrier = models.ForeignKey(Carrier, null=True, on_delete=models.CASCADE)
    region1 = models.CharField(max_length=60, blank=True, default="")
    region2 = models.CharField(max_length=60, blank=True, default="")


class MemoTarget(models.TextChoices):
    """The memo that a rule reads: the dealer's own, or the one of its customer service (W-044)."""

    MEMO = "memo", "memo"
    SERVICE_MEMO = "service_memo", "service memo"


class MemoRule(models.Model):
    """A memo that holds `keyword` sets the carrier, where nobody chose one (W-044).

    The first by `position` wins, and every rule of the service memo before those of the memo (W-046).
    """

    public_id = public_id("mmr")
    target = models.CharField(max_length=12, choices=MemoTarget.choices)
    keyword = models.CharField(max_length=60)
    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="+", db_index=False)
    enabled = models.BooleanField(default=True)
    position = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [models.UniqueConstraint("target", Lower("keyword"), name="memo_rule_keyword_once")]
        indexes = [models.Index(fields=["position"], name="memo_rules_in_order")]
