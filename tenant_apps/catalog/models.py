"""Products and their sellable variants."""

from __future__ import annotations

from django.db import models

from platform_core.db.fields import (
    ClockTime,
    external_id,
    public_id,
    quantity_column,
    rate,
    unit_price,
    weight_kg,
)


class Category(models.Model):
    """A node of the category tree. Archived ones stay for what refers to them (W-080)."""

    public_id = public_id("cat")
    external_id = external_id()
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    name = models.CharField(max_length=80)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                condition=models.Q(archived_at__isnull=True),
                nulls_distinct=False,
                name="category_name_unique",
            )
        ]


class Brand(models.Model):
    """A brand (W-080)."""

    public_id = public_id("brd")
    external_id = external_id()
    name = models.CharField(max_length=80)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(archived_at__isnull=True), name="brand_name_unique"
            )
        ]


class Product(models.Model):
    """A product (W-081). Its code never changes (W-082); disabling it disables its SKUs (W-083).

    `origin` is where it comes from (产地), as dealers read and filter it (TB-02).
    """

    public_id = public_id("prd")
    external_id = external_id()
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=80, blank=True, default="")
    alias = models.CharField(max_length=80, blank=True, default="")
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="+")
    brand = models.ForeignKey(Brand, null=True, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=80, blank=True, default="")
    description = models.TextField(blank=True, default="")
    remark = models.CharField(max_length=300, blank=True, default="")
    enabled = models.BooleanField(default=True)
    sort_key = models.CharField(max_length=200, blank=True, default="", db_collation="C")
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")

    class Meta:
        indexes = [models.Index(fields=["updated_at", "id"], name="product_feed")]


class Sku(models.Model):
    """A sellable variant (W-090). `merchant_code` is unique and what other systems match on.

    Prices are in the supplier's currency per base unit: `wholesale_price` is the supplier's cost,
    `retail_price` a reference. `multiple` and `minimum` bind the demanded quantity
    (decisions.md §2 row 11). `search_key` holds code, barcode and names, folded, pinyin, initials.
    `picture_key` is the public id of the product's first picture (`queries.picture_url`).
    """

    public_id = public_id("sku")
    external_id = external_id()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="skus")
    merchant_code = models.CharField(max_length=60, unique=True)
    barcode = models.CharField(max_length=40, blank=True, default="")
    spec_code = models.CharField(max_length=60, blank=True, default="")
    spec = models.CharField(max_length=120, blank=True, default="")
    unit = models.CharField(max_length=20)
    weight_kg = weight_kg()
    wholesale_price = unit_price()
    retail_price = unit_price()
    tax_rate = rate()
    multiple = quantity_column(default=1)
    minimum = quantity_column(default=0)
    enabled = models.BooleanField(default=True)
    search_key = models.TextField(blank=True, default="", db_collation="C")
    sort_key = models.CharField(max_length=260, blank=True, default="", db_collation="C")
    picture_key = models.CharField(max_length=200, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")

    class Meta:
        indexes = [
            models.Index(fields=["updated_at", "id"], name="sku_feed"),
            models.Index(fields=["sort_key", "id"], name="sku_sorted"),
            models.Index(fields=["barcode"], name="sku_barcode", condition=~models.Q(barcode="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wholesale_price__gte=0, retail_price__gte=0, weight_kg__gte=0),
                name="sku_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(multiple__gt=0, minimum__gte=0), name="sku_multiple_positive"
            ),
        ]


class Pack(models.Model):
    """A named pack of a SKU: case = 12 base units (decisions.md §5 "Units")."""

    sku = models.ForeignKey(Sku, on_delete=models.CASCADE, related_name="packs", db_index=False)
    name = models.CharField(max_length=20)
    units = quantity_column()
    barcode = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sku", "name"], name="pack_name_unique"),
            models.CheckConstraint(condition=models.Q(units__gt=0), name="pack_holds_something"),
        ]
