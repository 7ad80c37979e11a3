"""What orders look like in JSON, in and out. A dealer never gets the supplier's cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from platform_core.api.fields import AddressShape
from platform_core.db.models import ADDRESS_FIELDS
from platform_core.kernel.actor import Actor
from platform_core.kernel.money import Currency
from platform_core.kernel.quantity import plain
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.queries.choosing import why_sentences
from tenant_apps.orders.queries.orders import ids_together, steps_open_to
from tenant_apps.orders.queries.taxes import parts_of
from tenant_apps.orders.rules import mark_sentences
from tenant_apps.orders.serializers.approvals import (
    AdjustmentOutput,
    ApprovalOutput,
    CancelledLineOutput,
    HistoryOutput,
    approval_shape,
    cancelled_shape,
)
from tenant_apps.orders.serializers.finance import GrantOutput, adjustment_shape, grant_shape, instant
from tenant_apps.orders.serializers.lines import (
    LineOutput,
    TaxOutput,
    line_shape,
    tax_shape,
)
from tenant_apps.orders.states import OrderState
from tenant_apps.orders.taxes import by_rate


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
    part = serializers.IntegerField(
        help_text="0; else its number among the orders into which one request was split."
    )
    sales_orders = serializers.ListField(
        child=serializers.CharField(), help_text="All orders of the same request, this one among them."
    )
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
    freight_tax_rate = serializers.CharField(help_text="Percent.")
    freight_tax = serializers.CharField(help_text="Part of `tax`.")
    fee_tax_rate = serializers.CharField()
    fee_tax = serializers.CharField()
    tax = serializers.CharField(help_text="Of lines, freight and fee; in the total once.")
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


class CheckOutput(serializers.Serializer[Any]):
    """One check of a review: its code as in refusals, whether it passes now, and the sentence."""

    code = serializers.CharField()
    passes = serializers.BooleanField()
    message = serializers.CharField()


class OrderDetail(OrderOutput):
    """An order with lines, adjustments, grants and history; `taxes` adds up by rate."""

    lines = LineOutput(many=True)
    taxes = TaxOutput(many=True)
    cancelled_lines = CancelledLineOutput(many=True)
    adjustments = AdjustmentOutput(many=True)
    grants = GrantOutput(many=True)
    review = CheckOutput(many=True, required=False, help_text="With `explain=1`.")
    history = HistoryOutput(many=True)


class OrderPage(serializers.Serializer[Any]):
    """One page of orders."""

    items = OrderOutput(many=True)
    next = serializers.CharField(allow_null=True)


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
        "part": order.part,
        "sales_orders": ids_together(order),
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
        "freight_tax_rate": plain(order.freight_tax_rate),
        "freight_tax": str(order.freight_tax.amount),
        "fee_tax_rate": plain(order.fee_tax_rate),
        "fee_tax": str(order.fee_tax.amount),
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
        "lines": [line_shape(line, currency, is_supplier=is_supplier) for line in lines],
        "taxes": [tax_shape(one, currency) for one in by_rate(parts_of(order, lines))],
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
