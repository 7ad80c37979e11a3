"""How a dealer itself calls the supplier's goods."""

from __future__ import annotations

from django.db import models

from platform_core.db.fields import ClockTime


class DealerCode(models.Model):
    """A dealer's own item code and name of a SKU (K-06), shown beside the supplier's, never instead of it.

    `search_key` is the folded code and name, as a SKU's is.
    """

    dealer = models.ForeignKey("dealers.Dealer", on_delete=models.CASCADE, related_name="+", db_index=False)
    sku = models.ForeignKey("catalog.Sku", on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200, blank=True, default="")
    search_key = models.TextField(blank=True, default="")
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dealer", "sku"], name="dealer_code_once"),
            models.UniqueConstraint(fields=["dealer", "code"], name="dealer_code_code_unique"),
        ]
