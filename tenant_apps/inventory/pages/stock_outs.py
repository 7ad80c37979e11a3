"""Pages of stock-outs: what the warehouses have to send."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from platform_core.kernel.actor import Actor
from platform_core.saved_views.showing import keeps_views
from platform_core.web.asking import actor_of, paged
from platform_core.web.downloads import table_download
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips, words_of
from platform_core.workbooks.columns import Choice, Column, Kind
from tenant_apps.inventory import queries
from tenant_apps.inventory.models import StockOut
from tenant_apps.inventory.permissions import InventoryPermission
from tenant_apps.inventory.states import StockOutState
from tenant_apps.logistics.queries import warehouses_visible_to

COLUMNS = (
    Column("number", "Number", "单号"),
    Column("order", "Order", "订单"),
    Column("dealer", "Dealer", "分销商"),
    Column("warehouse", "Warehouse", "仓库"),
    Column("carrier", "Carrier", "物流公司"),
    Column("consignee", "Consignee", "收货人"),
    Column("phone", "Phone", "电话"),
    Column("address", "Address", "地址"),
    Column("weight_kg", "Weight (kg)", "重量（kg）", Kind.DECIMAL, places=3),
    Column(
        "state",
        "State",
        "状态",
        Kind.CHOICE,
        choices=(
            Choice("open", "open", "待发货"),
            Choice("done", "done", "已完成"),
            Choice("void", "void", "已作废"),
        ),
    ),
    Column("created_on", "Day", "日期", Kind.DATE),
)
LIST = ListColumns(
    ListColumn("number", gettext_lazy("Number"), sort="number", fixed=True, export=("number", "order")),
    ListColumn("dealer", gettext_lazy("Dealer"), sort="dealer"),
    ListColumn("warehouse", gettext_lazy("Warehouse"), export=("warehouse", "carrier")),
    ListColumn("consignee", gettext_lazy("Ship to"), export=("consignee", "address")),
    ListColumn("phone", gettext_lazy("Phone"), shown=False),
    ListColumn("weight", gettext_lazy("Weight"), sort="weight", numeric=True, export=("weight_kg",)),
    ListColumn("state", gettext_lazy("State"), sort="state"),
    ListColumn("created", pgettext_lazy("moment", "Created"), export=("created_on",)),
    order="-number",
)


@require_GET
@keeps_views
def stock_out_list(request: HttpRequest) -> HttpResponse:
    """The stock-outs of the visible warehouses, newest first."""
    actor = actor_of(request)
    warehouses = [(place.public_id, place.name) for place in warehouses_visible_to(actor).order_by("code")]
    words = {
        "q": FilterWords(_("Search")),
        "warehouse": FilterWords(_("Warehouse"), dict(warehouses)),
        "state": FilterWords(_("State"), words_of(StockOutState.choices)),
    }
    context = {
        "page": paged(request, _rows(request, actor)),
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET),
        "warehouses": warehouses,
        "states": StockOutState.choices,
    }
    return render(request, "inventory/stock_outs.html", context)


@require_GET
def stock_out_export(request: HttpRequest) -> FileResponse:
    """The filtered list as a file."""
    rows = _rows(request, actor_of(request)).iterator(chunk_size=1000)
    columns = LIST.exported(request.GET, COLUMNS)
    return table_download(
        name="stock-outs", kind=request.GET.get("format", ""), columns=columns, rows=map(_cells, rows)
    )


@require_GET
def stock_out_one(request: HttpRequest, public_id: str) -> HttpResponse:
    """One stock-out with its lines and what lies there (WK-15); shipments come as a panel from above."""
    stock_out = queries.stock_out_for(actor_of(request), public_id)
    try:
        panel = reverse("fulfilment:stock_out_panel", args=[stock_out.public_id])
    except NoReverseMatch:
        panel = ""
    actor, lines = actor_of(request), list(queries.lines_of(stock_out))
    shows_stock = actor.may(InventoryPermission.READ) and stock_out.state == StockOutState.OPEN
    if shows_stock:
        there = queries.stock_by_sku(actor, stock_out.warehouse_id, [line.sku_id for line in lines])
        for line in lines:
            line.there = there.get(line.sku_id)  # type: ignore[attr-defined]
    context = {"stock_out": stock_out, "lines": lines, "panel": panel, "shows_stock": shows_stock}
    return render(request, "inventory/stock_out.html", context)


def _rows(request: HttpRequest, actor: Actor) -> Any:
    return rows_asked_for(request.GET, actor)


def rows_asked_for(asked: QueryDict, actor: Actor) -> QuerySet[StockOut]:
    """The visible stock-outs that a list's address leaves."""
    return queries.stock_outs_matching(
        actor, asked.get("q", ""), asked.get("warehouse", ""), asked.get("state", ""), asked.get("sort", "")
    )


def _cells(row: StockOut) -> dict[str, Any]:
    parts = (row.region1, row.region2, row.region3, row.line1, row.line2)
    return {
        "number": row.number,
        "order": row.source_number,
        "dealer": row.dealer.name,
        "warehouse": row.warehouse.name,
        "carrier": row.carrier.name if row.carrier else "",
        "consignee": row.consignee,
        "phone": row.phone,
        "address": " ".join(part for part in parts if part),
        "weight_kg": row.weight_kg,
        "state": row.state,
        "created_on": row.created_at,
    }
