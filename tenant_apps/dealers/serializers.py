"""Shapes of dealers in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_core.api.fields import AddressShape, PriceField, instant
from platform_core.api.paging import page_of
from platform_core.db.models import ADDRESS_FIELDS
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.quantity import plain
from tenant_apps.dealers.models import Dealer, DealerAddress, DealerGroup, DealerLevel, Shop

Shape = serializers.Serializer[Any]
_BLANK: dict[str, Any] = {"required": False, "allow_blank": True}


class AdministratorInput(Shape):
    """The first person of a new dealer. Without a password one is made up."""

    name = serializers.CharField()
    login = serializers.CharField(**_BLANK)
    email = serializers.CharField(**_BLANK)
    phone = serializers.CharField(**_BLANK)
    employee_code = serializers.CharField(**_BLANK)
    password = serializers.CharField(**_BLANK, trim_whitespace=False)


class DealerChange(Shape):
    """Any part of a dealer. `level`, `group` are ids (a blank group: none), `service_fee` in major units."""

    code = serializers.CharField(required=False)
    name = serializers.CharField(required=False)
    level = serializers.CharField(required=False)
    group = serializers.CharField(**_BLANK, allow_null=True)
    contact = serializers.CharField(**_BLANK)
    phone = serializers.CharField(**_BLANK)
    email = serializers.CharField(**_BLANK)
    service_fee = PriceField(required=False)
    invoice_title = serializers.CharField(**_BLANK)
    tax_number = serializers.CharField(**_BLANK)
    erp_shop_code = serializers.CharField(**_BLANK)
    remark = serializers.CharField(**_BLANK)
    external_id = serializers.CharField(**_BLANK, allow_null=True)


class DealerInput(DealerChange):
    """A new dealer with its administrator (W-060)."""

    code = serializers.CharField()
    name = serializers.CharField()
    administrator = AdministratorInput()


class DealerUpsert(DealerChange):
    """A dealer by its external id; `administrator` is needed when it is new, ignored otherwise."""

    administrator = AdministratorInput(required=False)


class LevelOutput(Shape):
    """A level that goes out."""

    id = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    stock_percent = serializers.CharField()
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


class LevelInput(Shape):
    """A level that comes in."""

    name = serializers.CharField()
    stock_percent = serializers.DecimalField(max_digits=7, decimal_places=4, required=False)
    external_id = serializers.CharField(**_BLANK, allow_null=True)


class LevelChange(LevelInput):
    """Any part of a level."""

    name = serializers.CharField(required=False)


class DealerGroupOutput(Shape):
    """A dealer group that goes out."""

    id = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


class DealerGroupInput(Shape):
    """A dealer group that comes in."""

    name = serializers.CharField()
    external_id = serializers.CharField(**_BLANK, allow_null=True)


class DealerGroupChange(DealerGroupInput):
    """Any part of a dealer group."""

    name = serializers.CharField(required=False)


class AdministratorOutput(Shape):
    """The administrator of a new dealer; the password is said once, null in a replay."""

    login = serializers.CharField()
    name = serializers.CharField()
    issued_password = serializers.CharField(allow_null=True)


class DealerOutput(Shape):
    """A dealer that goes out. `group`, `erp_shop_code`, `remark` only to the supplier."""

    id = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    name = serializers.CharField()
    level = LevelOutput()
    group = DealerGroupOutput(required=False, allow_null=True)
    contact = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()
    service_fee = serializers.CharField()
    invoice_title = serializers.CharField()
    tax_number = serializers.CharField()
    erp_shop_code = serializers.CharField(required=False)
    remark = serializers.CharField(required=False)
    enabled = serializers.BooleanField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    administrator = AdministratorOutput(required=False)


class IssuedPassword(Shape):
    """A password that was issued just now."""

    dealer = serializers.CharField()
    issued_password = serializers.CharField()


class ShopInput(Shape):
    """A shop that comes in."""

    code = serializers.CharField()
    name = serializers.CharField()
    auto_review = serializers.BooleanField(required=False)
    external_id = serializers.CharField(**_BLANK, allow_null=True)


class NewShop(ShopInput):
    """A new shop; the supplier names whose, a dealer's own people need not."""

    dealer = serializers.CharField(required=False)


class ShopChange(ShopInput):
    """Any part of a shop."""

    code = serializers.CharField(required=False)
    name = serializers.CharField(required=False)


class ShopUpsert(ShopChange):
    """A shop by its external id; `code` and `name` are needed when it is new, `dealer` is read then only."""

    dealer = serializers.CharField(required=False)


class ShopOutput(Shape):
    """A shop that goes out."""

    id = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    dealer = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    auto_review = serializers.BooleanField()
    enabled = serializers.BooleanField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class AddressInput(AddressShape):
    """An address that comes in (W-054, W-142)."""

    label = serializers.CharField(**_BLANK)  # type: ignore[assignment]
    is_default = serializers.BooleanField(required=False)
    external_id = serializers.CharField(**_BLANK, allow_null=True)


class AddressOutput(AddressShape):
    """An address that goes out."""

    id = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]
    is_default = serializers.BooleanField()
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


DealerPage = page_of("DealerPage", DealerOutput)
DealerGroupPage = page_of("DealerGroupPage", DealerGroupOutput)
LevelPage = page_of("LevelPage", LevelOutput)
ShopPage = page_of("ShopPage", ShopOutput)
AddressPage = page_of("AddressPage", AddressOutput)


def dealer_shape(row: Dealer, currency: str, *, internal: bool) -> dict[str, Any]:
    """A dealer as the API says it; `internal` adds what only the supplier's people read."""
    shown = {
        "id": row.public_id,
        "external_id": row.external_id,
        "code": row.code,
        "name": row.name,
        "level": level_shape(row.level) if internal else {"id": row.level.public_id, "name": row.level.name},
        "contact": row.contact,
        "phone": row.phone,
        "email": row.email,
        "service_fee": str(Money(row.service_fee_minor, Currency(currency)).amount),
        "invoice_title": row.invoice_title,
        "tax_number": row.tax_number,
        "enabled": row.enabled,
        "version": row.version,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }
    if not internal:
        return shown
    group = group_shape(row.group) if row.group else None
    return {**shown, "group": group, "erp_shop_code": row.erp_shop_code, "remark": row.remark}


def level_shape(row: DealerLevel) -> dict[str, Any]:
    """A level as the API says it."""
    return {
        "id": row.public_id,
        "external_id": row.external_id,
        "name": row.name,
        "stock_percent": plain(row.stock_percent),
        "version": row.version,
        "updated_at": instant(row.updated_at),
    }


def group_shape(row: DealerGroup) -> dict[str, Any]:
    """A dealer group as the API says it."""
    return {
        "id": row.public_id,
        "external_id": row.external_id,
        "name": row.name,
        "version": row.version,
        "updated_at": instant(row.updated_at),
    }


def shop_shape(row: Shop) -> dict[str, Any]:
    """A shop as the API says it; its dealer must be at hand."""
    return {
        "id": row.public_id,
        "external_id": row.external_id,
        "dealer": row.dealer.public_id,
        "code": row.code,
        "name": row.name,
        "kind": row.kind,
        "auto_review": row.auto_review,
        "enabled": row.enabled,
        "version": row.version,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }


def address_shape(row: DealerAddress) -> dict[str, Any]:
    """An address as the API says it."""
    own = {
        "id": row.public_id,
        "external_id": row.external_id,
        "label": row.label,
        "is_default": row.is_default,
        "version": row.version,
        "updated_at": instant(row.updated_at),
    }
    return {**own, **{name: getattr(row, name) for name in ADDRESS_FIELDS}}
