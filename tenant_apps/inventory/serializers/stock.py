"""Shapes of inventory in the API. Quantities are decimal strings in the SKU's base unit."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_core.api.fields import AddressShape, QuantityField, instant
from platform_core.api.paging import page_of
from platform_core.db.models import ADDRESS_FIELDS
from platform_core.kernel.quantity import plain
from tenant_apps.inventory.models import Stock, StockOut
from tenant_apps.inventory.states import StockOutState


class StockOutput(serializers.Serializer[Any]):
    """What lies of a SKU in a warehouse; available = on hand − reserved, never below 0.

    `in_transit` was sent here and did not arrive yet; `orderable` = on hand − reserved + in transit, never
    below 0. `warning_line` is the SKU's own (null: the supplier's binds), `is_low` at or under the line.
    """

    sku = serializers.CharField()
    merchant_code = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    warehouse = serializers.CharField()
    on_hand = QuantityField()
    reserved = QuantityField()
    available = QuantityField()
    in_transit = QuantityField()
    orderable = QuantityField()
    warning_line = QuantityField(allow_null=True)
    is_low = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


StockPage = page_of("StockPage", StockOutput)


class CountInput(serializers.Serializer[Any]):
    """One counted SKU, by `merchant_code` or `external_id`."""

    merchant_code = serializers.CharField(required=False, allow_blank=True)
    external_id = serializers.CharField(required=False, allow_blank=True)
    on_hand = serializers.CharField(max_length=40)


class StockInput(serializers.Serializer[Any]):
    """What another system counted in a warehouse; SKUs that are not named stay as they are."""

    warehouse = serializers.CharField()
    items = CountInput(many=True, allow_empty=False)

    def validate_items(self, items: list[Any]) -> list[Any]:
        """At most 1,000 at once."""
        if len(items) > _ITEMS_MAX:
            raise serializers.ValidationError("At most 1,000 items at once.", code="too_many")
        return items


class CountResult(serializers.Serializer[Any]):
    """What became of one item: what was stored, or what is wrong with it."""

    index = serializers.IntegerField()
    status = serializers.IntegerField()
    on_hand = serializers.CharField(required=False)
    errors = serializers.ListField(child=serializers.DictField(), required=False)  # type: ignore[assignment]


class StockResults(serializers.Serializer[Any]):
    """A result per item, in their order."""

    results = CountResult(many=True)


class WarningLineInput(serializers.Serializer[Any]):
    """The warning line of one SKU, by `merchant_code` or `external_id`; null for the supplier's."""

    merchant_code = serializers.CharField(required=False, allow_blank=True)
    external_id = serializers.CharField(required=False, allow_blank=True)
    warning_line = serializers.CharField(max_length=40, allow_null=True, allow_blank=True)


class WarningLinesInput(serializers.Serializer[Any]):
    """Warning lines in one warehouse; SKUs that are not named keep theirs."""

    warehouse = serializers.CharField()
    items = WarningLineInput(many=True, allow_empty=False, max_length=1000)  # type: ignore[call-arg]


class WarningLineResult(serializers.Serializer[Any]):
    """What became of one item: the stored line, or what is wrong with it."""

    index = serializers.IntegerField()
    status = serializers.IntegerField()
    warning_line = serializers.CharField(required=False, allow_null=True)
    errors = serializers.ListField(child=serializers.DictField(), required=False)  # type: ignore[assignment]


class WarningLineResults(serializers.Serializer[Any]):
    """A result per item, in their order."""

    results = WarningLineResult(many=True)


class StockOutLineOutput(serializers.Serializer[Any]):
    """A line of a stock-out."""

    position = serializers.IntegerField()
    sku = serializers.CharField()
    merchant_code = serializers.CharField()
    name = serializers.CharField()
    own_code = serializers.CharField(help_text="The dealer's own code at submit; blank without one.")
    own_name = serializers.CharField()
    unit = serializers.CharField()
    quantity = QuantityField()
    packed = QuantityField()
    shipped = QuantityField()


class StockOutOutput(serializers.Serializer[Any]):
    """A stock-out: what the warehouse has to send for an approved order."""

    id = serializers.CharField()
    number = serializers.CharField()
    order_number = serializers.CharField()
    state = serializers.ChoiceField(choices=StockOutState.choices)
    warehouse = serializers.CharField()
    carrier = serializers.CharField(allow_null=True)
    dealer = serializers.CharField()
    address = AddressShape()
    weight_kg = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()
    lines = StockOutLineOutput(many=True)


StockOutPage = page_of("StockOutPage", StockOutOutput)


_ITEMS_MAX = 1000


def stock_shape(row: Stock) -> dict[str, Any]:
    """A stock row as JSON."""
    return {
        "sku": row.sku.public_id,
        "merchant_code": row.sku.merchant_code,
        "external_id": row.sku.external_id,
        "warehouse": row.warehouse.public_id,
        "on_hand": plain(row.on_hand),
        "reserved": plain(row.reserved),
        "available": plain(row.available),  # type: ignore[attr-defined]
        "in_transit": plain(row.in_transit),  # type: ignore[attr-defined]
        "orderable": plain(row.orderable),  # type: ignore[attr-defined]
        "warning_line": None if row.warning_line is None else plain(row.warning_line),
        "is_low": row.is_low,  # type: ignore[attr-defined]
        "updated_at": instant(row.updated_at),
    }


def past_shape(row: Any) -> dict[str, Any]:
    """A stock row as it was at an instant; its warning is of now, so none is told."""
    return {
        "sku": row.sku.public_id,
        "merchant_code": row.sku.merchant_code,
        "external_id": row.sku.external_id,
        "warehouse": row.warehouse.public_id,
        "on_hand": plain(row.on_hand_then),
        "reserved": plain(row.reserved_then),
        "available": plain(row.available_then),
        "in_transit": plain(row.in_transit_then),
        "orderable": plain(row.orderable_then),
        "warning_line": None,
        "is_low": False,
        "updated_at": instant(row.updated_at),
    }


def stock_out_shape(row: StockOut) -> dict[str, Any]:
    """A stock-out as JSON, with its prefetched lines."""
    return {
        "id": row.public_id,
        "number": row.number,
        "order_number": row.source_number,
        "state": row.state,
        "warehouse": row.warehouse.public_id,
        "carrier": row.carrier.public_id if row.carrier else None,
        "dealer": row.dealer.public_id,
        "address": {name: getattr(row, name) for name in ADDRESS_FIELDS},
        "weight_kg": plain(row.weight_kg),
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
        "version": row.version,
        "lines": [
            {
                "position": line.position,
                "sku": line.sku.public_id,
                "merchant_code": line.merchant_code,
                "name": line.name,
                "own_code": line.own_code,
                "own_name": line.own_name,
                "unit": line.unit,
                "quantity": plain(line.quantity),
                "packed": plain(line.packed),
                "shipped": plain(line.shipped),
            }
            for line in sorted(row.lines.all(), key=lambda one: one.position)
        ],
    }
