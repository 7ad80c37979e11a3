"""Pages of shipments: the list, one shipment, its delivery note, the ship form and the order's panel."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving
from platform_core.papers.paper import Paper, PaperColumn, PaperTable
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import submitted
from platform_core.web.asking import actor_of, paged
from platform_core.web.downloads import table_download
from platform_core.web.formats import day_text, decimal_text
from platform_core.web.forms import operation_of, operation_token
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips, words_of
from platform_core.web.papers import address_text, pdf_download
from platform_core.workbooks.columns import Choice, Column, Kind
from tenant_apps.fulfilment import commands, queries
from tenant_apps.fulfilment.forms import ShipForm
from tenant_apps.fulfilment.models import Shipment
from tenant_apps.fulfilment.permissions import FulfilmentPermission
from tenant_apps.fulfilment.queries import ShipmentFilter, Shipping
from tenant_apps.fulfilment.states import ShipmentState
from tenant_apps.logistics.queries import carriers_visible_to, warehouses_visible_to

STATES = tuple(pair for pair in ShipmentState.choices if pair[0] != ShipmentState.PACKED)
STEPS = {"ship": gettext_lazy("Shipped"), "receive": pgettext_lazy("shipment", "Received")}
COLUMNS = (
    Column("number", "Shipment", "发货单号"),
    Column("order", "Order", "订单"),
    Column("dealer", "Dealer", "分销商"),
    Column("warehouse", "Warehouse", "仓库"),
    Column("carrier", "Carrier", "物流公司"),
    Column("tracking_number", "Tracking number", "物流单号"),
    Column("lines", "Lines", "行数", Kind.INTEGER),
    Column("quantity", "Quantity", "数量", Kind.DECIMAL, places=3),
    Column(
        "state",
        "State",
        "状态",
        Kind.CHOICE,
        choices=(
            Choice("packed", "packed", "已打包"),
            Choice("shipped", "shipped", "已发货"),
            Choice("received", "received", "已收货"),
        ),
    ),
    Column("shipped_on", "Shipped on", "发货日期", Kind.DATE),
    Column("received_on", "Received on", "收货日期", Kind.DATE),
    Column("note", "Note", "备注"),
)
LIST = ListColumns(
    ListColumn("number", gettext_lazy("Shipment"), sort="number", fixed=True),
    ListColumn("order", gettext_lazy("Order")),
    ListColumn("dealer", gettext_lazy("Dealer"), sort="dealer"),
    ListColumn("warehouse", gettext_lazy("Warehouse")),
    ListColumn("carrier", gettext_lazy("Carrier"), export=("carrier", "tracking_number")),
    ListColumn("quantity", gettext_lazy("Quantity"), numeric=True),
    ListColumn("shipped", gettext_lazy("Shipped"), sort="shipped", export=("shipped_on",)),
    ListColumn("note", pgettext_lazy("shipment", "Note"), shown=False),
    ListColumn("state", gettext_lazy("State"), sort="state", export=("state", "received_on")),
    order="-number",
)


@require_GET
@keeps_views
def shipment_list(request: HttpRequest) -> HttpResponse:
    """The visible shipments, newest first: a dealer's own, or those of somebody's warehouses."""
    actor = actor_of(request)
    is_supplier = actor.dealer_id is None
    places = warehouses_visible_to(actor).order_by("code") if is_supplier else ()
    warehouses = [(place.public_id, place.name) for place in places]
    words = {
        "q": FilterWords(_("Search")),
        "state": FilterWords(_("State"), words_of(STATES)),
        "warehouse": FilterWords(_("Warehouse"), dict(warehouses)),
        "from": FilterWords(_("From")),
        "to": FilterWords(_("To")),
    }
    context = {
        "page": paged(request, _rows(request, actor)),
        "filters": request.GET,
        "from_day": request.GET.get("from", ""),
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET, without=() if is_supplier else ("dealer", "warehouse")),
        "states": STATES,
        "warehouses": warehouses,
        "is_supplier": is_supplier,
    }
    return render(request, "fulfilment/list.html", context)


@require_GET
def shipment_export(request: HttpRequest) -> FileResponse:
    """The filtered list as a file."""
    rows = _rows(request, actor_of(request)).iterator(chunk_size=1000)
    kind = request.GET.get("format", "")
    columns = LIST.exported(request.GET, COLUMNS)
    return table_download(name="shipments", kind=kind, columns=columns, rows=map(_cells, rows))


@require_GET
def shipment_one(request: HttpRequest, shipment_id: str) -> HttpResponse:
    """One shipment: where it goes, what it carries, what happened to it."""
    actor = actor_of(request)
    shipment = queries.shipment_for(actor, shipment_id)
    context = {
        "shipment": shipment,
        "lines": _lines(shipment),
        "history": _history(shipment),
        "is_supplier": actor.dealer_id is None,
    }
    return render(request, "fulfilment/detail.html", context)


@require_GET
def delivery_note(request: HttpRequest, shipment_id: str) -> HttpResponse:
    """The paper that goes with the goods."""
    shipment = queries.shipment_for(actor_of(request), shipment_id)
    context = {"shipment": shipment, "lines": _lines(shipment)}
    return render(request, "fulfilment/delivery_note.html", context)


@require_GET
def delivery_note_pdf(request: HttpRequest, shipment_id: str) -> FileResponse:
    """The same as a file."""
    shipment = queries.shipment_for(actor_of(request), shipment_id)
    return pdf_download(shipment.number, [_note_paper(shipment)])


def _note_paper(shipment: Shipment) -> Paper:
    of = shipment.stock_out
    facts = (
        (_("Deliver to"), f"{of.consignee} {of.phone}"),
        (_("Dealer"), shipment.dealer.name),
        (_("Address"), address_text(of)),
        (_("Order"), of.source_number),
        (_("Sent from"), of.warehouse.name),
        (_("Shipped"), day_text(shipment.shipped_at) if shipment.shipped_at else ""),
        (_("Carrier"), shipment.carrier.name if shipment.carrier else ""),
        (_("Tracking number"), shipment.tracking_number),
    )
    columns = [
        PaperColumn("#", 4, is_number=True),
        PaperColumn(pgettext("shipment", "Code"), 18),
        PaperColumn(_("Product"), 50),
        PaperColumn(_("Quantity"), 16, is_number=True),
    ]
    return Paper(
        title=_("Delivery note"),
        number=shipment.number,
        sender=serving().name,
        facts=[fact for fact in facts if fact[1]],
        tables=[PaperTable(columns, [_note_row(line) for line in _lines(shipment)])],
        notes=[shipment.note] if shipment.note else [],
        signatures=[_("Handed over: date, name"), _("Received complete: date, name, signature")],
    )


def _note_row(line: Any) -> list[str]:
    of = line.stock_out_line
    own = f"{of.own_code} {of.own_name}".strip()
    name = f"{of.name}\n{own}" if own else of.name
    return [str(of.position), of.merchant_code, name, f"{decimal_text(line.quantity)} {of.unit}"]


@require_GET
def stock_out_panel(request: HttpRequest, stock_out_id: str) -> HttpResponse:
    """On the stock-out's page: what was sent so far, and the form that sends the rest."""
    actor = actor_of(request)
    shipping = queries.shipping_of(actor, stock_out_id)
    return _stock_out_page(request, actor, shipping, _form(actor, shipping))


@require_http_methods(["GET", "POST"])
def ship(request: HttpRequest, stock_out_id: str) -> HttpResponse:
    """Send what the form says; a refusal is shown where it belongs, with what was typed."""
    actor = actor_of(request)
    actor.require(FulfilmentPermission.SHIP)
    shipping = queries.shipping_of(actor, stock_out_id)
    form = _form(actor, shipping, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        shipment, status = submitted(
            form,
            lambda: commands.ship_stock_out(
                actor=actor, operation_id=operation_of(request), stock_out_id=stock_out_id, **form.values()
            ),
        )
        if shipment:
            messages.success(request, _("Shipment %(number)s is on its way.") % {"number": shipment.number})
            return redirect("fulfilment:detail", shipment.public_id)
    return _stock_out_page(request, actor, shipping, form, status)


@require_GET
def order_panel(request: HttpRequest, order_id: str) -> HttpResponse:
    """On the order's page: its shipments with carrier, tracking number and state."""
    actor = actor_of(request)
    shipments = queries.shipments_of_order(actor, order_id)
    template = "parts/order" if request.htmx else "order"  # type: ignore[attr-defined]
    may_confirm = actor.dealer_id is not None and actor.may("aftersales.confirm_receipt")
    context = {"shipments": shipments, "may_confirm": may_confirm}
    return render(request, f"fulfilment/{template}.html", context)


def _stock_out_page(
    request: HttpRequest, actor: Actor, shipping: Shipping, form: ShipForm, status: int = 200
) -> HttpResponse:
    template = "parts/stock_out" if request.htmx else "stock_out"  # type: ignore[attr-defined]
    context = {
        "shipping": shipping,
        "form": form,
        "operation": operation_token(),
        "may_ship": shipping.is_open and actor.may(FulfilmentPermission.SHIP),
    }
    return render(request, f"fulfilment/{template}.html", context, status=status)


def _form(actor: Actor, shipping: Shipping, data: Any = None) -> ShipForm:
    """The form of a stock-out; a carrier that was switched off since stays chosen only if it is offered."""
    rows = carriers_visible_to(actor).filter(enabled=True).order_by("name")
    carrier = shipping.stock_out.carrier
    return ShipForm(
        data,
        carriers=[(one.public_id, one.name) for one in rows],
        lines=[line for line in shipping.lines if shipping.left[line.position]],
        initial={"carrier": carrier.public_id if carrier else ""},
    )


def _rows(request: HttpRequest, actor: Actor) -> Any:
    asked = request.GET
    wanted = ShipmentFilter(
        q=asked.get("q", ""),
        state=asked.get("state", ""),
        warehouse=asked.get("warehouse", ""),
        from_day=asked.get("from", ""),
        to_day=asked.get("to", ""),
        sort=asked.get("sort", ""),
    )
    return queries.shipments_matching(actor, wanted)


def _lines(shipment: Shipment) -> list[Any]:
    return sorted(shipment.lines.all(), key=lambda line: line.stock_out_line.position)


def _history(shipment: Shipment) -> list[dict[str, Any]]:
    return [
        {
            "at": step.at,
            "who": step.actor_name,
            "on_behalf_of": step.actor_on_behalf_of,
            "label": STEPS.get(step.name, step.name),
            "tone": "good" if step.name == "receive" else "move",
            "reason": step.reason,
        }
        for step in sorted(shipment.steps.all(), key=lambda step: step.pk)
    ]


def _cells(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "order": row.stock_out.source_number,
        "dealer": row.dealer.name,
        "warehouse": row.stock_out.warehouse.name,
        "carrier": row.carrier.name if row.carrier else "",
        "tracking_number": row.tracking_number,
        "lines": row.line_count,
        "quantity": row.quantity,
        "state": row.state,
        "shipped_on": row.shipped_at,
        "received_on": row.received_at,
        "note": row.note,
    }
