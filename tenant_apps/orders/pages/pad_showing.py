"""One showing of the order pad: a page of the goods or the given lines, with everything around them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError
from platform_core.kernel.money import Currency
from platform_core.kernel.quantity import next_orderable, plain
from platform_core.web.acts import version_of
from platform_core.web.asking import PAGE_SIZE
from platform_core.web.forms import operation_token
from tenant_apps.ledger.queries import below_line
from tenant_apps.orders import forms
from tenant_apps.orders.models import RawOrder, SalesOrder
from tenant_apps.orders.pages.calendar_words import banner_of
from tenant_apps.orders.pages.pad_asked import delivery_form
from tenant_apps.orders.pages.quoting import line_of
from tenant_apps.orders.queries.cycles import cycle_of
from tenant_apps.orders.queries.delivery import NEW, delivery_of
from tenant_apps.orders.queries.details import address_of, lines_of, packs_of
from tenant_apps.orders.queries.ordering_window import standing_of
from tenant_apps.orders.queries.parties import Buyer
from tenant_apps.orders.queries.pasting import PastedLine, pasted
from tenant_apps.orders.queries.quotes import PadRow, add_badges, chosen_rows, pad_goods, pad_rows
from tenant_apps.orders.queries.shortages import Missing, short_last_time
from tenant_apps.orders.queries.supply import add_shares
from tenant_apps.orders.rules import WantedLine
from tenant_apps.strategies.queries import add_own_codes, bundles_found
from tenant_apps.strategies.queries.favorites import favorites_among
from tenant_apps.strategies.queries.goods_filter import GoodsFilter
from tenant_apps.strategies.queries.goods_list import facets_of

_GOODS = ("q", "category", "brand", "origin", "favorite", "sort")
READ_OFFER = "strategies.read_offer"


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

    def fill(self, lines: Collection[WantedLine], found: Mapping[str, PadRow] | None = None) -> None:
        """Show these lines (by the SKUs' public ids), instead of a page of the goods.

        `found` are their rows where they were read already.
        """
        if found is None:
            found = chosen_rows(self.actor, self.shop.dealer, [line.sku for line in lines])
        self.rows = [
            {
                **found[line.sku],
                "quantity": _as_typed(self.request, line),
                "pack": line.pack,
                "sales": self._sales_text(line),
                "error": self.errors.get(line.sku, ""),
            }
            for line in lines
            if line.sku in found
        ]
        self.is_filled = True

    def paste(self, lines: Sequence[PastedLine], kept: Sequence[WantedLine] = ()) -> None:
        """Show pasted lines, bundles opened; what is wrong is said line by line. `kept` stays."""
        found = pasted(self.actor, self.shop.dealer, lines, Currency(self.settings.currency), kept)
        self.problems += [str(problem) for problem in found.problems]
        self.fill(found.lines, found.rows)
        self.say_left_out(found.left_out)
        if found.taken and not kept:
            self.notices.append(
                ngettext("%(count)s line was filled in.", "%(count)s lines were filled in.", found.taken)
                % {"count": found.taken}
            )

    def say_left_out(self, count: int) -> None:
        """Say how many lines of an earlier request are not shown, if any."""
        if count:
            self.notices.append(
                ngettext(
                    "%(count)s line can no longer be ordered and was left out.",
                    "%(count)s lines can no longer be ordered and were left out.",
                    count,
                )
                % {"count": count}
            )

    def with_bundle(self, lines: Sequence[WantedLine]) -> HttpResponse:
        """The typed lines and those of the bundle that was added, with everything else that was typed."""
        code = self.request.POST.get(forms.BUNDLE, "")
        count = forms.typed_quantity(self.request.POST.get(f"{forms.BUNDLES}{code}", "").strip() or "1")
        self.form = delivery_form(self.actor, self.shop, self.request.POST, self.settings)
        self.form.is_bound = False
        self.paste([PastedLine(1, code, count)], lines)
        return self.shown()

    def _sales_text(self, line: WantedLine) -> str:
        """The dealer's own sales price of a line, which the supplier's people never see (W-140)."""
        if line.sales_price is None or self.actor.dealer_id is None:
            return ""
        return plain(line.sales_price)

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
            "bundle_url": self.address("orders:chosen"),
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
        short = short_last_time(self.shop.dealer)
        if self.is_filled:
            self._badge(self.rows)
            self._star(self.rows, favorites_among(self.shop.dealer, [row["sku_id"] for row in self.rows]))
            return {"rows": self.rows, "page": None, "short": short}
        bundles = bundles_found(dealer_id=self.shop.dealer_id, text=self.request.GET.get("q", ""))
        goods = pad_goods(self.actor, self.shop.dealer, self._filter(short))
        paginator: Any = Paginator(goods, PAGE_SIZE)  # type: ignore[arg-type]
        page = paginator.get_page(self.request.GET.get("page"))
        rows = pad_rows(page.object_list, goods.shown.show, is_bound=self.settings.check_stock_at_submit)
        self._badge(rows)
        if self.settings.show_own_codes:
            add_own_codes(self.shop.dealer, rows)
        self._star(rows, {row["sku_id"] for row in rows if row["favorite"]})
        return {"rows": rows, "page": page, "bundles": bundles, "short": short}

    def _filter(self, short: Sequence[Missing]) -> GoodsFilter:
        """What narrows the goods; favorites come first unless another order was chosen (TB-09, ZZ-03)."""
        asked = self.request.GET
        return replace(
            GoodsFilter.of(asked, *_GOODS),
            favorites_first=not asked.get("sort"),
            skus=tuple(one.sku_id for one in short) if asked.get("short") else None,
        )

    def fill_short(self) -> None:
        """Show what was short last time, each in the smallest quantity that makes up for it (TB-10)."""
        missing = short_last_time(self.shop.dealer)
        found = chosen_rows(self.actor, self.shop.dealer, [one.sku for one in missing])
        places = self.settings.quantity_precision
        lines = []
        for one in missing:
            if one.sku in found:
                row = found[one.sku]
                terms = Decimal(row["minimum"] or 0), Decimal(row["multiple"] or 0)
                lines.append(WantedLine(one.sku, next_orderable(one.quantity, places, *terms)))
        self.fill(lines, found)

    def _star(self, rows: Sequence[dict[str, Any]], favorites: Collection[int]) -> None:
        """Stars belong to the dealer's people; the supplier's see them work, not change."""
        for row in rows:
            row["favorite"] = row["sku_id"] in favorites
            if self.actor.dealer_id is not None and self.actor.may(READ_OFFER):
                row["star_url"] = reverse("strategies:favorite", args=[row["sku"]])

    def _badge(self, rows: Sequence[dict[str, Any]]) -> None:
        dealer = self.shop.dealer
        self.everywhere = add_badges(dealer, rows, self.settings.currency, self.running)
        add_shares(dealer, self.day, rows, self.order.public_id if self.order else "")

    @property
    def day(self) -> date | None:
        """The order day that the order belongs to."""
        if self.order is not None:
            return self.order.cycle
        cycle = cycle_of(self.calendar, self.settings.timezone)
        return cycle.day if cycle else None

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
            settings=self.settings,
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


def _as_typed(request: HttpRequest, line: WantedLine) -> str:
    typed = request.POST.get(f"{forms.QUANTITY}{line.sku}", "")
    return plain(line.quantity) if isinstance(line.quantity, Decimal) and line.quantity.is_finite() else typed
