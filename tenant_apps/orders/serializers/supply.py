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
