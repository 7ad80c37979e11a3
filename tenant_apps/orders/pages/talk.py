"""Panels of an order that load by themselves: messages, and the dealer's own profit."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError, NotFound, NotPermitted
from platform_core.kernel.money import Currency, Money
from platform_core.web.acts import pressed
from platform_core.web.asking import actor_of
from platform_core.web.forms import operation_of, operation_token
from tenant_apps.orders.commands.profit import set_sales_prices
from tenant_apps.orders.commands.talk import see_messages, write_message
from tenant_apps.orders.models import OrderMessage, SalesOrder, SalesOrderLine
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.profit import Sold, dealer_profit, sales_amount
from tenant_apps.orders.queries.details import whole_order
from tenant_apps.orders.queries.orders import order_for
from tenant_apps.orders.queries.talk import messages_of

_PRICE = "price-"


@require_GET
def messages_panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """The messages of an order; what the other side wrote counts as seen from now on."""
    actor = actor_of(request)
    order = order_for(actor, public_id)
    see_messages(actor=actor, order_id=public_id)
    context = {
        "order": order,
        "entries": [_entry(one, actor) for one in messages_of(order)],
        "token": operation_token(),
    }
    return render(request, "orders/parts/messages.html", context)


def _entry(one: OrderMessage, actor: Actor) -> dict[str, Any]:
    is_mine = one.from_dealer is (actor.dealer_id is not None)
    return {"message": one, "is_mine": is_mine}


@require_POST
def message(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write to the other side."""

    def write() -> str:
        write_message(
            actor=actor_of(request),
            operation_id=operation_of(request),
            order_id=public_id,
            text=request.POST.get("text", "").replace("\r\n", "\n"),
        )
        return _("The message is sent.")

    pressed(request, write)
    return redirect("orders:detail", public_id)


@require_GET
def profit_panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the dealer earns with an order; never for the supplier's people."""
    return _profit_page(request, whole_order(_dealers(request), public_id))


@require_POST
def sales_prices(request: HttpRequest, public_id: str) -> HttpResponse:
    """Set the dealer's own sales prices."""
    actor = _dealers(request)
    prices = {
        int(name.removeprefix(_PRICE)): _decimal(str(value))
        for name, value in request.POST.items()
        if name.startswith(_PRICE) and name.removeprefix(_PRICE).isdecimal()
    }
    try:
        set_sales_prices(actor=actor, order_id=public_id, prices=prices)
    except (NotFound, NotPermitted):
        raise
    except DomainError as error:
        for problem in error.problems:
            place = problem.pointer.split("/")[2]
            messages.error(request, _("Line {number}: {sentence}").format(number=place, sentence=problem))
        return redirect("orders:detail", public_id)
    messages.success(request, _("The sales prices are saved."))
    return redirect("orders:detail", public_id)


def _dealers(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    actor.require(OrderPermission.READ)
    if actor.dealer_id is None:
        raise NotFound(noun=_("order"))
    return actor


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        return Decimal("NaN")


def _profit_page(request: HttpRequest, order: SalesOrder) -> HttpResponse:
    currency = Currency(order.currency)
    lines = sorted(order.lines.all(), key=lambda line: line.position)
    freight = order.freight + order.freight_adjustment
    profit = dealer_profit(
        [Sold(line.sales_price, line.quantity, _paid(order, line)) for line in lines],
        order.goods_adjustment,
        freight,
        order.fee,
        currency,
    )
    rows = [
        {
            "line": line,
            "name": f"{_PRICE}{line.position}",
            "sales": sales_amount(line.sales_price, line.quantity, currency),
            "profit": sales_amount(line.sales_price, line.quantity, currency) - _paid(order, line),
        }
        for line in lines
    ]
    context = {
        "order": order,
        "rows": rows,
        "profit": profit,
        "may_edit": actor_of(request).may(OrderPermission.EDIT),
    }
    return render(request, "orders/parts/profit.html", context)


def _paid(order: SalesOrder, line: SalesOrderLine) -> Money:
    """What the dealer pays for a line, with its tax."""
    return Money(line.gross_minor, Currency(order.currency))
