"""The call list in JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_core.api.paging import page_of
from tenant_apps.orders.models import CallResult
from tenant_apps.orders.queries.calls import call_row
from tenant_apps.orders.serializers.finance import instant


class CallOutput(serializers.Serializer[Any]):
    """A dealer that has not ordered for the order day, and the last note of a call about it."""

    dealer = serializers.CharField(help_text="dlr_…")
    code = serializers.CharField()
    name = serializers.CharField()
    contact = serializers.CharField()
    phone = serializers.CharField()
    last_order = serializers.CharField(allow_null=True)
    last_ordered = serializers.DateTimeField(allow_null=True)
    is_saved = serializers.BooleanField(help_text="An order lies saved and is not bought yet.")
    called_at = serializers.DateTimeField(allow_null=True)
    called_by = serializers.CharField(allow_null=True)
    result = serializers.ChoiceField(choices=CallResult.choices, allow_null=True)
    note = serializers.CharField(allow_null=True)
    follow_up = serializers.DateField(allow_null=True)


CallPage = page_of("CallPage", CallOutput)


def call_shape(row: Any) -> dict[str, Any]:
    """A row of the call list as JSON values."""
    found = call_row(row)
    day = found["follow_up"]
    return {
        **found,
        "last_ordered": instant(found["last_ordered"]),
        "called_at": instant(found["called_at"]),
        "follow_up": day.isoformat() if day else None,
    }
