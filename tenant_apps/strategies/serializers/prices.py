"""Price rules in JSON."""

from __future__ import annotations

from rest_framework import serializers

from platform_core.api.fields import PriceField, QuantityField
from platform_core.api.paging import page_of
from tenant_apps.strategies.packs import PACK_NAME_MAX


class PriceRuleChange(serializers.Serializer):  # type: ignore[type-arg]
    """Parts of a price rule; naming `fixed` takes `rate` away and so on; what is absent stays."""

    dealer = serializers.CharField(
        max_length=40, required=False, allow_null=True, help_text="dlr_… or code; either it or `level`."
    )
    level = serializers.CharField(max_length=40, required=False, allow_null=True, help_text="lvl_… or name.")
    sku = serializers.CharField(
        max_length=60, required=False, allow_null=True, help_text="sku_… or merchant code; null: every SKU."
    )
    fixed = PriceField(required=False, allow_null=True, help_text="Of one base unit; either it or `rate`.")
    pack = serializers.CharField(
        max_length=PACK_NAME_MAX,
        required=False,
        allow_blank=True,
        write_only=True,
        help_text="A pack of the SKU: `fixed` is for a whole one.",
    )
    rate = PriceField(required=False, allow_null=True, help_text="0.85 is 85 % of the strategy's price.")
    from_quantity = QuantityField(required=False)
    valid_from = serializers.DateField(required=False, allow_null=True)
    valid_until = serializers.DateField(required=False, allow_null=True, help_text="Included.")


class NewPriceRule(PriceRuleChange):
    """A price rule."""

    external_id = serializers.CharField(max_length=80, required=False, allow_null=True)


class PriceRuleShape(NewPriceRule):
    """A price rule, and whether it counts today."""

    id = serializers.CharField(help_text="prc_…")
    state = serializers.ChoiceField(["now", "later", "over"])
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


PriceRulePage = page_of("PriceRulePage", PriceRuleShape)
