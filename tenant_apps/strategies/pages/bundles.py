"""A dealer's own bundles: list, form, bulk acts, import (W-119)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.attachments import store
from platform_core.imports.queries import file_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving
from platform_core.kernel.errors import DomainError, FieldProblem, NotFound
from platform_core.kernel.quantity import plain
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import submitted, version_of
from platform_core.web.asking import actor_of, paged
from platform_core.web.bulk import BULK_MAX, chosen, one_by_one, show_results
from platform_core.web.downloads import table_download, template_download
from platform_core.web.faults import faults_of
from platform_core.web.form_refusals import show_refusal
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, address, filter_chips
from tenant_apps.strategies.bundles import written
from tenant_apps.strategies.commands import bundles as commands
from tenant_apps.strategies.forms import BundleForm, UploadForm
from tenant_apps.strategies.models import Bundle
from tenant_apps.strategies.pages.shared import crumbs
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries.bundle_table import (
    COLUMNS,
    EXAMPLES,
    NOTES,
    bundle_file_for,
    bundle_preview,
    export_rows,
)
from tenant_apps.strategies.queries.bundles import bundle_for, bundles_matching, bundles_visible_to

SHOWN_BUNDLES = 50
STATES: tuple[tuple[str, Any], ...] = (
    ("enabled", gettext_lazy("Can be ordered")),
    ("disabled", gettext_lazy("Disabled")),
)
LIST = ListColumns(
    ListColumn("code", gettext_lazy("Code"), sort="code", fixed=True),
    ListColumn("name", gettext_lazy("Name"), sort="name"),
    ListColumn("items", gettext_lazy("SKUs"), export=("merchant_code", "quantity")),
    ListColumn("price", gettext_lazy("Sales price"), sort="price", numeric=True, export=("sales_price",)),
    ListColumn("state", gettext_lazy("State"), export=()),
    order="code",
)
_TITLES: Final = {
    "enable": gettext_lazy("Enable bundles"),
    "disable": gettext_lazy("Disable bundles"),
    "delete": gettext_lazy("Delete bundles"),
}


@require_GET
@keeps_views
def bundle_list(request: HttpRequest) -> HttpResponse:
    """The dealer's bundles with what they hold."""
    actor = _keeper(request)
    page = paged(request, _rows(actor, request.GET).prefetch_related("items__sku"))
    for row in page.object_list:
        row.written = _written(row)
    words = {"q": FilterWords(_("Search")), "state": FilterWords(_("State"), dict(STATES))}
    context = {
        "page": page,
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET),
        "states": STATES,
        "currency": serving().currency,
    }
    return render(request, "strategies/bundles.html", context)


@require_GET
def bundle_export(request: HttpRequest) -> FileResponse:
    """The filtered bundles as a workbook that the import reads back."""
    rows = _rows(_keeper(request), request.GET).prefetch_related("items__sku")
    kind = request.GET.get("format", "xlsx")
    columns = LIST.exported(request.GET, COLUMNS)
    return table_download(name=_("Bundles"), kind=kind, columns=columns, rows=export_rows(rows))


@require_http_methods(["GET", "POST"])
def bundle_new(request: HttpRequest) -> HttpResponse:
    """Make a bundle."""
    actor = _keeper(request)
    form = BundleForm(request.POST or None)
    return _form_page(request, form, None, lambda v: commands.add_bundle(actor=actor, values=v))


@require_http_methods(["GET", "POST"])
def bundle_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a bundle."""
    actor = _keeper(request)
    row = bundle_for(actor, public_id)
    version = version_of(request, row.version)
    initial = {
        "code": row.code,
        "name": row.name,
        "sales_price": None if row.sales_price is None else plain(Decimal(row.sales_price)),
        "items": "\n".join(f"{item.sku.merchant_code} {plain(item.quantity)}" for item in _items(row)),
        "enabled": row.enabled,
    }
    form = BundleForm(request.POST or None, initial=initial)

    def change(values: dict[str, Any]) -> Bundle:
        return commands.change_bundle(actor=actor, bundle_id=public_id, changes=values, version=version)

    return _form_page(request, form, row, change, version)


@require_POST
def bundle_delete(request: HttpRequest, public_id: str) -> HttpResponse:
    """Delete a bundle."""
    commands.delete_bundle(actor=_keeper(request), bundle_id=public_id)
    messages.success(request, _("The bundle is deleted."))
    return redirect("strategies:bundles")


@require_POST
def bundle_bulk(request: HttpRequest) -> HttpResponse:
    """Enable, disable or delete the chosen bundles; a result for each."""
    actor = _keeper(request)
    name = request.POST.get("action", "")
    if name not in _ACTS:
        raise Http404
    back = QueryDict(request.POST.get("back", ""))
    rows = chosen(request, bundles_visible_to(actor), _rows(actor, back))
    return show_results(
        request,
        one_by_one(rows[:BULK_MAX], lambda row: _ACTS[name](actor, row), _named),
        title=_TITLES[name],
        back=f"{reverse('strategies:bundles')}{address(back)}",
        noun=_("Bundle"),
        left_out=len(rows) > BULK_MAX,
    )


@require_http_methods(["GET", "POST"])
def bundle_import(request: HttpRequest) -> HttpResponse:
    """Upload a workbook of bundles; a clean one goes on to its preview."""
    actor = _keeper(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "crumbs": crumbs("strategies:bundles", _("Bundles"))}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            upload = form.cleaned_data["file"]
            preview = bundle_preview(actor, upload.file, upload.name, locale=get_language() or "en")
            if preview.table.is_clean:
                kept = commands.upload_bundles(actor=actor, file=upload, table=preview.table)
                return redirect("strategies:bundle_preview", kept.public_id)
            context |= faults_of(preview.table, COLUMNS)
    return render(request, "strategies/bundle_import.html", context, status=status)


@require_GET
def bundle_preview_page(request: HttpRequest, file_id: str) -> HttpResponse:
    """What the uploaded workbook would add and replace."""
    actor = _keeper(request)
    kept = bundle_file_for(actor, file_id)
    with store.open_file(file_of(kept)) as file:
        preview = bundle_preview(actor, file, kept.name, locale=get_language() or "en")
    shown = [
        {**one, "written": written(one["items"]), "is_new": one["code"] not in preview.known}
        for one in preview.bundles[:SHOWN_BUNDLES]
    ]
    context = {
        **faults_of(preview.table, COLUMNS),
        "crumbs": crumbs("strategies:bundles", _("Bundles")),
        "kept": kept,
        "name": kept.name,
        "preview": preview,
        "shown": shown,
        "replaced": len(preview.bundles) - preview.added,
        "hidden": len(preview.bundles) - len(shown),
        "currency": serving().currency,
    }
    return render(request, "strategies/bundle_preview.html", context)


@require_GET
def bundle_template(request: HttpRequest) -> FileResponse:
    """An empty workbook of bundles."""
    _keeper(request)
    return template_download(name=_("Bundles"), columns=COLUMNS, examples=EXAMPLES, notes=NOTES)


def _keeper(request: HttpRequest) -> Actor:
    """Somebody of a dealer who may edit its bundles. Raises NotPermitted, and NotFound for staff."""
    actor = actor_of(request)
    actor.require(StrategyPermission.MANAGE_BUNDLES)
    if actor.dealer_id is None:
        raise NotFound(noun=_("bundle"))
    return actor


def _rows(actor: Actor, asked: QueryDict) -> Any:
    return bundles_matching(actor, asked.get("q", ""), asked.get("state", ""), asked.get("sort", "code"))


def _form_page(
    request: HttpRequest,
    form: BundleForm,
    row: Bundle | None,
    act: Callable[[dict[str, Any]], Bundle],
    version: int = 0,
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        saved, status = submitted(form, lambda: act(dict(form.cleaned_data)), _show_refusal)
        if saved:
            messages.success(request, _("The bundle {name} is saved.").format(name=saved.name))
            return redirect("strategies:bundles")
    context = {"form": form, "bundle": row, "version": version}
    return render(request, "strategies/bundle_form.html", context, status=status)


def _show_refusal(form: BundleForm, error: DomainError) -> int:
    """All SKUs are one field of the form: each sentence says which line it means."""
    lines = [one for one in error.problems if one.pointer.startswith("/items/")]
    for one in lines:
        number = int(one.pointer.split("/")[2]) + 1
        form.add_error("items", _("Line {number}: {sentence}").format(number=number, sentence=one))
    error.problems = tuple[FieldProblem, ...](one for one in error.problems if one not in lines)
    return error.status if lines and not error.problems else show_refusal(form, error)


def _switched(actor: Actor, row: Bundle, *, enabled: bool) -> str:
    commands.change_bundle(actor=actor, bundle_id=row.public_id, changes={"enabled": enabled})
    return _("enabled") if enabled else _("disabled")


def _deleted(actor: Actor, row: Bundle) -> str:
    commands.delete_bundle(actor=actor, bundle_id=row.public_id)
    return _("deleted")


_ACTS: Final[dict[str, Callable[[Actor, Bundle], str]]] = {
    "enable": lambda actor, row: _switched(actor, row, enabled=True),
    "disable": lambda actor, row: _switched(actor, row, enabled=False),
    "delete": _deleted,
}


def _items(row: Bundle) -> list[Any]:
    return sorted(row.items.all(), key=lambda item: item.position)


def _written(row: Bundle) -> str:
    return written([(item.sku.merchant_code, item.quantity) for item in _items(row)])


def _named(row: Bundle) -> tuple[str, str]:
    return f"{row.name} ({row.code})", reverse("strategies:bundle", args=[row.public_id])
