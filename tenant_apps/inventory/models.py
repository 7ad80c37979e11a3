"""Stock, why it moved, what is reserved, and the documents that take it out."""

from __future__ import annotations

from django.db import models
from django.db.models import F

from platform_core.db.fields import ClockTime, public_id, quantity_column, state, state_is_known
from platform_core.db.models import ActedRow, AddressColumns
from tenant_apps.inventory.states import ReservationState, StockOutState


class Stock(models.Model):
    """What lies of a SKU in a warehouse, in its base unit.

    `on_hand` may fall below `reserved` (sync, stock take); then nothing new is reserved
    (decisions.md §5 "Reservation"). available = on_hand − reserved.
    """

    warehouse = models.ForeignKey(
        "logistics.Warehouse", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    on_hand = quantity_column(default=0)
    reserved = quantity_column(default=0)
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "sku"], name="stock_once"),
            models.CheckConstraint(condition=models.Q(on_hand__gte=0), name="on_hand_not_negative"),
            models.CheckConstraint(condition=models.Q(reserved__gte=0), name="reserved_not_negative"),
        ]


class Movement(ActedRow):
    """One change of one stock row, append-only: Σ deltas = the stored numbers.

    One operation moves a row once per kind and source.

    `source_kind` and `source_id` are opaque: inventory does not know what an order is.
    """

    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    on_hand_delta = quantity_column(default=0)
    reserved_delta = quantity_column(default=0)
    on_hand_after = quantity_column()
    reserved_after = quantity_column()
    operation_id = models.UUIDField()
    source_kind = models.CharField(max_length=20, blank=True, default="")
    source_id = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True, default="")
    at = ClockTime(on="create")

    class Meta:
        db_table = "stock_movement"
        indexes = [models.Index(fields=["stock", "id"], name="movements_of_stock")]
        constraints = [
            models.UniqueConstraint(
                fields=["operation_id", "stock", "kind", "source_kind", "source_id"],
                nulls_distinct=False,
                name="moved_once_per_cause",
            )
        ]


class Reservation(models.Model):
    """Stock held for one line of one source; at most one active per line."""

    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="+")
    source_kind = models.CharField(max_length=20)
    source_id = models.BigIntegerField()
    source_line_id = models.BigIntegerField()
    quantity = quantity_column()
    state = state(ReservationState, ReservationState.ACTIVE)
    created_at = ClockTime(on="create")

    class Meta:
        indexes = [models.Index(fields=["source_kind", "source_id"], name="reservations_of_source")]
        constraints = [
            state_is_known("reservation", ReservationState),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="reservation_positive"),
            models.UniqueConstraint(
                fields=["source_kind", "source_line_id"],
                condition=models.Q(state="active"),
                name="one_active_reservation_per_line",
            ),
        ]


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

    `packed` counts what lies in parcels, also in shipped ones.
    """

    stock_out = models.ForeignKey(StockOut, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    source_line_id = models.BigIntegerField()
    merchant_code = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
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
