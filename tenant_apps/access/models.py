"""Organisations, the people in them, and what they may."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from platform_core.db.fields import ClockTime, MoneyAttribute, minor, public_id, quantity_column


class OrganisationKind(models.TextChoices):
    """The two populations that never mix."""

    SUPPLIER = "supplier", "supplier"
    DEALER = "dealer", "dealer"


class Organisation(models.Model):
    """The supplier itself, or one dealer. Carries the permission ceiling (W-027).

    `ceiling` lists the permissions anybody of it may hold; None means all of its population.
    """

    public_id = public_id("org")
    kind = models.CharField(max_length=10, choices=OrganisationKind.choices)
    name = models.CharField(max_length=120)
    ceiling: models.JSONField[Any, Any] = models.JSONField(null=True)
    enabled = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(kind="supplier"), name="one_supplier"
            ),
        ]


class Role(models.Model):
    """A permission group of one organisation (W-021). Other systems number them within each of these."""

    public_id = public_id("rol")
    external_id = models.CharField(max_length=80, null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="roles", db_index=False
    )
    name = models.CharField(max_length=60)
    permissions: models.JSONField[Any, Any] = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="role_name_unique"),
            models.UniqueConstraint(fields=["organisation", "external_id"], name="role_external_id_once"),
        ]


class Membership(models.Model):
    """Binds a user to exactly one organisation. `external_id` is unique within that, as a role's is.

    An administrator holds everything under the ceiling and sees every warehouse, dealer and
    shop. For others `permissions` are the direct ones (W-022); a scope is open (`all_…`) or
    lists what is visible in `Scope` rows (W-024…W-026).
    """

    public_id = public_id("mem")
    external_id = models.CharField(max_length=80, null=True, blank=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="membership")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships", db_index=False
    )
    employee_code = models.CharField(max_length=40, blank=True, default="")
    is_administrator = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    permissions: models.JSONField[Any, Any] = models.JSONField(default=list)
    roles: models.ManyToManyField[Role, MembershipRole] = models.ManyToManyField(
        Role, through="MembershipRole", related_name="memberships"
    )
    all_warehouses = models.BooleanField(default=False)
    all_dealers = models.BooleanField(default=False)
    all_shops = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "external_id"], name="person_external_id_once")
        ]


class MembershipRole(models.Model):
    """A person holds a role."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, db_index=False)
    role = models.ForeignKey(Role, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "role"], name="role_held_once")]


class ScopeKind(models.TextChoices):
    """What a data scope lists."""

    WAREHOUSE = "warehouse", "warehouse"
    DEALER = "dealer", "dealer"
    SHOP = "shop", "shop"


class Scope(models.Model):
    """One warehouse, dealer or shop that a person may see; the id is opaque here."""

    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="scopes", db_index=False
    )
    kind = models.CharField(max_length=10, choices=ScopeKind.choices)
    object_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "kind", "object_id"], name="scope_once")]


class ApiKey(models.Model):
    """A machine's way in: `dd_live_<prefix>_<secret>`. Only the secret's sha256 is kept."""

    public_id = public_id("key")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    permissions: models.JSONField[Any, Any] = models.JSONField(default=list)
    created_by = models.CharField(max_length=120)
    created_at = ClockTime(on="create")
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    updated_at = ClockTime(on="save")


class LoginLine(models.Model):
    """The login log (W-020): also of tries that failed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, db_index=False)
    login = models.CharField(max_length=254)
    outcome = models.CharField(max_length=20)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True, default="")
    at = ClockTime(on="create")

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="login_of_user")]


class OpenSession(models.Model):
    """A login that may still be open: what a person sees of its own sessions, and can end.

    Django's session row of the same key says whether it really is.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40, unique=True, db_collation="C")
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True, default="")
    started_at = ClockTime(on="create")


class SupplierSettings(models.Model):
    """The supplier's own choices: one row (W-010, decisions.md §5).

    `country` (ISO 3166) is where national phone numbers are read. Percentages are whole;
    precisions count decimals; `complete_after_days` completes a shipped order that nobody received;
    times are in the supplier's time zone. A warning line of 0 warns of nothing. `allocation` says which
    warehouse is chosen without a default one, `may_split` that a request may become an order for each.
    `public_strategy` is the public id of the strategy whose prices strangers see, opaque here.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    currency = models.CharField(max_length=3)
    country = models.CharField(max_length=2, default="CN")
    timezone = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    prices_include_tax = models.BooleanField(default=True)
    tax_mode_fixed = models.BooleanField(default=False)
    freight_tax_rate = models.DecimalField(max_digits=6, decimal_places=3, default=0)
    fee_tax_rate = models.DecimalField(max_digits=6, decimal_places=3, default=0)
    quantity_precision = models.PositiveSmallIntegerField(default=0)
    unit_price_precision = models.PositiveSmallIntegerField(default=2)
    stock_sync_percent = models.PositiveSmallIntegerField(default=100)
    carrier_required = models.BooleanField(default=True)
    show_stock = models.CharField(max_length=10, default="exact")
    balance_warning_minor = minor()
    stock_warning = quantity_column(default=0)
    check_balance_at_submit = models.BooleanField(default=True)
    check_stock_at_submit = models.BooleanField(default=True)
    allocation = models.CharField(max_length=10, default="first")
    may_split = models.BooleanField(default=False)
    show_own_codes = models.BooleanField(default=False)
    public_catalogue = models.BooleanField(default=False)
    public_price = models.CharField(max_length=10, default="none")
    public_strategy = models.CharField(max_length=40, blank=True, default="")
    complete_after_days = models.PositiveSmallIntegerField(default=10)
    stale_after_days = models.PositiveSmallIntegerField(default=3)
    version = models.PositiveIntegerField(default=1)
    balance_warning = MoneyAttribute("balance_warning_minor")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="settings_are_one_row"),
            models.CheckConstraint(
                condition=models.Q(quantity_precision__lte=3), name="quantity_precision_max"
            ),
            models.CheckConstraint(
                condition=models.Q(unit_price_precision__lte=6), name="unit_price_precision_max"
            ),
        ]
