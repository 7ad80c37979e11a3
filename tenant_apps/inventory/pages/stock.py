"""Pages of stock: the list, one SKU's movements and adjustment, and the import."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from platform_core.imports.commands import upload
from platform_core.kernel.actor import Actor
from platform_core.kernel.words import noop
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import submitted
from platform_core.web.asking import actor_of, paged
from platform_core.web.downloads import table_download, template_download
from platform_core.web.faults import faults_of
from platform_core.web.forms import operation_of, operation_token
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips, words_of
from platform_core.workbooks.columns import Column, Kind
from platform_core.workbooks.reading import Table
from tenant_apps.catalog.queries import display_name
from tenant_apps.inventory import commands, queries
from tenant_apps.inventory.forms import AdjustForm, ImportForm
from tenant_apps.inventory.models import Stock
from tenant_apps.inventory.pages.shared import tabs, warehouse_choices
from tenant_apps.inventory.permissions import InventoryPermission
from tenant_apps.inventory.rules import IMPORT_COLUMNS
from tenant_apps.inventory.states import MovementKind
from tenant_apps.logistics.models import WarehouseKind

STATES = (
    ("some", gettext_lazy("available")),
    ("none", gettext_lazy("sold out")),
    ("short", gettext_lazy("short: more reserved than there is")),
    ("low", gettext_lazy("low: at or under the warning line")),
)
COLUMNS = (
    Column("code", "Merchant code", "商家编码"),
    Column("name", "Name", "名称"),
    Column("unit", "Unit", "单位"),
    Column("warehouse", "Warehouse", "仓库"),
    Column("on_hand", "On hand", "库存", Kind.DECIMAL, places=3),
    Column("reserved", "Reserved", "占用", Kind.DECIMAL, places=3),
    Column("available", "Available", "可用", Kind.DECIMAL, places=3),
    Column("in_transit", "In transit", "在途", Kind.DECIMAL, places=3),
    Column("orderable", "Orderable", "可订货量", Kind.DECIMAL, places=3),
    Column("line", "Warning line", "警戒线", Kind.DECIMAL, places=3),
    Column("changed", "Changed", "变动日期", Kind.DATE),
)
LIST = ListColumns(
    ListColumn("code", gettext_lazy("Code"), sort="sku"),
    ListColumn("name", gettext_lazy("Name"), sort="name", fixed=True),
    ListColumn("warehouse", gettext_lazy("Warehouse"), sort="warehouse"),
    ListColumn("on_hand", gettext_lazy("On hand"), sort="on_hand", numeric=True),
    ListColumn("reserved", gettext_lazy("Reserved"), sort="reserved", numeric=True),
    ListColumn("available", gettext_lazy("Available"), sort="available", numeric=True),
    ListColumn("in_transit", gettext_lazy("In transit"), numeric=True),
    ListColumn("orderable", pgettext_lazy("stock", "Orderable"), sort="orderable", numeric=True),
    ListColumn("line", gettext_lazy("Warning line"), numeric=True, shown=False),
    ListColumn("unit", gettext_lazy("Unit")),
    ListColumn("changed", pgettext_lazy("moment", "Changed"), sort="updated"),
    order="name",
)
SHOWN_MAX = 200


@require_GET
@keeps_views
def stock_list(request: HttpRequest) -> HttpResponse:
    """What lies where, what is promised, and what is free."""
    actor = actor_of(request)
    page = paged(request, _rows(request, actor))
    for row in page.object_list:
        row.title = display_name(row.sku)  # type: ignore[attr-defined]
    warehouses = warehouse_choices(actor)
    words = {
        "q": FilterWords(_("Search")),
        "warehouse": FilterWords(_("Warehouse"), dict(warehouses)),
        "state": FilterWords(_("State"), words_of(STATES)),
    }
    context = {
        "page": page,
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET),
        "warehouses": warehouses,
        "states": STATES,
        "tabs": tabs(request, "list"),
        "may_manage": actor.may(InventoryPermission.MANAGE),
    }
    return render(request, "inventory/stock.html", context)


@require_GET
def stock_export(request: HttpRequest) -> FileResponse:
    """The filtered list as a file."""
    rows = _rows(request, actor_of(request))
    values = (
        {
            "code": row.sku.merchant_code,
            "name": display_name(row.sku),
            "unit": row.sku.unit,
            "warehouse": row.warehouse.name,
            "on_hand": row.on_hand,
            "reserved": row.reserved,
            "available": row.available,
            "in_transit": row.in_transit,
            "orderable": row.orderable,
            "line": row.line,
            "changed": row.updated_at,
        }
        for row in rows.iterator(chunk_size=1000)
    )
    columns = LIST.exported(request.GET, COLUMNS)
    return table_download(name="stock", kind=request.GET.get("format", ""), columns=columns, rows=values)


@require_http_methods(["GET", "POST"])
def stock_one(request: HttpRequest, stock_id: int) -> HttpResponse:
    """One SKU in one warehouse: its numbers, why they are so, and the adjustment."""
    actor = actor_of(request)
    stock = queries.stock_for(actor, stock_id)
    status = 200
    form = AdjustForm(request.POST or None, initial={"operation": operation_token()})
    if request.method == "POST":
        adjusted, status = submitted(form, lambda: _adjust(request, actor, stock, form.cleaned_data))
        if adjusted:
            messages.success(request, _("The stock is adjusted."))
            return redirect("inventory:stock", stock.pk)
        # A form that is shown again is a new act: the refusal of the old one stays stored.
        form.data = {**request.POST.dict(), "operation": operation_token()}
    may_adjust = actor.may(InventoryPermission.MANAGE) and stock.warehouse.kind == WarehouseKind.OWN
    context = {
        "stock": stock,
        "title": display_name(stock.sku),
        "form": form,
        "page": paged(request, queries.movements_of(stock)),
        "kinds": {kind.value: kind.label for kind in MovementKind},
        "may_adjust": may_adjust,
        "may_manage": actor.may(InventoryPermission.MANAGE),
        "in_transit": queries.in_transit_of(stock),
    }
    return render(request, "inventory/stock_one.html", context, status=status)


@require_http_methods(["GET", "POST"])
def stock_import(request: HttpRequest) -> HttpResponse:
    """Upload a workbook and see what it would change; nothing is stored yet."""
    actor = _manager(request)
    places = warehouse_choices(actor, own=True)
    form = ImportForm(request.POST or None, request.FILES or None, warehouses=places)
    context: dict[str, Any] = {"form": form, "has_warehouse": bool(places)}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file, place = form.cleaned_data["file"], form.cleaned_data["warehouse"]
            table = commands.counted(file, file.name, locale=get_language() or "en")
            context |= faults_of(table, IMPORT_COLUMNS)
            if table.is_clean:
                status = 200
                kept = upload(actor=actor, kind=queries.IMPORT, file=file, subject=place, table=table)
                context |= {"kept": kept, **_preview(actor, place, table)}
    return render(request, "inventory/stock_import.html", context, status=status)


@require_GET
def stock_template(request: HttpRequest) -> FileResponse:
    """The empty workbook."""
    _manager(request)
    examples = [{"merchant_code": "TEA-250", "on_hand": 120}, {"merchant_code": "TEA-500", "on_hand": 0}]
    notes = [noop("SKUs that are not in the file keep their stock.")]
    return template_download(name="stock", columns=IMPORT_COLUMNS, examples=examples, notes=notes)


def _rows(request: HttpRequest, actor: Actor) -> Any:
    asked = request.GET
    return queries.stock_matching(
        actor, asked.get("q", ""), asked.get("warehouse", ""), asked.get("state", ""), asked.get("sort", "")
    )


def _manager(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    actor.require(InventoryPermission.MANAGE)
    return actor


def _adjust(request: HttpRequest, actor: Actor, stock: Stock, asked: dict[str, str]) -> Stock:
    return commands.adjust_stock(
        actor=actor,
        operation_id=operation_of(request),
        warehouse=stock.warehouse.public_id,
        sku=stock.sku.public_id,
        on_hand=asked["on_hand"],
        reason=asked["reason"],
    )


def _preview(actor: Actor, warehouse: str, table: Table) -> dict[str, Any]:
    """What would change, and the first rows of it."""
    wanted = {str(row.values["merchant_code"]): row.values["on_hand"] for row in table.rows}
    stored = queries.stock_visible_to(actor).filter(
        warehouse__public_id=warehouse, sku__merchant_code__in=wanted
    )
    known = {row.sku.merchant_code: row for row in stored}
    changes = []
    for code, on_hand in wanted.items():
        row = known.get(code)
        before = row.on_hand if row else None
        if before != on_hand:
            is_short = row is not None and row.reserved > on_hand
            changes.append({"code": code, "before": before, "after": on_hand, "is_short": is_short})
    return {
        "changes": changes[:SHOWN_MAX],
        "change_count": len(changes),
        "hidden_count": max(len(changes) - SHOWN_MAX, 0),
        "row_count": len(wanted),
        "warehouse": queries.warehouse_for(actor, warehouse),
        "is_preview": True,
    }
