"""What the supplier granted of a line in its finance review (K-21, G-60)."""

from __future__ import annotations

from django.db import models

from platform_core.db.fields import ClockTime, quantity_column
from platform_core.db.models import ActedRow


class LineGrant(ActedRow):
    """A line's quantity as it was set in finance review, with its reason. Undone ones keep `undone_at`.

    `position` names the line: it holds from the dealer's review on. The `cut_…` columns are what the
    grant took off the line, in minor units, negative where a later level of a chain gave back.
    """

    order = models.ForeignKey("orders.SalesOrder", on_delete=models.CASCADE, related_name="grants")
    position = models.PositiveIntegerField()
    merchant_code = models.CharField(max_length=60)
    before = quantity_column()
    quantity = quantity_column()
    cut_net_minor = models.BigIntegerField()
    cut_tax_minor = models.BigIntegerField()
    cut_gross_minor = models.BigIntegerField()
    cut_discount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    at = ClockTime(on="create")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="grant_positive"),
            models.CheckConstraint(
                condition=~models.Q(quantity=models.F("before")), name="grant_changes_something"
            ),
        ]
