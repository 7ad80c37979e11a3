"""What may come in and go out over the API of strategies."""

from __future__ import annotations

from rest_framework import serializers

from platform_core.api.fields import AddressShape, PriceField, QuantityField
from platform_core.api.paging import page_of
from tenant_apps.strategies.packs import PACK_NAME_MAX
from tenant_apps.strategies.pricing import Source, Verdict
from tenant_apps.strategies.rules import ROWS_MAX

ITEMS_MAX = 1000
assert ITEMS_MAX <= ROWS_MAX


class TierPriceShape(serializers.Serializer):  # type: ignore[type-arg]
    """The unit price from a quantity on."""

    from_quantity = QuantityField()
    price = PriceField()


class PackPriceShape(serializers.Serializer):  # type: ignore[type-arg]
    """What a whole pack costs: the unit price at as many base units as it holds, times them."""

    name = serializers.CharField()
    units = QuantityField()
    price = serializers.CharField()


class PriceStepShape(serializers.Serializer):  # type: ignore[type-arg]
    """One price that was considered, and what became of it; `rule` and lost ones for the supplier only."""

    code = serializers.ChoiceField([*Source, "rounded"])
    verdict = serializers.ChoiceField(list(Verdict))
    price = PriceField()
    title = serializers.CharField()
    message = serializers.CharField()
    rule = serializers.CharField(required=False, help_text="prc_…")


class OfferShape(serializers.Serializer):  # type: ignore[type-arg]
    """A SKU as a dealer is offered it. `stock` is its share, null when the supplier does not show numbers."""

    id = serializers.CharField(help_text="sku_…")
    code = serializers.CharField()
    name = serializers.CharField()
    spec = serializers.CharField()
    barcode = serializers.CharField()
    origin = serializers.CharField(allow_blank=True)
    unit = serializers.CharField()
    price = PriceField()
    stock = QuantityField(allow_null=True)
    in_stock = serializers.BooleanField(allow_null=True)
    multiple = QuantityField()
    minimum = QuantityField()
    weight_kg = QuantityField()
    tax_rate = serializers.DecimalField(max_digits=6, decimal_places=3)
    orderable = serializers.BooleanField()
    favorite = serializers.BooleanField()
    tiers = TierPriceShape(many=True, help_text="Where the price changes above the smallest quantity.")
    packs = PackPriceShape(many=True)
    explanation = PriceStepShape(many=True, required=False, help_text="With `explain`.")


OffersShape = page_of("OffersShape", OfferShape)


class StrategyDealerShape(serializers.Serializer):  # type: ignore[type-arg]
    """A dealer that buys by a strategy, and how many rows of its own lie over it."""

    dealer = serializers.CharField(help_text="dlr_…")
    code = serializers.CharField()
    name = serializers.CharField()
    own_rows = serializers.IntegerField()


StrategyDealerPage = page_of("StrategyDealerPage", StrategyDealerShape)


class NameShape(serializers.Serializer):  # type: ignore[type-arg]
    """What a goods strategy is called, here and in another system."""

    name = serializers.CharField(max_length=80)
    external_id = serializers.CharField(max_length=80, required=False, allow_blank=True)


class NameChange(NameShape):
    """Either of them; what is absent stays as it is."""

    name = serializers.CharField(max_length=80, required=False)


class NameUpsert(serializers.Serializer):  # type: ignore[type-arg]
    """The name of a goods strategy; needed when it is new."""

    name = serializers.CharField(max_length=80, required=False)


class StrategyShape(serializers.Serializer):  # type: ignore[type-arg]
    """A goods strategy."""

    id = serializers.CharField(help_text="gst_…")
    external_id = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    item_count = serializers.IntegerField()
    dealer_count = serializers.IntegerField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


StrategyPage = page_of("StrategyPage", StrategyShape)


class ItemShape(serializers.Serializer):  # type: ignore[type-arg]
    """A SKU of a strategy, or of one dealer, by merchant code; what is absent stays as it is."""

    merchant_code = serializers.CharField(max_length=60)
    price = PriceField(required=False, allow_null=True)
    pack = serializers.CharField(
        max_length=PACK_NAME_MAX,
        required=False,
        allow_blank=True,
        write_only=True,
        help_text="A pack of the SKU: `price` is for a whole one.",
    )
    enabled = serializers.BooleanField(required=False, allow_null=True)


class ItemOutput(ItemShape):
    """A SKU of a strategy, or of one dealer: there null follows the strategy."""

    sku = serializers.CharField(help_text="sku_…")
    added = serializers.BooleanField(required=False, help_text="Given to this dealer alone.")
    updated_at = serializers.DateTimeField()


ItemPage = page_of("ItemPage", ItemOutput)


class ItemsShape(serializers.Serializer):  # type: ignore[type-arg]
    """At most 1,000 SKUs."""

    items = serializers.ListField(child=ItemShape(), allow_empty=False, max_length=ITEMS_MAX)


class RowResultShape(serializers.Serializer):  # type: ignore[type-arg]
    """What became of one row."""

    index = serializers.IntegerField()
    merchant_code = serializers.CharField()
    outcome = serializers.ChoiceField(["added", "updated", "removed", "unchanged", "refused"])
    code = serializers.CharField(required=False)
    message = serializers.CharField(required=False)


class ResultsShape(serializers.Serializer):  # type: ignore[type-arg]
    """A result per row."""

    results = RowResultShape(many=True)


class CodeShape(serializers.Serializer):  # type: ignore[type-arg]
    """How a dealer calls the SKU with this merchant code; a blank `own_code` forgets it."""

    merchant_code = serializers.CharField(max_length=60)
    own_code = serializers.CharField(max_length=60, allow_blank=True)
    own_name = serializers.CharField(max_length=200, allow_blank=True, default="")


class CodesShape(serializers.Serializer):  # type: ignore[type-arg]
    """At most 1,000 own codes."""

    items = serializers.ListField(child=CodeShape(), allow_empty=False, max_length=ITEMS_MAX)


class CodeOutput(CodeShape):
    """A dealer's own code and name of a SKU."""

    sku = serializers.CharField(help_text="sku_…")
    updated_at = serializers.DateTimeField()


CodePage = page_of("CodePage", CodeOutput)


class ResetShape(serializers.Serializer):  # type: ignore[type-arg]
    """Confirms what a reset takes away."""

    items = serializers.IntegerField(min_value=0)
    dealers = serializers.IntegerField(min_value=0)


class AssignShape(serializers.Serializer):  # type: ignore[type-arg]
    """The strategy a dealer buys by; `losing` confirms how many own rows another strategy deletes."""

    strategy = serializers.CharField(help_text="gst_…")
    losing = serializers.IntegerField(min_value=0, default=0)


class AssignmentShape(serializers.Serializer):  # type: ignore[type-arg]
    """What a dealer's goods follow."""

    strategy = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_null=True)
    own_rows = serializers.IntegerField()


class QuoteRequestShape(serializers.Serializer):  # type: ignore[type-arg]
    """What freight is asked for."""

    warehouse = serializers.CharField(help_text="whs_…")
    carrier = serializers.CharField(required=False, allow_null=True, help_text="car_…")
    weight_kg = QuantityField(min_value=0)
    address = AddressShape()


class QuoteStepShape(serializers.Serializer):  # type: ignore[type-arg]
    """One line of the sum; the last one (`=`) is what is charged."""

    operator = serializers.CharField()
    amount = serializers.CharField()
    code = serializers.CharField(
        help_text="freight_first, freight_further, freight_further_started, freight_total or free_shipping."
    )
    message = serializers.CharField()
    facts = serializers.DictField(
        child=serializers.CharField(), help_text="The numbers of the message: weights in kg, fee, units."
    )


class QuoteLineShape(serializers.Serializer):  # type: ignore[type-arg]
    """The line of the table that was taken; a blank level is every place, carrier null every carrier."""

    number = serializers.IntegerField()
    carrier = serializers.CharField(allow_null=True)
    country = serializers.CharField(allow_blank=True)
    region1 = serializers.CharField(allow_blank=True)
    region2 = serializers.CharField(allow_blank=True)
    region3 = serializers.CharField(allow_blank=True)
    postcode_prefix = serializers.CharField(allow_blank=True)


class QuoteShape(serializers.Serializer):  # type: ignore[type-arg]
    """Freight, and how it comes about; when it is not known, `reason` says why and the amount is 0."""

    known = serializers.BooleanField()
    amount = serializers.CharField()
    currency = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)
    rounding = serializers.CharField(
        allow_null=True, help_text="How weight counts: linear, or per_started_unit."
    )
    line = QuoteLineShape(allow_null=True)
    steps = QuoteStepShape(many=True)
    carriers = serializers.ListField(child=serializers.CharField(), help_text="Those that reach the address.")


class TierShape(serializers.Serializer):  # type: ignore[type-arg]
    """A range of weight; `up_to_kg` null has no upper limit."""

    up_to_kg = QuantityField(allow_null=True)
    unit_kg = QuantityField()
    fee = PriceField()


class FreightRowShape(serializers.Serializer):  # type: ignore[type-arg]
    """A line of a freight table; a blank level is every place, carrier null every carrier."""

    carrier = serializers.CharField(allow_null=True)
    country = serializers.CharField(allow_blank=True)
    region1 = serializers.CharField(allow_blank=True)
    region2 = serializers.CharField(allow_blank=True)
    region3 = serializers.CharField(allow_blank=True)
    postcode_prefix = serializers.CharField(allow_blank=True)
    first_kg = QuantityField()
    first_fee = PriceField()
    tiers = TierShape(many=True)


class FreightStrategyShape(serializers.Serializer):  # type: ignore[type-arg]
    """A warehouse's freight table."""

    id = serializers.CharField(help_text="fst_…")
    name = serializers.CharField()
    warehouse = serializers.CharField()
    rounding = serializers.CharField()
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()
    rows = FreightRowShape(many=True, required=False)


FreightStrategyPage = page_of("FreightStrategyPage", FreightStrategyShape)


class BundleItemShape(serializers.Serializer):  # type: ignore[type-arg]
    """One SKU of a bundle, by its merchant code, and how many base units one bundle holds."""

    merchant_code = serializers.CharField(max_length=60)
    quantity = QuantityField()


class BundleUpsert(serializers.Serializer):  # type: ignore[type-arg]
    """A bundle under the id of another system; `code`, `name` and `items` are needed when it is new."""

    code = serializers.CharField(max_length=60, required=False)
    name = serializers.CharField(max_length=120, required=False)
    sales_price = PriceField(required=False, allow_null=True)
    enabled = serializers.BooleanField(required=False)
    items = BundleItemShape(many=True, max_length=50, required=False)  # type: ignore[call-arg]


class BundleChange(BundleUpsert):
    """Any part of a bundle; `items` replaces all of them."""

    external_id = serializers.CharField(max_length=80, required=False, allow_blank=True, allow_null=True)


class BundleInput(BundleChange):
    """A dealer's bundle; `sales_price` null keeps each SKU's retail price."""

    code = serializers.CharField(max_length=60)
    name = serializers.CharField(max_length=120)
    items = BundleItemShape(many=True, max_length=50)  # type: ignore[call-arg]  # of the list


class BundleShape(serializers.Serializer):  # type: ignore[type-arg]
    """A bundle with its SKUs."""

    id = serializers.CharField(help_text="bnd_…")
    external_id = serializers.CharField(allow_null=True)
    dealer = serializers.CharField(help_text="dlr_…")
    code = serializers.CharField()
    name = serializers.CharField()
    sales_price = serializers.CharField(allow_null=True)
    enabled = serializers.BooleanField()
    items = BundleItemShape(many=True)
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


BundlePage = page_of("BundlePage", BundleShape)
