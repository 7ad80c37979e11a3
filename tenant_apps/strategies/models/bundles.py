"""A dealer's own combinations of SKUs."""

from __future__ import annotations

from django.db import models

from platform_core.db.fields import ClockTime, public_id, quantity_column, unit_price


class Bundle(models.Model):
    """A dealer's own bundle (W-119): ordered by its code, it becomes lines of its SKUs.

    `sales_price` is what the dealer's own customer pays for one, in the supplier's currency; None
    where each SKU keeps its retail price. Other systems number bundles within each dealer.
    """

    public_id = public_id("bnd")
    external_id = models.CharField(max_length=80, null=True, blank=True)
    dealer = models.ForeignKey("dealers.Dealer", on_delete=models.CASCADE, related_name="+", db_index=False)
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    sales_price = unit_price(null=True)
    enabled = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dealer", "code"], name="bundle_code_once"),
            models.UniqueConstraint(fields=["dealer", "external_id"], name="bundle_external_id_once"),
        ]


class BundleItem(models.Model):
    """One SKU of a bundle: how many base units of it one bundle holds."""

    bundle = models.ForeignKey(Bundle, on_delete=models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveIntegerField()
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    quantity = quantity_column()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bundle", "sku"], name="bundle_item_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="bundle_item_positive"),
        ]
