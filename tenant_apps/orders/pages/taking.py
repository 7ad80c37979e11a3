"""Orders from a workbook or a pasted table: the upload, and what it would make."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from platform_core.attachments import store
from platform_core.imports.queries import file_of
from platform_core.kernel.actor import Actor
from platform_core.web.asking import actor_of
from platform_core.web.downloads import template_download
from platform_core.web.faults import faults_of
from tenant_apps.dealers import queries as dealers
from tenant_apps.logistics import queries as logistics
from tenant_apps.orders.commands.taking import upload_orders
from tenant_apps.orders.pages.raw_forms import PasteForm, UploadForm
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.taking import (
    IMPORT,
    PASTE,
    PASTED,
    order_columns,
    orders_file_for,
    orders_preview,
)
from tenant_apps.orders.sheet import NOTES, examples

SHOWN = 100
CODES_SHOWN = 20


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a workbook; a clean one goes on to its preview, another shows its errors (W-141)."""
    actor = _asker(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _checked(request, actor, IMPORT, form.cleaned_data["file"], {"form": form})
    return _shown(request, {"form": form}, 422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def paste(request: HttpRequest) -> HttpResponse:
    """The same for rows copied from a spreadsheet; opened by itself, the page to paste them in."""
    actor = _asker(request)
    if request.method == "GET":
        return redirect("orders:import")
    form = PasteForm(request.POST)
    if not form.is_valid():
        return _shown(request, {"paste": form}, 422)
    file = ContentFile(form.cleaned_data["rows"].encode(), name=PASTED)
    return _checked(request, actor, PASTE, file, {"paste": form})


def _checked(
    request: HttpRequest, actor: Actor, kind: str, file: File[bytes], context: dict[str, Any]
) -> HttpResponse:
    preview = orders_preview(actor, file.file, file.name or "", locale=_locale())  # type: ignore[arg-type]
    if not preview.table.is_clean:
        return _shown(request, {**context, **faults_of(preview.table, order_columns())}, 422)
    kept = upload_orders(actor=actor, kind=kind, file=file, table=preview.table)
    name = "orders:import_preview" if kind == IMPORT else "orders:paste_preview"
    return redirect(name, kept.public_id)


def _shown(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    forms = {"form": UploadForm(), "paste": PasteForm(), "is_staff": actor_of(request).dealer_id is None}
    return render(request, "orders/import.html", {**forms, **context}, status=status)


@require_GET
def preview(request: HttpRequest, upload_id: str) -> HttpResponse:
    """The orders that an uploaded workbook would make."""
    return _preview(request, upload_id, IMPORT)


@require_GET
def paste_preview(request: HttpRequest, upload_id: str) -> HttpResponse:
    """The orders that a pasted table would make."""
    return _preview(request, upload_id, PASTE)


def _preview(request: HttpRequest, upload_id: str, kind: str) -> HttpResponse:
    actor = _asker(request)
    kept = orders_file_for(actor, upload_id, kind)
    with store.open_file(file_of(kept)) as file:
        found = orders_preview(actor, file, kept.name, locale=_locale())
    if not found.table.is_clean:
        return _shown(request, faults_of(found.table, order_columns()), 200)
    page = Paginator(found.orders, SHOWN).get_page(request.GET.get("page"))
    shops = Counter(one.wanted.shop for one in found.orders)
    context = {
        "kept": kept,
        "page": page,
        "rows": page.object_list,
        "order_count": len(found.orders),
        "line_count": found.line_count,
        "shop_count": len(shops),
        "unknown": found.unknown[:CODES_SHOWN],
        "unknown_count": len(found.unknown),
        "start": reverse("orders:import"),
    }
    return render(request, "orders/import_preview.html", context)


@require_GET
def template(request: HttpRequest) -> FileResponse:
    """The workbook to fill in, with examples, the rule of each column and the numbers of invoices."""
    actor = _asker(request)
    shop = dealers.shops_visible_to(actor).filter(enabled=True).values_list("code", flat=True).first()
    return template_download(
        name=_("Orders"),
        columns=order_columns(),
        examples=examples(shop or "SHOP-1"),
        notes=NOTES,
        lookups=[logistics.carrier_codes(actor)],
    )


def _asker(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    actor.require(OrderPermission.PLACE)
    return actor


def _locale() -> str:
    return get_language() or "en"
