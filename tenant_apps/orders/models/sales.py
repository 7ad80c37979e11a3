"""Sales orders, their lines, adjustments and steps."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Upper

from platform_core.db.fields import (
    ClockTime,
    MoneyAttribute,
    currency,
    minor,
    public_id,
    quantity_column,
    rate,
    state,
    state_is_known,
    unit_price,
    weight_kg,
)
from platform_core.db.models import AbstractStep, ActedRow, AddressColumns
from tenant_apps.orders.models.raw import InvoiceKind
from tenant_apps.orders.states import OrderState, RefundState

# Small indexes for what few orders have: a search has to ask for the condition too.
HAS_REFERENCE = models.Q(client_ref__isnull=False)
IS_TRACKED = ~models.Q(tracking_numbers=[])


class SalesOrder(AddressColumns):
    """An accepted order. Amounts are minor units of `currency`, tax as `tax_included` says.

    goods = Σ lines, after their discounts (Σ: `discount`); total = goods + goods adjustment + freight +
    freight adjustment + fee (+ tax where prices exclude it) and is what the wallet is charged.
    tax = Σ tax of the lines + tax on freight + tax on the fee, at the rates of the submit or the review.
    `freight_known` is False when no row of the freight table covers the address: "freight to be set"
    (decisions.md §2 row 3). `charged_minor` is what the wallet has really paid for this order at this
    moment. `chosen` says how warehouse and carrier were chosen (`choosing.why_sentences`). `cycle` is
    the order day of the dealer's ordering calendar; `only_of_cycle` forbids a second one (SX-06).

    `tracking_numbers` are those of its shipments, to be searched by (W-155).

    `approval` is the chain that held at the review, as it was then, with what became of its levels
    (`approval.frozen`); null without one. `buyer` is the public id of the dealer's person who placed
    or last changed the order, blank for machines and the supplier's people: its limit binds, and
    `needs_approval` says that somebody else has to review.

    `organisation` is the ordering organisation (public id, blank: the supplier as a whole) with its name as
    it was, `delivery_day` when the goods are wanted; both may be changed in finance review (K-21).
    `before_finance` holds what finance changed of them, as it was, and `granted` where it changed a
    quantity: rejecting restores it; empty when it changed nothing.

    Where a request was split over several warehouses (FP-05) `part` is the order's number among its
    orders, else 0, and `whole_minor` what they all came to: by it the limit of a single order is measured.
    """

    public_id = public_id("ord")
    number = models.CharField(max_length=30, unique=True)
    external_id = models.CharField(max_length=80, null=True, blank=True, unique=True)
    raw_order = models.ForeignKey(
        "orders.RawOrder", on_delete=models.PROTECT, related_name="sales_orders", db_index=False
    )
    part = models.PositiveSmallIntegerField(default=0)
    client_ref = models.CharField(max_length=80, null=True, blank=True)
    dealer = models.ForeignKey("dealers.Dealer", on_delete=models.PROTECT, related_name="+", db_index=False)
    shop = models.ForeignKey("dealers.Shop", on_delete=models.PROTECT, related_name="+")
    warehouse = models.ForeignKey("logistics.Warehouse", on_delete=models.PROTECT, related_name="+")
    carrier = models.ForeignKey("logistics.Carrier", null=True, on_delete=models.PROTECT, related_name="+")
    state = state(OrderState, OrderState.PENDING_REVIEW)
    refund_state = models.CharField(max_length=10, choices=RefundState.choices, default=RefundState.NONE)
    marks: models.JSONField[Any, Any] = models.JSONField(default=list)
    currency = currency()
    tax_included = models.BooleanField(default=True)
    goods_minor = minor()
    discount_minor = minor()
    coupon_code = models.CharField(max_length=40, blank=True, default="")
    goods_adjustment_minor = minor()
    freight_minor = minor()
    freight_adjustment_minor = minor()
    fee_minor = minor()
    freight_tax_rate = rate()
    freight_tax_minor = minor()
    fee_tax_rate = rate()
    fee_tax_minor = minor()
    tax_minor = minor()
    total_minor = minor()
    whole_minor = minor()
    charged_minor = minor()
    weight_kg = weight_kg()
    freight_known = models.BooleanField(default=True)
    chosen: models.JSONField[Any, Any] = models.JSONField(default=dict)
    finance_reasons: models.JSONField[Any, Any] = models.JSONField(default=list)
    approval: models.JSONField[Any, Any] = models.JSONField(null=True)
    before_finance: models.JSONField[Any, Any] = models.JSONField(default=dict)
    organisation = models.CharField(max_length=40, blank=True, default="")
    organisation_name = models.CharField(max_length=80, blank=True, default="")
    delivery_day = models.DateField(null=True)
    buyer = models.CharField(max_length=40, blank=True, default="")
    needs_approval = models.BooleanField(default=False)
    invoice_kind = models.PositiveSmallIntegerField(choices=InvoiceKind.choices, default=InvoiceKind.NONE)
    nickname = models.CharField(max_length=120, blank=True, default="")
    memo = models.CharField(max_length=500, blank=True, default="")
    service_memo = models.CharField(max_length=500, blank=True, default="")
    cycle = models.DateField(null=True)
    only_of_cycle = models.BooleanField(default=False)
    is_bought = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    tracking_numbers: models.JSONField[Any, Any] = models.JSONField(default=list)
    placed_at = ClockTime(on="create")
    reviewed_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    updated_at = ClockTime(on="save")
    total = MoneyAttribute("total_minor")
    goods = MoneyAttribute("goods_minor")
    discount = MoneyAttribute("discount_minor")
    goods_adjustment = MoneyAttribute("goods_adjustment_minor")
    freight = MoneyAttribute("freight_minor")
    freight_adjustment = MoneyAttribute("freight_adjustment_minor")
    fee = MoneyAttribute("fee_minor")
    freight_tax = MoneyAttribute("freight_tax_minor")
    fee_tax = MoneyAttribute("fee_tax_minor")
    tax = MoneyAttribute("tax_minor")
    charged = MoneyAttribute("charged_minor")

    class Meta:
        indexes = [
            models.Index(fields=["state", "-id"], name="orders_by_state"),
            models.Index(fields=["dealer", "-id"], name="orders_of_dealer"),
            models.Index(fields=["updated_at", "id"], name="order_feed"),
            models.Index(fields=["placed_at"], name="orders_by_day"),
            models.Index(fields=["phone"], name="orders_of_phone"),
            models.Index(Upper("client_ref"), name="orders_by_reference", condition=HAS_REFERENCE),
            GinIndex(
                fields=["tracking_numbers"],
                name="orders_by_tracking",
                opclasses=["jsonb_path_ops"],
                condition=IS_TRACKED,
            ),
        ]
        constraints = [
            state_is_known("sales_order", OrderState),
            models.CheckConstraint(condition=models.Q(charged_minor__gte=0), name="charged_not_negative"),
            models.UniqueConstraint(fields=["raw_order", "part"], name="order_of_request_once"),
            models.UniqueConstraint(
                fields=["dealer", "cycle"],
                condition=models.Q(only_of_cycle=True) & ~models.Q(state="cancelled"),
                name="one_order_per_cycle",
            ),
        ]


class SalesOrderLine(models.Model):
    """One line with its frozen facts: as everything was at submit (decisions.md §5).

    `own_code` and `own_name` are how the dealer calls the SKU (K-06). `pack_name` and `pack_units` say
    how it was entered. `demanded` is what was asked for where a smaller quantity was granted (G-60).
    `net`, `tax` and `gross` are rounded per line; `amount_minor` = settlement price
    × quantity, half up, less `discount_minor`. `promotions` lists what took it off or brought the gift:
    {id, name, kind, amount}, as it was at submit. A gift costs nothing and was not asked for. A piece of
    a line that was divided over warehouses has the price of the whole quantity, `priced_for`, and its
    share of amount, discount and tax: the pieces add up to the line.
    """

    order = models.ForeignKey(SalesOrder, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+", db_index=False)
    merchant_code = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    own_code = models.CharField(max_length=60, blank=True, default="")
    own_name = models.CharField(max_length=200, blank=True, default="")
    unit = models.CharField(max_length=20)
    pack_name = models.CharField(max_length=20, blank=True, default="")
    pack_units = quantity_column(default=1)
    weight_kg = weight_kg()
    quantity = quantity_column()
    demanded = quantity_column(null=True)
    priced_for = quantity_column(null=True)
    wholesale_price = unit_price()
    retail_price = unit_price()
    settlement_price = unit_price()
    sales_price = unit_price()
    tax_rate = rate()
    discount_minor = minor()
    promotions: models.JSONField[Any, Any] = models.JSONField(default=list)
    is_gift = models.BooleanField(default=False)
    amount_minor = minor()
    net_minor = minor()
    tax_minor = minor()
    gross_minor = minor()
    shipped = quantity_column(default=0)
    received = quantity_column(default=0)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_place"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="order_line_positive"),
        ]
        indexes = [models.Index(fields=["sku", "order"], name="orders_of_sku")]


class AdjustmentKind(models.TextChoices):
    """What a finance adjustment changes (W-166)."""

    FREIGHT = "freight", "freight"
    GOODS = "goods", "goods"


class OrderAdjustment(ActedRow):
    """A signed change made in finance review, with its reason. Undone ones keep `undone_at`.

    A line that was edited away after a rejection leaves the adjustment without its line.
    """

    order = models.ForeignKey(SalesOrder, on_delete=models.CASCADE, related_name="adjustments")
    kind = models.CharField(max_length=8, choices=AdjustmentKind.choices)
    line = models.ForeignKey(
        SalesOrderLine, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    at = ClockTime(on="create")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount_minor=0), name="adjustment_changes_something")
        ]


class Standing(models.TextChoices):
    """In which capacity somebody approved a level, or reviewed an order above its buyer's limit."""

    NAMED = "", ""
    DELEGATE = "delegate", "delegate"
    ALONE = "alone", "alone"
    ADMINISTRATOR = "administrator", "administrator"
    APPROVER = "approver", "approver"


class SalesOrderStep(AbstractStep):
    """One move of a sales order. `level` names the level of a chain; `standing_for` the absent person."""

    order = models.ForeignKey(SalesOrder, on_delete=models.CASCADE, related_name="steps")
    level = models.CharField(max_length=60, blank=True, default="")
    standing = models.CharField(max_length=14, choices=Standing.choices, blank=True, default="")
    standing_for = models.CharField(max_length=120, blank=True, default="")
