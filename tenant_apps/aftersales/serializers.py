"""Shapes of receipts in the API. Quantities are decimal strings in the SKU's base unit."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_core.api.fields import QuantityField, instant
from platform_core.api.paging import page_of
from platform_core.kernel.quantity import plain


class ReceivedLineInput(serializers.Serializer[Any]):
    """What arrived of a line, by the position of the shipment's line."""

    position = serializers.IntegerField(min_value=1)
    received = QuantityField()
    replenish = serializers.BooleanField(default=False)


class ReceiptInput(serializers.Serializer[Any]):
    """A receipt. Lines that are not named arrived as shipped."""

    note = serializers.CharField(allow_blank=True, default="")
    lines = ReceivedLineInput(many=True, default=list)


class ReceiptLineOutput(serializers.Serializer[Any]):
    """Received against shipped; `difference` is what is missing, negative when more arrived."""

    position = serializers.IntegerField()
    merchant_code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    shipped = QuantityField()
    received = QuantityField()
    difference = QuantityField()
    replenish = serializers.BooleanField()


class ReceiptOutput(serializers.Serializer[Any]):
    """A receipt; `automatic` when nobody confirmed in time."""

    id = serializers.CharField()
    number = serializers.CharField()
    shipment = serializers.CharField()
    shipment_number = serializers.CharField()
    order = serializers.CharField(allow_null=True)
    order_number = serializers.CharField()
    dealer = serializers.CharField()
    automatic = serializers.BooleanField()
    short = serializers.BooleanField()
    note = serializers.CharField(allow_blank=True)
    lines = ReceiptLineOutput(many=True)
    created_at = serializers.DateTimeField()


ReceiptPage = page_of("ReceiptPage", ReceiptOutput)


def receipt_shape(row: Any) -> dict[str, Any]:
    """A receipt as `queries.shown` gives it, with its lines."""
    return {
        "id": row.public_id,
        "number": row.number,
        "shipment": row.shipment.public_id,
        "shipment_number": row.shipment.number,
        "order": row.order_id,
        "order_number": row.shipment.stock_out.source_number,
        "dealer": row.dealer.public_id,
        "automatic": row.automatic,
        "short": row.is_short,
        "note": row.note,
        "lines": [_line_shape(line) for line in row.lines.all()],
        "created_at": instant(row.created_at),
    }


def _line_shape(line: Any) -> dict[str, Any]:
    of = line.shipment_line.stock_out_line
    return {
        "position": of.position,
        "merchant_code": of.merchant_code,
        "name": of.name,
        "unit": of.unit,
        "shipped": plain(line.shipped),
        "received": plain(line.received),
        "difference": plain(line.difference),
        "replenish": line.replenish,
    }
