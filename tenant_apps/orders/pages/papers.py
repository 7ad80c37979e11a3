"""Orders as a PDF: one, or the chosen ones in one file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from platform_core.kernel.context import serving
from platform_core.papers.paper import Paper, PaperColumn, PaperTable
from platform_core.web.asking import actor_of
from platform_core.web.bulk import chosen
from platform_core.web.formats import decimal_text, moment_text, money_text, unit_price_text
from platform_core.web.lists import address
from platform_core.web.papers import address_text, pdf_download
from tenant_apps.orders.forms import filter_from
from tenant_apps.orders.models import AdjustmentKind, SalesOrder, SalesOrderLine
from tenant_apps.orders.pages.orders import facts_of
from tenant_apps.orders.queries.details import orders_at_hand, whole_order
from tenant_apps.orders.queries.lists import orders_matching

PAPERS_MAX = 200
Cells = list[str]


@require_GET
def pdf(request: HttpRequest, public_id: str) -> FileResponse:
    """One order as a file."""
    actor = actor_of(request)
    order = whole_order(actor, public_id)
    return pdf_download(order.number, [order_paper(facts_of(order, actor))])


@require_POST
def papers(request: HttpRequest) -> HttpResponseBase:
    """The chosen orders in one file, each on a page of its own; at most 200."""
    actor = actor_of(request)
    back = QueryDict(request.POST.get("back", ""))
    rows = chosen(
        request,
        orders_matching(actor, filter_from(QueryDict(""))),
        orders_matching(actor, filter_from(back)),
    )
    if not rows or len(rows) > PAPERS_MAX:
        told = _("Choose at least one order.") if not rows else _("At most 200 orders go into one file.")
        messages.error(request, told)
        return redirect(f"{reverse('orders:list')}{address(back)}")
    found = orders_at_hand(actor, [row.pk for row in rows])
    return pdf_download(_("Orders"), (order_paper(facts_of(order, actor)) for order in found))


def order_paper(facts: dict[str, Any]) -> Paper:
    """An order as it is printed, from the facts of its page."""
    order: SalesOrder = facts["order"]
    has_tax: bool = facts["has_tax"]
    tables = [
        PaperTable(_columns(has_tax=has_tax), [_row(line, order, has_tax=has_tax) for line in facts["lines"]])
    ]
    if has_tax:
        tables.append(_taxes(order, facts["taxes"]))
    return Paper(
        title=_("Order"),
        number=order.number,
        sender=serving().name,
        facts=[fact for fact in _facts(order) if fact[1]],
        tables=tables,
        sums=list(_sums(order, facts)),
    )


def _facts(order: SalesOrder) -> Iterable[tuple[str, str]]:
    shop = "" if order.shop.name == order.dealer.name else order.shop.name
    return (
        (_("Dealer"), " · ".join(filter(None, [order.dealer.name, shop]))),
        (_("Placed at"), moment_text(order.placed_at)),
        (_("Deliver to"), f"{order.consignee} {order.phone}"),
        (_("Address"), address_text(order)),
        (_("Warehouse"), order.warehouse.name),
        (_("Carrier"), order.carrier.name if order.carrier else ""),
        (_("Your reference"), order.client_ref or ""),
        (_("State"), order.get_state_display()),
        (_("Invoice"), str(order.get_invoice_kind_display()) if order.invoice_kind else ""),
        (_("Invoice title"), order.dealer.invoice_title),
        (_("Tax number"), order.dealer.tax_number),
        (_("Memo"), order.memo),
    )


def _columns(*, has_tax: bool) -> list[PaperColumn]:
    named = [
        PaperColumn("#", 4, is_number=True),
        PaperColumn(_("SKU"), 36),
        PaperColumn(_("Price"), 11, is_number=True),
        PaperColumn(_("Quantity"), 12, is_number=True),
    ]
    if not has_tax:
        return [*named, PaperColumn(_("Amount"), 14, is_number=True)]
    taxed = [(_("Net"), 13), (_("Tax rate"), 8), (_("Tax"), 11), (_("Gross"), 13)]
    return [*named, *(PaperColumn(title, share, is_number=True) for title, share in taxed)]


def _row(line: SalesOrderLine, order: SalesOrder, *, has_tax: bool) -> Cells:
    codes = [line.merchant_code, f"{line.own_code} {line.own_name}".strip(), line.note]
    gift = pgettext("on paper", "gift") if line.is_gift else ""
    quantity = f"{decimal_text(line.quantity)} {line.unit}"
    if line.pack_name and line.pack_name != line.unit:
        quantity += f"\n{line.pack_name} = {decimal_text(line.pack_units)}"
    cells = [
        str(line.position),
        "\n".join([line.name, " · ".join(filter(None, [*codes, gift]))]),
        unit_price_text(line.settlement_price, order.currency, symbol=False),
        quantity,
    ]
    off = f"\n−{_plain(line.discount_minor, order)}" if line.discount_minor else ""
    if not has_tax:
        return [*cells, _plain(line.amount_minor, order) + off]
    rate = f"{decimal_text(line.tax_rate)} %"
    net, tax, gross = (_plain(minor, order) for minor in (line.net_minor, line.tax_minor, line.gross_minor))
    return [*cells, net, rate, tax, gross + off]


def _taxes(order: SalesOrder, taxes: Iterable[Any]) -> PaperTable:
    heads = (_("Tax rate"), _("Net"), _("Tax"), _("Gross"))
    rows = [
        [f"{decimal_text(one.rate)} %", *(_plain(minor, order) for minor in (one.net, one.tax, one.gross))]
        for one in taxes
    ]
    return PaperTable([PaperColumn(head, 10, is_number=True) for head in heads], rows, title=_("Tax by rate"))


def _sums(order: SalesOrder, facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """As the amounts of the order's page."""
    if order.discount_minor:
        yield _("Goods before discounts"), _full(facts["goods_undiscounted"].minor, order)
        yield _("Discount"), _full(-order.discount_minor, order)
    yield _("Goods amount"), _full(order.goods_minor, order)
    yield _("Freight"), _("to be set") if facts["is_freight_open"] else _full(order.freight_minor, order)
    if order.fee_minor:
        yield _("Service fee"), _full(order.fee_minor, order)
    for one in facts["adjustments"]:
        is_goods = one.kind == AdjustmentKind.GOODS
        label = _("Goods adjustment") if is_goods else _("Freight adjustment")
        yield label, money_text(one.amount_minor, order.currency, plus=True)
    if facts["has_tax"]:
        yield _("Tax (included)") if order.tax_included else _("Tax"), _full(order.tax_minor, order)
    yield _("Total"), _full(order.total_minor, order)


def _full(minor: int, order: SalesOrder) -> str:
    return money_text(minor, order.currency)


def _plain(minor: int, order: SalesOrder) -> str:
    return money_text(minor, order.currency, symbol=False)
