"""What the lines of an order, and its tax by rate, look like in JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_core.kernel.money import Currency, Money
from platform_core.kernel.quantity import plain
from tenant_apps.orders.models import SalesOrderLine
from tenant_apps.orders.queries.details import asked_of
from tenant_apps.orders.taxes import TaxSum
from tenant_apps.strategies.models import PromotionKind


class PromotionFact(serializers.Serializer[Any]):
    """What a promotion took off a line, as it was at submit; a gift takes nothing off."""

    id = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=PromotionKind.choices)
    amount = serializers.CharField()


class LineOutput(serializers.Serializer[Any]):
    """A line with its frozen facts; `wholesale_price` only for the supplier, `sales_price` for the dealer."""

    position = serializers.IntegerField()
    sku = serializers.CharField()
    merchant_code = serializers.CharField()
    name = serializers.CharField()
    own_code = serializers.CharField(help_text="The dealer's own code at submit; blank without one.")
    own_name = serializers.CharField()
    unit = serializers.CharField()
    pack = serializers.CharField()
    pack_units = serializers.CharField()
    quantity = serializers.CharField()
    demanded = serializers.CharField()
    settlement_price = serializers.CharField()
    retail_price = serializers.CharField()
    sales_price = serializers.CharField(required=False, help_text="Only for the dealer.")
    wholesale_price = serializers.CharField(required=False)
    tax_rate = serializers.CharField()
    discount = serializers.CharField()
    promotions = PromotionFact(many=True)
    is_gift = serializers.BooleanField()
    amount = serializers.CharField(help_text="After the discount.")
    net = serializers.CharField()
    tax = serializers.CharField()
    gross = serializers.CharField()
    shipped = serializers.CharField()
    received = serializers.CharField()
    note = serializers.CharField()


class TaxOutput(serializers.Serializer[Any]):
    """All lines, freight and fee of one tax rate, in percent; finance adjustments are not among them."""

    rate = serializers.CharField()
    net = serializers.CharField()
    tax = serializers.CharField()
    gross = serializers.CharField()


def line_shape(line: SalesOrderLine, currency: Currency, *, is_supplier: bool) -> dict[str, Any]:
    """A line as JSON values. Needs its SKU at hand."""
    found = {
        "position": line.position,
        "sku": line.sku.public_id,
        "merchant_code": line.merchant_code,
        "name": line.name,
        "own_code": line.own_code,
        "own_name": line.own_name,
        "unit": line.unit,
        "pack": line.pack_name,
        **{name: plain(getattr(line, name)) for name in _LINE_DECIMALS},
        "demanded": plain(asked_of(line)),
        "discount": str(Money(line.discount_minor, currency).amount),
        "promotions": line.promotions,
        "is_gift": line.is_gift,
        "amount": str(Money(line.amount_minor, currency).amount),
        "net": str(Money(line.net_minor, currency).amount),
        "tax": str(Money(line.tax_minor, currency).amount),
        "gross": str(Money(line.gross_minor, currency).amount),
        "note": line.note,
    }
    name = "wholesale_price" if is_supplier else "sales_price"
    return {**found, name: plain(getattr(line, name))}


_LINE_DECIMALS = (
    "pack_units",
    "quantity",
    "settlement_price",
    "retail_price",
    "tax_rate",
    "shipped",
    "received",
)


def tax_shape(one: TaxSum, currency: Currency) -> dict[str, str]:
    """The sums of one rate as JSON values."""
    amounts = {name: str(Money(getattr(one, name), currency).amount) for name in ("net", "tax", "gross")}
    return {"rate": plain(one.rate), **amounts}
