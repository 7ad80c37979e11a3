"""Pages of price rules: the list, one rule, many at once, the workbook, and why a price is what it is."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.attachments import store
from platform_core.imports.queries import file_of
from platform_core.kernel.actor import Actor
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import pressed, submitted, version_of
from platform_core.web.asking import paged
from platform_core.web.bulk import BULK_MAX, chosen, one_by_one, show_results
from platform_core.web.downloads import table_download, template_download
from platform_core.web.faults import faults_of
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, address, filter_chips
from tenant_apps.dealers import queries as dealers
from tenant_apps.strategies import commands
from tenant_apps.strategies.forms import PriceRuleForm, UploadForm, initial_of_rule
from tenant_apps.strategies.models import PriceRule
from tenant_apps.strategies.pages.shared import asker, common, crumbs, tabs, typed_quantity
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.price_words import steps_of
from tenant_apps.strategies.queries import price_rules as queries
from tenant_apps.strategies.queries import price_rules_sheet as sheet
from tenant_apps.strategies.queries.goods_list import price_answer

STATES: tuple[tuple[str, Any], ...] = (
    (queries.NOW, gettext_lazy("Counts today")),
    (queries.LATER, gettext_lazy("Begins later")),
    (queries.OVER, gettext_lazy("Over")),
)
LIST = ListColumns(
    ListColumn("who", gettext_lazy("For"), sort="who", fixed=True, export=("dealer", "dealer_name", "level")),
    ListColumn("sku", "SKU", sort="sku", export=("sku", "sku_name")),
    ListColumn("price", gettext_lazy("Price"), numeric=True, export=("fixed", "rate")),
    ListColumn("from", gettext_lazy("From quantity"), sort="from", numeric=True, export=("from_quantity",)),
    ListColumn("begin", gettext_lazy("Days"), sort="begin", export=("valid_from", "valid_until")),
    ListColumn("state", gettext_lazy("State"), export=()),
    ListColumn("updated", pgettext_lazy("moment", "Changed"), sort="updated", shown=False, export=()),
    order="who",
)


@require_GET
@keeps_views
def rule_list(request: HttpRequest) -> HttpResponse:
    """All visible price rules with search and filters."""
    actor = asker(request)
    asked = request.GET
    levels = list(dealers.levels_visible_to(actor).values_list("public_id", "name"))
    words = {
        "q": FilterWords(_("Search")),
        "level": FilterWords(_("Level"), dict(levels)),
        "dealer": FilterWords(_("Dealer"), _name_of_dealer(actor, asked.get("dealer", ""))),
        "sku": FilterWords("SKU", {queries.EVERY_SKU: _("Every SKU")}),
        "state": FilterWords(_("State"), {value: str(label) for value, label in STATES}),
    }
    page = paged(request, queries.price_rules_matching(actor, queries.PriceRuleFilter.of(asked)))
    for rule in page.object_list:
        setattr(rule, "state", queries.state_of(rule))  # noqa: B010 - only for the page
    context = {
        **common(actor),
        "page": page,
        "filters": asked,
        "chips": filter_chips(asked, words),
        "columns": LIST.chosen(asked),
        "tabs": tabs("prices"),
        "levels": levels,
        "states": STATES,
    }
    return render(request, "strategies/price_rules.html", context)


@require_http_methods(["GET", "POST"])
def rule_new(request: HttpRequest) -> HttpResponse:
    """Add a rule; the address may name dealer, level and SKU beforehand."""
    actor = asker(request, StrategyPermission.MANAGE)
    initial = {name: request.GET.get(name, "") for name in ("dealer", "level", "sku")}
    form = PriceRuleForm(request.POST or None, levels=_levels(actor), initial=initial)
    status = 200
    if request.method == "POST":
        made, status = submitted(form, lambda: commands.add_price_rule(actor=actor, values=form.values()))
        if made:
            return redirect("strategies:price_rules")
    return _form_page(request, actor, form, None, status)


@require_http_methods(["GET", "POST"])
def rule_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a rule."""
    actor = asker(request, StrategyPermission.MANAGE)
    rule = queries.price_rule_for(actor, public_id)
    version = version_of(request, rule.version)
    form = PriceRuleForm(request.POST or None, levels=_levels(actor), initial=initial_of_rule(rule))
    status = 200
    if request.method == "POST":
        changed, status = submitted(
            form,
            lambda: commands.change_price_rule(
                actor=actor, rule_id=public_id, changes=form.values(), version=version
            ),
        )
        if changed:
            return redirect("strategies:price_rules")
    return _form_page(request, actor, form, rule, status, version)


@require_POST
def rule_delete(request: HttpRequest, public_id: str) -> HttpResponse:
    """Delete a rule."""
    actor = asker(request, StrategyPermission.MANAGE)

    def delete() -> str:
        commands.delete_price_rule(actor=actor, rule_id=public_id)
        return _("The price rule is deleted.")

    pressed(request, delete)
    return redirect("strategies:price_rules")


@require_POST
def rules_bulk(request: HttpRequest) -> HttpResponse:
    """Delete the chosen rules, each by itself; a result per row."""
    actor = asker(request, StrategyPermission.MANAGE)
    if request.POST.get("action") != "delete":
        raise Http404
    back = QueryDict(request.POST.get("back", ""))
    rows = chosen(
        request,
        queries.price_rules_visible_to(actor),
        queries.price_rules_matching(actor, queries.PriceRuleFilter.of(back)),
    )

    def delete(rule: PriceRule) -> str:
        commands.delete_price_rule(actor=actor, rule_id=rule.public_id)
        return _("deleted")

    here = f"{reverse('strategies:price_rules')}{address(back)}"
    return show_results(
        request,
        one_by_one(rows[:BULK_MAX], delete, lambda rule: (_said(rule), here)),
        title=_("Delete price rules"),
        back=here,
        noun=_("Price rule"),
        left_out=len(rows) > BULK_MAX,
    )


@require_GET
def rules_export(request: HttpRequest) -> FileResponse:
    """What the list shows, as a file that the import reads back."""
    actor = asker(request)
    rules = queries.price_rules_matching(actor, queries.PriceRuleFilter.of(request.GET))
    columns = LIST.exported(request.GET, (*sheet.COLUMNS, *sheet.NAMES))
    kind = request.GET.get("format", "xlsx")
    return table_download(name=_("Price rules"), kind=kind, columns=columns, rows=sheet.export_rows(rules))


@require_GET
def rules_template(request: HttpRequest) -> FileResponse:
    """An empty workbook of price rules."""
    asker(request)
    return template_download(
        name=_("Price rules"), columns=sheet.COLUMNS, examples=sheet.EXAMPLES, notes=sheet.NOTES
    )


@require_http_methods(["GET", "POST"])
def rules_import(request: HttpRequest) -> HttpResponse:
    """Upload a workbook of price rules; a clean one goes on to its preview, another shows its errors."""
    actor = asker(request, StrategyPermission.MANAGE)
    form = UploadForm(request.POST or None, request.FILES or None)
    context = {**common(actor), "crumbs": _place(), "form": form}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            upload = form.cleaned_data["file"]
            preview = sheet.rules_preview(actor, upload.file, upload.name, locale=get_language() or "en")
            if preview.table.is_clean:
                kept = commands.upload_price_rules(actor=actor, file=upload, table=preview.table)
                return redirect("strategies:price_rules_preview", kept.public_id)
            context |= faults_of(preview.table, sheet.COLUMNS)
    return render(request, "strategies/price_rules_import.html", context, status=status)


@require_GET
def rules_preview(request: HttpRequest, file_id: str) -> HttpResponse:
    """What the uploaded workbook would change."""
    actor = asker(request, StrategyPermission.MANAGE)
    kept = sheet.rules_file_for(actor, file_id)
    with store.open_file(file_of(kept)) as file:
        preview = sheet.rules_preview(actor, file, kept.name, locale=get_language() or "en")
    changes = [line for line in preview.lines if line.outcome != "unchanged"]
    context = {
        **common(actor),
        **faults_of(preview.table, sheet.COLUMNS),
        "crumbs": _place(),
        "counts": {name: preview.count(name) for name in ("added", "updated", "unchanged")},
        "lines": changes[: sheet.PREVIEW_ROWS],
        "hidden": max(len(changes) - sheet.PREVIEW_ROWS, 0),
        "name": kept.name,
        "kept": kept,
    }
    return render(request, "strategies/price_rules_preview.html", context)


@require_GET
def price_why(request: HttpRequest, dealer_id: str, sku_id: str) -> HttpResponse:
    """Where a dealer's price of a SKU comes from, for a quantity: every step (WK-13)."""
    actor = asker(request)
    dealer = dealers.dealer_for(actor, dealer_id)
    found = price_answer(actor, dealer, sku_id, typed_quantity(request.GET.get("quantity", "")))
    context = {
        **common(actor),
        "dealer": dealer,
        "row": found.row,
        "answer": found.answer,
        "steps": steps_of(found.answer, for_supplier=True),
        "tiers": found.tiers,
    }
    return render(request, "strategies/parts/price_why.html", context)


def _form_page(
    request: HttpRequest,
    actor: Actor,
    form: PriceRuleForm,
    rule: PriceRule | None,
    status: int,
    version: int = 0,
) -> HttpResponse:
    context = {**common(actor), "form": form, "rule": rule, "version": version, "crumbs": _place()}
    return render(request, "strategies/price_rule_form.html", context, status=status)


def _levels(actor: Actor) -> list[tuple[str, str]]:
    return list(dealers.levels_visible_to(actor).values_list("public_id", "name"))


def _name_of_dealer(actor: Actor, public_id: str) -> dict[str, str]:
    rows = dealers.dealers_visible_to(actor).filter(public_id=public_id.replace("\0", ""))
    return dict(rows.values_list("public_id", "name")) if public_id else {}


def _place() -> list[dict[str, str]]:
    return crumbs("strategies:price_rules", _("Price rules"))


def _said(rule: PriceRule) -> str:
    who = rule.dealer.name if rule.dealer else rule.level.name if rule.level else ""
    return f"{who}, {rule.sku.merchant_code if rule.sku else _('Every SKU')}"
