"""Promotions: who gets what for which goods, and which coupons were used."""

from __future__ import annotations

from django.db import models

from platform_core.db.fields import ClockTime, external_id, public_id, unit_price


class PromotionKind(models.TextChoices):
    """What a promotion does (MO-03, FP-04)."""

    LINE_DISCOUNT = "line_discount", "line discount"
    ORDER_DISCOUNT = "order_discount", "amount off"
    GIFT = "gift", "gift"
    COUPON = "coupon", "coupon"


class Promotion(models.Model):
    """A promotion of limited time, running from `starts_at` until just before `ends_at`.

    The kind decides which effect columns are filled; the others are None. `percent` and `unit_off`
    (major units for each base unit) take something off a line; `off_minor` is taken off goods that
    reach `threshold_minor`; for each `every` bought, `gift_quantity` of `gift_sku` come along. A
    coupon has a `percent` or an amount off. `name` is what dealers read. Without `every_dealer` the
    rows of `audience` say who gets it, without `every_sku` the rows of `scope` for what. `ended_at`
    is a step that nobody takes back (EM-05); `enabled` can be switched.
    """

    public_id = public_id("prm")
    external_id = external_id()
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=PromotionKind.choices)
    percent = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    unit_off = unit_price(null=True)
    off_minor = models.BigIntegerField(null=True)
    threshold_minor = models.BigIntegerField(null=True)
    every = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    gift_sku = models.ForeignKey(
        "catalog.Sku", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    gift_quantity = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    code = models.CharField(max_length=40, null=True, unique=True)
    uses_max = models.PositiveIntegerField(null=True)
    uses_per_dealer = models.PositiveIntegerField(null=True)
    combines = models.BooleanField(default=True)
    every_dealer = models.BooleanField(default=True)
    every_sku = models.BooleanField(default=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    enabled = models.BooleanField(default=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=PromotionKind.values), name="promotion_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="promotion_lasts"
            ),
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True) | models.Q(percent__gt=0, percent__lte=100),
                name="promotion_percent_is_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(off_minor__isnull=True)
                | models.Q(off_minor__gt=0, threshold_minor__gt=models.F("off_minor")),
                name="promotion_leaves_something",
            ),
            models.CheckConstraint(
                condition=(models.Q(kind="coupon") & models.Q(code__isnull=False))
                | (~models.Q(kind="coupon") & models.Q(code__isnull=True)),
                name="coupon_has_its_code",
            ),
        ]


class PromotionAudience(models.Model):
    """One group, level or dealer that gets a promotion: any of its rows suffices."""

    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="audience")
    group = models.ForeignKey(
        "dealers.DealerGroup", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    level = models.ForeignKey(
        "dealers.DealerLevel", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    dealer = models.ForeignKey(
        "dealers.Dealer", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(group__isnull=False, level__isnull=True, dealer__isnull=True)
                | models.Q(group__isnull=True, level__isnull=False, dealer__isnull=True)
                | models.Q(group__isnull=True, level__isnull=True, dealer__isnull=False),
                name="audience_names_one",
            )
        ]


class PromotionScope(models.Model):
    """One SKU, or one category with all below it, that a promotion is about."""

    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="scope")
    sku = models.ForeignKey(
        "catalog.Sku", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    category = models.ForeignKey(
        "catalog.Category", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sku__isnull=False, category__isnull=True)
                | models.Q(sku__isnull=True, category__isnull=False),
                name="scope_names_one",
            )
        ]


class CouponUse(models.Model):
    """One use of a coupon by one document (`source`, its public id); gone when that is cancelled."""

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="uses", db_index=False)
    dealer = models.ForeignKey("dealers.Dealer", on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=32, unique=True, db_collation="C")
    at = ClockTime(on="create")

    class Meta:
        indexes = [models.Index(fields=["promotion", "dealer"], name="coupon_uses")]
