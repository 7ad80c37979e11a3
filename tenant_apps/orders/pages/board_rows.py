"""Pages of a supply board's rows: add SKUs, one SKU with the dealers' shares, the workbook (TA-02)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from platform_core.attachments import store
from platform_core.imports.queries import file_of
from platform_core.kernel.errors import DomainError
from platform_core.kernel.quantity import plain
from platform_core.web.acts import version_of
from platform_core.web.downloads import table_download, template_download
from platform_core.web.faults import faults_of
from platform_core.web.formats import day_text
from tenant_apps.orders.commands.board_rows import alter_board, upload_shares
from tenant_apps.orders.forms import typed_quantity
from tenant_apps.orders.models import SupplyBoard
from tenant_apps.orders.pages.calendars import managing_actor
from tenant_apps.orders.pages.raw_forms import UploadForm
from tenant_apps.orders.queries import board_rows as queries
from tenant_apps.orders.queries import board_sheet as sheet
from tenant_apps.orders.queries.board_rows import BoardChange
from tenant_apps.orders.queries.boards import board_for, skus_to_add
from tenant_apps.orders.states import BOARD_FLOW

SHOWN_CELLS = 100
WEEKS = 4
TOTAL, SHARE = "total-", "share-"


@require_http_methods(["GET", "POST"])
def rows_add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Search SKUs and put them on the board, shared out by a rule."""
    actor = managing_actor(request)
    board = board_for(actor, public_id)
    text = request.GET.get("q", "").strip()
    errors: list[str] = []
    if request.method == "POST":
        typed = _typed(request.POST, TOTAL)
        change = BoardChange(
            {code: typed_quantity(value) for code, value in typed.items()}, **_split(request)
        )
        errors = _changed(request, board, change)
        if not errors:
            return redirect("orders:supply_board", public_id)
    context = {
        "board": board,
        "text": text,
        "found": _with_typed(request, skus_to_add(actor, board, text)),
        "errors": errors,
        "weeks": request.POST.get("weeks") or WEEKS,
        "crumbs": _place(board),
    }
    return render(request, "orders/supply_add.html", context, status=422 if errors else 200)


def _with_typed(request: HttpRequest, skus: Any) -> list[tuple[Any, str]]:
    return [(sku, request.POST.get(f"{TOTAL}{sku.merchant_code}", "")) for sku in skus]


@require_http_methods(["GET", "POST"])
def row_edit(request: HttpRequest, public_id: str, sku_id: str) -> HttpResponse:
    """One SKU of the board: what there is of it, and each dealer's share; shared out again or by hand."""
    actor = managing_actor(request)
    board = board_for(actor, public_id)
    weeks = typed_quantity(request.POST.get("weeks", ""))
    back = int(weeks) if weeks.is_finite() and 1 <= weeks <= queries.WEEKS_MAX else WEEKS
    item, parts = queries.row_with_dealers(board, sku_id, back)
    code, errors = item.sku.merchant_code, list[str]()
    if request.method == "POST":
        errors = _changed(request, board, _asked(request, code))
        if not errors:
            if request.POST.get("act") == "remove":
                return redirect("orders:supply_board", public_id)
            return redirect("orders:supply_row", public_id, sku_id)
    typed = _typed(request.POST, SHARE) if errors else {}
    context = {
        "board": board,
        "item": item,
        "total": request.POST.get("total", "") if errors else plain(item.total),
        "parts": [(part, typed.get(part.dealer.code, plain(part.share))) for part in parts],
        "sum": sum((part.share for part in parts), Decimal(0)),
        "weeks": back,
        "errors": errors,
        "may_change": "change" in BOARD_FLOW.open_to(board.state, actor.grants),
        "version": version_of(request, board.version),
        "reason": request.POST.get("reason", ""),
        "crumbs": _place(board),
    }
    return render(request, "orders/supply_row.html", context, status=422 if errors else 200)


def _asked(request: HttpRequest, code: str) -> BoardChange:
    """What the pressed button of a row's page asks for."""
    act, total = request.POST.get("act", ""), typed_quantity(request.POST.get("total", ""))
    if act == "remove":
        return BoardChange({code: None})
    if act == "split":
        return BoardChange({code: total}, **_split(request))
    typed = _typed(request.POST, SHARE)
    shares = {dealer: typed_quantity(value or "0") for dealer, value in typed.items()}
    return BoardChange({code: total}, {code: shares})


def _typed(data: Mapping[str, Any], prefix: str) -> dict[str, str]:
    """The filled-in fields of a prefix; shares also when they are blank, which is 0."""
    found = {name.removeprefix(prefix): str(data[name]).strip() for name in data if name.startswith(prefix)}
    return found if prefix == SHARE else {name: value for name, value in found.items() if value}


def _split(request: HttpRequest) -> dict[str, Any]:
    """How to share out: `split` is `equally` or `ordered`, the latter with weeks to look back."""
    weeks = typed_quantity(request.POST.get("weeks", ""))
    is_late = request.POST.get("split") == "ordered"
    whole = int(weeks) if weeks.is_finite() and weeks == round(weeks) else 0
    return {"is_split": True, "weeks": whole if is_late else None}


def _changed(request: HttpRequest, board: SupplyBoard, change: BoardChange) -> list[str]:
    """Ask for the change; what was wrong with it. A page that is not the newest is told so."""
    reason = request.POST.get("reason", "")
    version = version_of(request, board.version) if "version" in request.POST else None
    try:
        alter_board(
            actor=managing_actor(request),
            board_id=board.public_id,
            change=change,
            reason=reason,
            version=version,
        )
    except DomainError as error:
        return [str(problem) for problem in error.problems] or [str(error)]
    messages.success(request, _("The board is corrected.") if reason else _("The board is changed."))
    return []


@require_GET
def shares_template(request: HttpRequest) -> FileResponse:
    """An empty workbook of shares."""
    managing_actor(request)
    return template_download(
        name=_("Shares"), columns=sheet.COLUMNS, examples=sheet.EXAMPLES, notes=sheet.NOTES
    )


@require_GET
def shares_export(request: HttpRequest, public_id: str) -> FileResponse:
    """Every share of the board, as the import reads it back."""
    board = board_for(managing_actor(request), public_id)
    kind = request.GET.get("format", "xlsx")
    columns = (*sheet.COLUMNS, *sheet.NAMES)
    return table_download(name=_("Shares"), kind=kind, columns=columns, rows=sheet.export_rows(board))


@require_http_methods(["GET", "POST"])
def shares_import(request: HttpRequest, public_id: str) -> HttpResponse:
    """Upload a workbook of a draft board's shares; a clean one goes on to its preview."""
    actor = managing_actor(request)
    board = board_for(actor, public_id)
    BOARD_FLOW.check(board.state, "delete")
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "board": board, "crumbs": _place(board)}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            upload = form.cleaned_data["file"]
            preview = sheet.preview_of(board, upload.file, upload.name, locale=get_language() or "en")
            if preview.table.is_clean:
                kept = upload_shares(actor=actor, board_id=public_id, file=upload, table=preview.table)
                return redirect("orders:supply_preview", public_id, kept.public_id)
            context |= faults_of(preview.table, sheet.COLUMNS)
    return render(request, "orders/supply_import.html", context, status=status)


@require_GET
def shares_preview(request: HttpRequest, public_id: str, upload_id: str) -> HttpResponse:
    """What the uploaded workbook would change."""
    actor = managing_actor(request)
    board = board_for(actor, public_id)
    kept = sheet.file_for(actor, board, upload_id)
    with store.open_file(file_of(kept)) as file:
        preview = sheet.preview_of(board, file, kept.name, locale=get_language() or "en")
    cells = preview.judged.cells if preview.judged else []
    context = {
        **faults_of(preview.table, sheet.COLUMNS),
        "board": board,
        "cells": cells[:SHOWN_CELLS],
        "hidden": max(len(cells) - SHOWN_CELLS, 0),
        "count": len(cells),
        "name": kept.name,
        "kept": kept,
        "crumbs": _place(board),
    }
    return render(request, "orders/supply_preview.html", context)


def _place(board: SupplyBoard) -> list[dict[str, str]]:
    return [
        {"label": _("Supply boards"), "url": reverse("orders:supply")},
        {
            "label": f"{board.group.name} · {day_text(board.day)}",
            "url": reverse("orders:supply_board", args=[board.public_id]),
        },
    ]
