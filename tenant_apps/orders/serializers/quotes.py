"""What a request would come to, in JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from tenant_apps.orders.serializers.choosing import WarehouseOption
from tenant_apps.orders.serializers.lines import PromotionFact
from tenant_apps.orders.serializers.supply import ShortageOutput, ShortOutput


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


class QuotePart(serializers.Serializer[Any]):
    """One of the orders into which a request would be split."""

    part = serializers.IntegerField()
    warehouse = serializers.CharField()
    name = serializers.CharField(help_text="Of the warehouse.")
    lines = serializers.IntegerField()
    quantity = serializers.CharField()
    weight_kg = serializers.CharField()
    goods = serializers.CharField(help_text="After discounts.")
    discount = serializers.CharField()
    freight = serializers.CharField()
    freight_known = serializers.BooleanField()
    fee = serializers.CharField()
    tax = serializers.CharField()
    total = serializers.CharField()


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
    tax_included = serializers.BooleanField(help_text="False: the tax is added to goods, freight and fee.")
    total = serializers.CharField()
    weight_kg = serializers.CharField()
    quantity = serializers.CharField()
    available = serializers.CharField()
    shortfall = serializers.CharField()
    warehouse = serializers.CharField(allow_null=True, help_text="null as well where it is split.")
    parts = QuotePart(many=True, help_text="The orders into which it would be split; else none.")
    carrier = serializers.CharField(allow_null=True)
    errors = ProblemOutput(many=True)  # type: ignore[assignment]  # a member, not the result
    chosen = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text="With `explain=1`: why this warehouse and carrier.",
    )
    warehouses = WarehouseOption(many=True, required=False)
