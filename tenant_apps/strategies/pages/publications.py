"""How all SKUs are published: the list, many at once, and the workbook (K-12…K-14)."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.attachments import store
from platform_core.imports.queries import file_of
from platform_core.saved_views.showing import keeps_views
from platform_core.web.asking import paged
from platform_core.web.bulk import BULK_MAX, chosen, one_by_one, show_results
from platform_core.web.downloads import table_download, template_download
from platform_core.web.faults import faults_of
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, address, filter_chips
from tenant_apps.catalog.models import Sku
from tenant_apps.catalog.queries import skus_visible_to
from tenant_apps.strategies.commands import publication as commands
from tenant_apps.strategies.forms import UploadForm
from tenant_apps.strategies.pages.publication import KEEP, asked_of_many, choices, named, told
from tenant_apps.strategies.pages.shared import asker, common, crumbs, tabs
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries import publication as queries
from tenant_apps.strategies.queries import publication_sheet as sheet

LIMITS: tuple[tuple[str, Any], ...] = (
    (queries.LIMITED, gettext_lazy("Limited")),
    (queries.EVERYBODY, gettext_lazy("For every dealer")),
)
LIST = ListColumns(
    ListColumn("code", gettext_lazy("Merchant code"), sort="code", fixed=True, export=("merchant_code",)),
    ListColumn("name", gettext_lazy("Name"), sort="name", export=("name", "spec")),
    ListColumn("published", gettext_lazy("Published to"), export=("dealers", "groups")),
    ListColumn("organisation", gettext_lazy("Ordering organisation")),
    ListColumn("stock", gettext_lazy("Stock shown of"), export=("display_warehouse",)),
    order="name",
)


@require_GET
@keeps_views
def publication_list(request: HttpRequest) -> HttpResponse:
    """Every SKU with who gets it, who sells it and whose stock is shown."""
    actor = asker(request)
    asked = request.GET
    organisations = list(queries.organisations_visible_to(actor).values_list("public_id", "name"))
    words = {
        "q": FilterWords(_("Search")),
        "limit": FilterWords(_("Publication"), {value: str(label) for value, label in LIMITS}),
        "organisation": FilterWords(_("Ordering organisation"), dict(organisations)),
    }
    page = paged(request, queries.skus_by_publication(actor, queries.PublicationFilter.of(asked)))
    context = {
        **common(actor),
        **choices(actor),
        "keep": KEEP,
        "page": page,
        "rows": queries.publications_of(actor, list(page.object_list)),
        "filters": asked,
        "chips": filter_chips(asked, words),
        "columns": LIST.chosen(asked),
        "tabs": tabs("publication"),
        "limits": LIMITS,
        "sellers": organisations,
    }
    return render(request, "strategies/publications.html", context)


@require_POST
def publications_bulk(request: HttpRequest) -> HttpResponse:
    """Publish the chosen SKUs alike, a result per SKU."""
    actor = asker(request, StrategyPermission.MANAGE)
    back = QueryDict(request.POST.get("back", ""))
    rows = chosen(
        request,
        skus_visible_to(actor).select_related("product").order_by("sort_key", "id"),
        queries.skus_by_publication(actor, queries.PublicationFilter.of(back)),
    )
    values = asked_of_many(request)

    def publish(sku: Sku) -> str:
        return told(commands.publish_sku(actor=actor, sku_id=sku.public_id, values=values))

    return show_results(
        request,
        one_by_one(rows[:BULK_MAX], publish, named),
        title=_("Publish SKUs"),
        back=f"{reverse('strategies:publications')}{address(back)}",
        noun="SKU",
        left_out=len(rows) > BULK_MAX,
    )


@require_GET
def publications_export(request: HttpRequest) -> FileResponse:
    """What the list shows, as a file that the import reads back."""
    actor = asker(request)
    skus = queries.skus_by_publication(actor, queries.PublicationFilter.of(request.GET))
    code, *others = sheet.COLUMNS
    return table_download(
        name=_("Publication"),
        kind=request.GET.get("format", "xlsx"),
        columns=LIST.exported(request.GET, (code, *sheet.NAMES, *others)),
        rows=sheet.export_rows(actor, skus),
    )


@require_GET
def publications_template(request: HttpRequest) -> FileResponse:
    """An empty workbook of publications."""
    asker(request)
    return template_download(
        name=_("Publication"), columns=sheet.COLUMNS, examples=sheet.EXAMPLES, notes=sheet.NOTES
    )


@require_http_methods(["GET", "POST"])
def publications_import(request: HttpRequest) -> HttpResponse:
    """Upload a workbook; a clean one goes on to its preview, another shows its errors."""
    actor = asker(request, StrategyPermission.MANAGE)
    form = UploadForm(request.POST or None, request.FILES or None)
    context = {**common(actor), "crumbs": _place(), "form": form}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            upload = form.cleaned_data["file"]
            preview = sheet.publication_preview(
                actor, upload.file, upload.name, locale=get_language() or "en"
            )
            if preview.table.is_clean:
                kept = commands.upload_publications(actor=actor, file=upload, table=preview.table)
                return redirect("strategies:publications_preview", kept.public_id)
            context |= faults_of(preview.table, sheet.COLUMNS)
    return render(request, "strategies/publications_import.html", context, status=status)


@require_GET
def publications_preview(request: HttpRequest, file_id: str) -> HttpResponse:
    """What the uploaded workbook would change."""
    actor = asker(request, StrategyPermission.MANAGE)
    kept = sheet.publications_file_for(actor, file_id)
    with store.open_file(file_of(kept)) as file:
        preview = sheet.publication_preview(actor, file, kept.name, locale=get_language() or "en")
    changed = preview.changed
    context = {
        **common(actor),
        **faults_of(preview.table, sheet.COLUMNS),
        "crumbs": _place(),
        "updated": len(changed),
        "unchanged": len(preview.rows) - len(changed),
        "changes": changed[: sheet.PREVIEW_ROWS],
        "hidden": max(len(changed) - sheet.PREVIEW_ROWS, 0),
        "name": kept.name,
        "kept": kept,
    }
    return render(request, "strategies/publications_preview.html", context)


def _place() -> list[dict[str, str]]:
    return crumbs("strategies:publications", _("Publication"))
