"""Shapes of logistics in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_core.api.fields import AddressShape, instant
from platform_core.api.paging import page_of
from platform_core.db.models import ADDRESS_FIELDS
from tenant_apps.logistics.models import (
    Carrier,
    FinanceConditionKind,
    MemoRule,
    MemoTarget,
    Warehouse,
    WarehouseKind,
)


class ConditionShape(serializers.Serializer[Any]):
    """One alternative that sends an order to finance review."""

    kind = serializers.ChoiceField(choices=FinanceConditionKind.choices)
    carrier = serializers.CharField(required=False, allow_null=True)
    region1 = serializers.CharField(required=False, allow_blank=True, max_length=60)
    region2 = serializers.CharField(required=False, allow_blank=True, max_length=60)


class WarehouseInput(serializers.Serializer[Any]):
    """A warehouse that comes in. A member that is absent from a PATCH stays as it is."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=WarehouseKind.choices, required=False)
    external_id = serializers.CharField(required=False, allow_null=True, allow_blank=True)
    address = AddressShape(required=False)
    finance_review = serializers.BooleanField(required=False)
    after_sales_review = serializers.BooleanField(required=False)
    conditions = ConditionShape(many=True, required=False)


class WarehouseChange(WarehouseInput):
    """Any part of a warehouse."""

    code = serializers.CharField(required=False)
    name = serializers.CharField(required=False)


class WarehouseOutput(serializers.Serializer[Any]):
    """A warehouse that goes out."""

    id = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=WarehouseKind.choices)
    address = AddressShape()
    is_default = serializers.BooleanField()
    enabled = serializers.BooleanField()
    finance_review = serializers.BooleanField()
    after_sales_review = serializers.BooleanField()
    conditions = ConditionShape(many=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class CarrierInput(serializers.Serializer[Any]):
    """A carrier that comes in."""

    code = serializers.CharField()
    name = serializers.CharField()
    external_id = serializers.CharField(required=False, allow_null=True, allow_blank=True)
    free_shipping = serializers.BooleanField(required=False)


class CarrierChange(CarrierInput):
    """Any part of a carrier."""

    code = serializers.CharField(required=False)
    name = serializers.CharField(required=False)


class CarrierOutput(serializers.Serializer[Any]):
    """A carrier that goes out."""

    id = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    name = serializers.CharField()
    free_shipping = serializers.BooleanField()
    is_default = serializers.BooleanField()
    enabled = serializers.BooleanField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class MemoRuleInput(serializers.Serializer[Any]):
    """A rule of memo extraction that comes in. `carrier` by public id or code."""

    target = serializers.ChoiceField(choices=MemoTarget.choices, help_text="Which memo is read.")
    keyword = serializers.CharField(help_text="The memo must hold it; case does not matter.")
    carrier = serializers.CharField()
    position = serializers.IntegerField(required=False, help_text="The first that fits wins.")
    enabled = serializers.BooleanField(required=False)


class MemoRuleChange(MemoRuleInput):
    """Any part of a rule."""

    target = serializers.ChoiceField(choices=MemoTarget.choices, required=False)
    keyword = serializers.CharField(required=False)
    carrier = serializers.CharField(required=False)


class MemoRuleOutput(serializers.Serializer[Any]):
    """A rule that goes out."""

    id = serializers.CharField()
    target = serializers.ChoiceField(choices=MemoTarget.choices)
    keyword = serializers.CharField()
    carrier = serializers.CharField()
    position = serializers.IntegerField()
    enabled = serializers.BooleanField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


MemoRulePage = page_of("MemoRulePage", MemoRuleOutput)
WarehousePage = page_of("WarehousePage", WarehouseOutput)
CarrierPage = page_of("CarrierPage", CarrierOutput)


def warehouse_shape(row: Warehouse) -> dict[str, Any]:
    """A warehouse as the API says it; its conditions must be at hand."""
    conditions = sorted(row.finance_conditions.all(), key=lambda one: one.pk)
    return {
        "id": row.public_id,
        "external_id": row.external_id,
        "code": row.code,
        "name": row.name,
        "kind": row.kind,
        "address": {name: getattr(row, name) for name in ADDRESS_FIELDS},
        "is_default": row.is_default,
        "enabled": row.enabled,
        "finance_review": row.finance_review,
        "after_sales_review": row.after_sales_review,
        "conditions": [
            {
                "kind": one.kind,
                "carrier": one.carrier.public_id if one.carrier else None,
                "region1": one.region1,
                "region2": one.region2,
            }
            for one in conditions
        ],
        "version": row.version,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }


def carrier_shape(row: Carrier) -> dict[str, Any]:
    """A carrier as the API says it."""
    return {
        "id": row.public_id,
        "external_id": row.external_id,
        "code": row.code,
        "name": row.name,
        "free_shipping": row.free_shipping,
        "is_default": row.is_default,
        "enabled": row.enabled,
        "version": row.version,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }


def memo_rule_shape(row: MemoRule) -> dict[str, Any]:
    """A rule as the API says it; its carrier must be at hand."""
    return {
        "id": row.public_id,
        "target": row.target,
        "keyword": row.keyword,
        "carrier": row.carrier.public_id,
        "position": row.position,
        "enabled": row.enabled,
        "version": row.version,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }


def flat(values: dict[str, Any]) -> dict[str, Any]:
    """The command's names: an address's members stand beside the others there."""
    address = values.pop("address", {})
    return {**values, **address}
