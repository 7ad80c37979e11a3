"""What messages and sales prices of an order look like in JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_core.api.fields import PriceField, instant
from platform_core.api.paging import page_of
from tenant_apps.orders.models import OrderMessage


class MessageInput(serializers.Serializer[Any]):
    """A message to the other side."""

    text = serializers.CharField(max_length=1000)


class MessageOutput(serializers.Serializer[Any]):
    """A message; `seen_at` once the other side opened it."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    from_dealer = serializers.BooleanField()
    by = serializers.CharField()
    on_behalf_of = serializers.CharField()
    at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField(allow_null=True)


MessagePage = page_of("OrderMessagePage", MessageOutput)


class SalesPriceInput(serializers.Serializer[Any]):
    """What the dealer's own customer pays for a unit of one line."""

    line = serializers.IntegerField(min_value=1, help_text="The line's position.")
    sales_price = PriceField()


class SalesPricesInput(serializers.Serializer[Any]):
    """Sales prices of some lines; the others stay."""

    lines = SalesPriceInput(many=True, max_length=1000)  # type: ignore[call-arg]  # of the list


def message_shape(one: OrderMessage) -> dict[str, Any]:
    """A message as the API says it."""
    return {
        "id": one.pk,
        "text": one.text,
        "from_dealer": one.from_dealer,
        "by": one.actor_name,
        "on_behalf_of": one.actor_on_behalf_of,
        "at": instant(one.at),
        "seen_at": one.seen_at and instant(one.seen_at),
    }
