"""What all pages of strategies share: who may, the tabs, the price that somebody typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving
from platform_core.kernel.errors import FieldProblem, Invalid, NotPermitted
from platform_core.kernel.quantity import QUANTITY_MAX
from platform_core.kernel.words import noop
from platform_core.web.asking import PAGE_SIZE, actor_of
from platform_core.workbooks.columns import Column
from tenant_apps.dealers.models import Dealer
from tenant_apps.strategies import queries
from tenant_apps.strategies.permissions import StrategyPermission

_NO_NUMBER = noop("Write a number.")
_DIGITS_MAX = 9


def asker(request: HttpRequest, permission: StrategyPermission = StrategyPermission.READ) -> Actor:
    """Somebody of the supplier with the permission. Raises NotPermitted, for a dealer's people always."""
    actor = actor_of(request)
    actor.require(permission)
    if actor.dealer_id is not None:
        raise NotPermitted(permission=str(permission))
    return actor


def tabs(active: str) -> list[dict[str, Any]]:
    """The parts of the app."""
    places = (
        ("goods", _("Goods strategies"), "strategies:list"),
        ("prices", _("Price rules"), "strategies:price_rules"),
        ("publication", _("Publication"), "strategies:publications"),
        ("organisations", _("Ordering organisations"), "strategies:organisations"),
        ("freight", _("Freight tables"), "strategies:freight_list"),
        ("calculator", _("Freight calculator"), "strategies:calculator"),
    )
    return [
        {"label": label, "url": reverse(name), "active": key == active, "count": ""}
        for key, label, name in places
    ]


def common(actor: Actor) -> dict[str, Any]:
    """Context of every page: what the reader may, and the currency of prices."""
    return {
        "may_manage": actor.may(StrategyPermission.MANAGE),
        "may_assign": actor.may(StrategyPermission.ASSIGN),
        "currency": serving().currency,
    }


def crumbs(url_name: str, label: str, *further: tuple[str, str]) -> list[dict[str, str]]:
    """Where a page stands: the list it belongs to, and further (label, address) pairs."""
    above = {"label": label, "url": reverse(url_name)}
    return [above, *({"label": text, "url": url} for text, url in further)]


def goods_page(request: HttpRequest, goods: queries.OfferedSkus) -> Page[dict[str, Any]]:
    """The page of a dealer's goods that `?page=` names; the nearest one for nonsense."""
    return Paginator(cast(Any, goods), PAGE_SIZE).get_page(request.GET.get("page"))


def own_columns(columns: Sequence[Column]) -> list[Column]:
    """A file's columns, with the dealer's own code and name behind the supplier's while they are shown."""
    return [*columns[:1], *(queries.OWN_COLUMNS if queries.shows_own_codes() else ()), *columns[1:]]


def with_own_codes(
    dealer: Dealer, rows: list[dict[str, Any]], cells: Callable[[dict[str, Any]], dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The cells of each row of a dealer's goods, and how it calls them."""
    queries.add_own_codes(dealer, rows)
    return ({**cells(row), "own_code": row["own_code"], "own_name": row["own_name"]} for row in rows)


def typed_price(text: str) -> Decimal:
    """A price as a person types it. Raises Invalid for what is no number."""
    try:
        return Decimal(text.strip().replace(",", ""))
    except InvalidOperation as error:
        raise Invalid(problems=[FieldProblem("/price", "price_invalid", _NO_NUMBER)]) from error


def typed_quantity(text: str) -> Decimal | None:
    """A quantity from an address; None for nothing or nonsense."""
    try:
        quantity = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        return None
    return quantity if quantity.is_finite() and 0 < quantity <= QUANTITY_MAX else None


def typed_count(text: str) -> int:
    """A count from a hidden field; 0 for nonsense, which then confirms nothing."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX else 0


def first_sentence(error: Invalid) -> str:
    """What to say at the one field that was edited."""
    return str(error.problems[0]) if error.problems else str(error)
