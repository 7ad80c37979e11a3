"""What came in: raw orders, their lines and steps."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from platform_core.db.fields import (
    ClockTime,
    public_id,
    quantity_column,
    state,
    state_is_known,
    unit_price,
)
from platform_core.db.models import AbstractStep, ActedRow, AddressColumns
from tenant_apps.orders.states import GIVEN_UP, RawOrderState


class RawOrderSource(models.TextChoices):
    """Where a raw order came from (W-130)."""

    PAD = "pad", _("order pad")
    PASTE = "paste", _("paste")
    EXCEL = "excel", "Excel"
    API = "api", "API"


class InvoiceKind(models.IntegerChoices):
    """Which invoice the dealer asks for, by its number in the import's mapping (W-141)."""

    NONE = 0, _("no invoice")
    ORDINARY = 1, _("ordinary VAT invoice")
    SPECIAL = 2, _("special VAT invoice")
    ELECTRONIC = 3, _("electronic invoice")


class RawOrder(AddressColumns, ActedRow):
    """What a dealer asked for, not yet accepted: invisible to the supplier (W-136).

    `marks` are those of the last failed submit (`marks.marks_of`). `client_ref` is the dealer's own
    reference, unique per dealer unless given up, so that one shop order never becomes two. Carrier and
    warehouse stand as they were typed in `carrier_code` and `warehouse_code`; what was found for them at
    submit beside it. `batch` is the public id of the import it came with, `batch_row` its first row there:
    taken twice, it is stored once. `cycle` is the order day it is meant for, where the dealer's group has
    an ordering calendar; one may be saved for each.
    """

    public_id = public_id("raw")
    number = models.CharField(max_length=40, unique=True)
    dealer = models.ForeignKey("dealers.Dealer", on_delete=models.PROTECT, related_name="+", db_index=False)
    shop = models.ForeignKey("dealers.Shop", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=8, choices=RawOrderSource.choices)
    client_ref = models.CharField(max_length=80, null=True, blank=True)
    state = state(RawOrderState, RawOrderState.PENDING)
    marks: models.JSONField[Any, Any] = models.JSONField(default=list)
    warehouse = models.ForeignKey(
        "logistics.Warehouse", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    carrier = models.ForeignKey(
        "logistics.Carrier", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    carrier_code = models.CharField(max_length=40, blank=True, default="")
    warehouse_code = models.CharField(max_length=40, blank=True, default="")
    batch = models.CharField(max_length=40, blank=True, default="")
    batch_row = models.PositiveIntegerField(null=True)
    invoice_kind = models.PositiveSmallIntegerField(choices=InvoiceKind.choices, default=InvoiceKind.NONE)
    nickname = models.CharField(max_length=120, blank=True, default="")
    memo = models.CharField(max_length=500, blank=True, default="")
    coupon_code = models.CharField(max_length=40, blank=True, default="")
    service_memo = models.CharField(max_length=500, blank=True, default="")
    cycle = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")

    class Meta:
        indexes = [
            models.Index(fields=["dealer", "state", "-id"], name="raw_orders_of_dealer"),
            models.Index(fields=["dealer", "updated_at", "id"], name="raw_order_feed"),
        ]
        constraints = [
            state_is_known("raw_order", RawOrderState),
            models.UniqueConstraint(
                fields=["dealer", "client_ref"],
                condition=models.Q(client_ref__isnull=False) & ~models.Q(state__in=GIVEN_UP),
                name="dealer_reference_once",
            ),
            models.UniqueConstraint(
                fields=["batch", "batch_row"],
                condition=models.Q(batch_row__isnull=False),
                name="raw_order_of_import_once",
            ),
            models.UniqueConstraint(
                fields=["dealer", "cycle"],
                condition=models.Q(state="saved"),
                name="one_saved_order_per_cycle",
            ),
        ]


class RawOrderLine(models.Model):
    """One line as it was asked: a code and a quantity, in `pack` if one is named; `sku` once it was found."""

    raw_order = models.ForeignKey(RawOrder, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    merchant_code = models.CharField(max_length=60)
    sku = models.ForeignKey("catalog.Sku", null=True, on_delete=models.PROTECT, related_name="+")
    quantity = quantity_column()
    pack = models.CharField(max_length=20, blank=True, default="")
    sales_price = unit_price(null=True)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["raw_order", "position"], name="raw_line_place")]


class RawOrderStep(AbstractStep):
    """One move of a raw order; `after` keeps the `marks` of a failed submit, for readers of any language."""

    raw_order = models.ForeignKey(RawOrder, on_delete=models.CASCADE, related_name="steps")
