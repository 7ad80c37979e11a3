"""Shapes of transfers between warehouses in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_core.api.fields import QuantityField, instant
from platform_core.api.paging import page_of
from platform_core.kernel.quantity import plain
from tenant_apps.inventory.models import StockTransfer
from tenant_apps.inventory.rules import LINES_MAX
from tenant_apps.inventory.serializers.stock_takes import VersionInput
from tenant_apps.inventory.states import TRANSFER_FLOW, TransferState


class TransferLineInput(serializers.Serializer[Any]):
    """So much of a SKU, by `merchant_code` or `external_id`, in its base unit."""

    merchant_code = serializers.CharField(required=False, allow_blank=True)
    external_id = serializers.CharField(required=False, allow_blank=True)
    quantity = serializers.CharField(max_length=40)


class TransferInput(serializers.Serializer[Any]):
    """A new transfer between two own warehouses, by their ids."""

    origin = serializers.CharField(max_length=40)
    destination = serializers.CharField(max_length=40)
    lines = TransferLineInput(many=True, max_length=LINES_MAX)  # type: ignore[call-arg]
    note = serializers.CharField(required=False, allow_blank=True)


class TransferLinesInput(serializers.Serializer[Any]):
    """What stands in a draft from now on; what is not named stays."""

    lines = TransferLineInput(many=True, required=False, max_length=LINES_MAX)  # type: ignore[call-arg]
    note = serializers.CharField(required=False, allow_null=True, allow_blank=True)


class ReceivedInput(VersionInput):
    """What arrived where it is not all that was sent; SKUs that are not named arrived whole."""

    received = TransferLineInput(many=True, required=False, max_length=LINES_MAX)  # type: ignore[call-arg]


class TransferLineOutput(serializers.Serializer[Any]):
    """A line; `received` and `lost` are known once the goods arrived."""

    position = serializers.IntegerField()
    sku = serializers.CharField()
    merchant_code = serializers.CharField()
    quantity = QuantityField()
    received = QuantityField(allow_null=True)
    lost = QuantityField(allow_null=True)


class TransferOutput(serializers.Serializer[Any]):
    """A transfer; `steps` are those its state allows."""

    id = serializers.CharField()
    number = serializers.CharField()
    origin = serializers.CharField()
    destination = serializers.CharField()
    state = serializers.ChoiceField(choices=TransferState.choices)
    steps = serializers.ListField(child=serializers.CharField())
    note = serializers.CharField()
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()
    lines = TransferLineOutput(many=True)


TransferPage = page_of("TransferPage", TransferOutput)


def transfer_shape(row: StockTransfer) -> dict[str, Any]:
    """A transfer as JSON, with its prefetched lines."""
    return {
        "id": row.public_id,
        "number": row.number,
        "origin": row.origin.public_id,
        "destination": row.destination.public_id,
        "state": row.state,
        "steps": [step.name for step in TRANSFER_FLOW if row.state in step.sources],
        "note": row.note,
        "created_by": row.actor_name,
        "created_at": instant(row.created_at),
        "sent_at": instant(row.sent_at),
        "ended_at": instant(row.ended_at),
        "updated_at": instant(row.updated_at),
        "version": row.version,
        "lines": [
            {
                "position": line.position,
                "sku": line.sku.public_id,
                "merchant_code": line.sku.merchant_code,
                "quantity": plain(line.quantity),
                "received": None if line.received is None else plain(line.received),
                "lost": None if line.lost is None else plain(line.lost),
            }
            for line in sorted(row.lines.all(), key=lambda one: one.position)
        ],
    }
