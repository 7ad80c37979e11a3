"""What a dealer wants to see first."""

from __future__ import annotations

from django.db import models


class Favorite(models.Model):
    """A SKU with a star (K-18, TB-09, ZZ-03): the dealer's, so all its people see the same ones first."""

    dealer = models.ForeignKey("dealers.Dealer", on_delete=models.CASCADE, related_name="+", db_index=False)
    sku = models.ForeignKey("catalog.Sku", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dealer", "sku"], name="favorite_sku_once")]
