"""What promotions look like in JSON, in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_core.api.fields import PriceField, QuantityField, instant
from platform_core.api.paging import page_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving
from platform_core.kernel.money import Currency
from platform_core.kernel.quantity import plain
from tenant_apps.strategies.models import PromotionKind
from tenant_apps.strategies.promotion_words import effect
from tenant_apps.strategies.promotions import State
from tenant_apps.strategies.queries import promotions_list as lists
from tenant_apps.strategies.queries.promotions import effect_of

_PLAIN: dict[str, Any] = {"required": False, "allow_null": True}


class _Names(serializers.ListField):
    """Ids, or codes and names as people know them."""

    child = serializers.CharField(max_length=80)


class PromotionChange(serializers.Serializer[Any]):
    """What a promotion says. Each kind reads its own effect; without names it is for all.

    `line_discount`: `percent` or `unit_off`. `order_discount`: `off` from `threshold`. `gift`: for each
    `every` bought, `gift_quantity` of `gift_sku`. `coupon`: `code`, and `percent` or `off` from
    `threshold`, with its limits; `combines` says whether other discounts stay beside it.
    """

    name = serializers.CharField(max_length=80, required=False)
    external_id = serializers.CharField(max_length=80, allow_blank=True, **_PLAIN)
    kind = serializers.ChoiceField(choices=PromotionKind.choices, required=False)
    percent = serializers.DecimalField(max_digits=9, decimal_places=3, **_PLAIN)
    unit_off = PriceField(help_text="Off each base unit.", **_PLAIN)
    off = serializers.DecimalField(max_digits=18, decimal_places=3, **_PLAIN)
    threshold = serializers.DecimalField(max_digits=18, decimal_places=3, **_PLAIN)
    every = QuantityField(**_PLAIN)
    gift_sku = serializers.CharField(max_length=60, allow_blank=True, **_PLAIN)
    gift_quantity = QuantityField(**_PLAIN)
    code = serializers.CharField(max_length=40, allow_blank=True, **_PLAIN)
    uses_max = serializers.IntegerField(**_PLAIN)
    uses_per_dealer = serializers.IntegerField(**_PLAIN)
    combines = serializers.BooleanField(required=False)
    starts_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(required=False, help_text="It runs until just before.")
    groups = _Names(required=False)
    levels = _Names(required=False)
    dealers = _Names(required=False)
    skus = _Names(required=False)
    categories = _Names(required=False)


class PromotionInput(PromotionChange):
    """A new promotion."""

    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(choices=PromotionKind.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(help_text="It runs until just before.")


class PromotionOutput(serializers.Serializer[Any]):
    """A promotion. A dealer sees its own running ones, without whom else they are for."""

    id = serializers.CharField(help_text="prm_…")
    external_id = serializers.CharField(allow_null=True, required=False)
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=PromotionKind.choices)
    effect = serializers.CharField(help_text="In a few words, in the reader's language.")
    percent = serializers.CharField(allow_null=True)
    unit_off = serializers.CharField(allow_null=True)
    off = serializers.CharField(allow_null=True)
    threshold = serializers.CharField(allow_null=True)
    every = serializers.CharField(allow_null=True)
    gift_sku = serializers.CharField(allow_null=True)
    gift_quantity = serializers.CharField(allow_null=True)
    code = serializers.CharField(allow_null=True, required=False)
    uses = serializers.IntegerField(required=False)
    uses_max = serializers.IntegerField(allow_null=True, required=False)
    uses_per_dealer = serializers.IntegerField(allow_null=True, required=False)
    combines = serializers.BooleanField(required=False)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, required=False)
    state = serializers.ChoiceField(choices=[(one.value, one.value) for one in State])
    enabled = serializers.BooleanField(required=False)
    groups = _Names(required=False)
    levels = _Names(required=False)
    dealers = _Names(required=False)
    skus = _Names()
    categories = _Names()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()


PromotionPage = page_of("PromotionPage", PromotionOutput)


def promotion_shape(row: Any, actor: Actor) -> dict[str, Any]:
    """A promotion as this caller may read it. Needs what `with_names` brings."""
    currency = Currency(serving().currency)
    said = lists.values_of(row, currency)
    found = {
        "id": row.public_id,
        "name": row.name,
        "kind": str(row.kind),
        "effect": effect(effect_of(row), currency),
        **{name: _text(said[name]) for name in ("percent", "unit_off", "every", "gift_quantity")},
        **{name: _text(said[name]) for name in ("off", "threshold")},
        "gift_sku": said["gift_sku"],
        "starts_at": instant(row.starts_at),
        "ends_at": instant(row.ends_at),
        "state": row.state_word,
        "skus": said["skus"],
        "categories": said["categories"],
        "updated_at": instant(row.updated_at),
        "version": row.version,
    }
    if actor.dealer_id is not None:
        return found
    return {
        **found,
        **{name: said[name] for name in ("external_id", "code", "uses_max", "uses_per_dealer", "combines")},
        **{name: said[name] for name in ("groups", "levels", "dealers")},
        "uses": row.use_count,
        "enabled": row.enabled,
        "ended_at": instant(row.ended_at),
    }


def _text(value: Any) -> str | None:
    return None if value is None else plain(value)
