"""Shapes of approval chains, delegations and spending limits in the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from platform_core.api.fields import instant
from platform_core.api.paging import page_of
from platform_core.kernel.context import serving
from platform_core.kernel.money import Currency, Money
from tenant_apps.access.models import Membership
from tenant_apps.orders.approval import LEVELS_MAX
from tenant_apps.orders.models import ApprovalChain, ApprovalDelegation, BuyerLimit
from tenant_apps.orders.queries.chain_choices import Known, ids_of
from tenant_apps.orders.serializers.finance import minor_of

Shape = serializers.Serializer[Any]


def _ids(**options: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=500, required=False, **options
    )


class LevelShape(Shape):
    """One level: any one of these people (ids of users) or of the holders of these roles approves."""

    name = serializers.CharField(max_length=60)
    people = _ids(default=list)
    roles = _ids(default=list)


class ChainChange(Shape):
    """Fields to change; `levels` replaces all levels. Empty conditions do not narrow."""

    name = serializers.CharField(max_length=60, required=False)
    external_id = serializers.CharField(max_length=80, required=False, allow_null=True, allow_blank=True)
    enabled = serializers.BooleanField(required=False)
    forces_review = serializers.BooleanField(required=False)
    amount_from = serializers.CharField(max_length=24, required=False, allow_null=True)
    groups = _ids()
    dealer_levels = _ids()
    warehouses = _ids()
    levels = LevelShape(many=True, required=False, max_length=LEVELS_MAX + 1)  # type: ignore[call-arg]  # of the list


class ChainInput(ChainChange):
    """A new chain; one that is switched off may be without levels still."""

    name = serializers.CharField(max_length=60)


class ChainOutput(Shape):
    """A chain. `amount_from` is a decimal string in the supplier's currency."""

    id = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    enabled = serializers.BooleanField()
    position = serializers.IntegerField()
    forces_review = serializers.BooleanField()
    amount_from = serializers.CharField(allow_null=True)
    groups = serializers.ListField(child=serializers.CharField())
    dealer_levels = serializers.ListField(child=serializers.CharField())
    warehouses = serializers.ListField(child=serializers.CharField())
    levels = LevelShape(many=True)
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


class DelegationInput(Shape):
    """Who stands in for whom (ids of users), on which days. Without `person` the caller is absent."""

    person = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    delegate = serializers.CharField(max_length=40)
    first_day = serializers.DateField()
    last_day = serializers.DateField()


class DelegationOutput(Shape):
    """A delegation; days are the supplier's and both included."""

    id = serializers.CharField()
    person = serializers.CharField()
    person_name = serializers.CharField()
    delegate = serializers.CharField()
    delegate_name = serializers.CharField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    created_at = serializers.DateTimeField()


class BuyerLimitInput(Shape):
    """What a person may spend alone; null is no limit."""

    order_limit = serializers.CharField(max_length=24, required=False, allow_null=True)
    month_limit = serializers.CharField(max_length=24, required=False, allow_null=True)
    always = serializers.BooleanField(required=False)
    is_approver = serializers.BooleanField(required=False)


class BuyerLimitOutput(Shape):
    """A dealer's person with its limits; amounts are decimal strings."""

    person = serializers.CharField()
    name = serializers.CharField()
    organisation = serializers.CharField()
    order_limit = serializers.CharField(allow_null=True)
    month_limit = serializers.CharField(allow_null=True)
    always = serializers.BooleanField()
    is_approver = serializers.BooleanField()
    version = serializers.IntegerField()


ChainPage = page_of("ApprovalChainPage", ChainOutput)
DelegationPage = page_of("ApprovalDelegationPage", DelegationOutput)
BuyerLimitPage = page_of("BuyerLimitPage", BuyerLimitOutput)


def minor_amounts(values: Mapping[str, Any], *names: str, suffix: str = "") -> dict[str, Any]:
    """The same values, the named decimal strings as minor units under `name + suffix`. Raises Invalid."""
    found = {name: value for name, value in values.items() if name not in names}
    for name in names:
        if name in values:
            text = values[name]
            found[name + suffix] = None if text is None else minor_of(text, f"/{name}")
    return found


def _amount(minor: int | None) -> str | None:
    return None if minor is None else str(Money(minor, Currency(serving().currency)).amount)


def chain_shape(row: ApprovalChain, known: Mapping[str, dict[str, Known]]) -> dict[str, Any]:
    """A chain as JSON values; `known` are the choices of each condition by public id."""
    return {
        "id": row.public_id,
        "external_id": row.external_id,
        "name": row.name,
        "enabled": row.enabled,
        "position": row.position,
        "forces_review": row.forces_review,
        "amount_from": _amount(row.amount_from_minor),
        **{name: ids_of(row, name, choices) for name, choices in known.items()},
        "levels": [{"name": v.name, "people": v.people, "roles": v.roles} for v in row.levels.all()],
        "version": row.version,
        "updated_at": instant(row.updated_at),
    }


def delegation_shape(row: ApprovalDelegation) -> dict[str, Any]:
    """A delegation as JSON values."""
    return {
        "id": row.public_id,
        "person": row.person_id,
        "person_name": row.person_name,
        "delegate": row.delegate_id,
        "delegate_name": row.delegate_name,
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat(),
        "created_at": instant(row.created_at),
    }


def limit_shape(person: Membership, limit: BuyerLimit) -> dict[str, Any]:
    """A person with its limits as JSON values."""
    return {
        "person": person.user.public_id,
        "name": person.user.name,
        "organisation": person.organisation.public_id,
        "order_limit": _amount(limit.order_limit_minor),
        "month_limit": _amount(limit.month_limit_minor),
        "always": limit.always,
        "is_approver": limit.is_approver,
        "version": limit.version,
    }
