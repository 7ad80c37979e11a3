"""The order pad: goods with quantities, delivery, live totals; placing, pasting, editing."""

from __future__ import annotations

import json
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError
from platform_core.web.asking import actor_of
from platform_core.web.forms import operation_of
from tenant_apps.dealers import queries as dealers
from tenant_apps.orders import forms
from tenant_apps.orders.commands.edit import edit_order
from tenant_apps.orders.commands.place import place_order
from tenant_apps.orders.errors import NoShop
from tenant_apps.orders.models import RawOrderSource, SalesOrder
from tenant_apps.orders.pages.pad_asked import asker, delivery_form, is_partial, wanted_of
from tenant_apps.orders.pages.pad_showing import Pad
from tenant_apps.orders.pages.quoting import quote_answer
from tenant_apps.orders.pages.words import placed_sentence
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.details import whole_order
from tenant_apps.orders.queries.drafts import draft_of
from tenant_apps.orders.queries.orders import order_for
from tenant_apps.orders.queries.parties import buyer_of
from tenant_apps.orders.rules import LINES_MAX, WantedLine

QUOTE_BYTES_MAX = 256 * 1024


@require_GET
def pad(request: HttpRequest) -> HttpResponse:
    """The empty pad, or one filled from an earlier order (`?from=`)."""
    actor = asker(request)
    if actor.dealer_id is None and not request.GET.get("shop") and not request.GET.get("from"):
        return _choose_shop(request, actor)
    earlier = whole_order(actor, request.GET["from"]) if request.GET.get("from") else None
    try:
        buyer = buyer_of(actor, earlier.shop.public_id if earlier else request.GET.get("shop", ""))
    except NoShop as error:
        context = {"sentence": error, "dealer": dealers.own_dealer(actor)}
        return render(request, "orders/no_shop.html", context, status=error.status)
    view = Pad(request, actor, buyer)
    if request.GET.get("fill") == "short" and not is_partial(request):
        view.fill_short()
    if earlier is not None and not is_partial(request):
        view.fill_from(earlier)
        view.say_left_out(len(earlier.lines.all()) - len(view.rows))
    return view.shown()


def _choose_shop(request: HttpRequest, actor: Actor) -> HttpResponse:
    shops = dealers.shops_visible_to(actor).filter(enabled=True, dealer__enabled=True)
    return render(request, "orders/choose_shop.html", {"shops": shops.order_by("dealer__sort_key", "code")})


@require_POST
def paste(request: HttpRequest) -> HttpResponse:
    """Fill the pad with pasted lines of code and quantity; what is wrong is said line by line."""
    actor = asker(request)
    view = Pad(request, actor, buyer_of(actor, request.POST.get("shop", "")))
    lines = forms.pasted_lines(request.POST.get("lines", ""))
    if len(lines) > LINES_MAX:
        view.problems.append(_("Paste at most %(maximum)s lines.") % {"maximum": LINES_MAX})
        return view.shown(422)
    view.paste(lines)
    return view.shown(422 if view.problems and not view.rows else 200)


@require_POST
def chosen(request: HttpRequest) -> HttpResponse:
    """Only the lines with a quantity, before they are placed; with the bundle that is added."""
    actor = asker(request)
    view = Pad(request, actor, buyer_of(actor, request.POST.get("shop", "")))
    lines = forms.typed_lines(request.POST)
    if forms.BUNDLE in request.POST:
        return view.with_bundle(lines)
    view.fill(lines)
    return view.shown()


@require_GET
def delivery(request: HttpRequest) -> HttpResponse:
    """The delivery fields again, after another address was chosen or typed."""
    actor = asker(request)
    buyer = buyer_of(actor, request.GET.get("shop", ""))
    form = delivery_form(actor, buyer.shop, request.GET, buyer.settings)
    form.is_bound = False
    return render(request, "orders/parts/delivery.html", {"form": form, "shop": buyer.shop})


@require_POST
def quote(request: HttpRequest) -> JsonResponse:
    """Totals of what is typed, for the pad's script."""
    actor = asker(request)
    try:
        asked = json.loads(request.body[:QUOTE_BYTES_MAX])
        lines = [
            WantedLine(str(one["sku"]), forms.typed_quantity(str(one["quantity"])), str(one.get("pack", "")))
            for one in asked["lines"]
        ]
        fields = {str(key): str(value) for key, value in dict(asked.get("fields") or {}).items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"detail": _("This request cannot be read.")}, status=400)
    wanted = wanted_of(actor, fields, tuple(lines))
    if wanted.order:
        wanted = replace(wanted, part=order_for(actor, wanted.order).part)
    return JsonResponse(quote_answer(actor, draft_of(actor, wanted), lines))


@require_POST
def place(request: HttpRequest) -> HttpResponse:
    """Place what is typed; a refusal shows the pad again with everything that was typed."""
    actor = asker(request)
    view = Pad(request, actor, buyer_of(actor, request.POST.get("shop", "")))
    lines = forms.typed_lines(request.POST)
    try:
        order = place_order(
            actor=actor,
            operation_id=operation_of(request),
            wanted=wanted_of(actor, request.POST, lines),
            source=RawOrderSource.PAD.value,
        )
    except DomainError as error:
        return view.refused(error, lines)
    messages.success(request, placed_sentence(actor, order))
    return redirect(f"{reverse('orders:detail', args=[order.public_id])}?placed=1")


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """The pad filled with an order that waits for review; saving runs every check again (W-151)."""
    actor = actor_of(request)
    actor.require(OrderPermission.EDIT)
    order = whole_order(actor, public_id)
    view = Pad(request, actor, buyer_of(actor, order.shop.public_id), order)
    if request.method == "GET":
        if not is_partial(request):
            view.fill_from(order)
        return view.shown()
    lines = forms.typed_lines(request.POST)
    if forms.BUNDLE in request.POST:
        return view.with_bundle(_kept(order, lines))
    try:
        edit_order(
            actor=actor,
            operation_id=operation_of(request),
            order_id=public_id,
            wanted=replace(
                wanted_of(actor, request.POST, _kept(order, lines)),
                nickname=order.nickname,
                invoice_kind=order.invoice_kind,
            ),
            version=view.version,
        )
    except DomainError as error:
        return view.refused(error, lines)
    messages.success(request, _("Order %(number)s is changed.") % {"number": order.number})
    return redirect(f"{reverse('orders:detail', args=[public_id])}?placed=1")


def _kept(order: SalesOrder, lines: tuple[WantedLine, ...]) -> tuple[WantedLine, ...]:
    """What the pad does not show of a line stays: the dealer's own sales price and note."""
    before = {line.sku.public_id: line for line in order.lines.all()}

    def kept(line: WantedLine) -> WantedLine:
        known = before.get(line.sku)
        if known is None:
            return line
        price = known.sales_price if line.sales_price is None else line.sales_price
        return replace(line, sales_price=price, note=known.note)

    return tuple(map(kept, lines))
