"""Prices that differ from the strategy's: for a dealer or a level, for a SKU or all, from a quantity on."""

from __future__ import annotations

from django.db import models

from platform_core.db.fields import ClockTime, external_id, public_id, quantity_column, unit_price


class PriceRule(models.Model):
    """A fixed unit price or a rate of the base price (0.85 = 85 %), for a dealer or a level (WK-13, MO-01).

    `sku` None is every SKU; `from_quantity` in base units, 0 always; the days are the supplier's,
    both included, None without end. Which of several wins: `pricing.price_of`.
    """

    public_id = public_id("prc")
    external_id = external_id()
    dealer = models.ForeignKey(
        "dealers.Dealer", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    level = models.ForeignKey(
        "dealers.DealerLevel", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    sku = models.ForeignKey(
        "catalog.Sku", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    fixed = unit_price(null=True)
    rate = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    from_quantity = quantity_column(default=0)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            # Also the index by which a dealer's and a level's rules of a SKU are found.
            models.UniqueConstraint(
                fields=["dealer", "level", "sku", "from_quantity", "valid_from"],
                nulls_distinct=False,
                name="price_rule_once",
            ),
            models.CheckConstraint(
                condition=models.Q(dealer__isnull=False, level__isnull=True)
                | models.Q(dealer__isnull=True, level__isnull=False),
                name="price_rule_for_dealer_or_level",
            ),
            models.CheckConstraint(
                condition=models.Q(fixed__gte=0, rate__isnull=True)
                | models.Q(fixed__isnull=True, rate__gt=0),
                name="price_rule_fixed_or_rate",
            ),
            models.CheckConstraint(
                condition=models.Q(from_quantity__gte=0), name="price_rule_quantity_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="price_rule_days_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="price_rule_feed"),
            # Not the SKU alone: with that, a price would read what every other dealer pays for the SKU.
            models.Index(fields=["sku", "dealer", "level"], name="price_rule_of_sku"),
        ]
