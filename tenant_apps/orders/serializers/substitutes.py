"""Substitutes in JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_core.api.fields import instant
from platform_core.api.paging import page_of
from tenant_apps.orders.models import Substitute
from tenant_apps.orders.queries.substitutes import CODE_MAX
from tenant_apps.orders.serializers.quotes import ProblemOutput


class SubstituteItem(serializers.Serializer[Any]):
    """The whole list of one SKU; SKUs by sku_… or merchant code, an empty list proposes nothing."""

    sku = serializers.CharField(max_length=CODE_MAX)
    substitutes = serializers.ListField(
        child=serializers.CharField(max_length=CODE_MAX), help_text="Best first."
    )


class SubstitutesInput(serializers.Serializer[Any]):
    """Lists of many SKUs."""

    items = serializers.ListField(child=SubstituteItem(), max_length=1000)


class SubstituteOutput(serializers.Serializer[Any]):
    """One SKU that is proposed when another is short; `position` is 1 for the best."""

    sku = serializers.CharField()
    merchant_code = serializers.CharField()
    substitute = serializers.CharField()
    substitute_code = serializers.CharField()
    position = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


SubstitutePage = page_of("SubstitutePage", SubstituteOutput)


def substitute_shape(row: Substitute) -> dict[str, Any]:
    """A substitute as the API says it; both SKUs must be at hand."""
    return {
        "sku": row.sku.public_id,
        "merchant_code": row.sku.merchant_code,
        "substitute": row.substitute.public_id,
        "substitute_code": row.substitute.merchant_code,
        "position": row.position,
        "updated_at": instant(row.updated_at),
    }


class SubstituteResult(serializers.Serializer[Any]):
    """What became of one list."""

    index = serializers.IntegerField()
    sku = serializers.CharField()
    outcome = serializers.ChoiceField(["added", "updated", "removed", "unchanged", "refused"])
    problems = ProblemOutput(many=True)


class SubstituteResults(serializers.Serializer[Any]):
    """A result per row."""

    results = SubstituteResult(many=True)
