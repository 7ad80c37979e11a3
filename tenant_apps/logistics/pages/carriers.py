"""Pages of carriers: the list, the form, the switches, and the import in two steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.imports.commands import upload
from platform_core.kernel.actor import Actor
from platform_core.kernel.words import noop
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import pressed, submitted, version_of
from platform_core.web.asking import actor_of, paged
from platform_core.web.downloads import table_download, template_download
from platform_core.web.faults import faults_of
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips, words_of
from platform_core.workbooks.columns import Column, Kind
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import read_table
from tenant_apps.logistics import commands, queries
from tenant_apps.logistics.forms import CarrierForm, UploadForm, initial_of_carrier
from tenant_apps.logistics.models import Carrier
from tenant_apps.logistics.pages.warehouses import STATES, managing_actor, supplier_actor, tabs
from tenant_apps.logistics.permissions import LogisticsPermission
from tenant_apps.logistics.rules import CARRIER_COLUMNS as COLUMNS
from tenant_apps.logistics.rules import CARRIER_IMPORT, CARRIER_ROWS_MAX, filled_rows

NOTES = (noop("The last sheet says which codes your carriers have already."),)

EXPORTED = (
    *COLUMNS,
    Column("is_default", "Default", "默认", Kind.BOOLEAN),
    Column("enabled", "Enabled", "启用", Kind.BOOLEAN),
)
LIST = ListColumns(
    ListColumn("code", gettext_lazy("Code"), sort="code", export=("code", "external_id")),
    ListColumn("name", gettext_lazy("Name"), sort="name", fixed=True, export=("name", "is_default")),
    ListColumn("freight", gettext_lazy("Freight"), export=("free_shipping",)),
    ListColumn("enabled", gettext_lazy("State"), sort="enabled"),
    order="code",
)


@require_GET
@keeps_views
def carrier_list(request: HttpRequest) -> HttpResponse:
    """All carriers; the dealer's people see the enabled ones (W-040)."""
    actor = _reader(request)
    words = {"q": FilterWords(_("Search")), "enabled": FilterWords(_("State"), words_of(STATES))}
    context = {
        "page": paged(request, _rows(request, actor)),
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET, without=() if actor.dealer_id is None else ("enabled",)),
        "states": STATES,
        "tabs": tabs(request, "carriers") if actor.dealer_id is None else (),
        "is_supplier": actor.dealer_id is None,
        "may_manage": actor.may(LogisticsPermission.MANAGE),
    }
    return render(request, "logistics/carriers.html", context)


@require_GET
def carrier_export(request: HttpRequest) -> FileResponse:
    """The filtered list as a file that the import reads back."""
    rows = _rows(request, supplier_actor(request))
    values = ({column.key: getattr(row, column.key) for column in EXPORTED} for row in rows)
    kind = request.GET.get("format", "xlsx")
    columns = LIST.exported(request.GET, EXPORTED)
    return table_download(name="carriers", kind=kind, columns=columns, rows=values)


def _reader(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    actor.require(LogisticsPermission.READ)
    return actor


def _rows(request: HttpRequest, actor: Actor) -> Any:
    asked = request.GET
    rows = queries.carriers_visible_to(actor)
    rows = queries.carriers_matching(rows, asked.get("q", ""), asked.get("enabled", ""))
    return queries.sorted_by(rows, asked.get("sort", "code"))


@require_http_methods(["GET", "POST"])
def carrier_new(request: HttpRequest) -> HttpResponse:
    """Add a carrier."""
    actor = managing_actor(request)
    form = CarrierForm(request.POST or None)
    return _form_page(request, form, None, lambda values: commands.add_carrier(actor=actor, values=values))


@require_http_methods(["GET", "POST"])
def carrier_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a carrier."""
    actor = managing_actor(request)
    carrier = queries.carrier_for(actor, public_id)

    def change(values: Mapping[str, Any]) -> Carrier:
        version = version_of(request, carrier.version)
        return commands.change_carrier(actor=actor, carrier_id=public_id, changes=values, version=version)

    form = CarrierForm(request.POST or None, initial=initial_of_carrier(carrier))
    return _form_page(request, form, carrier, change)


def _form_page(
    request: HttpRequest,
    form: CarrierForm,
    carrier: Carrier | None,
    act: Callable[[Mapping[str, Any]], Carrier],
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        saved, status = submitted(form, lambda: act(form.cleaned_data))
        if saved:
            messages.success(request, _("The carrier {name} is saved.").format(name=saved.name))
            return redirect("logistics:carriers")
    context = {"form": form, "carrier": carrier, "version": carrier and version_of(request, carrier.version)}
    return render(request, "logistics/carrier_form.html", context, status=status)


@require_POST
def carrier_switch(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """Enable, disable, or make the default."""
    actor = managing_actor(request)
    pressed(request, lambda: _act(actor, public_id, act))
    return redirect("logistics:carriers")


def _act(actor: Actor, public_id: str, act: str) -> str:
    if act == "default":
        row = commands.make_default_carrier(actor=actor, carrier_id=public_id)
        return _("{name} is the default now.").format(name=row.name)
    if act == "enable":
        row = commands.enable_carrier(actor=actor, carrier_id=public_id)
        return _("{name} is enabled.").format(name=row.name)
    row = commands.disable_carrier(actor=actor, carrier_id=public_id)
    return _("{name} is disabled.").format(name=row.name)


@require_http_methods(["GET", "POST"])
def carrier_import(request: HttpRequest) -> HttpResponse:
    """Upload a workbook and see what it would do; nothing is stored yet."""
    actor = managing_actor(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            limits = Limits(rows_max=CARRIER_ROWS_MAX)
            table = read_table(file, file.name, COLUMNS, limits=limits, locale=get_language() or "en")
            context |= faults_of(table, COLUMNS)
            if table.is_clean:
                status = 200
                kept = upload(actor=actor, kind=CARRIER_IMPORT, file=file, table=table)
                context |= {"kept": kept, **_preview(filled_rows(table), actor)}
    return render(request, "logistics/carrier_import.html", context, status=status)


def _preview(rows: list[dict[str, Any]], actor: Actor) -> dict[str, Any]:
    codes = [row["code"] for row in rows]
    known = set(queries.carriers_visible_to(actor).filter(code__in=codes).values_list("code", flat=True))
    return {
        "rows": [{**row, "is_new": row["code"] not in known} for row in rows],
        "new_count": len(rows) - len(known),
        "known_count": len(known),
    }


@require_GET
def carrier_template(request: HttpRequest) -> FileResponse:
    """The empty workbook, and beside it the carriers that are there, with their codes (W-040)."""
    actor = managing_actor(request)
    examples = [
        {"code": "SF", "name": "SF Express", "free_shipping": False},
        {"code": "PICKUP", "name": "Pick-up at the warehouse", "free_shipping": True},
    ]
    return template_download(
        name="carriers",
        columns=COLUMNS,
        examples=examples,
        notes=NOTES,
        lookups=[queries.carrier_codes(actor)],
    )
