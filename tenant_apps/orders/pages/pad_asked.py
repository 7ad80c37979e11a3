"""What a request to the pad asks: who, with which delivery, which lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from platform_core.kernel.actor import Actor
from platform_core.web.asking import actor_of
from tenant_apps.access.models import SupplierSettings
from tenant_apps.dealers.models import Shop
from tenant_apps.orders import forms
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.delivery import NEW, delivery_of
from tenant_apps.orders.queries.parties import address_named
from tenant_apps.orders.rules import Address, Wanted, WantedLine


def delivery_form(actor: Actor, shop: Shop, data: Any, settings: SupplierSettings) -> forms.DeliveryForm:
    """The delivery fields, bound to what was typed unless there is nothing."""
    address, warehouse = ("", "") if data is None else (data.get("address", ""), data.get("warehouse", ""))
    typed = None if data is None else forms.typed_address(data)
    home = settings.country
    found = delivery_of(actor, shop, address=address, settings=settings, typed=typed, warehouse=warehouse)
    if data is None:
        return forms.DeliveryForm(delivery=found, initial={"shop": shop.public_id}, home_country=home)
    form = forms.DeliveryForm(data, delivery=found, initial=dict(data.items()), home_country=home)
    form.full_clean()
    return form


def wanted_of(actor: Actor, data: Mapping[str, Any], lines: tuple[WantedLine, ...]) -> Wanted:
    """The request of a posted pad or of its script."""
    chosen_address = data.get("address") or NEW
    typed: Address = forms.typed_address(data)
    return Wanted(
        lines=lines,
        address=typed if chosen_address == NEW else address_named(actor, chosen_address),
        shop=data.get("shop") or "",
        carrier=data.get("carrier") or "",
        warehouse=data.get("warehouse") or "",
        client_ref=data.get("client_ref") or "",
        memo=data.get("memo") or "",
        coupon=data.get("coupon") or "",
        order=data.get("order") or "",
    )


def asker(request: HttpRequest) -> Actor:
    """Who asks, when it may place orders."""
    actor = actor_of(request)
    actor.require(OrderPermission.PLACE)
    return actor


def is_partial(request: HttpRequest) -> bool:
    """Whether only a page of the goods is asked for."""
    return bool(getattr(request, "htmx", False))
