"""Shapes of shared-out supply in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class ShortOutput(serializers.Serializer[Any]):
    """A line whose demand is not granted in full: with `granted` 0 it is no line of the order."""

    sku = serializers.CharField()
    merchant_code = serializers.CharField()
    demanded = serializers.CharField()
    granted = serializers.CharField()
    note = serializers.CharField()


class ProposalOutput(serializers.Serializer[Any]):
    """A substitute that the dealer may order now, in base units."""

    sku = serializers.CharField()
    merchant_code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    price = serializers.CharField(help_text="The dealer's own, for `for_missing`.")
    available = serializers.CharField(allow_null=True, help_text="Null where it is not told.")
    for_missing = serializers.CharField(
        allow_null=True, help_text="To order for what is missing; null where that would tell the stock."
    )
    for_whole = serializers.CharField(help_text="To order instead of the whole line.")


class ShortageOutput(serializers.Serializer[Any]):
    """A line that cannot be met, and what may be ordered instead, best first."""

    line = serializers.IntegerField()
    sku = serializers.CharField()
    merchant_code = serializers.CharField()
    demanded = serializers.CharField()
    met = serializers.CharField(
        allow_null=True, help_text="With what its substitutes in the request make up; null: not told."
    )
    reason = serializers.CharField()
    proposals = ProposalOutput(many=True)
