"""A dealer's own item codes (K-06): typed into its list of goods, or imported, by either side's people."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.attachments import store
from platform_core.imports.queries import file_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import Invalid, NotFound
from platform_core.web.asking import actor_of
from platform_core.web.downloads import table_download, template_download
from platform_core.web.faults import faults_of
from tenant_apps.dealers import queries as dealers
from tenant_apps.dealers.models import Dealer
from tenant_apps.strategies import commands, queries
from tenant_apps.strategies.forms import UploadForm
from tenant_apps.strategies.pages.shared import first_sentence
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries.goods_table import NAMES
from tenant_apps.strategies.rules import CodeChange

SHOWN_ROWS = 50


@require_GET
def codes(request: HttpRequest, dealer_id: str) -> HttpResponse:
    """Where the codes are seen: in the reader's own list of the goods."""
    return redirect(_home(*_asked(request, dealer_id)))


@require_POST
def own_code(request: HttpRequest, dealer_id: str, sku_id: str) -> HttpResponse:
    """The code and name that somebody typed into the list; answers their two fields."""
    actor, dealer = _asked(request, dealer_id)
    found = queries.offered_skus(actor, dealer, queries.GoodsFilter(sku=sku_id))[0:1]
    if not found:
        raise NotFound(noun="SKU")
    code = found[0]["code"]
    own, name = (" ".join(request.POST.get(f"{part}-{sku_id}", "").split()) for part in ("code", "name"))
    context: dict[str, Any] = {"dealer": dealer, "row": {"sku": sku_id, "code": code}}
    context["row"] |= {"own_code": own, "own_name": name}
    status = 200
    try:
        commands.put_codes(actor=actor, dealer_id=dealer_id, items=[CodeChange(code, own, name)])
        context["saved"] = True
    except Invalid as error:
        context["error"], status = first_sentence(error), 422
    return render(request, "strategies/parts/own_code.html", {**context, "may_code": True}, status=status)


@require_GET
def codes_template(request: HttpRequest) -> FileResponse:
    """An empty workbook of own codes."""
    actor_of(request).require(StrategyPermission.MANAGE_CODES)
    return template_download(
        name=_("Own item codes"),
        columns=queries.CODE_COLUMNS,
        examples=queries.CODE_EXAMPLES,
        notes=queries.CODE_NOTES,
    )


@require_GET
def codes_export(request: HttpRequest, dealer_id: str) -> FileResponse:
    """Every SKU of the dealer with its own code, as the import reads it back."""
    actor, dealer = _asked(request, dealer_id)
    goods = queries.offered_skus(actor, dealer)[0:None]
    return table_download(
        name=_("Own item codes"),
        kind=request.GET.get("format", "xlsx"),
        columns=(*queries.CODE_COLUMNS, *NAMES),
        rows=queries.code_rows(goods, dealer),
    )


@require_http_methods(["GET", "POST"])
def codes_import(request: HttpRequest, dealer_id: str) -> HttpResponse:
    """Upload a workbook of own codes; a clean one goes on to its preview, another shows its errors."""
    actor, dealer = _asked(request, dealer_id)
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, **_place(actor, dealer)}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            upload = form.cleaned_data["file"]
            preview = queries.codes_preview(actor, dealer, upload.file, upload.name, locale=_locale())
            if preview.table.is_clean:
                kept = commands.upload_codes(
                    actor=actor, dealer_id=dealer_id, file=upload, table=preview.table
                )
                return redirect("strategies:codes_preview", dealer_id, kept.public_id)
            context |= faults_of(preview.table, queries.CODE_COLUMNS)
    return render(request, "strategies/codes_import.html", context, status=status)


@require_GET
def codes_preview(request: HttpRequest, dealer_id: str, file_id: str) -> HttpResponse:
    """What the uploaded workbook would change."""
    actor, dealer = _asked(request, dealer_id)
    kept = queries.codes_file_for(actor, dealer, file_id)
    with store.open_file(file_of(kept)) as file:
        preview = queries.codes_preview(actor, dealer, file, kept.name, locale=_locale())
    changes = [one for one in preview.rows if one.outcome != "unchanged"]
    context = {
        **_place(actor, dealer),
        **faults_of(preview.table, queries.CODE_COLUMNS),
        "counts": [(word, preview.count(key), icon) for key, word, icon in _counted()],
        "changes": changes[:SHOWN_ROWS],
        "hidden": max(len(changes) - SHOWN_ROWS, 0),
        "name": kept.name,
        "kept": kept,
    }
    return render(request, "strategies/codes_preview.html", context)


def _counted() -> tuple[tuple[str, str, str], ...]:
    return (
        ("added", _("Added"), "plus"),
        ("updated", _("Updated"), "pencil"),
        ("removed", _("Removed"), "trash-2"),
        ("unchanged", _("Unchanged"), "check"),
    )


def _asked(request: HttpRequest, dealer_id: str) -> tuple[Actor, Dealer]:
    """Who asks, and for which of the dealers it may see. Raises NotPermitted, NotFound."""
    actor = actor_of(request)
    actor.require(StrategyPermission.MANAGE_CODES)
    return actor, dealers.dealer_for(actor, dealer_id)


def _home(actor: Actor, dealer: Dealer) -> str:
    if actor.dealer_id is not None:
        return reverse("strategies:my_goods")
    return reverse("strategies:dealer_goods", args=[dealer.public_id])


def _place(actor: Actor, dealer: Dealer) -> dict[str, Any]:
    name = _("My goods") if actor.dealer_id is not None else dealer.name
    return {
        "dealer": dealer,
        "home": _home(actor, dealer),
        "crumbs": [{"label": name, "url": _home(actor, dealer)}],
    }


def _locale() -> str:
    return get_language() or "en"
