"""Shapes of shipments in the API. Quantities are decimal strings in the SKU's base unit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from platform_core.api.fields import AddressShape, QuantityField, instant
from platform_core.api.paging import page_of
from platform_core.db.models import ADDRESS_FIELDS
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.quantity import plain
from platform_core.kernel.words import noop
from tenant_apps.fulfilment.states import ShipmentState

_TWICE = noop("This line is named twice.")


class ShipLine(serializers.Serializer[Any]):
    """How much of a stock-out's line leaves, by its position."""

    position = serializers.IntegerField(min_value=1)
    quantity = QuantityField()


class ShipInput(serializers.Serializer[Any]):
    """One shipment. Without `lines` all that is left leaves; `carrier` is an id or a code."""

    carrier = serializers.CharField(max_length=40, allow_blank=True, default="")
    tracking_number = serializers.CharField(allow_blank=True, default="")
    note = serializers.CharField(allow_blank=True, default="")
    lines = ShipLine(many=True, allow_empty=False, allow_null=True, default=None)


class ShipmentLineOutput(serializers.Serializer[Any]):
    """What a shipment carries of a line."""

    position = serializers.IntegerField()
    merchant_code = serializers.CharField()
    name = serializers.CharField()
    own_code = serializers.CharField(help_text="The dealer's own code at submit; blank without one.")
    own_name = serializers.CharField()
    unit = serializers.CharField()
    quantity = QuantityField()


class ShipmentOutput(serializers.Serializer[Any]):
    """A shipment."""

    id = serializers.CharField()
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=ShipmentState.choices)
    order = serializers.CharField(allow_null=True)
    order_number = serializers.CharField()
    stock_out = serializers.CharField()
    stock_out_number = serializers.CharField()
    dealer = serializers.CharField()
    warehouse = serializers.CharField()
    carrier = serializers.CharField(allow_null=True)
    carrier_name = serializers.CharField(allow_blank=True)
    tracking_number = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    address = AddressShape()
    lines = ShipmentLineOutput(many=True)
    shipped_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()


ShipmentPage = page_of("ShipmentPage", ShipmentOutput)


def quantities_of(lines: list[Mapping[str, Any]] | None) -> dict[int, Decimal] | None:
    """The asked quantities by position. Raises Invalid where a line is named twice."""
    if lines is None:
        return None
    seen: dict[int, Decimal] = {}
    for place, line in enumerate(lines):
        if line["position"] in seen:
            raise Invalid(problems=[FieldProblem(f"/lines/{place}/position", "line_twice", _TWICE)])
        seen[line["position"]] = line["quantity"]
    return seen


def shipment_shape(row: Any) -> dict[str, Any]:
    """A shipment as `queries.shown` gives it, with its lines."""
    lines = sorted(row.lines.all(), key=lambda line: line.stock_out_line.position)
    return {
        "id": row.public_id,
        "number": row.number,
        "state": row.state,
        "order": row.order_id,
        "order_number": row.stock_out.source_number,
        "stock_out": row.stock_out.public_id,
        "stock_out_number": row.stock_out.number,
        "dealer": row.dealer.public_id,
        "warehouse": row.stock_out.warehouse.public_id,
        "carrier": row.carrier.public_id if row.carrier else None,
        "carrier_name": row.carrier.name if row.carrier else "",
        "tracking_number": row.tracking_number,
        "note": row.note,
        "address": {name: getattr(row.stock_out, name) for name in ADDRESS_FIELDS},
        "lines": [_line_shape(line) for line in lines],
        "shipped_at": instant(row.shipped_at),
        "received_at": instant(row.received_at),
        "updated_at": instant(row.updated_at),
        "version": row.version,
    }


def _line_shape(line: Any) -> dict[str, Any]:
    of = line.stock_out_line
    return {
        "position": of.position,
        "merchant_code": of.merchant_code,
        "name": of.name,
        "own_code": of.own_code,
        "own_name": of.own_name,
        "unit": of.unit,
        "quantity": plain(line.quantity),
    }
