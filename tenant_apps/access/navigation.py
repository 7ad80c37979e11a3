"""What the layouts show around every page of a supplier's host: layout, navigation, brand, account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from platform_core.kernel.actor import Actor
from platform_core.kernel.context import Serving, serving_or_none
from platform_core.web.navigation import Account, Brand, NavGroup, NavItem
from tenant_apps.access.queries import NOBODY


class Place(NamedTuple):
    """One row of the table: group, label, URL name, icon, the permission that shows it.

    `also` are further addresses whose pages belong to it.
    """

    group: str
    label: str
    url_name: str
    icon: str
    permission: str = ""
    also: tuple[str, ...] = ()


TRADE, GOODS, MONEY, PARTNERS, HOUSE = (
    gettext_noop("Orders"),
    gettext_noop("Goods and stock"),
    gettext_noop("Money"),
    gettext_noop("Dealers"),
    gettext_noop("Administration"),
)
CONSOLE = (
    Place("", gettext_noop("Home"), "access:home", "house"),
    Place(TRADE, gettext_noop("Sales orders"), "orders:list", "clipboard-list", "orders.read"),
    Place(
        TRADE, gettext_noop("Stock-outs"), "inventory:stock_outs", "file-text", "inventory.read_stock_outs"
    ),
    Place(
        TRADE,
        gettext_noop("Ordering calendars"),
        "orders:calendars",
        "calendar-clock",
        "orders.manage_calendars",
    ),
    Place(TRADE, gettext_noop("Call list"), "orders:calls", "phone", "orders.place"),
    Place(TRADE, gettext_noop("Supply boards"), "orders:supply", "share-2", "orders.manage_calendars"),
    Place(TRADE, gettext_noop("Substitutes"), "orders:substitutes", "replace", "orders.manage_calendars"),
    Place(TRADE, gettext_noop("Shipments"), "fulfilment:list", "truck", "fulfilment.read"),
    Place(TRADE, gettext_noop("Receipts"), "aftersales:list", "package-check", "aftersales.read"),
    Place(
        GOODS,
        gettext_noop("Goods"),
        "catalog:list",
        "package",
        "catalog.read",
        ("/catalog/", "/strategies/publication/"),
    ),
    Place(GOODS, gettext_noop("Stock"), "inventory:list", "boxes", "inventory.read"),
    Place(GOODS, gettext_noop("Warehouses"), "logistics:warehouses", "warehouse", "logistics.read"),
    Place(
        GOODS,
        gettext_noop("Carriers"),
        "logistics:carriers",
        "send",
        "logistics.read",
        ("/logistics/memo-rules",),
    ),
    Place(
        PARTNERS,
        gettext_noop("Dealers"),
        "dealers:list",
        "store",
        "dealers.read",
        ("/strategies/dealers/", "/strategies/codes/"),
    ),
    Place(PARTNERS, gettext_noop("Levels"), "dealers:levels", "layers", "dealers.manage_levels"),
    Place(PARTNERS, gettext_noop("Dealer groups"), "dealers:groups", "users", "dealers.manage_levels"),
    Place(PARTNERS, gettext_noop("Spending limits"), "orders:limits", "scale", "orders.manage_approvals"),
    Place(
        PARTNERS,
        gettext_noop("Goods strategies"),
        "strategies:list",
        "tags",
        "strategies.read",
        ("/strategies/prices", "/strategies/organisations"),
    ),
    Place(PARTNERS, gettext_noop("Promotions"), "strategies:promotions", "percent", "strategies.read"),
    Place(PARTNERS, gettext_noop("Freight tables"), "strategies:freight_list", "scale", "strategies.read"),
    Place(
        PARTNERS,
        gettext_noop("Dealer permissions"),
        "access:organisations",
        "shield",
        "access.manage_ceilings",
    ),
    Place(MONEY, gettext_noop("Wallets"), "ledger:wallets", "wallet", "ledger.read"),
    Place(MONEY, gettext_noop("Top-ups"), "ledger:top_ups", "banknote", "ledger.read"),
    Place(HOUSE, gettext_noop("People"), "access:people", "users", "access.read"),
    Place(HOUSE, gettext_noop("Roles"), "access:roles", "shield-check", "access.manage_roles"),
    Place(HOUSE, gettext_noop("Approvals"), "orders:chains", "check-check", "orders.manage_approvals"),
    Place(HOUSE, gettext_noop("API keys"), "access:keys", "key-round", "access.manage_keys"),
    Place(HOUSE, gettext_noop("Settings"), "access:settings", "settings", "access.manage_settings"),
)
PORTAL = (
    Place("", gettext_noop("Home"), "access:home", "house"),
    Place("", gettext_noop("New order"), "orders:pad", "shopping-cart", "orders.place"),
    Place("", gettext_noop("Orders"), "orders:list", "clipboard-list", "orders.read"),
    Place("", gettext_noop("Raw orders"), "orders:raw_list", "inbox", "orders.read"),
    Place("", gettext_noop("Account"), "ledger:account", "wallet", "ledger.read"),
    Place(
        "",
        gettext_noop("Goods"),
        "strategies:my_goods",
        "package",
        "strategies.read_offer",
        ("/strategies/codes/",),
    ),
    Place("", gettext_noop("Top-ups"), "ledger:top_ups", "banknote", "ledger.read"),
    Place("", gettext_noop("Deliveries"), "fulfilment:list", "truck", "fulfilment.read"),
    Place("", gettext_noop("To receive"), "aftersales:to_receive", "package-check", "aftersales.read"),
)
# A portal's bar has room for the day's work; the rest of the house stands in the account menu.
PORTAL_OWN = (
    Place("", gettext_noop("Promotions"), "strategies:my_promotions", "percent", "strategies.read_offer"),
    Place("", gettext_noop("Bundles"), "strategies:bundles", "package-plus", "strategies.manage_bundles"),
    Place("", gettext_noop("Warehouse query"), "orders:warehouse_query", "warehouse", "orders.place"),
    Place("", gettext_noop("Spending limits"), "orders:limits", "scale", "orders.manage_approvals"),
    Place("", gettext_noop("Own company"), "dealers:own", "store", "dealers.read"),
    Place("", gettext_noop("People"), "access:people", "users", "access.read"),
    Place("", gettext_noop("Roles"), "access:roles", "shield-check", "access.manage_roles"),
    Place("", gettext_noop("API keys"), "access:keys", "key-round", "access.manage_keys"),
)
OWN = (
    Place("", gettext_noop("Profile and password"), "access:profile", "user-round"),
    Place("", gettext_noop("Delegates"), "orders:delegates", "user-check", "orders.finance_review"),
    Place("", gettext_noop("API reference"), "api-reference", "code"),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The context processor; nothing on the public host."""
    supplier = serving_or_none()
    if supplier is None:
        return {}
    actor: Actor = getattr(request, "actor", NOBODY)
    return {
        "actor": actor,
        "brand": _brand(supplier),
        "layout": _layout(actor),
        "navigation": SimpleLazyObject(lambda: _groups(request, actor)),
        "account": SimpleLazyObject(lambda: _account(actor, supplier)),
        "balance": SimpleLazyObject(lambda: _balance(actor)),
    }


def _layout(actor: Actor) -> str:
    return "layouts/portal.html" if actor.dealer_id is not None else "layouts/console.html"


def _brand(supplier: Serving) -> Brand:
    return Brand(supplier.name)


def _groups(request: HttpRequest, actor: Actor) -> list[NavGroup]:
    if not actor.id:
        return []
    places = CONSOLE if actor.dealer_id is None else PORTAL
    shown = [(place, item) for place in places if (item := _item(place, actor))]
    here = _here(request.path, shown)
    groups: dict[str, list[NavItem]] = {}
    for place, item in shown:
        groups.setdefault(place.group, []).append(replace(item, active=item.url == here))
    return [NavGroup(_(group) if group else "", items) for group, items in groups.items()]


def _item(place: Place, actor: Actor) -> NavItem | None:
    """The link, when its app has the page and the actor may see it."""
    if place.permission and not actor.may(place.permission):
        return None
    try:
        url = reverse(place.url_name)
    except NoReverseMatch:
        return None
    return NavItem(_(place.label), url, place.icon)


def _here(path: str, shown: Iterable[tuple[Place, NavItem]]) -> str:
    """The link whose longest address the page stands under: exactly one is current."""
    above = [
        (len(address), item.url)
        for place, item in shown
        for address in (item.url, *place.also)
        if path == address or (address != "/" and path.startswith(address))
    ]
    return max(above, default=(0, ""))[1]


def _account(actor: Actor, supplier: Serving) -> Account | None:
    if not actor.id:
        return None
    places = OWN if actor.dealer_id is None else (*PORTAL_OWN, *OWN)
    items = [item for place in places if (item := _item(place, actor))]
    return Account(actor.name, supplier.name, items, reverse("account_logout"))


def _balance(actor: Actor) -> str:
    """The dealer's spendable amount, told by whoever keeps the wallets."""
    path = settings.BALANCE_CHIP
    if not path or actor.dealer_id is None or not actor.may("ledger.read"):
        return ""
    return str(import_string(path)(actor))
