"""What raw orders look like in JSON: as they were typed, with their marks."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_core.api.fields import AddressShape, instant
from platform_core.api.paging import page_of
from platform_core.db.models import ADDRESS_FIELDS
from platform_core.kernel.actor import Actor
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.quantity import plain
from tenant_apps.orders.marks import raw_mark_sentences
from tenant_apps.orders.models import RawOrder, RawOrderLine, RawOrderSource
from tenant_apps.orders.queries.orders import raw_steps_open_to
from tenant_apps.orders.queries.raw import raw_lines, reason_of_step
from tenant_apps.orders.serializers.orders import MarkOutput
from tenant_apps.orders.states import OrderState, RawOrderState


class RawMarkOutput(MarkOutput):
    """Why a raw order waits, and what to do about it."""

    remedy = serializers.CharField()


class RawLineOutput(serializers.Serializer[Any]):
    """A line as it was asked; `sku` is null until the code was found."""

    position = serializers.IntegerField()
    merchant_code = serializers.CharField()
    sku = serializers.CharField(allow_null=True)
    quantity = serializers.CharField()
    pack = serializers.CharField()
    sales_price = serializers.CharField(allow_null=True)
    note = serializers.CharField()


class SalesOrderOfRaw(serializers.Serializer[Any]):
    """One of the sales orders that a raw order became."""

    id = serializers.CharField()
    number = serializers.CharField()
    part = serializers.IntegerField(help_text="0 unless the request was split.")
    state = serializers.ChoiceField(choices=OrderState.choices)
    warehouse = serializers.CharField()
    freight = serializers.CharField()
    total = serializers.CharField()


class RawOrderOutput(serializers.Serializer[Any]):
    """A raw order. `carrier` and `warehouse` are as typed; `orders` are the ids of its `sales_orders`."""

    id = serializers.CharField()
    number = serializers.CharField()
    client_ref = serializers.CharField(allow_null=True)
    source = serializers.ChoiceField(choices=RawOrderSource.choices)  # type: ignore[assignment]  # a member
    state = serializers.ChoiceField(choices=RawOrderState.choices)
    steps = serializers.ListField(child=serializers.CharField())
    marks = RawMarkOutput(many=True)
    shop = serializers.CharField()
    carrier = serializers.CharField()
    warehouse = serializers.CharField()
    address = AddressShape()
    nickname = serializers.CharField()
    memo = serializers.CharField()
    service_memo = serializers.CharField()
    invoice_kind = serializers.IntegerField()
    coupon = serializers.CharField()
    lines = RawLineOutput(many=True)
    orders = serializers.ListField(child=serializers.CharField())
    sales_orders = SalesOrderOfRaw(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class RawHistoryOutput(serializers.Serializer[Any]):
    """One move of a raw order."""

    step = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a member, not the option
    target = serializers.CharField()
    by = serializers.CharField()
    on_behalf_of = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField()


class RawOrderDetail(RawOrderOutput):
    """A raw order with its history."""

    history = RawHistoryOutput(many=True)


RawOrderPage = page_of("RawOrderPage", RawOrderOutput)


class RawBulkInput(serializers.Serializer[Any]):
    """Public ids of raw orders, at most 1,000; `reason` where they are cancelled."""

    ids = serializers.ListField(child=serializers.CharField(max_length=32), max_length=1000)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class RawBulkResult(serializers.Serializer[Any]):
    """What became of one raw order."""

    index = serializers.IntegerField()
    status = serializers.IntegerField()
    body = RawOrderOutput(required=False)
    problem = serializers.DictField(required=False)


class RawBulkOutput(serializers.Serializer[Any]):
    """A result per row."""

    results = RawBulkResult(many=True)


def raw_shape(raw: RawOrder, actor: Actor) -> dict[str, Any]:
    """A raw order as JSON values. Needs shop, lines with SKUs and sales orders at hand."""
    orders = [_order_shape(facts) for facts in getattr(raw, "order_facts", [])]
    return {
        "id": raw.public_id,
        "number": raw.number,
        "client_ref": raw.client_ref,
        "source": str(raw.source),
        "state": str(raw.state),
        "steps": raw_steps_open_to(actor, raw),
        "marks": raw_mark_sentences(raw.marks),
        "shop": raw.shop.public_id,
        "carrier": raw.carrier_code,
        "warehouse": raw.warehouse_code,
        "address": {name: getattr(raw, name) for name in ADDRESS_FIELDS},
        "nickname": raw.nickname,
        "memo": raw.memo,
        "service_memo": raw.service_memo,
        "invoice_kind": int(raw.invoice_kind),
        "coupon": raw.coupon_code,
        "lines": [_line_shape(line) for line in raw_lines(raw)],
        "orders": [order["id"] for order in orders],
        "sales_orders": orders,
        "created_at": instant(raw.created_at),
        "updated_at": instant(raw.updated_at),
        "version": raw.version,
    }


def _order_shape(facts: dict[str, Any]) -> dict[str, Any]:
    currency = Currency(facts["currency"])
    found = {name: facts[name] for name in ("id", "number", "part", "state", "warehouse")}
    return {**found, **{name: str(Money(facts[name], currency).amount) for name in ("freight", "total")}}


def raw_detail_shape(raw: RawOrder, actor: Actor) -> dict[str, Any]:
    """The same with its history."""
    return {
        **raw_shape(raw, actor),
        "history": [
            {
                "step": step.name,
                "source": step.source,
                "target": step.target,
                "by": step.actor_name,
                "on_behalf_of": step.actor_on_behalf_of,
                "at": instant(step.at),
                "reason": reason_of_step(step),
            }
            for step in sorted(raw.steps.all(), key=lambda one: one.pk)
        ],
    }


def _line_shape(line: RawOrderLine) -> dict[str, Any]:
    return {
        "position": line.position,
        "merchant_code": line.merchant_code,
        "sku": line.sku.public_id if line.sku else None,
        "quantity": plain(line.quantity),
        "pack": line.pack,
        "sales_price": None if line.sales_price is None else plain(line.sales_price),
        "note": line.note,
    }
