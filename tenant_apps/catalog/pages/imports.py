"""The goods import: template, upload with preview."""

from __future__ import annotations

import io
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from platform_core.attachments import store
from platform_core.imports.models import Import
from platform_core.imports.queries import file_of
from platform_core.web.acts import submitted
from platform_core.web.asking import actor_of
from platform_core.web.faults import faults_of
from platform_core.workbooks.columns import is_chinese
from platform_core.workbooks.writing import write_template
from tenant_apps.catalog import queries
from tenant_apps.catalog.commands import imports
from tenant_apps.catalog.forms import UploadForm
from tenant_apps.catalog.pages.answering import field_word, shown
from tenant_apps.catalog.permissions import CatalogPermission
from tenant_apps.catalog.queries import Comparison
from tenant_apps.catalog.rules import columns as sheet
from tenant_apps.catalog.rules.imports import SkuPlan

ROWS_SHOWN = 100
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a workbook; what it would do is shown next, nothing is stored yet."""
    actor = actor_of(request)
    actor.require(CatalogPermission.IMPORT)
    form = UploadForm(request.POST or None, request.FILES or None)

    def keep() -> Import:
        file = form.cleaned_data["file"]
        found = queries.compared(file, file.name, locale=get_language() or "en")
        return imports.upload_goods(actor=actor, file=file, table=found.table)

    status = 200
    if request.method == "POST":
        kept, status = submitted(form, keep)
        if kept:
            return redirect("catalog:import_preview", kept.public_id)
    return shown(request, "catalog/import.html", {"form": form}, status)


@require_GET
def template(request: HttpRequest, language: str) -> HttpResponse:
    """The workbook to fill in, in English or Chinese; either is read."""
    actor_of(request).require(CatalogPermission.IMPORT)
    locale = "zh-hans" if language == "zh" else "en"
    out = io.BytesIO()
    chinese = is_chinese(locale)
    write_template(
        out,
        sheet.columns(queries.precision()),
        name="货品" if chinese else "Goods",
        examples=sheet.examples(chinese=chinese),
        notes=sheet.NOTES,
        locale=locale,
    )
    response = HttpResponse(out.getvalue(), content_type=_XLSX)
    name = "货品导入模板.xlsx" if chinese else "goods-template.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_GET
def preview(request: HttpRequest, upload_id: str) -> HttpResponse:
    """What storing the uploaded workbook would do: per row new, updated or unchanged; or all its errors."""
    actor = actor_of(request)
    actor.require(CatalogPermission.IMPORT)
    kept = queries.upload_for(actor, upload_id)
    with store.open_file(file_of(kept)) as file:
        found = queries.compared(file, kept.name, locale=get_language() or "en")
    if not found.table.is_clean:
        context = {
            "form": UploadForm(),
            "name": kept.name,
            **faults_of(found.table, sheet.columns(queries.precision())),
        }
        return shown(request, "catalog/import.html", context)
    status = request.GET.get("status", "")
    plans = [sku for sku in found.plan.skus if status in {"", sku.status}]
    page = Paginator(plans, ROWS_SHOWN).get_page(request.GET.get("page"))
    counts = imports.counts(found.plan)
    tabs = [
        {"label": label, "url": f"?status={key}", "active": status == key, "count": count}
        for key, label, count in (
            ("", _("All"), len(found.plan.skus)),
            ("new", _("New"), counts["new"]),
            ("updated", _("Updated"), counts["updated"]),
            ("unchanged", _("Unchanged"), counts["unchanged"]),
        )
    ]
    context = {
        "kept": kept,
        "counts": counts,
        "tabs": tabs,
        "page": page,
        "rows": [_row(sku, found) for sku in page],
        "paths": found.plan.paths,
        "brands": found.plan.brands,
        "has_work": counts["new"] or counts["updated"],
    }
    return shown(request, "catalog/import_preview.html", context)


def _row(sku: SkuPlan, found: Comparison) -> dict[str, Any]:
    stored = found.known.products.get(sku.product.code, {})
    values = sku.values
    return {
        "number": sku.row.number,
        "code": sku.code,
        "name": sku.product.values.get("product_name") or stored.get("product_name", ""),
        "spec": values.get("spec", ""),
        "status": sku.status,
        "is_new_product": sku.product.is_new and sku.product.row.number == sku.row.number,
        "retail_price": values.get("retail_price"),
        "changes": [
            {"label": field_word(key), "before": before, "after": after}
            for key, before, after in sku.shown_changes
        ],
    }
