"""What the API tells of moves, approvals and cancelled lines."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_core.kernel.money import Currency, Money
from platform_core.kernel.quantity import plain
from tenant_apps.orders.models import CancelledLine


class AdjustmentOutput(serializers.Serializer[Any]):
    """A change that finance made; `undone_at` once it was taken back."""

    kind = serializers.CharField()
    line = serializers.IntegerField(allow_null=True)
    amount = serializers.CharField()
    reason = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


class HistoryOutput(serializers.Serializer[Any]):
    """One move: step, who, when, why, and the amounts before and after.

    `level` and `standing` say at which level of an approval chain, and in which capacity.
    """

    step = serializers.CharField()
    level = serializers.CharField()
    standing = serializers.CharField()
    standing_for = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a member, not the option
    target = serializers.CharField()
    by = serializers.CharField()
    on_behalf_of = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField()
    before = serializers.DictField(child=serializers.CharField())
    after = serializers.DictField(child=serializers.CharField())


class ApprovedLevel(serializers.Serializer[Any]):
    """A level of the order's approval chain: `done`, `waiting` or `open`; who approved it, for whom, when.

    `standing` is `delegate`, `alone` or `administrator` where it was not simply one of its people.
    """

    name = serializers.CharField()
    state = serializers.ChoiceField(choices=["done", "waiting", "open"])
    by = serializers.CharField(allow_null=True)
    standing = serializers.CharField()
    standing_for = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)


class ApprovalOutput(serializers.Serializer[Any]):
    """The chain that holds for the order as it was at its review; `waiting_for` is a level's name."""

    chain = serializers.CharField()
    name = serializers.CharField()
    levels = ApprovedLevel(many=True)
    waiting_for = serializers.CharField(allow_null=True)


class CancelledLineOutput(serializers.Serializer[Any]):
    """A line that was taken out after the review, and what went back for it (W-160)."""

    position = serializers.IntegerField()
    merchant_code = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.CharField()
    unit = serializers.CharField()
    returned = serializers.CharField()
    reason = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()


def approval_shape(approval: Any) -> dict[str, Any] | None:
    """The frozen chain as others read it; no ids of people."""
    if not approval:
        return None
    place = approval["level"]
    return {
        "chain": approval["id"],
        "name": approval["name"],
        "levels": [
            {
                "name": level["name"],
                "state": "done" if i < place else "waiting" if i == place else "open",
                "by": level.get("by_name"),
                "standing": level.get("standing", ""),
                "standing_for": level.get("for_name", ""),
                "at": level.get("at"),
            }
            for i, level in enumerate(approval["levels"])
        ],
        "waiting_for": approval["levels"][place]["name"] if approval["current"] else None,
    }


def cancelled_shape(one: CancelledLine, currency: Currency) -> dict[str, Any]:
    """A cancelled line as JSON values."""
    return {
        "position": one.position,
        "merchant_code": one.merchant_code,
        "name": one.name,
        "quantity": plain(one.quantity),
        "unit": one.unit,
        "returned": str(Money(one.returned_minor, currency).amount),
        "reason": one.reason,
        "by": one.actor_name,
        "at": one.at.isoformat().replace("+00:00", "Z"),
    }
