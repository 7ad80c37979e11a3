"""Shapes of stock takes in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_core.api.fields import QuantityField, instant
from platform_core.api.paging import page_of
from platform_core.kernel.quantity import plain
from tenant_apps.inventory.models import StockTake, StockTakeLine
from tenant_apps.inventory.rules import IMPORT_ROWS_MAX, LINES_MAX
from tenant_apps.inventory.states import STOCK_TAKE_FLOW, StockTakeState


class GoodsToCountInput(serializers.Serializer[Any]):
    """Which SKUs are counted: the named ones, else all that ever lay there and fit the rest."""

    q = serializers.CharField(required=False, allow_blank=True, max_length=200)
    category = serializers.CharField(required=False, allow_blank=True, max_length=40)
    brand = serializers.CharField(required=False, allow_blank=True, max_length=40)
    merchant_codes = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, max_length=IMPORT_ROWS_MAX
    )


class StockTakeInput(serializers.Serializer[Any]):
    """A new stock take of an own warehouse."""

    warehouse = serializers.CharField(max_length=40)
    goods = GoodsToCountInput(required=False)
    note = serializers.CharField(required=False, allow_blank=True)


class LineCountInput(serializers.Serializer[Any]):
    """What was counted of a SKU, by `merchant_code` or `external_id`; blank takes a count back."""

    merchant_code = serializers.CharField(required=False, allow_blank=True)
    external_id = serializers.CharField(required=False, allow_blank=True)
    counted = serializers.CharField(max_length=40, allow_blank=True)


class CountsInput(serializers.Serializer[Any]):
    """Counts that are stored all or none."""

    counts = LineCountInput(many=True, allow_empty=False, max_length=LINES_MAX)  # type: ignore[call-arg]


class VersionInput(serializers.Serializer[Any]):
    """A step of a document; with `version` it is refused when somebody changed it meanwhile."""

    version = serializers.IntegerField(required=False, allow_null=True, min_value=1)


class StockTakeOutput(serializers.Serializer[Any]):
    """A stock take; `steps` are those its state allows."""

    id = serializers.CharField()
    number = serializers.CharField()
    warehouse = serializers.CharField()
    state = serializers.ChoiceField(choices=StockTakeState.choices)
    steps = serializers.ListField(child=serializers.CharField())
    note = serializers.CharField()
    line_count = serializers.IntegerField()
    counted_count = serializers.IntegerField()
    different_count = serializers.IntegerField()
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class StockTakeLineOutput(serializers.Serializer[Any]):
    """A line; `expected` lay there when it was counted, posting moves the stock by `difference`.

    `is_outdated`: something set the stock after the count, so it must be counted again.
    """

    position = serializers.IntegerField()
    sku = serializers.CharField()
    merchant_code = serializers.CharField()
    expected = QuantityField(allow_null=True)
    counted = QuantityField(allow_null=True)
    difference = QuantityField(allow_null=True)
    is_outdated = serializers.BooleanField()
    counted_by = serializers.CharField()
    counted_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


StockTakePage = page_of("StockTakePage", StockTakeOutput)
StockTakeLinePage = page_of("StockTakeLinePage", StockTakeLineOutput)


def stock_take_shape(row: StockTake) -> dict[str, Any]:
    """A stock take with its counts as JSON."""
    return {
        "id": row.public_id,
        "number": row.number,
        "warehouse": row.warehouse.public_id,
        "state": row.state,
        "steps": [step.name for step in STOCK_TAKE_FLOW if row.state in step.sources],
        "note": row.note,
        "line_count": row.line_count,  # type: ignore[attr-defined]
        "counted_count": row.counted_count,  # type: ignore[attr-defined]
        "different_count": row.different_count,  # type: ignore[attr-defined]
        "created_by": row.actor_name,
        "created_at": instant(row.created_at),
        "ended_at": instant(row.ended_at),
        "updated_at": instant(row.updated_at),
        "version": row.version,
    }


def stock_take_line_shape(line: StockTakeLine) -> dict[str, Any]:
    """A line as JSON."""
    numbers = {"expected": line.expected, "counted": line.counted, "difference": line.difference}
    return {
        "position": line.position,
        "sku": line.sku.public_id,
        "merchant_code": line.sku.merchant_code,
        **{name: None if value is None else plain(value) for name, value in numbers.items()},
        "is_outdated": line.is_outdated,  # type: ignore[attr-defined]
        "counted_by": line.counted_by,
        "counted_at": instant(line.counted_at),
        "updated_at": instant(line.updated_at),
    }
