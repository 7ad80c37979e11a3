"""Pages of substitutes: the list, one SKU's list with its order, and the workbook (TA-03)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from platform_core.attachments import store
from platform_core.imports.queries import file_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import Conflict, DomainError
from platform_core.saved_views.showing import keeps_views
from platform_core.web.asking import paged
from platform_core.web.downloads import table_download, template_download
from platform_core.web.faults import faults_of
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips, words_of
from tenant_apps.catalog.models import Sku
from tenant_apps.orders.commands.substitutes import put_substitutes, upload_substitutes
from tenant_apps.orders.pages.calendars import managing_actor
from tenant_apps.orders.pages.raw_forms import UploadForm
from tenant_apps.orders.queries import substitutes as queries

FOUND = 20
SHOWN_ROWS = 50
LISTED = (("no", gettext_lazy("without substitutes too")),)
LIST = ListColumns(
    ListColumn("code", gettext_lazy("Merchant code"), sort="code", fixed=True, export=("sku",)),
    ListColumn("name", gettext_lazy("Name"), sort="name"),
    ListColumn(
        "substitutes", gettext_lazy("Proposed instead, best first"), export=("substitute", "substitute_name")
    ),
    order="name",
)


@require_GET
@keeps_views
def substitute_list(request: HttpRequest) -> HttpResponse:
    """SKUs with what is proposed when they are short; with `?listed=no` those without anything too."""
    actor = managing_actor(request)
    page = paged(request, _asked(request, actor))
    words = {"q": FilterWords(_("Search")), "listed": FilterWords(_("SKUs"), words_of(LISTED))}
    context = {
        "page": page,
        "rows": queries.lists_of(page),
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET),
        "listed": LISTED,
    }
    return render(request, "orders/substitutes.html", context)


def _asked(request: HttpRequest, actor: Actor) -> Any:
    asked = request.GET
    return queries.skus_matching(
        actor, asked.get("q", ""), only_listed=asked.get("listed") != "no", sort=asked.get("sort", "name")
    )


@require_GET
def substitute_export(request: HttpRequest) -> FileResponse:
    """What the list shows, as a file that the import reads back."""
    rows = queries.export_rows(_asked(request, managing_actor(request)))
    columns = LIST.exported(request.GET, (*queries.COLUMNS, *queries.NAMES))
    kind = request.GET.get("format", "xlsx")
    return table_download(name=_("Substitutes"), kind=kind, columns=columns, rows=rows)


@require_http_methods(["GET", "POST"])
def substitute_edit(request: HttpRequest, sku_id: str) -> HttpResponse:
    """One SKU's list: each button stores the list anew; `?q=` finds SKUs to add."""
    actor = managing_actor(request)
    sku, others = queries.list_for(actor, sku_id)
    text = request.GET.get("q", "").strip()
    here = reverse("orders:substitute", args=[sku.public_id])
    if request.method == "POST":
        _press(request, actor, sku, others)
        return redirect(f"{here}?{request.GET.urlencode()}" if text else here)
    taken = {sku.pk, *(other.pk for other in others)}
    found = queries.skus_matching(actor, text, only_listed=False, sort="name") if text else Sku.objects.none()
    context = {
        "sku": sku,
        "others": others,
        "is_full": len(others) >= queries.SUBSTITUTES_MAX,
        "maximum": queries.SUBSTITUTES_MAX,
        "text": text,
        "found": found.exclude(pk__in=taken)[:FOUND],
        "crumbs": _place(),
        "here": here,
    }
    return render(request, "orders/substitute_form.html", context)


def _press(request: HttpRequest, actor: Actor, sku: Sku, others: list[Sku]) -> None:
    """Add, remove or move one of the list that the reader saw; refused when it is another one by now."""
    asked = request.POST
    codes = [other.merchant_code for other in others]
    try:
        if asked.get("seen", "") != ",".join(other.public_id for other in others):
            raise Conflict
        wanted = _moved(codes, asked.get("code", ""), asked.get("act", ""))
        change = queries.SubstituteChange(sku.merchant_code, tuple(wanted))
        put_substitutes(actor=actor, items=[change])
    except DomainError as error:
        messages.error(request, " ".join(str(one) for one in error.problems) or str(error))


def _moved(codes: list[str], code: str, act: str) -> list[str]:
    if act == "add":
        return [*codes, code]
    place = codes.index(code) if code in codes else 0
    rest = [one for one in codes if one != code]
    if act == "remove":
        return rest
    rest.insert(max(place - 1, 0) if act == "up" else place + 1, code)
    return rest


@require_GET
def substitute_template(request: HttpRequest) -> FileResponse:
    """An empty workbook of substitutes."""
    managing_actor(request)
    return template_download(
        name=_("Substitutes"), columns=queries.COLUMNS, examples=queries.EXAMPLES, notes=queries.NOTES
    )


@require_http_methods(["GET", "POST"])
def substitute_import(request: HttpRequest) -> HttpResponse:
    """Upload a workbook of substitutes; a clean one goes on to its preview, another shows its errors."""
    actor = managing_actor(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "crumbs": _place()}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            upload = form.cleaned_data["file"]
            preview = queries.preview_of(upload.file, upload.name, locale=get_language() or "en")
            if preview.table.is_clean:
                kept = upload_substitutes(actor=actor, file=upload, table=preview.table)
                return redirect("orders:substitute_preview", kept.public_id)
            context |= faults_of(preview.table, queries.COLUMNS)
    return render(request, "orders/substitutes_import.html", context, status=status)


@require_GET
def substitute_preview(request: HttpRequest, upload_id: str) -> HttpResponse:
    """What the uploaded workbook would change."""
    kept = queries.file_for(managing_actor(request), upload_id)
    with store.open_file(file_of(kept)) as file:
        preview = queries.preview_of(file, kept.name, locale=get_language() or "en")
    changes = [one for one in preview.rows if one.outcome != "unchanged"]
    context = {
        **faults_of(preview.table, queries.COLUMNS),
        "crumbs": _place(),
        "counts": [(word, preview.count(key), icon) for key, word, icon in _counted()],
        "changes": changes[:SHOWN_ROWS],
        "hidden": max(len(changes) - SHOWN_ROWS, 0),
        "name": kept.name,
        "kept": kept,
    }
    return render(request, "orders/substitutes_preview.html", context)


def _counted() -> tuple[tuple[str, str, str], ...]:
    return (
        ("added", _("Added"), "plus"),
        ("updated", _("Updated"), "pencil"),
        ("removed", _("Removed"), "trash-2"),
        ("unchanged", _("Unchanged"), "check"),
    )


def _place() -> list[dict[str, str]]:
    return [{"label": _("Substitutes"), "url": reverse("orders:substitutes")}]
