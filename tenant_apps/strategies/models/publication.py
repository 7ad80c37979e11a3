"""To whom a SKU is published, by which organisation it is sold, whose stock is shown (K-12…K-15)."""

from __future__ import annotations

from django.db import models

from platform_core.db.fields import ClockTime, external_id, public_id


class OrderingOrganisation(models.Model):
    """A part of the supplier that dealers order from (订货组织, K-13). A disabled one sells nothing."""

    public_id = public_id("oog")
    external_id = external_id()
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    enabled = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")


class DealerOrganisation(models.Model):
    """A dealer orders from this organisation; a dealer without any row orders from all (K-15)."""

    dealer = models.ForeignKey("dealers.Dealer", on_delete=models.CASCADE, related_name="+", db_index=False)
    organisation = models.ForeignKey(OrderingOrganisation, on_delete=models.PROTECT, related_name="dealers")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dealer", "organisation"], name="dealer_organisation_once")
        ]


class SkuPublication(models.Model):
    """How a SKU is published; no row: by the supplier as a whole, with the stock of every warehouse.

    `organisation` None: not of one organisation; `display_warehouse` None: every warehouse counts.
    """

    sku = models.OneToOneField("catalog.Sku", primary_key=True, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        OrderingOrganisation, null=True, on_delete=models.PROTECT, related_name="publications"
    )
    display_warehouse = models.ForeignKey(
        "logistics.Warehouse", null=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    updated_at = ClockTime(on="save")


class PublicationTarget(models.Model):
    """A dealer or a group that gets the SKU; a SKU without any row is for every dealer (K-12)."""

    sku = models.ForeignKey("catalog.Sku", on_delete=models.CASCADE, related_name="+", db_index=False)
    dealer = models.ForeignKey("dealers.Dealer", null=True, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey("dealers.DealerGroup", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sku", "dealer", "group"], nulls_distinct=False, name="publication_target_once"
            ),
            models.CheckConstraint(
                condition=models.Q(dealer__isnull=False, group__isnull=True)
                | models.Q(dealer__isnull=True, group__isnull=False),
                name="publication_for_dealer_or_group",
            ),
        ]
