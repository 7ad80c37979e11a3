"""The list of orders, one order, its paper, and the panels of the home page."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError
from platform_core.saved_views.showing import keeps_views
from platform_core.web.asking import PAGE_SIZE, actor_of
from platform_core.web.downloads import table_download
from platform_core.web.forms import operation_token
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, address, filter_chips, state_of
from tenant_apps.dealers import queries as dealers
from tenant_apps.ledger import queries as ledger
from tenant_apps.ledger.queries import low_count
from tenant_apps.logistics import queries as logistics
from tenant_apps.orders.forms import filter_from
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.pages.calendar_words import banner_of
from tenant_apps.orders.pages.checks import approval_shown
from tenant_apps.orders.pages.finance_forms import granting_rows, organisation_choices
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.approvers import empty_levels, signing_of
from tenant_apps.orders.queries.choosing import why_sentences
from tenant_apps.orders.queries.details import (
    finance_sentences,
    history_of,
    progress_of,
    standing,
    whole_order,
)
from tenant_apps.orders.queries.lists import (
    CHANGED,
    EXPORT_COLUMNS,
    OrderFilter,
    counts_by_state,
    export_rows,
    list_rows,
    orders_matching,
)
from tenant_apps.orders.queries.ordering_window import ordering_window
from tenant_apps.orders.queries.orders import orders_together, steps_open_to
from tenant_apps.orders.queries.taxes import LINE_COLUMNS, line_rows, parts_of
from tenant_apps.orders.rules import mark_sentences
from tenant_apps.orders.states import OrderState, is_freight_open
from tenant_apps.orders.taxes import by_rate, is_taxed

PANEL_SIZE = 8
LIST = ListColumns(
    ListColumn("number", gettext_lazy("Order"), sort="number", fixed=True, export=("number", "client_ref")),
    ListColumn("state", gettext_lazy("State"), sort="state"),
    ListColumn("dealer", gettext_lazy("Dealer"), sort="dealer", export=("dealer__name", "shop__name")),
    ListColumn(
        "consignee",
        gettext_lazy("Deliver to"),
        sort="consignee",
        export=("consignee", "phone", "address", "warehouse__name", "carrier__name"),
    ),
    ListColumn("placed", gettext_lazy("Placed at"), sort="placed", export=("placed_at",)),
    ListColumn(
        "total",
        gettext_lazy("Total"),
        sort="total",
        numeric=True,
        export=(
            *(
                "goods",
                "discount",
                "coupon_code",
                "goods_adjustment",
                "freight",
                "freight_adjustment",
                "fee",
                "freight_tax",
                "fee_tax",
                "tax",
                "total",
            ),
            "weight_kg",
        ),
    ),
    order="-number",
)
# Panels of higher apps on an order's page, shown once their app has them.
_PANELS = (
    (gettext_lazy("Shipments"), "fulfilment:order_panel", "fulfilment.read"),
    (gettext_lazy("Receipts"), "aftersales:order_panel", "aftersales.read"),
)
# While somebody decides about an order, or packs it, its goods' stock stands on its page.
_STOCK_ASKED = frozenset({OrderState.PENDING_REVIEW, OrderState.PENDING_FINANCE, OrderState.APPROVED})


@require_GET
@keeps_views
def order_list(request: HttpRequest) -> HttpResponse:
    """All orders the reader may see, with every state as a tab."""
    actor = actor_of(request)
    wanted = filter_from(request.GET)
    counts = counts_by_state(actor, wanted)
    rows = orders_matching(actor, wanted)
    paginator: Any = Paginator(rows, PAGE_SIZE)
    # Counted already, by state.
    paginator.count = counts.get(wanted.state, 0) if wanted.state else sum(counts.values())
    page = paginator.get_page(request.GET.get("page"))
    choices = _choices(actor, wanted.dealer)
    context = {
        "page": page,
        "rows": list_rows(page.object_list, actor),
        "unread_choices": [("yes", _("unread"))],
        "times": _times(),
        "tabs": _tabs(request, actor, wanted, counts),
        "filters": request.GET,
        "chips": filter_chips(request.GET, _words(choices)),
        "columns": LIST.chosen(request.GET, without=_hidden(actor)),
        "choices": choices,
        "may": _acts(actor),
        "is_staff": actor.dealer_id is None,
        "banner": banner_of(actor, ordering_window(actor)),
        "token": operation_token(),
        "is_empty": not sum(counts.values()) and not state_of(request.GET),
    }
    return render(request, "orders/list.html", context)


def _hidden(actor: Actor) -> tuple[str, ...]:
    """Columns that say nothing to this reader: a dealer knows who it is."""
    return () if actor.dealer_id is None else ("dealer",)


def _tabs(
    request: HttpRequest, actor: Actor, wanted: OrderFilter, counts: dict[str, int]
) -> list[dict[str, Any]]:
    """What waits for the reader, and every state that holds or may hold orders, with its count.

    `pushed` only when something is; the other tabs tell no count while the first is open.
    """
    query = request.GET.copy()
    for name in ("state", "page"):
        query.pop(name, None)
    mine = query.copy()
    mine["waiting"] = "me"
    is_mine = wanted.waiting == "me"
    if is_mine:
        query.pop("waiting")
    every = {"label": _("All"), "active": not wanted.state and not is_mine}
    tabs = [{**every, "url": address(query), **({} if is_mine else {"count": sum(counts.values())})}]
    if actor.dealer_id is None and actor.may(OrderPermission.FINANCE_REVIEW):
        own = {"label": _("Waits for me"), "url": address(mine), "active": is_mine}
        tabs.append({**own, "count": sum(counts.values())} if is_mine else own)
    for state, label in OrderState.choices:
        if state == OrderState.PUSHED and not counts.get(state):
            continue
        query["state"] = state
        tabs.append(
            {
                "label": str(label).capitalize(),
                "url": address(query),
                "active": wanted.state == state and not is_mine,
                **({} if is_mine else {"count": counts.get(state, 0)}),
            }
        )
    return tabs


def _choices(actor: Actor, dealer: str) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: nothing where there is nothing to choose, shops once a dealer is chosen."""
    houses = logistics.warehouses_visible_to(actor).order_by("name").values_list("public_id", "name")
    found = {"warehouse": list(houses), "dealer": [], "shop": []}
    if actor.dealer_id is None:
        rows = dealers.dealers_visible_to(actor).order_by("sort_key", "id")
        found["dealer"] = list(rows.values_list("public_id", "name"))
        if dealer:
            shops = dealers.shops_visible_to(actor).filter(dealer__public_id=dealer)
            found["shop"] = list(shops.values_list("public_id", "name"))
    else:
        found["shop"] = list(dealers.shops_visible_to(actor).values_list("public_id", "name"))
    return {name: values if len(values) > 1 else [] for name, values in found.items()}


def _times() -> list[tuple[str, str]]:
    """Which time the days of the filter mean, besides that of placing."""
    return [(CHANGED, _("last operation"))]


def _words(choices: dict[str, list[tuple[str, str]]]) -> dict[str, FilterWords]:
    return {
        "q": FilterWords(_("Search")),
        "warehouse": FilterWords(_("Warehouse"), dict(choices["warehouse"])),
        "dealer": FilterWords(_("Dealer"), dict(choices["dealer"])),
        "shop": FilterWords(_("Shop"), dict(choices["shop"])),
        "from": FilterWords(_("From")),
        "to": FilterWords(pgettext("a day", "Until")),
        "on": FilterWords(_("Time"), dict(_times())),
        "waiting": FilterWords(
            _("Waiting"), {"long": _("too long"), "me": _("for me"), "approval": _("for an approver")}
        ),
        "unread": FilterWords(_("Messages"), {"yes": _("unread")}),
    }


def _acts(actor: Actor) -> dict[str, bool]:
    """Which acts the reader may ask for at all; each row's state decides whether it happens."""
    return {
        "place": actor.may(OrderPermission.PLACE),
        "review": actor.may(OrderPermission.REVIEW),
        "approve": actor.may(OrderPermission.FINANCE_REVIEW),
        "reject": actor.may(OrderPermission.REJECT),
        "reject_finance": actor.may(OrderPermission.REJECT_FINANCE),
        "cancel": actor.may(OrderPermission.CANCEL),
    }


@require_GET
def export(request: HttpRequest) -> FileResponse:
    """What the list shows, as xlsx or CSV."""
    actor = actor_of(request)
    rows = orders_matching(actor, filter_from(request.GET))
    known = [c for c in EXPORT_COLUMNS if actor.dealer_id is None or c.key != "dealer__name"]
    columns = LIST.exported(request.GET, known)
    kind = request.GET.get("format", "xlsx")
    return table_download(name=_("Orders"), kind=kind, columns=columns, rows=export_rows(rows))


@require_GET
def export_lines(request: HttpRequest) -> FileResponse:
    """What the listed orders consist of, taxed line by line, as xlsx or CSV."""
    actor = actor_of(request)
    rows = orders_matching(actor, filter_from(request.GET))
    columns = [c for c in LINE_COLUMNS if actor.dealer_id is None or c.key != "dealer"]
    kind = request.GET.get("format", "xlsx")
    return table_download(name=_("Order lines"), kind=kind, columns=columns, rows=line_rows(rows))


@require_GET
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """One order with everything that can be done to it."""
    return show(request, public_id)


def show(
    request: HttpRequest, public_id: str, error: DomainError | None = None, rows: Any = None, reason: str = ""
) -> HttpResponse:
    """The page of an order; with a refusal's sentence above and what was typed for finance."""
    actor = actor_of(request)
    order = whole_order(actor, public_id)
    open_steps = steps_open_to(actor, order)
    signing = signing_of(actor, order) if "adjust" in open_steps else None
    context = {
        **facts_of(order, actor),
        "open": open_steps,
        "error": error,
        "adjustment_rows": rows or [{}],
        "typed_reason": reason,
        "placed": bool(request.GET.get("placed")),
        "panels": _panels(order, actor),
        "available": _available(order, actor) if "review" in open_steps or "adjust" in open_steps else None,
        "may_place": actor.may(OrderPermission.PLACE),
        "token": operation_token(),
        "progress": progress_of(order),
        "history": history_of(order),
        "approval": approval_shown(order, actor),
        "signing": signing,
        "typed": request.POST,
        "delivery_day": request.POST.get("delivery_day", str(order.delivery_day or "")),
        "organisation": request.POST.get("organisation", order.organisation),
        "granting": granting_rows(order, request.POST) if "adjust" in open_steps else [],
        "organisations": organisation_choices(actor, order) if "adjust" in open_steps else [],
        "together": [one for one in orders_together(actor, order) if one.pk != order.pk],
        "cancelled_lines": list(order.cancelled_lines.all()),
        "may_cancel_line": "cancel_line" in open_steps,
    }
    return render(request, "orders/detail.html", context, status=error.status if error else 200)


def facts_of(order: SalesOrder, actor: Actor) -> dict[str, Any]:
    """What both the page and the paper show of an order."""
    lines = sorted(order.lines.all(), key=lambda line: line.position)
    parts = parts_of(order, lines)
    return {
        "order": order,
        "taxes": by_rate(parts),
        "lines": lines,
        "marks": mark_sentences(order.marks),
        "reasons": finance_sentences(order),
        "chosen": why_sentences(order.chosen),
        "adjustments": standing(order),
        "is_staff": actor.dealer_id is None,
        "is_shipping": any(line.shipped for line in lines),
        "is_received": any(line.received for line in lines),
        "has_tax": is_taxed(parts),
        "is_freight_open": is_freight_open(order.state, freight_known=order.freight_known),
        "goods_undiscounted": order.goods + order.discount,
        "goods_shown": order.goods + order.goods_adjustment,
    }


def _available(order: SalesOrder, actor: Actor) -> Any:
    """The dealer's spendable amount, for those who may see wallets."""
    return ledger.available(order.dealer_id) if actor.may("ledger.read") else None


def _panels(order: SalesOrder, actor: Actor) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if order.state == OrderState.PENDING_REVIEW and actor.may(OrderPermission.REVIEW):
        found.append(
            {"title": _("Would a review pass?"), "url": reverse("orders:checks", args=[order.public_id])}
        )
    if actor.may("inventory.read") and order.state in _STOCK_ASKED:
        found.append({"title": _("Stock"), "url": reverse("orders:stock_panel", args=[order.public_id])})
    for title, name, permission in _PANELS:
        if actor.may(permission) and order.reviewed_at is not None:
            try:
                found.append({"title": title, "url": reverse(name, args=[order.public_id])})
            except NoReverseMatch:
                continue
    return found


@require_GET
def paper(request: HttpRequest, public_id: str) -> HttpResponse:
    """The order to print."""
    actor = actor_of(request)
    context = {**facts_of(whole_order(actor, public_id), actor), "is_paper": True}
    return render(request, "orders/print.html", context)


@require_GET
def recent_panel(request: HttpRequest) -> HttpResponse:
    """The newest orders, for the home page."""
    rows = orders_matching(actor_of(request), OrderFilter())[:PANEL_SIZE]
    context = {"rows": list_rows(rows, actor_of(request)), "is_staff": actor_of(request).dealer_id is None}
    return render(request, "orders/parts/recent_panel.html", context)


@require_GET
def waiting_panel(request: HttpRequest) -> HttpResponse:
    """What waits for the reader: to be reviewed, in finance, to be shipped, and what waits too long."""
    actor = actor_of(request)
    counts = counts_by_state(actor, OrderFilter())
    late = sum(counts_by_state(actor, OrderFilter(waiting="long")).values())
    places = (
        (OrderState.PENDING_REVIEW, _("To review"), "clipboard-check"),
        (OrderState.PENDING_FINANCE, _("In finance review"), "scale"),
        (OrderState.APPROVED, _("To be shipped"), "package"),
        (OrderState.SHIPPED, _("On the way"), "truck"),
    )
    stats = [
        {
            "label": label,
            "value": counts.get(state, 0),
            "icon": icon,
            "url": f"{reverse('orders:list')}?state={state}",
        }
        for state, label, icon in places
    ]
    if actor.dealer_id is None and actor.may("ledger.read") and (low := low_count(actor)):
        where = f"{reverse('ledger:wallets')}?state=low"
        stats.append({"label": _("Dealers with a low balance"), "value": low, "icon": "wallet", "url": where})
    empty = empty_levels() if _manages_chains(actor) else []
    context = {
        "stats": _own_stats(actor) + stats,
        "late": late,
        "empty_levels": empty,
        "banner": banner_of(actor, ordering_window(actor)),
    }
    return render(request, "orders/parts/waiting_panel.html", context)


def _manages_chains(actor: Actor) -> bool:
    return actor.dealer_id is None and actor.may(OrderPermission.MANAGE_APPROVALS)


def _own_stats(actor: Actor) -> list[dict[str, Any]]:
    """What the reader has to approve: in finance review, or above a spending limit; nothing without any."""
    found = []
    for waiting, label, may in (
        ("me", _("Waits for me"), actor.dealer_id is None and actor.may(OrderPermission.FINANCE_REVIEW)),
        ("approval", _("Above a limit"), actor.dealer_id is not None and actor.may(OrderPermission.REVIEW)),
    ):
        count = sum(counts_by_state(actor, OrderFilter(waiting=waiting)).values()) if may else 0
        if count:
            url = f"{reverse('orders:list')}?waiting={waiting}"
            found.append({"label": label, "value": count, "icon": "check-check", "url": url})
    return found
