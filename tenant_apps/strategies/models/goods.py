"""Named lists of goods with prices, and who has which."""

from __future__ import annotations

from django.db import models

from platform_core.db.fields import ClockTime, external_id, public_id, unit_price


class GoodsStrategy(models.Model):
    """A named list of SKUs with settlement prices (W-070)."""

    public_id = public_id("gst")
    external_id = external_id()
    name = models.CharField(max_length=80, unique=True)
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")


class StrategyItem(models.Model):
    """One SKU of a strategy: the price its dealers pay, and whether they may order it."""

    strategy = models.ForeignKey(
        GoodsStrategy, on_delete=models.CASCADE, related_name="items", db_index=False
    )
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    settlement_price = unit_price()
    enabled = models.BooleanField(default=True)
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["strategy", "sku"], name="strategy_item_once"),
            models.CheckConstraint(
                condition=models.Q(settlement_price__gte=0), name="settlement_not_negative"
            ),
        ]


class Assignment(models.Model):
    """A dealer's one strategy (W-075). Changing it deletes the dealer's own rows (W-077)."""

    dealer = models.OneToOneField(
        "dealers.Dealer", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    strategy = models.ForeignKey(GoodsStrategy, on_delete=models.PROTECT, related_name="assignments")


class DealerItem(models.Model):
    """A dealer's own row over its strategy, field by field: None follows the strategy (W-076).

    `added` marks a SKU that the supplier gave to this dealer alone: it stands without a strategy
    row and then has a price. Other rows vanish from sight with the strategy's row (W-072).
    """

    dealer = models.ForeignKey("dealers.Dealer", on_delete=models.CASCADE, related_name="+", db_index=False)
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    settlement_price = unit_price(null=True)
    enabled = models.BooleanField(null=True)
    added = models.BooleanField(default=False)
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dealer", "sku"], name="dealer_item_once"),
            models.CheckConstraint(
                condition=models.Q(settlement_price__isnull=False) | models.Q(enabled__isnull=False),
                name="dealer_item_overrides_something",
            ),
            models.CheckConstraint(
                condition=models.Q(added=False) | models.Q(settlement_price__isnull=False),
                name="added_item_has_a_price",
            ),
        ]
