"""Organisations that order, their levels, addresses and shops."""

from __future__ import annotations

from django.db import models

from platform_core.db.fields import ClockTime, external_id, minor, public_id
from platform_core.db.models import AddressColumns


class DealerLevel(models.Model):
    """A class of dealers; carries the share of the stock they see, in percent (W-065)."""

    public_id = public_id("lvl")
    external_id = external_id()
    name = models.CharField(max_length=40, unique=True)
    stock_percent = models.DecimalField(max_digits=5, decimal_places=2, default=100)
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stock_percent__gte=0, stock_percent__lte=100),
                name="stock_percent_is_a_share",
            )
        ]


class DealerGroup(models.Model):
    """A named set of dealers: promotions, publication, calendars and approval name one (MO-03, K-12).

    A dealer stands in at most one group, so that what holds for it is never in doubt.
    """

    public_id = public_id("grp")
    external_id = external_id()
    name = models.CharField(max_length=40, unique=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = ClockTime(on="save")


class Dealer(models.Model):
    """A dealer (W-060): one-to-one with its organisation. A disabled one cannot order.

    `service_fee_minor` is charged with each reviewed order (W-064). `issued_password` is no
    column: the command that issued a password says it once, on the row it returns.
    """

    issued_password: str = ""

    public_id = public_id("dlr")
    external_id = external_id()
    organisation = models.OneToOneField("access.Organisation", on_delete=models.PROTECT)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    contact = models.CharField(max_length=80, blank=True, default="")
    phone = models.CharField(max_length=30, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    level = models.ForeignKey(DealerLevel, on_delete=models.PROTECT, related_name="dealers")
    group = models.ForeignKey(DealerGroup, null=True, on_delete=models.PROTECT, related_name="dealers")
    service_fee_minor = minor()
    invoice_title = models.CharField(max_length=120, blank=True, default="")
    tax_number = models.CharField(max_length=40, blank=True, default="")
    erp_shop_code = models.CharField(max_length=60, blank=True, default="")
    remark = models.CharField(max_length=300, blank=True, default="")
    enabled = models.BooleanField(default=True)
    search_key = models.TextField(blank=True, default="", db_collation="C")
    sort_key = models.TextField(blank=True, default="", db_collation="C")
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")

    class Meta:
        indexes = [models.Index(fields=["updated_at", "id"], name="dealer_feed")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(service_fee_minor__gte=0), name="service_fee_not_negative"
            )
        ]


class DealerAddress(AddressColumns):
    """An address the dealer ships to. Other systems number them within each dealer."""

    public_id = public_id("adr")
    external_id = models.CharField(max_length=80, null=True, blank=True)
    dealer = models.ForeignKey(Dealer, on_delete=models.CASCADE, related_name="addresses", db_index=False)
    label = models.CharField(max_length=60, blank=True, default="")
    is_default = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dealer"],
                condition=models.Q(is_default=True, archived_at__isnull=True),
                name="one_default_address",
            ),
            models.UniqueConstraint(fields=["dealer", "external_id"], name="address_external_id_once"),
        ]


class Shop(models.Model):
    """A dealer's sales channel; an order belongs to one. `auto_review` reviews its orders (W-104)."""

    public_id = public_id("shp")
    external_id = external_id()
    dealer = models.ForeignKey(Dealer, on_delete=models.PROTECT, related_name="shops")
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, default="offline")
    auto_review = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")
