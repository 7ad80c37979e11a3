"""The workbook of a stock take: filled with its SKUs to be counted, and read back with a preview."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from platform_core.imports.commands import upload
from platform_core.web.asking import actor_of
from platform_core.web.downloads import table_download
from platform_core.web.faults import faults_of
from platform_core.workbooks.reading import Table
from tenant_apps.catalog.queries import display_name
from tenant_apps.inventory import commands, queries
from tenant_apps.inventory.forms import CountsForm
from tenant_apps.inventory.models import StockTake
from tenant_apps.inventory.permissions import InventoryPermission
from tenant_apps.inventory.rules import COUNT_COLUMNS

SHOWN_MAX = 200


@require_GET
def stock_take_sheet(request: HttpRequest, public_id: str) -> FileResponse:
    """The workbook to fill in: a row per SKU, nothing of what is expected.

    Nor of what was counted so far: sent back, it would be compared with what lies there now.
    """
    take = queries.stock_take_for(actor_of(request), public_id)
    rows = (
        {
            "merchant_code": line.sku.merchant_code,
            "name": display_name(line.sku),
            "unit": line.sku.unit,
            "counted": None,
        }
        for line in queries.lines_of_stock_take(take).iterator(chunk_size=1000)
    )
    kind = request.GET.get("format", "")
    return table_download(name=take.number, kind=kind, columns=COUNT_COLUMNS, rows=rows)


@require_http_methods(["GET", "POST"])
def stock_take_import(request: HttpRequest, public_id: str) -> HttpResponse:
    """Upload the filled workbook and see what it would enter; nothing is stored yet."""
    actor = actor_of(request)
    take = queries.stock_take_for(actor, public_id)
    actor.require(InventoryPermission.TAKE_STOCK)
    form = CountsForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"take": take, "form": form}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            table = commands.counted_lines(file, file.name, locale=get_language() or "en")
            context |= faults_of(table, COUNT_COLUMNS)
            if table.is_clean:
                status = 200
                kept = upload(
                    actor=actor, kind=queries.COUNTS_IMPORT, file=file, subject=public_id, table=table
                )
                context |= {"kept": kept, **_preview(take, table)}
    return render(request, "inventory/stock_take_import.html", context, status=status)


def _preview(take: StockTake, table: Table) -> dict[str, Any]:
    """What would be entered beside what lies there now."""
    wanted = {count.merchant_code: count for count in commands.line_counts_of(table)}
    there = queries.on_hand_by_code(take.warehouse_id, wanted)
    listed = set(take.lines.values_list("sku__merchant_code", flat=True))
    found = []
    for row in table.rows:
        code = str(row.values["merchant_code"])
        if code in wanted:
            counted, expected = row.values["counted"], there.get(code, 0)
            found.append(
                {
                    "code": code,
                    "expected": expected,
                    "counted": counted,
                    "difference": counted - expected,  # type: ignore[operator]
                    "is_new": code not in listed,
                }
            )
    return {
        "counts": found[:SHOWN_MAX],
        "count": len(found),
        "hidden_count": max(len(found) - SHOWN_MAX, 0),
        "blank_count": len(table.rows) - len(found),
        "is_preview": True,
    }
