"""Pages of freight tables and the calculator that explains a quote step by step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.kernel.context import serving
from platform_core.kernel.money import Currency
from platform_core.web.acts import pressed, submitted
from platform_core.web.asking import PAGE_SIZE, paged
from platform_core.web.downloads import table_download
from tenant_apps.access import queries as access
from tenant_apps.logistics import queries as logistics
from tenant_apps.strategies import commands, queries
from tenant_apps.strategies.forms import ROUNDINGS, FreightForm, QuoteForm
from tenant_apps.strategies.pages.imports import warehouse_choices
from tenant_apps.strategies.pages.shared import asker, common, crumbs, tabs
from tenant_apps.strategies.permissions import StrategyPermission


@require_GET
def freight_list(request: HttpRequest) -> HttpResponse:
    """The freight table of each warehouse, and the warehouses that have none (W-051)."""
    actor = asker(request)
    rows = queries.freight_strategies_with_counts(actor)
    held = {row.warehouse_id for row in rows}
    missing = [one for one in logistics.warehouses_visible_to(actor).order_by("name") if one.pk not in held]
    context = {
        **common(actor),
        "page": paged(request, rows),
        "missing": missing,
        "roundings": dict(ROUNDINGS),
        "tabs": tabs("freight"),
    }
    return render(request, "strategies/freight_list.html", context)


@require_http_methods(["GET", "POST"])
def freight_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """All lines of a table; posting changes its name and rounding."""
    actor = asker(request)
    strategy = queries.freight_strategy_for(actor, public_id)
    start = {"name": strategy.name, "rounding": strategy.rounding}
    form = FreightForm(request.POST or None, initial=start)
    status = 200
    if request.method == "POST":
        actor.require(StrategyPermission.MANAGE)
        saved, status = submitted(
            form,
            lambda: commands.change_freight_strategy(actor=actor, strategy_id=public_id, **form.cleaned_data),
        )
        if saved:
            messages.success(request, _("The freight table is saved."))
            return redirect("strategies:freight", public_id)
    lines = queries.lines_matching(queries.freight_table(strategy.warehouse_id), request.GET.get("q", ""))
    page: Any = Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        **common(actor),
        "strategy": strategy,
        "crumbs": crumbs("strategies:freight_list", _("Freight tables")),
        "form": form,
        "page": page,
        "lines": queries.shown_lines(page.object_list),
        "filters": request.GET,
    }
    return render(request, "strategies/freight_detail.html", context, status=status)


@require_GET
def freight_export(request: HttpRequest, public_id: str) -> FileResponse:
    """The table as a workbook that the import reads back."""
    actor = asker(request)
    strategy = queries.freight_strategy_for(actor, public_id)
    rows = queries.sheet_rows(queries.freight_table(strategy.warehouse_id))
    kind = request.GET.get("format", "xlsx")
    return table_download(name=strategy.name, kind=kind, columns=queries.FREIGHT_COLUMNS, rows=rows)


@require_POST
def freight_delete(request: HttpRequest, public_id: str) -> HttpResponse:
    """Delete the table of a disabled warehouse (W-055)."""
    actor = asker(request, StrategyPermission.MANAGE)

    def delete() -> str:
        commands.delete_freight_strategy(actor=actor, strategy_id=public_id)
        return _("The freight table is deleted.")

    if pressed(request, delete):
        return redirect("strategies:freight_list")
    return redirect("strategies:freight", public_id)


@require_GET
def calculator(request: HttpRequest) -> HttpResponse:
    """What an order to an address would cost, step by step; the address of the page holds the question."""
    actor = asker(request)
    carriers = list(
        logistics.carriers_visible_to(actor)
        .filter(enabled=True)
        .order_by("name")
        .values_list("public_id", "name")
    )
    warehouses = warehouse_choices(actor)
    asked = request.GET if "weight_kg" in request.GET else None
    start = {"country": access.settings().country, "weight_kg": "1"}
    form = QuoteForm(asked, warehouses=warehouses, carriers=carriers, initial=start)
    context: dict[str, Any] = {**common(actor), "form": form, "tabs": tabs("calculator")}
    status = 200
    if asked is not None:
        if form.is_valid():
            context |= _quoted(actor, form.cleaned_data)
        else:
            status = 422
    if request.headers.get("HX-Request"):
        return render(request, "strategies/parts/quote.html", context, status=status)
    return render(request, "strategies/calculator.html", context, status=status)


def _quoted(actor: Any, asked: dict[str, Any]) -> dict[str, Any]:
    warehouse = logistics.warehouse_for(actor, asked["warehouse"])
    carrier = logistics.carrier_for(actor, asked["carrier"]) if asked["carrier"] else None
    place = queries.Destination(
        asked["country"], asked["region1"], asked["region2"], asked["region3"], asked["postcode"]
    )
    quote = queries.freight_quote(
        warehouse_id=warehouse.pk,
        carrier=carrier,
        address=place,
        weight_kg=asked["weight_kg"],
        currency=Currency(serving().currency),
    )
    return {
        "quote": quote,
        "line": queries.shown_lines([quote.line])[0] if quote.line else None,
        "warehouse": warehouse,
        "reaching": queries.carriers_reaching(warehouse_ids=[warehouse.pk], address=place),
        "why_not": queries.reason_sentence(quote.reason),
    }
