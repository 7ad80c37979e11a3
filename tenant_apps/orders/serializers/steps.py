"""What the steps of orders take in, beside a reason."""

from __future__ import annotations

from rest_framework import serializers

from tenant_apps.orders.serializers.finance import AdjustmentInput, GrantInput, ReasonInput
from tenant_apps.orders.serializers.orders import BulkInput


class LineCancelInput(ReasonInput):
    """Which line, by its position."""

    line = serializers.IntegerField(min_value=1)


class BulkStepInput(BulkInput):
    """The same with a reason, and for `approve` the adjustments and grants of each order (W-166, G-60)."""

    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    adjustments = AdjustmentInput(many=True, required=False, default=list, max_length=20)  # type: ignore[call-arg]  # of the list
    grants = GrantInput(many=True, required=False, default=list, max_length=200)  # type: ignore[call-arg]  # of the list
