"""What goods look like in JSON, in and out. Shapes only: every rule stands in `rules/goods.py`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_core.api.fields import PriceField, QuantityField, instant
from platform_core.api.paging import page_of
from platform_core.kernel.quantity import plain
from tenant_apps.catalog import queries
from tenant_apps.catalog.models import Brand, Category, Product, Sku


class RateField(serializers.DecimalField):
    """A percentage: a decimal string with at most 3 places."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=6, decimal_places=3, **kwargs)


class PackShape(serializers.Serializer[Any]):
    """A named pack: `case` of 12 base units."""

    name = serializers.CharField(max_length=20)
    units = QuantityField()
    barcode = serializers.CharField(max_length=40, allow_blank=True, default="")


class SkuChange(serializers.Serializer[Any]):
    """What may change of a SKU; members left out stay. `packs` replaces all packs."""

    external_id = serializers.CharField(max_length=80, allow_null=True, allow_blank=True, required=False)
    merchant_code = serializers.CharField(max_length=60, required=False)
    barcode = serializers.CharField(max_length=40, allow_blank=True, required=False)
    spec_code = serializers.CharField(max_length=60, allow_blank=True, required=False)
    spec = serializers.CharField(max_length=120, allow_blank=True, required=False)
    unit = serializers.CharField(max_length=20, required=False)
    weight_kg = QuantityField(required=False)
    wholesale_price = PriceField(required=False)
    retail_price = PriceField(required=False)
    tax_rate = RateField(required=False)
    multiple = QuantityField(required=False)
    minimum = QuantityField(required=False)
    packs = PackShape(many=True, required=False)


class SkuNested(SkuChange):
    """A new SKU inside a new product."""

    enabled = serializers.BooleanField(required=False)


class SkuNew(SkuNested):
    """A SKU to create, or to create or change: `product` is the id of its product."""

    product = serializers.CharField(max_length=40, required=False)


class SkuShape(SkuNew):
    """A SKU as it is answered."""

    id = serializers.CharField()
    product_code = serializers.CharField()
    product_name = serializers.CharField()
    picture_url = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ProductChange(serializers.Serializer[Any]):
    """What may change of a product; members left out stay. `category` and `brand` are ids or null."""

    external_id = serializers.CharField(max_length=80, allow_null=True, allow_blank=True, required=False)
    code = serializers.CharField(max_length=60, required=False)
    name = serializers.CharField(max_length=160, required=False)
    short_name = serializers.CharField(max_length=80, allow_blank=True, required=False)
    alias = serializers.CharField(max_length=80, allow_blank=True, required=False)
    category = serializers.CharField(max_length=40, allow_null=True, required=False)
    brand = serializers.CharField(max_length=40, allow_null=True, required=False)
    origin = serializers.CharField(max_length=80, allow_blank=True, required=False)
    description = serializers.CharField(max_length=5000, allow_blank=True, required=False)
    remark = serializers.CharField(max_length=300, allow_blank=True, required=False)


class ProductNew(ProductChange):
    """A product to create, with its SKUs if wanted."""

    skus = SkuNested(many=True, required=False)


class ProductShape(ProductChange):
    """A product as it is answered."""

    id = serializers.CharField()
    category_name = serializers.CharField(allow_blank=True)
    brand_name = serializers.CharField(allow_blank=True)
    enabled = serializers.BooleanField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class BrandChange(serializers.Serializer[Any]):
    """What may change of a brand."""

    external_id = serializers.CharField(max_length=80, allow_null=True, allow_blank=True, required=False)
    name = serializers.CharField(max_length=80, required=False)


class BrandShape(BrandChange):
    """A brand as it is answered."""

    id = serializers.CharField()
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


class CategoryChange(BrandChange):
    """What may change of a category. `parent` is an id, or null for the top level."""

    # DRF takes declared fields off the class, so its own `parent` stays what it is.
    parent = serializers.CharField(max_length=40, allow_null=True, required=False)  # type: ignore[assignment]


class CategoryShape(CategoryChange):
    """A category as it is answered."""

    id = serializers.CharField()
    position = serializers.IntegerField()
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


class ArchiveShape(serializers.Serializer[Any]):
    """`confirmed` says that the counts of what is still inside were seen."""

    confirmed = serializers.BooleanField(default=False)


SkuPage = page_of("SkuPage", SkuShape)
ProductPage = page_of("ProductPage", ProductShape)
CategoryPage = page_of("CategoryPage", CategoryShape)
BrandPage = page_of("BrandPage", BrandShape)


class SkuRowResult(serializers.Serializer[Any]):
    """What became of one row of a bulk request: `body` when stored, `problem` (RFC 9457) when not."""

    index = serializers.IntegerField()
    status = serializers.IntegerField()
    body = SkuShape(required=False)
    problem = serializers.JSONField(required=False)


class SkuBulkResult(serializers.Serializer[Any]):
    """The results of a bulk request, in the order of its rows."""

    results = SkuRowResult(many=True)


def sku_json(sku: Sku) -> dict[str, Any]:
    """A SKU; product and packs must be loaded."""
    return {
        "id": sku.public_id,
        "external_id": sku.external_id,
        "product": sku.product.public_id,
        "product_code": sku.product.code,
        "product_name": sku.product.name,
        "merchant_code": sku.merchant_code,
        "barcode": sku.barcode,
        "spec_code": sku.spec_code,
        "spec": sku.spec,
        "unit": sku.unit,
        "packs": [
            {"name": pack.name, "units": plain(pack.units), "barcode": pack.barcode}
            for pack in sku.packs.all()
        ],
        "weight_kg": plain(sku.weight_kg),
        "wholesale_price": plain(sku.wholesale_price),
        "retail_price": plain(sku.retail_price),
        "tax_rate": plain(sku.tax_rate),
        "multiple": plain(sku.multiple),
        "minimum": plain(sku.minimum),
        "enabled": sku.enabled,
        "picture_url": queries.picture_url(sku.picture_key),
        "version": sku.version,
        "created_at": instant(sku.created_at),
        "updated_at": instant(sku.updated_at),
    }


def product_json(product: Product) -> dict[str, Any]:
    """A product; category and brand must be loaded."""
    return {
        "id": product.public_id,
        "external_id": product.external_id,
        "code": product.code,
        "name": product.name,
        "short_name": product.short_name,
        "alias": product.alias,
        "category": product.category.public_id if product.category else None,
        "category_name": product.category.name if product.category else "",
        "brand": product.brand.public_id if product.brand else None,
        "brand_name": product.brand.name if product.brand else "",
        "origin": product.origin,
        "description": product.description,
        "remark": product.remark,
        "enabled": product.enabled,
        "version": product.version,
        "created_at": instant(product.created_at),
        "updated_at": instant(product.updated_at),
    }


def category_json(category: Category) -> dict[str, Any]:
    """A category; its parent must be loaded."""
    return {
        "id": category.public_id,
        "external_id": category.external_id,
        "name": category.name,
        "parent": category.parent.public_id if category.parent else None,
        "position": category.position,
        "version": category.version,
        "updated_at": instant(category.updated_at),
    }


def brand_json(brand: Brand) -> dict[str, Any]:
    """A brand."""
    return {
        "id": brand.public_id,
        "external_id": brand.external_id,
        "name": brand.name,
        "version": brand.version,
        "updated_at": instant(brand.updated_at),
    }
