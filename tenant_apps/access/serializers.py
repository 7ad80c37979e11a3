"""What comes in and goes out over REST."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_core.api.fields import MoneyField, QuantityField, instant
from platform_core.api.paging import page_of
from platform_core.kernel.actor import Actor
from tenant_apps.access.commands.settings import ALLOCATIONS, PUBLIC_PRICES, STOCK_SHOWN
from tenant_apps.access.models import ApiKey, Membership, Organisation, Role, ScopeKind, SupplierSettings


class PersonIn(serializers.Serializer):  # type: ignore[type-arg]
    """Who somebody is; at least one of login, email and phone."""

    name = serializers.CharField(max_length=120)
    login = serializers.CharField(max_length=60, allow_blank=True, default="")
    email = serializers.CharField(max_length=254, allow_blank=True, default="")
    phone = serializers.CharField(max_length=40, allow_blank=True, default="")
    employee_code = serializers.CharField(max_length=40, allow_blank=True, default="")
    external_id = serializers.CharField(max_length=80, allow_blank=True, required=False)


class PersonPatch(serializers.Serializer):  # type: ignore[type-arg]
    """The fields to change; the others stay."""

    name = serializers.CharField(max_length=120, required=False)
    login = serializers.CharField(max_length=60, allow_blank=True, required=False)
    email = serializers.CharField(max_length=254, allow_blank=True, required=False)
    phone = serializers.CharField(max_length=40, allow_blank=True, required=False)
    employee_code = serializers.CharField(max_length=40, allow_blank=True, required=False)
    external_id = serializers.CharField(max_length=80, allow_blank=True, required=False)


class PersonOut(serializers.Serializer):  # type: ignore[type-arg]
    """A person of the own organisation."""

    id = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    login = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    employee_code = serializers.CharField()
    is_administrator = serializers.BooleanField()
    enabled = serializers.BooleanField()
    must_change_password = serializers.BooleanField()
    permissions = serializers.ListField(child=serializers.CharField())
    roles = serializers.ListField(child=serializers.CharField())
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


PersonPage = page_of("PersonPage", PersonOut)


class IssuedOut(serializers.Serializer):  # type: ignore[type-arg]
    """A person with the password that was issued, told only now."""

    person = PersonOut()
    password = serializers.CharField()


class ScopeIn(serializers.Serializer):  # type: ignore[type-arg]
    """Everything, or the things with these public ids."""

    everything = serializers.BooleanField(default=False)
    ids = serializers.ListField(child=serializers.CharField(max_length=40), default=list, max_length=5000)


class AccessIn(serializers.Serializer):  # type: ignore[type-arg]
    """What somebody may; scopes by kind (`warehouse`, `dealer`, `shop`)."""

    is_administrator = serializers.BooleanField(default=False)
    permissions = serializers.ListField(child=serializers.CharField(max_length=60), default=list)
    roles = serializers.ListField(child=serializers.CharField(max_length=40), default=list)
    scopes = serializers.DictField(child=ScopeIn(), default=dict)

    def validate_scopes(self, value: dict[str, Any]) -> dict[str, Any]:
        """Only known kinds."""
        if set(value) - set(ScopeKind.values):
            raise serializers.ValidationError("One of warehouse, dealer, shop.", code="unknown")
        return value


class RoleIn(serializers.Serializer):  # type: ignore[type-arg]
    """A permission group."""

    name = serializers.CharField(max_length=60)
    permissions = serializers.ListField(child=serializers.CharField(max_length=60), default=list)
    external_id = serializers.CharField(max_length=80, allow_blank=True, required=False)


class RolePatch(serializers.Serializer):  # type: ignore[type-arg]
    """The fields to change."""

    name = serializers.CharField(max_length=60, required=False)
    permissions = serializers.ListField(child=serializers.CharField(max_length=60), required=False)
    external_id = serializers.CharField(max_length=80, allow_blank=True, required=False)


class RoleOut(RoleIn):
    """A permission group with how many hold it."""

    id = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    holders = serializers.IntegerField()
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


RolePage = page_of("RolePage", RoleOut)


class KeyIn(serializers.Serializer):  # type: ignore[type-arg]
    """A new key; without `expires_at` it has no end."""

    name = serializers.CharField(max_length=80)
    permissions = serializers.ListField(child=serializers.CharField(max_length=60))
    expires_at = serializers.DateTimeField(allow_null=True, default=None)


class KeyOut(KeyIn):
    """A key without its secret."""

    id = serializers.CharField()
    prefix = serializers.CharField()
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


KeyPage = page_of("KeyPage", KeyOut)


class NewKeyOut(KeyOut):
    """A key with its secret, told only now."""

    secret = serializers.CharField()


class SettingsPatch(serializers.Serializer):  # type: ignore[type-arg]
    """The settings to change."""

    country = serializers.CharField(
        max_length=2, required=False, help_text="ISO 3166; national phone numbers are read as of it."
    )
    prices_include_tax = serializers.BooleanField(
        required=False, help_text="Fixed by the first order (409 afterwards)."
    )
    freight_tax_rate = serializers.DecimalField(
        max_digits=6, decimal_places=3, required=False, help_text="Percent, for new orders."
    )
    fee_tax_rate = serializers.DecimalField(
        max_digits=6, decimal_places=3, required=False, help_text="Percent, for new orders."
    )
    quantity_precision = serializers.IntegerField(
        required=False, help_text="Decimals of quantities, 0 to 3; with 0 only whole numbers can be ordered."
    )
    unit_price_precision = serializers.IntegerField(
        required=False, help_text="Decimals of unit prices, 0 to 6; amounts have those of the currency."
    )
    stock_sync_percent = serializers.IntegerField(
        required=False, help_text="Percent of the stock of an ERP that can be sold here."
    )
    carrier_required = serializers.BooleanField(
        required=False, help_text="false: an order may be placed without carrier; finance sets the freight."
    )
    show_stock = serializers.ChoiceField(
        choices=STOCK_SHOWN,
        required=False,
        help_text="What dealers see: the number, whether there is some, or nothing; nowhere more than that.",
    )
    check_stock_at_submit = serializers.BooleanField(
        required=False, help_text="false: an order is placed without enough stock; the review refuses it."
    )
    check_balance_at_submit = serializers.BooleanField(
        required=False, help_text="false: an order is placed without enough money; the review refuses it."
    )
    complete_after_days = serializers.IntegerField(
        required=False, help_text="Shipped orders that nobody received are completed after so many days."
    )
    stale_after_days = serializers.IntegerField(
        required=False, help_text="Orders that wait longer for their review are listed to both sides."
    )
    allocation = serializers.ChoiceField(
        choices=ALLOCATIONS,
        required=False,
        help_text="Which warehouse an order without one leaves from, of those that can serve it: the first"
        " by code, the one with the cheapest freight, with the most stock, or nearest to the address.",
    )
    may_split = serializers.BooleanField(
        required=False,
        help_text="true: an order without a warehouse that no single one can send is split over several.",
    )
    show_own_codes = serializers.BooleanField(
        required=False, help_text="Dealers' own item codes and names are shown beside yours, and accepted."
    )
    public_catalogue = serializers.BooleanField(
        required=False,
        help_text="Anybody may see the goods at /catalogue, without stock and dealers' prices.",
    )
    public_price = serializers.ChoiceField(
        choices=PUBLIC_PRICES,
        required=False,
        help_text="The price in the public catalogue: none, retail, or that of the goods strategy"
        " `public_strategy`, of which only the enabled SKUs are shown then.",
    )
    public_strategy = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="gst_…; needed with `strategy`."
    )
    balance_warning = serializers.DecimalField(
        max_digits=18,
        decimal_places=3,
        required=False,
        help_text="Dealers with less available than this amount are warned and listed; 0 warns nobody.",
    )
    stock_warning = QuantityField(
        required=False, help_text="SKUs with less available than this are listed; 0 lists none."
    )


class SettingsOut(SettingsPatch):
    """The settings with what was fixed at sign-up."""

    currency = serializers.CharField()
    timezone = serializers.CharField()
    language = serializers.CharField()
    tax_mode_fixed = serializers.BooleanField()
    balance_warning = MoneyField()  # type: ignore[assignment]  # out, as every amount
    version = serializers.IntegerField()


class CeilingIn(serializers.Serializer):  # type: ignore[type-arg]
    """What anybody of a dealer may hold at most; null takes the limit away."""

    permissions = serializers.ListField(child=serializers.CharField(max_length=60), allow_null=True)


class OrganisationOut(serializers.Serializer):  # type: ignore[type-arg]
    """A dealer's organisation with its ceiling."""

    id = serializers.CharField()
    name = serializers.CharField()
    enabled = serializers.BooleanField()
    ceiling = serializers.ListField(child=serializers.CharField(), allow_null=True)
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


OrganisationPage = page_of("OrganisationPage", OrganisationOut)


class MeOut(serializers.Serializer):  # type: ignore[type-arg]
    """Who asks and what it may."""

    kind = serializers.CharField()
    id = serializers.CharField()
    name = serializers.CharField()
    is_dealer = serializers.BooleanField()
    permissions = serializers.ListField(child=serializers.CharField())


def render_me(actor: Actor) -> dict[str, Any]:
    """The actor."""
    return {
        "kind": actor.kind.value,
        "id": actor.id,
        "name": actor.name,
        "is_dealer": actor.dealer_id is not None,
        "permissions": sorted(actor.grants),
    }


def render_person(person: Membership) -> dict[str, Any]:
    """One person; roles are prefetched for lists."""
    user = person.user
    return {
        "id": user.public_id,
        "external_id": person.external_id,
        "name": user.name,
        "login": user.login,
        "email": user.email,
        "phone": user.phone,
        "employee_code": person.employee_code,
        "is_administrator": person.is_administrator,
        "enabled": person.enabled,
        "must_change_password": user.must_change_password,
        "permissions": person.permissions,
        "roles": sorted(role.public_id for role in person.roles.all()),
        "version": person.version,
        "created_at": instant(person.created_at),
        "updated_at": instant(person.updated_at),
    }


def render_role(role: Role) -> dict[str, Any]:
    """One role; `holders` is annotated by the query, a new role has none."""
    return {
        "id": role.public_id,
        "external_id": role.external_id,
        "name": role.name,
        "permissions": role.permissions,
        "holders": getattr(role, "holders", 0),
        "version": role.version,
        "updated_at": instant(role.updated_at),
    }


def render_key(key: ApiKey) -> dict[str, Any]:
    """One key."""
    instants = ("created_at", "expires_at", "last_used_at", "revoked_at", "updated_at")
    return {
        "id": key.public_id,
        "name": key.name,
        "prefix": key.prefix,
        "permissions": key.permissions,
        "created_by": key.created_by,
        **{name: instant(getattr(key, name)) for name in instants},
    }


def render_settings(row: SupplierSettings) -> dict[str, Any]:
    """The settings."""
    return dict(SettingsOut(row).data)


def render_organisation(row: Organisation) -> dict[str, Any]:
    """One dealer's organisation."""
    return {
        "id": row.public_id,
        "name": row.name,
        "enabled": row.enabled,
        "ceiling": row.ceiling,
        "version": row.version,
        "updated_at": instant(row.updated_at),
    }
