"""The finance review in JSON: adjustments, granted quantities, organisation and delivery day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rest_framework import serializers

from platform_core.kernel.context import serving
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.quantity import plain
from platform_core.kernel.words import noop
from tenant_apps.orders.commands.finance import AdjustmentWanted
from tenant_apps.orders.commands.granting import GrantWanted, Terms
from tenant_apps.orders.models import AdjustmentKind, LineGrant, OrderAdjustment
from tenant_apps.orders.rules import LINES_MAX

_AMOUNT = noop("Write an amount like -3.00, not finer than the currency's smallest unit.")


class AdjustmentInput(serializers.Serializer[Any]):
    """A signed change of freight or goods: negative lowers what the dealer pays (W-166)."""

    kind = serializers.ChoiceField(choices=AdjustmentKind.choices)
    amount = serializers.CharField(max_length=24)
    reason = serializers.CharField(max_length=200, allow_blank=True)
    line = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1)


class GrantInput(serializers.Serializer[Any]):
    """What is granted of a line, at most what the order holds of it (G-60).

    `line` is a position. With `merchant_code` in its place the quantity is the most that lines of that SKU
    keep.
    """

    line = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1)
    merchant_code = serializers.CharField(max_length=60, required=False, default="")
    quantity = serializers.DecimalField(max_digits=18, decimal_places=3)
    reason = serializers.CharField(max_length=200, allow_blank=True)


class ReasonInput(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class ApproveInput(ReasonInput):
    """Approve, with adjustments and grants if any.

    `organisation` is the ordering organisation (id or code, blank for none), `delivery_day` when the goods
    come: what is not sent stays (K-21). `confirm_alone` says that who had a part in the order and approves
    it alone was asked twice.
    """

    confirm_alone = serializers.BooleanField(required=False, default=False)
    adjustments = AdjustmentInput(
        many=True,
        required=False,
        default=list,
        max_length=LINES_MAX,  # type: ignore[call-arg]  # of the list
    )
    grants = GrantInput(
        many=True,
        required=False,
        default=list,
        max_length=LINES_MAX,  # type: ignore[call-arg]  # of the list
    )
    organisation = serializers.CharField(
        max_length=80, required=False, allow_blank=True, allow_null=True, default=None
    )
    delivery_day = serializers.DateField(required=False, allow_null=True, default=None)


class GrantOutput(serializers.Serializer[Any]):
    """What finance granted of a line; `undone_at` once it was taken back."""

    line = serializers.IntegerField()
    merchant_code = serializers.CharField()
    before = serializers.CharField()
    quantity = serializers.CharField()
    reason = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


def adjustments_of(data: Mapping[str, Any]) -> list[AdjustmentWanted]:
    """The adjustments that came in. Raises Invalid at the amount that is none."""
    return [
        AdjustmentWanted(
            row["kind"], minor_of(row["amount"], f"/adjustments/{index}/amount"), row["reason"], row["line"]
        )
        for index, row in enumerate(data["adjustments"])
    ]


def grants_of(data: Mapping[str, Any]) -> list[GrantWanted]:
    """The grants that came in."""
    return [
        GrantWanted(row["quantity"], row["reason"], row["line"], row["merchant_code"])
        for row in data["grants"]
    ]


def terms_of(data: Mapping[str, Any]) -> Terms:
    """Organisation and delivery day that came in."""
    return Terms(data["organisation"], data["delivery_day"])


def minor_of(text: str, pointer: str) -> int:
    """A signed amount as minor units of the supplier's currency. Raises Invalid at the pointer."""
    try:
        return Money.parse(
            text.strip().replace(",", "").replace("−", "-"), Currency(serving().currency)
        ).minor
    except ValueError as error:
        raise Invalid(problems=[FieldProblem(pointer, "amount_wrong", _AMOUNT)]) from error


def adjustment_shape(one: OrderAdjustment, currency: Currency) -> dict[str, Any]:
    """An adjustment as JSON values."""
    return {
        "kind": str(one.kind),
        "line": one.line.position if one.line else None,
        "amount": str(Money(one.amount_minor, currency).amount),
        "reason": one.reason,
        "by": one.actor_name,
        "at": instant(one.at),
        "undone_at": instant(one.undone_at),
    }


def grant_shape(one: LineGrant) -> dict[str, Any]:
    """A grant as JSON values."""
    return {
        "line": one.position,
        "merchant_code": one.merchant_code,
        "before": plain(one.before),
        "quantity": plain(one.quantity),
        "reason": one.reason,
        "by": one.actor_name,
        "at": instant(one.at),
        "undone_at": instant(one.undone_at),
    }


def instant(value: datetime | None) -> str | None:
    """A moment as the API writes it."""
    return value.isoformat().replace("+00:00", "Z") if value else None
