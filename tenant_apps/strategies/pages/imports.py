"""Imports of goods strategies and freight tables: the upload, and what it would change."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from platform_core.attachments import store
from platform_core.imports.queries import file_of
from platform_core.kernel.actor import Actor
from platform_core.web.downloads import template_download
from platform_core.web.faults import faults_of
from tenant_apps.access import queries as access
from tenant_apps.logistics import queries as logistics
from tenant_apps.strategies import commands, queries
from tenant_apps.strategies.forms import FreightUploadForm, UploadForm
from tenant_apps.strategies.models import GoodsStrategy
from tenant_apps.strategies.pages.shared import asker, common, crumbs
from tenant_apps.strategies.permissions import StrategyPermission

SHOWN_LINES = 50


@require_http_methods(["GET", "POST"])
def goods_import(request: HttpRequest, public_id: str) -> HttpResponse:
    """Upload a workbook of prices; a clean one goes on to its preview, another shows its errors."""
    actor = asker(request, StrategyPermission.MANAGE)
    strategy = queries.strategy_for(actor, public_id)
    form = UploadForm(request.POST or None, request.FILES or None)
    context = {**common(actor), **_goods_place(strategy), "form": form}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            upload = form.cleaned_data["file"]
            preview = queries.goods_preview(
                strategy, upload.file, upload.name, places=_places(), locale=_locale()
            )
            if preview.table.is_clean:
                kept = commands.upload_goods_table(
                    actor=actor, strategy_id=public_id, file=upload, table=preview.table
                )
                return redirect("strategies:import_preview", public_id, kept.public_id)
            context |= faults_of(preview.table, queries.goods_columns(_places()))
    return render(request, "strategies/import.html", context, status=status)


@require_GET
def goods_import_preview(request: HttpRequest, public_id: str, file_id: str) -> HttpResponse:
    """What the uploaded workbook would change (W-071, G-42)."""
    actor = asker(request, StrategyPermission.MANAGE)
    strategy = queries.strategy_for(actor, public_id)
    kept = queries.goods_file_for(actor, strategy, file_id)
    with store.open_file(file_of(kept)) as file:
        preview = queries.goods_preview(strategy, file, kept.name, places=_places(), locale=_locale())
    context = {
        **common(actor),
        **faults_of(preview.table, queries.goods_columns(_places())),
        **_goods_place(strategy),
        "preview": preview,
        "hidden": preview.added + preview.updated - len(preview.changes),
        "dealer_count": strategy.assignments.count(),
        "name": kept.name,
        "kept": kept,
    }
    return render(request, "strategies/import_preview.html", context)


@require_GET
def goods_template(request: HttpRequest) -> FileResponse:
    """An empty workbook of prices."""
    asker(request)
    columns = queries.goods_columns(_places())
    return template_download(
        name=_("Goods strategy"), columns=columns, examples=queries.GOODS_EXAMPLES, notes=queries.GOODS_NOTES
    )


@require_http_methods(["GET", "POST"])
def freight_import(request: HttpRequest) -> HttpResponse:
    """Upload the freight table of a warehouse; a clean one goes on to its preview (W-050)."""
    actor = asker(request, StrategyPermission.MANAGE)
    warehouses = warehouse_choices(actor)
    chosen = {"warehouse": request.GET.get("warehouse", "")}
    form = FreightUploadForm(
        request.POST or None, request.FILES or None, warehouses=warehouses, initial=chosen
    )
    context: dict[str, Any] = {
        **common(actor),
        **_freight_place(),
        "form": form,
        "has_warehouse": bool(warehouses),
    }
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            upload, place = form.cleaned_data["file"], form.cleaned_data["warehouse"]
            country = access.settings().country
            preview = queries.freight_preview(upload.file, upload.name, country=country, locale=_locale())
            if preview.table.is_clean:
                kept = commands.upload_freight_table(
                    actor=actor, warehouse_id=place, file=upload, table=preview.table
                )
                return redirect("strategies:freight_preview", place, kept.public_id)
            context |= faults_of(preview.table, queries.FREIGHT_COLUMNS)
    return render(request, "strategies/freight_import.html", context, status=status)


@require_GET
def freight_import_preview(request: HttpRequest, warehouse_id: str, file_id: str) -> HttpResponse:
    """The lines of the uploaded table, which would be the warehouse's whole table (W-051)."""
    actor = asker(request, StrategyPermission.MANAGE)
    warehouse = logistics.warehouse_for(actor, warehouse_id)
    kept = queries.freight_file_for(actor, warehouse, file_id)
    country = access.settings().country
    with store.open_file(file_of(kept)) as file:
        preview = queries.freight_preview(file, kept.name, country=country, locale=_locale())
    context = {
        **common(actor),
        **faults_of(preview.table, queries.FREIGHT_COLUMNS),
        **_freight_place(),
        "warehouse": warehouse,
        "lines": queries.shown_lines(preview.lines[:SHOWN_LINES]),
        "count": len(preview.lines),
        "hidden": max(len(preview.lines) - SHOWN_LINES, 0),
        "present": len(queries.freight_table(warehouse.pk)),
        "name": kept.name,
        "kept": kept,
    }
    return render(request, "strategies/freight_preview.html", context)


@require_GET
def freight_template(request: HttpRequest) -> FileResponse:
    """An empty freight table with the rules of its columns and the codes of the carriers."""
    actor = asker(request)
    return template_download(
        name=_("Freight table"),
        columns=queries.FREIGHT_COLUMNS,
        examples=queries.FREIGHT_EXAMPLES,
        notes=queries.FREIGHT_NOTES,
        lookups=[logistics.carrier_codes(actor)],
    )


def warehouse_choices(actor: Actor) -> list[tuple[str, str]]:
    """The visible warehouses for a select, the default one first."""
    rows = logistics.warehouses_visible_to(actor).order_by("-is_default", "name")
    return list(rows.values_list("public_id", "name"))


def _goods_place(strategy: GoodsStrategy) -> dict[str, Any]:
    own = (strategy.name, reverse("strategies:detail", args=[strategy.public_id]))
    return {"strategy": strategy, "crumbs": crumbs("strategies:list", _("Goods strategies"), own)}


def _freight_place() -> dict[str, Any]:
    return {"crumbs": crumbs("strategies:freight_list", _("Freight tables"))}


def _places() -> int:
    return access.settings().unit_price_precision


def _locale() -> str:
    return get_language() or "en"
