"""Which shop, carrier and warehouse are meant, among those the actor may use."""

from __future__ import annotations

from dataclasses import fields

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from platform_core.kernel.actor import Actor, ActorKind
from platform_core.kernel.errors import NotFound
from tenant_apps.dealers import queries as dealers
from tenant_apps.dealers.models import Dealer, Shop
from tenant_apps.logistics import queries as logistics
from tenant_apps.logistics.models import Carrier, Warehouse
from tenant_apps.orders.rules import Address


def shop_of(actor: Actor, name: str) -> Shop:
    """The shop by public id or code; without a name the actor's first. Its dealer and level come along."""
    shops = dealers.shops_visible_to(actor).filter(enabled=True)
    if name:
        shops = shops.filter(Q(public_id=name) | Q(code=name))
    elif actor.dealer_id is None:
        raise NotFound(noun=_("shop"))
    shop = shops.select_related("dealer__level").order_by("pk").first()
    if shop is None:
        raise NotFound(noun=_("shop"))
    return shop


def carrier_of(actor: Actor, name: str) -> Carrier | None:
    """The carrier by public id or code; without a name the default one, or None."""
    carriers = logistics.carriers_visible_to(actor).filter(enabled=True)
    if not name:
        return carriers.filter(is_default=True).first()
    carrier = carriers.filter(Q(public_id=name) | Q(code=name)).first()
    if carrier is None:
        raise NotFound(noun=_("carrier"))
    return carrier


def warehouses_for(actor: Actor, name: str) -> list[Warehouse]:
    """The named warehouse, else the default one, else all that are in use, by code (W-033).

    Only those of the actor's data scope: nobody places an order that they could not see.
    """
    houses = logistics.warehouses_visible_to(actor).filter(enabled=True).order_by("code")
    if name:
        houses = houses.filter(Q(public_id=name) | Q(code=name))
        if not (found := list(houses)):
            raise NotFound(noun=_("warehouse"))
        return found
    every = list(houses)
    return [house for house in every if house.is_default] or every


def in_name_of(actor: Actor, dealer: Dealer) -> Actor:
    """The actor, acting for a dealer: the supplier's people are shown as such in its history."""
    if actor.dealer_id is not None or actor.kind is ActorKind.SYSTEM:
        return actor
    # Copied field by field: a request's actor is lazy, which `dataclasses.replace` does not see through.
    known = {field.name: getattr(actor, field.name) for field in fields(Actor)}
    return Actor(**{**known, "on_behalf_of": dealer.name})


def address_named(actor: Actor, address_id: str) -> Address:
    """A stored address of a dealer that the actor may see. Raises NotFound."""
    row = dealers.address_for(actor, address_id)
    return Address(**{name: getattr(row, name) for name in Address.__dataclass_fields__})
