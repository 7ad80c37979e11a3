"""Pages of warehouses: the list, the form, and the switches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.audit.record import lines_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError, FieldProblem, NotFound
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import pressed, submitted, version_of
from platform_core.web.asking import actor_of, paged
from platform_core.web.downloads import table_download
from platform_core.web.form_refusals import show_refusal
from platform_core.web.history import history
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips, words_of
from platform_core.workbooks.columns import Choice, Column, Kind
from tenant_apps.access import queries as access
from tenant_apps.logistics import commands, queries
from tenant_apps.logistics.forms import KINDS, WarehouseForm, initial_of
from tenant_apps.logistics.models import Warehouse
from tenant_apps.logistics.permissions import LogisticsPermission

STATES = (("yes", gettext_lazy("enabled")), ("no", gettext_lazy("disabled")))
VERBS = {
    "created": gettext_lazy("Created"),
    "changed": gettext_lazy("Changed"),
    "enabled": gettext_lazy("Enabled"),
    "disabled": gettext_lazy("Disabled"),
    "made_default": gettext_lazy("Made the default"),
}
FIELDS = {"conditions": gettext_lazy("Conditions"), "copied_from": gettext_lazy("Copied from")}
COLUMNS = (
    Column("code", "Code", "编码"),
    Column("name", "Name", "名称"),
    Column(
        "kind",
        "Stock",
        "库存类型",
        Kind.CHOICE,
        choices=(Choice("own", "Own", "自有"), Choice("erp", "ERP", "ERP")),
    ),
    Column("region1", "Province or state", "省"),
    Column("region2", "City", "市"),
    Column("region3", "District", "区"),
    Column("line1", "Street and number", "详细地址"),
    Column("is_default", "Default", "默认", Kind.BOOLEAN),
    Column("finance_review", "Finance review", "财务审核", Kind.BOOLEAN),
    Column("after_sales_review", "After-sales review", "售后审核", Kind.BOOLEAN),
    Column("enabled", "Enabled", "启用", Kind.BOOLEAN),
)
LIST = ListColumns(
    ListColumn("code", gettext_lazy("Code"), sort="code"),
    ListColumn("name", gettext_lazy("Name"), sort="name", fixed=True, export=("name", "is_default")),
    ListColumn("kind", pgettext_lazy("kind", "Stock")),
    ListColumn("place", gettext_lazy("Place"), export=("region1", "region2", "region3", "line1")),
    ListColumn("finance_review", gettext_lazy("Finance review")),
    ListColumn("after_sales_review", gettext_lazy("After-sales review"), shown=False),
    ListColumn("enabled", gettext_lazy("State"), sort="enabled"),
    order="code",
)


def supplier_actor(request: HttpRequest) -> Actor:
    """Who asks, when it is one of the supplier's people who may read logistics."""
    actor = actor_of(request)
    actor.require(LogisticsPermission.READ)
    if actor.dealer_id is not None:
        raise NotFound(noun=_("page"))
    return actor


def tabs(request: HttpRequest, here: str) -> list[dict[str, Any]]:
    """The lists of logistics."""
    named = (
        ("warehouses", _("Warehouses")),
        ("carriers", _("Carriers")),
        ("memo_rules", _("Memo extraction")),
    )
    return [
        {"label": label, "url": reverse(f"logistics:{name}"), "active": name == here} for name, label in named
    ]


@require_GET
@keeps_views
def warehouse_list(request: HttpRequest) -> HttpResponse:
    """The warehouses the actor may see."""
    actor = supplier_actor(request)
    words = {
        "q": FilterWords(_("Search")),
        "kind": FilterWords(pgettext("kind", "Stock"), words_of(KINDS)),
        "enabled": FilterWords(_("State"), words_of(STATES)),
    }
    context = {
        "page": paged(request, _rows(request, actor)),
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET),
        "kinds": KINDS,
        "states": STATES,
        "tabs": tabs(request, "warehouses"),
        "may_manage": actor.may(LogisticsPermission.MANAGE),
    }
    return render(request, "logistics/warehouses.html", context)


@require_GET
def warehouse_export(request: HttpRequest) -> FileResponse:
    """The filtered list as a file."""
    rows = _rows(request, supplier_actor(request))
    kind = request.GET.get("format", "xlsx")
    values = (
        {column.key: getattr(row, column.key) for column in COLUMNS} for row in rows.iterator(chunk_size=500)
    )
    columns = LIST.exported(request.GET, COLUMNS)
    return table_download(name="warehouses", kind=kind, columns=columns, rows=values)


def _rows(request: HttpRequest, actor: Actor) -> Any:
    asked = request.GET
    rows = queries.warehouses_visible_to(actor)
    rows = queries.matching(rows, asked.get("q", ""), asked.get("enabled", ""), asked.get("kind", ""))
    return queries.sorted_by(rows, asked.get("sort", "code"))


@require_http_methods(["GET", "POST"])
def warehouse_new(request: HttpRequest) -> HttpResponse:
    """Add a warehouse."""
    actor = managing_actor(request)
    form = WarehouseForm(
        request.POST or None,
        carriers=_carriers(actor),
        home_country=access.settings().country,
        initial={"after_sales_review": True},
    )
    return _form_page(request, form, None, lambda values: commands.add_warehouse(actor=actor, values=values))


@require_http_methods(["GET", "POST"])
def warehouse_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a warehouse; whoever may only read sees its values."""
    actor = supplier_actor(request)
    warehouse = queries.warehouse_for(actor, public_id)
    form = WarehouseForm(
        request.POST or None,
        carriers=_carriers(actor),
        home_country=access.settings().country,
        initial=initial_of(warehouse),
    )

    def change(values: dict[str, Any]) -> Warehouse:
        version = version_of(request, warehouse.version)
        return commands.change_warehouse(actor=actor, warehouse_id=public_id, changes=values, version=version)

    return _form_page(request, form, warehouse, change)


def _form_page(
    request: HttpRequest,
    form: WarehouseForm,
    warehouse: Warehouse | None,
    act: Callable[[dict[str, Any]], Warehouse],
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        saved, status = submitted(form, lambda: act(form.values()), _show_refusal)
        if saved:
            messages.success(request, _("The warehouse {name} is saved.").format(name=saved.name))
            return redirect("logistics:warehouses")
    # Higher apps log here as well (stock takes): their words are theirs, so are their pages.
    lines = lines_of("warehouse", warehouse.public_id).filter(verb__in=VERBS)[:20] if warehouse else ()
    fields = {name: field.label for name, field in form.fields.items()}
    context = {
        "form": form,
        "warehouse": warehouse,
        "version": warehouse and version_of(request, warehouse.version),
        "history": history(lines, VERBS, fields | FIELDS, words=_words(form)),
        "may_manage": actor_of(request).may(LogisticsPermission.MANAGE),
    }
    return render(request, "logistics/warehouse_form.html", context, status=status)


def _words(form: WarehouseForm) -> dict[str, Callable[[str], str]]:
    """How stored codes read in the history."""
    kinds = {code: str(word) for code, word in KINDS}
    labels = {
        kind: str(form.fields[f"condition_{field}"].label)
        for kind, field in (("carrier", "carriers"), ("region", "regions"), ("freight_zero", "freight_zero"))
    }

    def conditions(told: str) -> str:
        parts = (one.partition(" ") for one in told.split("; "))
        return "; ".join(f"{labels.get(kind, kind)} {rest}".strip() for kind, _space, rest in parts)

    return {"kind": lambda code: kinds.get(code, code), "conditions": conditions}


def _show_refusal(form: WarehouseForm, error: DomainError) -> int:
    """The conditions are three fields of the form and one list of the command."""
    error.problems = tuple(_at_form_field(one) for one in error.problems)
    return show_refusal(form, error)


def _at_form_field(problem: FieldProblem) -> FieldProblem:
    if not problem.pointer.startswith("/conditions"):
        return problem
    field = "carriers" if problem.pointer.endswith("/carrier") else "regions"
    return replace(problem, pointer=f"/condition_{field}")


@require_POST
def warehouse_switch(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """Enable, disable, make the default, or copy the conditions to the other warehouses."""
    actor = managing_actor(request)
    pressed(request, lambda: _act(actor, public_id, act))
    return redirect(
        reverse("logistics:warehouse", args=[public_id]) if act == "apply" else "logistics:warehouses"
    )


def _act(actor: Actor, public_id: str, act: str) -> str:
    if act == "apply":
        count = len(commands.apply_conditions_everywhere(actor=actor, warehouse_id=public_id))
        said = ngettext(
            "{count} other warehouse has these conditions now.",
            "{count} other warehouses have these conditions now.",
            count,
        )
        return said.format(count=count)
    if act == "default":
        row = commands.make_default_warehouse(actor=actor, warehouse_id=public_id)
        return _("{name} is the default now.").format(name=row.name)
    if act == "enable":
        row = commands.enable_warehouse(actor=actor, warehouse_id=public_id)
        return _("{name} is enabled.").format(name=row.name)
    row = commands.disable_warehouse(actor=actor, warehouse_id=public_id)
    return _("{name} is disabled.").format(name=row.name)


def managing_actor(request: HttpRequest) -> Actor:
    """Who asks, when it may change warehouses and carriers: a form nobody may send is not shown."""
    actor = supplier_actor(request)
    actor.require(LogisticsPermission.MANAGE)
    return actor


def _carriers(actor: Actor) -> list[tuple[str, str]]:
    rows = queries.carriers_visible_to(actor).order_by("code")
    return [(row.public_id, f"{row.name} ({row.code})") for row in rows]
