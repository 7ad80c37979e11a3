"""Pages of memo extraction: the rules in their order, a box to try them, the form, the import."""

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
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import pressed, submitted, version_of
from platform_core.web.asking import paged
from platform_core.web.downloads import table_download, template_download
from platform_core.web.faults import faults_of
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips, words_of
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import read_table
from tenant_apps.logistics import commands, queries
from tenant_apps.logistics.forms import TARGETS, MemoRuleForm, UploadForm, initial_of_memo_rule
from tenant_apps.logistics.models import MemoRule
from tenant_apps.logistics.pages.warehouses import STATES, managing_actor, supplier_actor, tabs
from tenant_apps.logistics.permissions import LogisticsPermission
from tenant_apps.logistics.rules import MEMO_COLUMNS as COLUMNS
from tenant_apps.logistics.rules import MEMO_IMPORT, MEMO_ROWS_MAX, filled_rows, rule_for

LIST = ListColumns(
    ListColumn("position", gettext_lazy("Rank")),
    ListColumn("target", gettext_lazy("Memo")),
    ListColumn("keyword", gettext_lazy("Keyword"), fixed=True),
    ListColumn("carrier", gettext_lazy("Carrier")),
    ListColumn("enabled", gettext_lazy("State")),
    order="position",
)


@require_GET
@keeps_views
def memo_rule_list(request: HttpRequest) -> HttpResponse:
    """The rules as they run; what stands in the two boxes is tried on them (W-044…W-046)."""
    actor = supplier_actor(request)
    words = {
        "q": FilterWords(_("Search")),
        "target": FilterWords(_("Memo"), words_of(TARGETS)),
        "enabled": FilterWords(_("State"), words_of(STATES)),
    }
    context = {
        "page": paged(request, _rows(request, actor)),
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET),
        "states": STATES,
        "targets": TARGETS,
        "tabs": tabs(request, "memo_rules"),
        "may_manage": actor.may(LogisticsPermission.MANAGE),
        **_tried(request, actor),
    }
    return render(request, "logistics/memo_rules.html", context)


def _tried(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    memo, service = request.GET.get("memo", ""), request.GET.get("service_memo", "")
    if not memo and not service:
        return {"is_tried": False}
    rows = queries.memo_rules_visible_to(actor).filter(carrier__enabled=True)
    return {"is_tried": True, "met": rule_for(rows, memo=memo, service_memo=service)}


@require_GET
def memo_rule_export(request: HttpRequest) -> FileResponse:
    """The filtered rules as a file that the import reads back."""
    rows = _rows(request, supplier_actor(request))
    values = (
        {
            "target": row.target,
            "keyword": row.keyword,
            "carrier": row.carrier.code,
            "position": row.position,
            "enabled": row.enabled,
        }
        for row in rows
    )
    kind = request.GET.get("format", "xlsx")
    return table_download(
        name="memo-rules", kind=kind, columns=LIST.exported(request.GET, COLUMNS), rows=values
    )


def _rows(request: HttpRequest, actor: Actor) -> Any:
    asked = request.GET
    rows = queries.memo_rules_visible_to(actor)
    return queries.memo_rules_matching(
        rows, asked.get("q", ""), asked.get("enabled", ""), asked.get("target", "")
    )


@require_http_methods(["GET", "POST"])
def memo_rule_new(request: HttpRequest) -> HttpResponse:
    """Add a rule."""
    actor = managing_actor(request)
    return _form_page(request, actor, None, lambda values: commands.add_memo_rule(actor=actor, values=values))


@require_http_methods(["GET", "POST"])
def memo_rule_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a rule."""
    actor = managing_actor(request)
    rule = queries.memo_rule_for(actor, public_id)

    def change(values: Mapping[str, Any]) -> MemoRule:
        version = version_of(request, rule.version)
        return commands.change_memo_rule(actor=actor, rule_id=public_id, changes=values, version=version)

    return _form_page(request, actor, rule, change)


def _form_page(
    request: HttpRequest,
    actor: Actor,
    rule: MemoRule | None,
    act: Callable[[Mapping[str, Any]], MemoRule],
) -> HttpResponse:
    carriers = [
        (row.public_id, f"{row.name} ({row.code})")
        for row in queries.carriers_visible_to(actor).filter(enabled=True).order_by("name")
    ]
    initial = initial_of_memo_rule(rule) if rule else None
    form = MemoRuleForm(request.POST or None, initial=initial, carriers=carriers)
    status = 200
    if request.method == "POST":
        saved, status = submitted(form, lambda: act(form.cleaned_data))
        if saved:
            messages.success(request, _("The rule for “{keyword}” is saved.").format(keyword=saved.keyword))
            return redirect("logistics:memo_rules")
    context = {"form": form, "rule": rule, "version": rule and version_of(request, rule.version)}
    return render(request, "logistics/memo_rule_form.html", context, status=status)


@require_POST
def memo_rule_switch(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """Enable, disable or delete."""
    actor = managing_actor(request)
    pressed(request, lambda: _act(actor, public_id, act))
    return redirect("logistics:memo_rules")


def _act(actor: Actor, public_id: str, act: str) -> str:
    if act == "delete":
        commands.delete_memo_rule(actor=actor, rule_id=public_id)
        return _("The rule is deleted.")
    changes = {"enabled": act == "enable"}
    row = commands.change_memo_rule(actor=actor, rule_id=public_id, changes=changes)
    said = _("{name} is enabled.") if row.enabled else _("{name} is disabled.")
    return said.format(name=row.keyword)


@require_http_methods(["GET", "POST"])
def memo_rule_import(request: HttpRequest) -> HttpResponse:
    """Upload a workbook and see what it would do; nothing is stored yet."""
    actor = managing_actor(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            limits = Limits(rows_max=MEMO_ROWS_MAX)
            table = read_table(file, file.name, COLUMNS, limits=limits, locale=get_language() or "en")
            context |= faults_of(table, COLUMNS)
            if table.is_clean:
                status = 200
                kept = upload(actor=actor, kind=MEMO_IMPORT, file=file, table=table)
                context |= {"kept": kept, "rows": filled_rows(table), "targets": dict(TARGETS)}
    return render(request, "logistics/memo_rule_import.html", context, status=status)


@require_GET
def memo_rule_template(request: HttpRequest) -> FileResponse:
    """The empty workbook, and the codes of the carriers beside it."""
    actor = managing_actor(request)
    examples = [
        {"target": "memo", "keyword": "顺丰", "carrier": "SF", "position": 1, "enabled": True},
        {"target": "service_memo", "keyword": "pick up", "carrier": "PICKUP", "position": 2, "enabled": True},
    ]
    lookups = [queries.carrier_codes(actor)]
    return template_download(name="memo-rules", columns=COLUMNS, examples=examples, lookups=lookups)
