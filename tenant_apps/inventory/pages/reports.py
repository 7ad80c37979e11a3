"""Pages that look at stock from another side: as it was on a day, what is short, what is low."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from platform_core.kernel import clock
from platform_core.kernel.context import serving
from platform_core.saved_views.showing import keeps_views
from platform_core.web.asking import actor_of, paged
from platform_core.web.downloads import table_download
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips, words_of
from platform_core.workbooks.columns import Column, Kind
from tenant_apps.catalog.queries import display_name
from tenant_apps.inventory import queries
from tenant_apps.inventory.pages.shared import tabs, warehouse_choices

DAY_COLUMNS = (
    Column("code", "Merchant code", "商家编码"),
    Column("name", "Name", "名称"),
    Column("unit", "Unit", "单位"),
    Column("warehouse", "Warehouse", "仓库"),
    Column("on_hand", "On hand", "库存", Kind.DECIMAL, places=3),
    Column("reserved", "Reserved", "占用", Kind.DECIMAL, places=3),
    Column("available", "Available", "可用", Kind.DECIMAL, places=3),
    Column("day", "Day", "日期", Kind.DATE),
)
DAY_LIST = ListColumns(
    ListColumn("code", gettext_lazy("Code"), sort="sku"),
    ListColumn("name", gettext_lazy("Name"), sort="name", fixed=True),
    ListColumn("warehouse", gettext_lazy("Warehouse"), sort="warehouse"),
    ListColumn("on_hand", gettext_lazy("On hand"), sort="on_hand", numeric=True),
    ListColumn("reserved", gettext_lazy("Reserved"), sort="reserved", numeric=True),
    ListColumn("available", gettext_lazy("Available"), sort="available", numeric=True),
    ListColumn("unit", gettext_lazy("Unit")),
    order="name",
)
DAY_STATES = (
    ("some", gettext_lazy("something lay there")),
    ("none", gettext_lazy("sold out")),
    ("short", gettext_lazy("short: more reserved than there is")),
)
SHORT_COLUMNS = (
    Column("code", "Merchant code", "商家编码"),
    Column("name", "Name", "名称"),
    Column("unit", "Unit", "单位"),
    Column("warehouse", "Warehouse", "仓库"),
    Column("on_hand", "On hand", "库存", Kind.DECIMAL, places=3),
    Column("reserved", "Reserved", "占用", Kind.DECIMAL, places=3),
    Column("missing", "Missing", "缺货", Kind.DECIMAL, places=3),
    Column("in_transit", "In transit", "在途", Kind.DECIMAL, places=3),
)


@require_GET
@keeps_views
def day_list(request: HttpRequest) -> HttpResponse:
    """What lay where at the end of a day, from the movements alone."""
    actor = actor_of(request)
    day, page = _day(request), paged(request, _then(request))
    for row in page.object_list:
        row.title = display_name(row.sku)  # type: ignore[attr-defined]
    warehouses = warehouse_choices(actor)
    words = {
        "q": FilterWords(_("Search")),
        "day": FilterWords(_("Day")),
        "warehouse": FilterWords(_("Warehouse"), dict(warehouses)),
        "state": FilterWords(_("State"), words_of(DAY_STATES)),
    }
    context = {
        "page": page,
        "day": day,
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": DAY_LIST.chosen(request.GET),
        "warehouses": warehouses,
        "states": DAY_STATES,
        "tabs": tabs(request, "day"),
    }
    return render(request, "inventory/day.html", context)


@require_GET
def day_export(request: HttpRequest) -> FileResponse:
    """The filtered list of that day as a file."""
    day = _day(request)
    rows = (
        {
            "code": row.sku.merchant_code,
            "name": display_name(row.sku),
            "unit": row.sku.unit,
            "warehouse": row.warehouse.name,
            "on_hand": row.on_hand_then,
            "reserved": row.reserved_then,
            "available": row.available_then,
            "day": day,
        }
        for row in _then(request).iterator(chunk_size=1000)
    )
    columns = DAY_LIST.exported(request.GET, DAY_COLUMNS)
    return table_download(
        name=f"stock-{day:%Y-%m-%d}", kind=request.GET.get("format", ""), columns=columns, rows=rows
    )


@require_GET
def shortage_list(request: HttpRequest) -> HttpResponse:
    """Where more is reserved than there is, and which documents wait."""
    actor = actor_of(request)
    page = paged(request, _short(request))
    waiting = queries.waiting_for([row.pk for row in page.object_list])
    for row in page.object_list:
        row.title = display_name(row.sku)  # type: ignore[attr-defined]
        row.waiting = [one for one in waiting if one.stock_id == row.pk]  # type: ignore[attr-defined]
    warehouses = warehouse_choices(actor)
    words = {"q": FilterWords(_("Search")), "warehouse": FilterWords(_("Warehouse"), dict(warehouses))}
    context = {
        "page": page,
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "warehouses": warehouses,
        "tabs": tabs(request, "shortages"),
    }
    return render(request, "inventory/shortages.html", context)


@require_GET
def shortage_export(request: HttpRequest) -> FileResponse:
    """The shortages as a file."""
    rows = (
        {
            "code": row.sku.merchant_code,
            "name": display_name(row.sku),
            "unit": row.sku.unit,
            "warehouse": row.warehouse.name,
            "on_hand": row.on_hand,
            "reserved": row.reserved,
            "missing": row.missing,
            "in_transit": row.in_transit,
        }
        for row in _short(request).iterator(chunk_size=1000)
    )
    kind = request.GET.get("format", "")
    return table_download(name="shortages", kind=kind, columns=SHORT_COLUMNS, rows=rows)


@require_GET
def low_panel(request: HttpRequest) -> HttpResponse:
    """How many rows are low and how many short, for the home page."""
    actor = actor_of(request)
    low, short = queries.low_count(actor), queries.shortages(actor).count()
    return render(request, "inventory/parts/low_panel.html", {"low": low, "short": short})


def _day(request: HttpRequest) -> date:
    """The asked day; today for none, for nonsense and for one that has not come."""
    today = clock.today(serving().timezone)
    try:
        asked = parse_date(request.GET.get("day", ""))
    except ValueError:
        asked = None
    return min(asked, today) if asked else today


def _then(request: HttpRequest) -> Any:
    """The rows at the end of the day, in the supplier's time zone."""
    asked = request.GET
    end = datetime.combine(_day(request) + timedelta(days=1), time(), ZoneInfo(serving().timezone))
    return queries.stock_matching_at(
        actor_of(request),
        end - timedelta(microseconds=1),
        asked.get("q", ""),
        asked.get("warehouse", ""),
        asked.get("state", ""),
        asked.get("sort", ""),
    )


def _short(request: HttpRequest) -> Any:
    return queries.shortages(actor_of(request), request.GET.get("q", ""), request.GET.get("warehouse", ""))
