"""What money, quantities, weights and instants look like in JSON: decimal strings, never floats."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from platform_core.kernel.money import Money
from platform_core.kernel.quantity import plain


def instant(value: datetime | None) -> str | None:
    """`2026-11-21T08:00:00.25Z`: it may follow `?updated_since=` as it stands, where a `+` is a space."""
    return value.isoformat().replace("+00:00", "Z") if value else None


class QuantityField(serializers.DecimalField):
    """A quantity in the base unit: a decimal string with at most 3 places, out without trailing zeros."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=18, decimal_places=3, **kwargs)

    def to_representation(self, value: Decimal) -> str:
        """`"12"`, `"0.5"`."""
        return plain(Decimal(value))


class PriceField(serializers.DecimalField):
    """A unit price in major units: a decimal string with at most 6 places."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=18, decimal_places=6, **kwargs)

    def to_representation(self, value: Decimal) -> str:
        """`"3.2051"`."""
        return plain(Decimal(value))


@extend_schema_field(str)
class MoneyField(serializers.Field):  # type: ignore[type-arg]
    """A `Money` as a decimal string with exactly the currency's places; read-only."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Money) -> str:
        """`"1234.50"`."""
        return str(value.amount)


class AddressShape(serializers.Serializer):  # type: ignore[type-arg]
    """An address, in and out."""

    country = serializers.CharField(max_length=2, default="CN")
    region1 = serializers.CharField(max_length=60, allow_blank=True, default="")
    region2 = serializers.CharField(max_length=60, allow_blank=True, default="")
    region3 = serializers.CharField(max_length=60, allow_blank=True, default="")
    postcode = serializers.CharField(max_length=20, allow_blank=True, default="")
    line1 = serializers.CharField(max_length=200, allow_blank=True, default="")
    line2 = serializers.CharField(max_length=200, allow_blank=True, default="")
    consignee = serializers.CharField(max_length=80, allow_blank=True, default="")
    phone = serializers.CharField(max_length=30, allow_blank=True, default="")
