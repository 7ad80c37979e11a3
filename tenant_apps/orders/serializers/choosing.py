"""What a warehouse query asks and answers in JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_core.api.fields import AddressShape, QuantityField
from tenant_apps.orders.rules import LINES_MAX
from tenant_apps.orders.serializers.wanted import LineInput


class WarehouseQueryInput(serializers.Serializer[Any]):
    """Where goods should go, and with whom. With `lines` the stock counts too, and their weight.

    `shop` and `carrier` by public id or code; the supplier's people name the shop when there are lines.
    """

    address = AddressShape(required=False)
    address_text = serializers.CharField(
        max_length=300,
        required=False,
        allow_blank=True,
        help_text="Instead of `address`: a Chinese one in one piece, such as 浙江省杭州市西湖区文三路 1 号.",
    )
    address_id = serializers.CharField(max_length=32, required=False, allow_blank=True, default="")
    carrier = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    shop = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    lines = LineInput(many=True, max_length=LINES_MAX, required=False)  # type: ignore[call-arg]  # of the list
    weight_kg = QuantityField(required=False, help_text="Without lines: the weight, 1 kg by default.")


class FreightStep(serializers.Serializer[Any]):
    """One line of a freight's sum; the last one (`=`) is what is charged."""

    operator = serializers.CharField()
    amount = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    facts = serializers.DictField(child=serializers.CharField())


class WarehouseOption(serializers.Serializer[Any]):
    """A warehouse that was asked, and whether it can serve (W-139)."""

    warehouse = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    usable = serializers.BooleanField()
    reason = serializers.CharField(
        help_text="Blank when usable, else not_covered, no_freight_strategy, sku_not_in_warehouse or"
        " sku_stock_short."
    )
    detail = serializers.CharField(help_text="The reason more finely: carrier_not_supported and the like.")
    message = serializers.CharField()
    sku = serializers.CharField(help_text="Merchant code of the first SKU that is missing or short.")
    freight = serializers.CharField()
    freight_known = serializers.BooleanField()
    freight_steps = FreightStep(many=True, help_text="How the freight comes about.")
    chosen = serializers.BooleanField(help_text="Whether the order would leave from here.")


class WarehouseQueryOutput(serializers.Serializer[Any]):
    """Every warehouse that the caller may order from: those that can serve first, the best on top."""

    warehouses = WarehouseOption(many=True)
