"""The documents that take goods out for an approved order."""

from __future__ import annotations

from django.db import models
from django.db.models import F

from platform_core.db.fields import ClockTime, public_id, quantity_column, state, state_is_known
from platform_core.db.models import AddressColumns
from tenant_apps.inventory.states import StockOutState


class StockOut(AddressColumns):
    """The warehouse's document of an approved order (W-180). `source_*` is opaque here."""

    public_id = public_id("sto")
    number = models.CharField(max_length=30, unique=True)
    source_kind = models.CharField(max_length=20)
    source_id = models.BigIntegerField()
    source_number = models.CharField(max_length=30)
    warehouse = models.ForeignKey("logistics.Warehouse", on_delete=models.PROTECT, related_name="+")
    carrier = models.ForeignKey("logistics.Carrier", null=True, on_delete=models.PROTECT, related_name="+")
    dealer = models.ForeignKey("dealers.Dealer", on_delete=models.PROTECT, related_name="+")
    state = state(StockOutState, StockOutState.OPEN)
    weight_kg = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="stock_outs_by_state")]
        constraints = [
            state_is_known("stock_out", StockOutState),
            models.UniqueConstraint(
                fields=["source_kind", "source_id"],
                condition=~models.Q(state="void"),
                name="one_stock_out_per_source",
            ),
        ]


class StockOutLine(models.Model):
    """One SKU to take out: 0 ≤ shipped ≤ packed ≤ quantity.

    `packed` counts what lies in parcels, also in shipped ones. `own_code` and `own_name` are how the
    dealer calls the SKU (K-06), as they were when it was asked for.
    """

    stock_out = models.ForeignKey(StockOut, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    source_line_id = models.BigIntegerField()
    merchant_code = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    own_code = models.CharField(max_length=60, blank=True, default="")
    own_name = models.CharField(max_length=200, blank=True, default="")
    unit = models.CharField(max_length=20)
    quantity = quantity_column()
    packed = quantity_column(default=0)
    shipped = quantity_column(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stock_out", "position"], name="stock_out_line_place"),
            models.CheckConstraint(
                condition=models.Q(shipped__gte=0, shipped__lte=F("packed"), packed__lte=F("quantity")),
                name="never_shipped_more_than_asked",
            ),
        ]
