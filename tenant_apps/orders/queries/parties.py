"""Which shop, carrier and warehouse are meant, among those the actor may use."""

from __future__ import annotations

from dataclasses import fields
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from platform_core.db.fast import Read, related
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor, ActorKind
from platform_core.kernel.context import serving
from platform_core.kernel.errors import NotFound
from platform_core.kernel.money import Money
from tenant_apps.access.models import SupplierSettings
from tenant_apps.dealers import queries as dealers
from tenant_apps.dealers.models import Dealer, DealerLevel, Shop
from tenant_apps.dealers.queries import VISIBLE_SHOP
from tenant_apps.ledger import queries as ledger
from tenant_apps.ledger.models import LedgerAccount
from tenant_apps.logistics import queries as logistics
from tenant_apps.logistics.models import Carrier, Warehouse
from tenant_apps.logistics.queries import MEMO_RULES
from tenant_apps.orders.approval import Limit
from tenant_apps.orders.errors import NoShop
from tenant_apps.orders.models import OrderingCalendar
from tenant_apps.orders.queries.limits import OF_BUYER, month_of, person_of, told
from tenant_apps.orders.rules import Address
from tenant_apps.strategies.queries.promotions import KINDS_RUNNING

# Who is meant is asked by every order and every change on the order pad, so these texts are made once.
_NAMED = "({0}.public_id = %(name)s OR {0}.code = %(name)s)"
_BUYER = Read(
    "SELECT {s}, {d}, {l}, {g}, {a}, {k}, "  # noqa: S608 - a text of our own
    f"{OF_BUYER}, {KINDS_RUNNING} FROM dealers_shop s JOIN dealers_dealer d ON d.id = s.dealer_id"
    " JOIN dealers_dealerlevel l ON l.id = d.level_id JOIN access_suppliersettings g ON g.id = 1"
    " LEFT JOIN orders_orderingcalendar k ON k.group_id = d.group_id AND k.enabled"
    f" LEFT JOIN ledger_account a ON a.dealer_id = d.id WHERE s.enabled AND {VISIBLE_SHOP}"
    f" AND (%(name)s = '' OR {_NAMED.format('s')}) ORDER BY s.id LIMIT 1",
    s=Shop,
    d=Dealer,
    l=DealerLevel,
    g=SupplierSettings,
    a=LedgerAccount,
    k=OrderingCalendar,
)
# The enabled carriers are open to everybody (W-040).
_CARRIER = Read(
    f"SELECT {{c}}, CASE WHEN %(is_open)s THEN {MEMO_RULES} END"  # noqa: S608 - a text of our own
    " FROM (SELECT 1) one LEFT JOIN logistics_carrier c ON c.enabled"
    f" AND CASE WHEN %(name)s = '' THEN c.is_default ELSE {_NAMED.format('c')} END ORDER BY c.id LIMIT 1",
    c=Carrier,
)
_WAREHOUSES = Read(
    "SELECT {w} FROM logistics_warehouse w WHERE w.enabled"  # noqa: S608 - a text of our own
    " AND (%(scope)s::bigint[] IS NULL OR w.id = ANY(%(scope)s))"
    f" AND (%(name)s = '' OR {_NAMED.format('w')}) ORDER BY w.code",
    w=Warehouse,
)


class Buyer(NamedTuple):
    """Who orders: the shop with its dealer and level, what the dealer may spend now, the supplier's rules.

    `calendar` is the ordering calendar of the dealer's group, if that has one in use; `limit` what the
    actor may spend alone, if it is a person of the dealer who has one;
    `promotions` are the kinds of those that run for the dealer now.
    """

    shop: Shop
    available: Money
    settings: SupplierSettings
    calendar: OrderingCalendar | None
    limit: Limit | None
    promotions: frozenset[str]


def buyer_of(actor: Actor, name: str) -> Buyer:
    """The buyer by its shop's public id or code; without a name the actor's first shop.

    Raises NotFound, and NoShop where a dealer's own people name none and have none in use (W-100).
    """
    if not name and actor.dealer_id is None:
        raise NotFound(noun=_("shop"))
    person = person_of(actor)
    asked = {"people": [person] if person else [], "month": month_of(serving().timezone)}
    row = _BUYER.first({"name": name, "now": clock.now(), **asked, **dealers.shop_visibility_of(actor)})
    if row is None and not name:
        raise NoShop
    if row is None:
        raise NotFound(noun=_("shop"))
    shop, dealer, level, settings, account, calendar, limits, kinds = row
    related(dealer, level=level)
    related(shop, dealer=dealer)
    return Buyer(
        shop,
        ledger.available_in(account),
        settings,
        calendar,
        told(limits).get(person),
        frozenset(kinds),
    )


def carrier_of(
    actor: Actor, name: str, *, memo: str = "", service_memo: str = ""
) -> tuple[Carrier | None, dict[str, str]]:
    """The carrier by public id or code, else by what the memos say, else the default one or None.

    And how it was chosen, as `choosing.why_sentences` reads it. A met rule costs one statement more.
    Raises NotFound for a name that is none.
    """
    row = _CARRIER.first({"name": name, "is_open": not name and bool(memo or service_memo)})
    carrier, rules = row
    if name:
        if carrier is None:
            raise NotFound(noun=_("carrier"))
        return carrier, {"by": "named"}
    met = logistics.memo_rule_met(rules, memo=memo, service_memo=service_memo)
    if met is not None:
        return Carrier.objects.get(pk=met.carrier_id), {"by": met.target, "keyword": met.keyword}
    return carrier, {"by": "default"} if carrier else {}


def warehouses_for(actor: Actor, name: str, *, takes_default: bool) -> list[Warehouse]:
    """The named warehouse, else the default one where it comes first, else all in use, by code (W-033).

    Only those of the actor's data scope: nobody places an order that they could not see.
    """
    scope = None if actor.warehouse_ids is None else sorted(actor.warehouse_ids)
    every = [house for (house,) in _WAREHOUSES.all({"name": name, "scope": scope})]
    if name:
        if not every:
            raise NotFound(noun=_("warehouse"))
        return every
    return ([house for house in every if house.is_default] if takes_default else []) or every


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
