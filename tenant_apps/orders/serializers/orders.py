"""What orders look like in JSON, in and out. A dealer never gets the supplier's cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from platform_core.api.fields import AddressShape
from platform_core.db.models import ADDRESS_FIELDS
from platform_core.kernel.actor import Actor
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.quantity import plain
from tenant_apps.orders.models import SalesOrder, SalesOrderLine
from tenant_apps.orders.queries.choosing import why_sentences
from tenant_apps.orders.queries.details import asked_of
from tenant_apps.orders.queries.orders import steps_open_to
from tenant_apps.orders.rules import mark_sentences
from tenant_apps.orders.serializers.approvals import (
    AdjustmentOutput,
    ApprovalOutput,
    CancelledLineOutput,
    HistoryOutput,
    approval_shape,
    cancelled_shape,
)
from tenant_apps.orders.serializers.choosing import WarehouseOption
from tenant_apps.orders.serializers.finance import GrantOutput, adjustment_shape, grant_shape, instant
from tenant_apps.orders.serializers.supply import ShortageOutput, ShortOutput
from tenant_apps.orders.states import OrderState
from tenant_apps.strategies.models import PromotionKind


class BulkInput(serializers.Serializer[Any]):
    """Public ids of the orders, at most 1,000."""

    ids = serializers.ListField(child=serializers.CharField(max_length=32), max_length=1000)


class MarkOutput(serializers.Serializer[Any]):
    """Why an order does not go on, with the remedy."""

    mark = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    details = serializers.ListField(child=serializers.CharField())


class OrderOutput(serializers.Serializer[Any]):
    """An order without its lines. Amounts are decimal strings; `steps` are open to the caller."""

    id = serializers.CharField()
    number = serializers.CharField()
    client_ref = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=OrderState.choices)
    refund_state = serializers.CharField()
    steps = serializers.ListField(child=serializers.CharField())
    dealer = serializers.CharField()
    dealer_name = serializers.CharField()
    shop = serializers.CharField()
    warehouse = serializers.CharField()
    carrier = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    tax_included = serializers.BooleanField()
    goods = serializers.CharField(help_text="After discounts.")
    discount = serializers.CharField(help_text="All that promotions and the coupon took off the lines.")
    coupon = serializers.CharField()
    goods_adjustment = serializers.CharField()
    freight = serializers.CharField()
    freight_known = serializers.BooleanField()
    freight_adjustment = serializers.CharField()
    fee = serializers.CharField()
    tax = serializers.CharField()
    total = serializers.CharField()
    charged = serializers.CharField()
    weight_kg = serializers.CharField()
    chosen = serializers.DictField(
        child=serializers.CharField(),
        help_text="Why the order has its warehouse and its carrier, a sentence each.",
    )
    finance_reasons = serializers.ListField(child=serializers.CharField())
    approval = ApprovalOutput(allow_null=True)
    needs_approval = serializers.BooleanField()
    marks = MarkOutput(many=True)
    address = AddressShape()
    nickname = serializers.CharField()
    memo = serializers.CharField()
    service_memo = serializers.CharField()
    invoice_kind = serializers.IntegerField()
    organisation = serializers.CharField(allow_null=True, help_text="Ordering organisation.")
    organisation_name = serializers.CharField()
    delivery_day = serializers.DateField(allow_null=True)
    placed_at = serializers.DateTimeField()
    reviewed_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    shipped_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class PromotionFact(serializers.Serializer[Any]):
    """What a promotion took off a line, as it was at submit; a gift takes nothing off."""

    id = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=PromotionKind.choices)
    amount = serializers.CharField()


class LineOutput(serializers.Serializer[Any]):
    """A line with its frozen facts; `wholesale_price` only for the supplier, `sales_price` for the dealer."""

    position = serializers.IntegerField()
    sku = serializers.CharField()
    merchant_code = serializers.CharField()
    name = serializers.CharField()
    own_code = serializers.CharField(help_text="The dealer's own code at submit; blank without one.")
    own_name = serializers.CharField()
    unit = serializers.CharField()
    pack = serializers.CharField()
    pack_units = serializers.CharField()
    quantity = serializers.CharField()
    demanded = serializers.CharField()
    settlement_price = serializers.CharField()
    retail_price = serializers.CharField()
    sales_price = serializers.CharField(required=False, help_text="Only for the dealer.")
    wholesale_price = serializers.CharField(required=False)
    tax_rate = serializers.CharField()
    discount = serializers.CharField()
    promotions = PromotionFact(many=True)
    is_gift = serializers.BooleanField()
    amount = serializers.CharField(help_text="After the discount.")
    net = serializers.CharField()
    tax = serializers.CharField()
    gross = serializers.CharField()
    shipped = serializers.CharField()
    received = serializers.CharField()
    note = serializers.CharField()


class OrderDetail(OrderOutput):
    """An order with lines, adjustments, grants and history."""

    lines = LineOutput(many=True)
    cancelled_lines = CancelledLineOutput(many=True)
    adjustments = AdjustmentOutput(many=True)
    grants = GrantOutput(many=True)
    history = HistoryOutput(many=True)


class OrderPage(serializers.Serializer[Any]):
    """One page of orders."""

    items = OrderOutput(many=True)
    next = serializers.CharField(allow_null=True)


class ProblemOutput(serializers.Serializer[Any]):
    """One wrong member of a request."""

    pointer = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class GiftOutput(serializers.Serializer[Any]):
    """What would come along with the order, free."""

    sku = serializers.CharField()
    merchant_code = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.CharField()
    unit = serializers.CharField()
    promotion = serializers.CharField(help_text="Id of the promotion.")


class QuoteOutput(serializers.Serializer[Any]):
    """What a request would come to, and what is wrong with it."""

    currency = serializers.CharField()
    goods = serializers.CharField(help_text="After discounts.")
    discount = serializers.CharField()
    promotions = PromotionFact(many=True)
    gifts = GiftOutput(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    short = ShortOutput(many=True)
    substitutes = ShortageOutput(many=True)
    freight = serializers.CharField()
    freight_known = serializers.BooleanField()
    fee = serializers.CharField()
    tax = serializers.CharField()
    total = serializers.CharField()
    weight_kg = serializers.CharField()
    quantity = serializers.CharField()
    available = serializers.CharField()
    shortfall = serializers.CharField()
    warehouse = serializers.CharField(allow_null=True)
    carrier = serializers.CharField(allow_null=True)
    errors = ProblemOutput(many=True)  # type: ignore[assignment]  # a member, not the result
    chosen = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text="With `explain=1`: why this warehouse and carrier.",
    )
    warehouses = WarehouseOption(many=True, required=False)


class BulkResult(serializers.Serializer[Any]):
    """What became of one row."""

    index = serializers.IntegerField()
    status = serializers.IntegerField()
    body = OrderOutput(required=False)
    problem = serializers.DictField(required=False)


class BulkOutput(serializers.Serializer[Any]):
    """A result per row."""

    results = BulkResult(many=True)


def order_shape(order: SalesOrder, actor: Actor) -> dict[str, Any]:
    """An order as JSON values. Needs dealer, shop, warehouse and carrier at hand."""
    return {
        "id": order.public_id,
        "number": order.number,
        "client_ref": order.client_ref,
        "state": str(order.state),
        "refund_state": str(order.refund_state),
        "steps": steps_open_to(actor, order),
        "dealer": order.dealer.public_id,
        "dealer_name": order.dealer.name,
        "shop": order.shop.public_id,
        "warehouse": order.warehouse.public_id,
        "carrier": order.carrier.public_id if order.carrier else None,
        "currency": order.currency,
        "tax_included": order.tax_included,
        "goods": str(order.goods.amount),
        "discount": str(order.discount.amount),
        "coupon": order.coupon_code,
        "goods_adjustment": str(order.goods_adjustment.amount),
        "freight": str(order.freight.amount),
        "freight_known": order.freight_known,
        "freight_adjustment": str(order.freight_adjustment.amount),
        "fee": str(order.fee.amount),
        "tax": str(order.tax.amount),
        "total": str(order.total.amount),
        "charged": str(order.charged.amount),
        "weight_kg": plain(Decimal(order.weight_kg)),
        "chosen": why_sentences(order.chosen),
        "finance_reasons": order.finance_reasons,
        "approval": approval_shape(order.approval),
        "needs_approval": order.needs_approval,
        "marks": mark_sentences(order.marks),
        "address": {name: getattr(order, name) for name in ADDRESS_FIELDS},
        "nickname": order.nickname,
        "memo": order.memo,
        "service_memo": order.service_memo,
        "invoice_kind": order.invoice_kind,
        "organisation": order.organisation or None,
        "organisation_name": order.organisation_name,
        "delivery_day": order.delivery_day.isoformat() if order.delivery_day else None,
        **{name: instant(getattr(order, name)) for name in _INSTANTS},
        "version": order.version,
    }


_INSTANTS = ("placed_at", "reviewed_at", "approved_at", "shipped_at", "completed_at", "updated_at")


def detail_shape(order: SalesOrder, actor: Actor) -> dict[str, Any]:
    """An order with lines, adjustments and history, all at hand."""
    currency = Currency(order.currency)
    is_supplier = actor.dealer_id is None
    lines = sorted(order.lines.all(), key=lambda line: line.position)
    return {
        **order_shape(order, actor),
        "lines": [_line_shape(line, currency, is_supplier=is_supplier) for line in lines],
        "cancelled_lines": [
            cancelled_shape(one, currency)
            for one in sorted(order.cancelled_lines.all(), key=lambda one: one.pk)
        ],
        "adjustments": [
            adjustment_shape(one, currency) for one in sorted(order.adjustments.all(), key=lambda a: a.pk)
        ],
        "grants": [grant_shape(one) for one in sorted(order.grants.all(), key=lambda one: one.pk)],
        "history": [
            {
                "step": step.name,
                "level": step.level,
                "standing": step.standing,
                "standing_for": step.standing_for,
                "source": step.source,
                "target": step.target,
                "by": step.actor_name,
                "on_behalf_of": step.actor_on_behalf_of,
                "at": instant(step.at),
                "reason": step.reason,
                "before": step.before,
                "after": step.after,
            }
            for step in sorted(order.steps.all(), key=lambda step: step.pk)
        ],
    }


def _line_shape(line: SalesOrderLine, currency: Currency, *, is_supplier: bool) -> dict[str, Any]:
    found = {
        "position": line.position,
        "sku": line.sku.public_id,
        "merchant_code": line.merchant_code,
        "name": line.name,
        "own_code": line.own_code,
        "own_name": line.own_name,
        "unit": line.unit,
        "pack": line.pack_name,
        **{name: plain(getattr(line, name)) for name in _LINE_DECIMALS},
        "demanded": plain(asked_of(line)),
        "discount": str(Money(line.discount_minor, currency).amount),
        "promotions": line.promotions,
        "is_gift": line.is_gift,
        "amount": str(Money(line.amount_minor, currency).amount),
        "net": str(Money(line.net_minor, currency).amount),
        "tax": str(Money(line.tax_minor, currency).amount),
        "gross": str(Money(line.gross_minor, currency).amount),
        "note": line.note,
    }
    name = "wholesale_price" if is_supplier else "sales_price"
    return {**found, name: plain(getattr(line, name))}


_LINE_DECIMALS = (
    "pack_units",
    "quantity",
    "settlement_price",
    "retail_price",
    "tax_rate",
    "shipped",
    "received",
)
