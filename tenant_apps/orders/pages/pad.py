"""The order pad: goods with quantities, delivery, live totals; placing, pasting, editing."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError
from platform_core.kernel.money import Currency
from platform_core.kernel.quantity import plain
from platform_core.web.acts import version_of
from platform_core.web.asking import PAGE_SIZE, actor_of
from platform_core.web.forms import operation_of, operation_token
from tenant_apps.access.models import SupplierSettings
from tenant_apps.dealers import queries as dealers
from tenant_apps.dealers.models import Shop
from tenant_apps.ledger.queries import below_line
from tenant_apps.orders import forms
from tenant_apps.orders.commands.edit import edit_order
from tenant_apps.orders.commands.place import place_order
from tenant_apps.orders.models import RawOrder, RawOrderSource, SalesOrder
from tenant_apps.orders.pages.calendar_words import banner_of
from tenant_apps.orders.pages.quoting import line_of, quote_answer
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.delivery import NEW, delivery_of
from tenant_apps.orders.queries.details import address_of, lines_of, packs_of, whole_order
from tenant_apps.orders.queries.drafts import draft_of
from tenant_apps.orders.queries.ordering_window import standing_of
from tenant_apps.orders.queries.parties import Buyer, address_named, buyer_of
from tenant_apps.orders.queries.quotes import (
    add_badges,
    chosen_rows,
    pad_goods,
    pad_rows,
)
from tenant_apps.orders.rules import LINES_MAX, Address, Wanted, WantedLine
from tenant_apps.strategies.queries import add_own_codes
from tenant_apps.strategies.queries.goods_filter import GoodsFilter
from tenant_apps.strategies.queries.goods_list import facets_of

QUOTE_BYTES_MAX = 256 * 1024
_GOODS = ("q", "category", "brand", "sort")


@require_GET
def pad(request: HttpRequest) -> HttpResponse:
    """The empty pad, or one filled from an earlier order (`?from=`)."""
    actor = asker(request)
    if actor.dealer_id is None and not request.GET.get("shop") and not request.GET.get("from"):
        return _choose_shop(request, actor)
    earlier = whole_order(actor, request.GET["from"]) if request.GET.get("from") else None
    buyer = buyer_of(actor, earlier.shop.public_id if earlier else request.GET.get("shop", ""))
    view = Pad(request, actor, buyer)
    if earlier is not None and not is_partial(request):
        view.fill_from(earlier)
        gone = len(earlier.lines.all()) - len(view.rows)
        if gone:
            view.notices.append(
                ngettext(
                    "%(count)s line can no longer be ordered and was left out.",
                    "%(count)s lines can no longer be ordered and were left out.",
                    gone,
                )
                % {"count": gone}
            )
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
    rows = chosen_rows(actor, view.shop.dealer, {code for _number, code, _quantity in lines})
    found: dict[str, WantedLine] = {}
    for number, code, quantity in lines:
        facts = {"number": number, "code": code, "quantity": quantity}
        if code not in rows:
            view.problems.append(_("Line %(number)s: %(code)s is not among your goods.") % facts)
        elif not forms.typed_quantity(quantity).is_finite():
            view.problems.append(_("Line %(number)s: %(code)s has no quantity.") % facts)
        elif rows[code]["sku"] in found:
            view.problems.append(_("Line %(number)s: %(code)s was pasted before.") % facts)
        else:
            found[rows[code]["sku"]] = WantedLine(rows[code]["sku"], forms.typed_quantity(quantity))
    view.fill(found.values())
    if found:
        view.notices.append(
            ngettext("%(count)s line was filled in.", "%(count)s lines were filled in.", len(found))
            % {"count": len(found)}
        )
    return view.shown(422 if view.problems and not found else 200)


@require_POST
def chosen(request: HttpRequest) -> HttpResponse:
    """Only the lines with a quantity, before they are placed."""
    actor = asker(request)
    view = Pad(request, actor, buyer_of(actor, request.POST.get("shop", "")))
    view.fill(forms.typed_lines(request.POST))
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
    return JsonResponse(quote_answer(draft_of(actor, wanted_of(actor, fields, tuple(lines))), lines))


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
    messages.success(request, _("Order %(number)s is placed.") % {"number": order.number})
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
    return tuple(
        replace(line, sales_price=before[line.sku].sales_price, note=before[line.sku].note)
        if line.sku in before
        else line
        for line in lines
    )


class Pad:
    """One showing of the pad: a page of the goods, or the given lines."""

    saved: RawOrder | None = None

    def __init__(
        self, request: HttpRequest, actor: Actor, buyer: Buyer, order: SalesOrder | None = None
    ) -> None:
        self.request, self.actor, self.shop, self.order = request, actor, buyer.shop, order
        self.version = version_of(request, order.version) if order else None
        self.settings, self.available, self.calendar = buyer.settings, buyer.available, buyer.calendar
        self.running = buyer.promotions
        self.everywhere: list[str] = []
        self.rows: list[dict[str, Any]] = []
        self.is_filled = False
        self.notices: list[str] = []
        self.problems: list[str] = []
        self.errors: dict[str, str] = {}
        self.form: forms.DeliveryForm | None = None

    def fill(self, lines: Collection[WantedLine]) -> None:
        """Show these lines (by the SKUs' public ids), instead of a page of the goods."""
        found = chosen_rows(self.actor, self.shop.dealer, [line.sku for line in lines])
        self.rows = [
            {
                **found[line.sku],
                "quantity": _as_typed(self.request, line),
                "pack": line.pack,
                "error": self.errors.get(line.sku, ""),
            }
            for line in lines
            if line.sku in found
        ]
        self.is_filled = True

    def fill_from(self, order: SalesOrder) -> None:
        """Show an order's lines, in the packs they were entered in where these still hold the same."""
        self.fill(lines_of(order))
        packs = packs_of(order)
        for row in self.rows:
            name, units = packs[row["sku"]]
            if {"name": name, "units": plain(units)} in row["packs"]:
                row |= {"pack": name, "quantity": plain(Decimal(row["quantity"]) / units)}

    def refused(self, error: DomainError, lines: Sequence[WantedLine]) -> HttpResponse:
        """The pad with everything that was typed, each sentence at its place."""
        self.form = delivery_form(self.actor, self.shop, self.request.POST, self.settings)
        skus = [line.sku for line in lines]
        for problem in error.problems:
            place, field = line_of(problem), problem.pointer.rpartition("/")[2]
            if place is not None and place < len(skus):
                self.errors[skus[place]] = str(problem)
            elif field in self.form.fields and problem.pointer.count("/") <= 2:  # noqa: PLR2004
                self.form.add_error(field, str(problem))
            else:
                self.problems.append(str(problem))
        if not error.problems:
            self.problems.append(str(error))
        self.fill(lines)
        unseen = set(skus) - {row["sku"] for row in self.rows}
        self.problems += [self.errors[sku] for sku in skus if sku in unseen and sku in self.errors]
        return self.shown(error.status)

    def shown(self, status: int = 200) -> HttpResponse:
        """Answer the page."""
        context = {
            "pad": self,
            "shop": self.shop,
            "dealer": self.shop.dealer,
            "order": self.order,
            "form": self.form or self.fresh_form(),
            "facets": facets_of(self.shop.dealer),
            "filters": self.request.GET,
            "currency": self.settings.currency,
            "exponent": Currency(self.settings.currency).exponent,
            "places": self.settings.quantity_precision,
            "token": operation_token(),
            "action": self.address("orders:place"),
            "list_url": self.address("orders:pad"),
            "is_staff": self.actor.dealer_id is None,
            "banner": banner_of(self.actor, standing_of(self.actor, self.calendar)),
            "low": below_line(self.actor, self.available, self.settings.balance_warning_minor),
            "may_top_up": self.actor.may("ledger.top_up"),
            **self._goods(),
        }
        return render(self.request, "orders/pad.html", context, status=status)

    def address(self, name: str) -> str:
        """Where the pad posts to, or is read again."""
        return reverse("orders:edit", args=[self.order.public_id]) if self.order else reverse(name)

    @property
    def key(self) -> str:
        """Under which name the browser keeps what is typed; an edit starts anew with each version."""
        return f"{self.order.public_id}-{self.version}" if self.order else self.shop.dealer.public_id

    def _goods(self) -> dict[str, Any]:
        if self.is_filled:
            self._badge(self.rows)
            return {"rows": self.rows, "page": None}
        goods = pad_goods(self.actor, self.shop.dealer, GoodsFilter.of(self.request.GET, *_GOODS))
        paginator: Any = Paginator(goods, PAGE_SIZE)  # type: ignore[arg-type]
        page = paginator.get_page(self.request.GET.get("page"))
        rows = pad_rows(page.object_list, goods.shown.show, is_bound=self.settings.check_stock_at_submit)
        self._badge(rows)
        if self.settings.show_own_codes:
            add_own_codes(self.shop.dealer, rows)
        return {"rows": rows, "page": page}

    def _badge(self, rows: Sequence[dict[str, Any]]) -> None:
        self.everywhere = add_badges(self.shop.dealer, rows, self.settings.currency, self.running)

    @property
    def asks_coupon(self) -> bool:
        """Whether a coupon runs for the dealer, or one was entered."""
        entered = self.order is not None and self.order.coupon_code
        return "coupon" in self.running or bool(entered or self.request.POST.get("coupon"))

    def fresh_form(self) -> forms.DeliveryForm:
        """The delivery fields before anything is typed."""
        if self.order is None:
            return delivery_form(self.actor, self.shop, None, self.settings)
        address = address_of(self.order)
        found = delivery_of(
            self.actor,
            self.shop,
            address=NEW,
            allocation=self.settings.allocation,
            typed=address,
            warehouse=self.order.warehouse.public_id,
        )
        initial = {
            **address.columns(),
            "address": NEW,
            "carrier": self.order.carrier.public_id if self.order.carrier else "",
            "warehouse": self.order.warehouse.public_id,
            "memo": self.order.memo,
            "coupon": self.order.coupon_code,
            "client_ref": self.order.client_ref or "",
        }
        return forms.DeliveryForm(delivery=found, initial=initial, home_country=self.settings.country)


def delivery_form(actor: Actor, shop: Shop, data: Any, settings: SupplierSettings) -> forms.DeliveryForm:
    """The delivery fields, bound to what was typed unless there is nothing."""
    address, warehouse = ("", "") if data is None else (data.get("address", ""), data.get("warehouse", ""))
    typed = None if data is None else forms.typed_address(data)
    allocation, home = settings.allocation, settings.country
    found = delivery_of(actor, shop, address=address, allocation=allocation, typed=typed, warehouse=warehouse)
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


def _as_typed(request: HttpRequest, line: WantedLine) -> str:
    typed = request.POST.get(f"{forms.QUANTITY}{line.sku}", "")
    return plain(line.quantity) if isinstance(line.quantity, Decimal) and line.quantity.is_finite() else typed


def asker(request: HttpRequest) -> Actor:
    """Who asks, when it may place orders."""
    actor = actor_of(request)
    actor.require(OrderPermission.PLACE)
    return actor


def is_partial(request: HttpRequest) -> bool:
    """Whether only a page of the goods is asked for."""
    return bool(getattr(request, "htmx", False))
