"""Pages of receipts: what to receive, the receipt form, the list, one receipt, panels for lower pages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from platform_core.kernel.actor import Actor
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import submitted
from platform_core.web.asking import actor_of, paged
from platform_core.web.downloads import table_download
from platform_core.web.forms import operation_of, operation_token
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips, words_of
from platform_core.workbooks.columns import Column, Kind
from tenant_apps.aftersales import commands, queries
from tenant_apps.aftersales.errors import AlreadyReceived
from tenant_apps.aftersales.forms import ReceiptForm
from tenant_apps.aftersales.models import Receipt, ReceiptLine
from tenant_apps.aftersales.permissions import AftersalesPermission
from tenant_apps.aftersales.queries import ReceiptFilter
from tenant_apps.fulfilment.queries import shipment_for
from tenant_apps.fulfilment.states import ShipmentState

DIFFERENCES = (
    ("any", gettext_lazy("With a difference")),
    ("short", gettext_lazy("Less arrived")),
    ("over", gettext_lazy("More arrived")),
    ("replenish", gettext_lazy("To be sent again")),
    ("none", gettext_lazy("As shipped")),
)
CONFIRMED = (("no", gettext_lazy("By the dealer")), ("yes", gettext_lazy("By itself")))
COLUMNS = (
    Column("number", "Receipt", "收货确认"),
    Column("shipment", "Shipment", "发货单号"),
    Column("order", "Order", "订单"),
    Column("dealer", "Dealer", "分销商"),
    Column("merchant_code", "Code", "商家编码"),
    Column("name", "Name", "名称"),
    Column("unit", "Unit", "单位"),
    Column("shipped", "Shipped", "发货数量", Kind.DECIMAL, places=3),
    Column("received", "Received", "收货数量", Kind.DECIMAL, places=3),
    Column("difference", "Difference", "差异", Kind.DECIMAL, places=3),
    Column("replenish", "Send again", "补发", Kind.BOOLEAN),
    Column("automatic", "By itself", "自动确认", Kind.BOOLEAN),
    Column("received_on", "Day", "日期", Kind.DATE),
    Column("note", "Note", "备注"),
)
LIST = ListColumns(
    ListColumn("number", gettext_lazy("Receipt"), sort="number", fixed=True),
    ListColumn("shipment", gettext_lazy("Shipment")),
    ListColumn("order", gettext_lazy("Order")),
    ListColumn("dealer", gettext_lazy("Dealer"), sort="dealer"),
    ListColumn(
        "result",
        gettext_lazy("Result"),
        export=("merchant_code", "name", "unit", "shipped", "received", "difference", "replenish"),
    ),
    ListColumn("confirmed", gettext_lazy("Confirmed by"), export=("automatic",)),
    ListColumn("received", pgettext_lazy("shipment", "Received"), sort="at", export=("received_on",)),
    ListColumn("note", pgettext_lazy("shipment", "Note"), shown=False),
    order="-number",
)


@require_GET
def to_receive(request: HttpRequest) -> HttpResponse:
    """Shipments that wait for their receipt (K-24), the longest on the way first."""
    actor = actor_of(request)
    context = {
        "page": paged(request, queries.to_receive(actor)),
        "is_supplier": actor.dealer_id is None,
        "may_confirm": actor.may(AftersalesPermission.CONFIRM_RECEIPT),
    }
    return render(request, "aftersales/to_receive.html", context)


@require_GET
@keeps_views
def receipt_list(request: HttpRequest) -> HttpResponse:
    """The visible receipts, newest first; differences stand out."""
    actor = actor_of(request)
    words = {
        "q": FilterWords(_("Search")),
        "difference": FilterWords(_("Difference"), words_of(DIFFERENCES)),
        "automatic": FilterWords(_("Confirmed"), words_of(CONFIRMED)),
    }
    context = {
        "page": paged(request, _rows(request, actor)),
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET, without=() if actor.dealer_id is None else ("dealer",)),
        "differences": DIFFERENCES,
        "confirmed": CONFIRMED,
        "is_supplier": actor.dealer_id is None,
    }
    return render(request, "aftersales/list.html", context)


@require_GET
def receipt_export(request: HttpRequest) -> FileResponse:
    """The lines of the filtered receipts as a file."""
    lines = queries.lines_of(_rows(request, actor_of(request)))
    kind = request.GET.get("format", "")
    rows = map(_cells, lines.iterator(chunk_size=1000))
    columns = LIST.exported(request.GET, COLUMNS)
    return table_download(name="receipts", kind=kind, columns=columns, rows=rows)


@require_GET
def receipt_one(request: HttpRequest, receipt_id: str) -> HttpResponse:
    """One receipt: what was shipped, what arrived."""
    actor = actor_of(request)
    receipt = queries.receipt_for(actor, receipt_id)
    context = {"receipt": receipt, "is_supplier": actor.dealer_id is None}
    return render(request, "aftersales/detail.html", context)


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, shipment_id: str) -> HttpResponse:
    """Say what arrived; a refusal is shown where it belongs, with what was typed."""
    actor = actor_of(request)
    actor.require(AftersalesPermission.CONFIRM_RECEIPT)
    shipment = shipment_for(actor, shipment_id)
    if request.method == "GET" and shipment.state == ShipmentState.RECEIVED:
        raise AlreadyReceived(number=shipment.number)
    lines = sorted(shipment.lines.all(), key=lambda line: line.stock_out_line.position)
    form = ReceiptForm(request.POST if request.method == "POST" else None, lines=lines)
    status = 200
    if request.method == "POST":
        receipt, status = submitted(
            form,
            lambda: commands.confirm_receipt(
                actor=actor, operation_id=operation_of(request), shipment_id=shipment_id, **form.values()
            ),
        )
        if receipt:
            messages.success(request, _("Thank you. The receipt is confirmed."))
            return redirect("aftersales:detail", receipt.public_id)
    context = {"shipment": shipment, "form": form, "operation": operation_token()}
    return render(request, "aftersales/confirm.html", context, status=status)


@require_GET
def order_panel(request: HttpRequest, order_id: str) -> HttpResponse:
    """On the order's page: its receipts, with what differs."""
    return _panel(request, queries.receipts_of_order(actor_of(request), order_id))


@require_GET
def shipment_panel(request: HttpRequest, shipment_id: str) -> HttpResponse:
    """On the shipment's page: its receipt, with what differs."""
    return _panel(request, queries.receipts_of_shipment(actor_of(request), shipment_id))


def _panel(request: HttpRequest, receipts: QuerySet[Receipt]) -> HttpResponse:
    template = "parts/receipts" if request.htmx else "panel"  # type: ignore[attr-defined]
    return render(request, f"aftersales/{template}.html", {"receipts": receipts})


def _rows(request: HttpRequest, actor: Actor) -> QuerySet[Receipt]:
    asked = request.GET
    wanted = ReceiptFilter(
        q=asked.get("q", ""),
        difference=asked.get("difference", ""),
        automatic=asked.get("automatic", ""),
        sort=asked.get("sort", ""),
    )
    return queries.receipts_matching(actor, wanted)


def _cells(line: ReceiptLine) -> dict[str, Any]:
    receipt, of = line.receipt, line.shipment_line.stock_out_line
    return {
        "number": receipt.number,
        "shipment": receipt.shipment.number,
        "order": receipt.shipment.stock_out.source_number,
        "dealer": receipt.dealer.name,
        "merchant_code": of.merchant_code,
        "name": of.name,
        "unit": of.unit,
        "shipped": line.shipped,
        "received": line.received,
        "difference": line.difference,
        "replenish": line.replenish,
        "automatic": receipt.automatic,
        "received_on": receipt.created_at,
        "note": receipt.note,
    }
