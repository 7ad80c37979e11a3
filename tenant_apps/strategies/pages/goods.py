"""Pages of goods strategies: the list, one strategy's SKUs, who buys by it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from platform_core.audit.record import lines_of
from platform_core.kernel.errors import Invalid, NotFound
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import pressed, submitted
from platform_core.web.asking import actor_of, paged
from platform_core.web.downloads import table_download
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips
from tenant_apps.access import queries as access
from tenant_apps.dealers import queries as dealers
from tenant_apps.strategies import commands, queries
from tenant_apps.strategies.errors import AssignmentNotConfirmed
from tenant_apps.strategies.forms import ItemForm, NameForm
from tenant_apps.strategies.models import GoodsStrategy
from tenant_apps.strategies.pages.shared import (
    asker,
    common,
    crumbs,
    first_sentence,
    tabs,
    typed_count,
    typed_price,
)
from tenant_apps.strategies.permissions import StrategyPermission

STATES: tuple[tuple[str, Any], ...] = (
    ("enabled", gettext_lazy("On offer")),
    ("disabled", gettext_lazy("Disabled")),
)
LIST = ListColumns(
    ListColumn("name", gettext_lazy("Name"), sort="name", fixed=True),
    ListColumn("items", gettext_lazy("SKUs"), sort="items", numeric=True),
    ListColumn("dealers", gettext_lazy("Dealers"), sort="dealers", numeric=True),
    ListColumn("updated", pgettext_lazy("moment", "Changed"), sort="updated"),
    order="name",
)
VERBS = {
    "created": gettext_lazy("Created"),
    "renamed": gettext_lazy("Renamed"),
    "items_changed": gettext_lazy("SKUs and prices changed"),
    "items_removed": gettext_lazy("SKUs removed"),
    "enabled": gettext_lazy("SKUs put on offer"),
    "disabled": gettext_lazy("SKUs disabled"),
    "reset": gettext_lazy("Reset"),
}


@require_GET
@keeps_views
def strategy_list(request: HttpRequest) -> HttpResponse:
    """All goods strategies with their counts."""
    return _list_page(request, NameForm())


@require_POST
def strategy_new(request: HttpRequest) -> HttpResponse:
    """Create a strategy and go to it."""
    actor = asker(request, StrategyPermission.MANAGE)
    form = NameForm(request.POST)
    strategy, status = submitted(
        form, lambda: commands.create_strategy(actor=actor, name=form.cleaned_data["name"])
    )
    if strategy:
        messages.success(request, _("The strategy {name} exists. Add its SKUs.").format(name=strategy.name))
        return redirect("strategies:detail", strategy.public_id)
    return _list_page(request, form, status)


def _list_page(request: HttpRequest, form: NameForm, status: int = 200) -> HttpResponse:
    actor = asker(request)
    asked = request.GET
    rows = queries.strategies_with_counts(actor, asked.get("q", ""), asked.get("sort", "name"))
    context = {
        **common(actor),
        "page": paged(request, rows),
        "filters": asked,
        "chips": filter_chips(asked, {"q": FilterWords(_("Search"))}),
        "columns": LIST.chosen(asked),
        "tabs": tabs("goods"),
        "form": form,
    }
    return render(request, "strategies/list.html", context, status=status)


@require_GET
@keeps_views
def strategy_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """The SKUs of a strategy: search, edit prices, bulk acts (W-072)."""
    actor = asker(request)
    return _detail_page(request, queries.strategy_for(actor, public_id))


def _detail_page(
    request: HttpRequest,
    strategy: GoodsStrategy,
    *,
    item_form: ItemForm | None = None,
    name_form: NameForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = asker(request)
    asked = request.GET
    words = {"q": FilterWords(_("Search")), "state": FilterWords(_("State"), dict(STATES))}
    context = {
        **common(actor),
        "strategy": strategy,
        "page": paged(request, queries.items_matching(strategy, _wanted(request))),
        "item_count": strategy.items.count(),
        "dealer_count": strategy.assignments.count(),
        "filters": asked,
        "chips": filter_chips(asked, words),
        "states": STATES,
        "item_form": item_form or ItemForm(),
        "name_form": name_form or NameForm(initial={"name": strategy.name}),
        "tabs": _strategy_tabs(strategy, "goods"),
        "crumbs": crumbs("strategies:list", _("Goods strategies")),
    }
    return render(request, "strategies/detail.html", context, status=status)


def _strategy_tabs(strategy: GoodsStrategy, active: str) -> list[dict[str, Any]]:
    places = (
        ("goods", _("SKUs and prices"), "strategies:detail"),
        ("dealers", _("Dealers"), "strategies:used_by"),
    )
    return [
        {
            "label": label,
            "url": reverse(name, args=[strategy.public_id]),
            "active": key == active,
            "count": "",
        }
        for key, label, name in places
    ]


def _wanted(request: HttpRequest) -> queries.ItemFilter:
    asked = request.GET
    return queries.ItemFilter(asked.get("q", ""), asked.get("state", ""), asked.get("sort", "name"))


@require_POST
def strategy_rename(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give the strategy another name."""
    actor = asker(request, StrategyPermission.MANAGE)
    form = NameForm(request.POST)
    renamed, status = submitted(
        form,
        lambda: commands.rename_strategy(actor=actor, strategy_id=public_id, name=form.cleaned_data["name"]),
    )
    if renamed:
        return redirect("strategies:detail", public_id)
    return _detail_page(request, queries.strategy_for(actor, public_id), name_form=form, status=status)


@require_POST
def item_add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add a SKU, or give a present one another price."""
    actor = asker(request, StrategyPermission.MANAGE)
    form = ItemForm(request.POST)
    results, status = submitted(
        form, lambda: commands.put_items(actor=actor, strategy_id=public_id, items=[form.change()])
    )
    if results:
        said = {
            "added": _("{code} is added."),
            "updated": _("{code} has its new price."),
            "unchanged": _("{code} had this price already."),
        }
        messages.success(request, said[results[0].outcome].format(code=results[0].code))
        return redirect("strategies:detail", public_id)
    return _detail_page(request, queries.strategy_for(actor, public_id), item_form=form, status=status)


@require_POST
def item_price(request: HttpRequest, public_id: str, sku_id: str) -> HttpResponse:
    """The price somebody typed into the table; answers the cell."""
    actor = asker(request, StrategyPermission.MANAGE)
    typed = request.POST.get(f"price-{sku_id}", "")
    context: dict[str, Any] = {**common(actor), "strategy": {"public_id": public_id}, "typed": typed}
    status = 200
    try:
        price = typed_price(typed)
        commands.set_prices(actor=actor, strategy_id=public_id, prices={sku_id: price})
        context |= {"saved": True}
    except Invalid as error:
        context |= {"error": first_sentence(error)}
        status = 422
    strategy = queries.strategy_for(actor, public_id)
    item = strategy.items.select_related("sku").filter(sku__public_id=sku_id).first()
    if item is None:
        raise NotFound(noun=_("SKU"))
    return render(request, "strategies/parts/price_cell.html", {**context, "item": item}, status=status)


@require_POST
def item_bulk(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put the chosen SKUs on offer, take them off, or remove them (W-072)."""
    actor = asker(request, StrategyPermission.MANAGE)
    everything = request.POST.get("scope") == "all"
    chosen: dict[str, Any] = {
        "actor": actor,
        "strategy_id": public_id,
        "sku_ids": request.POST.getlist("ids"),
        "matching": _wanted(request) if everything else None,
    }
    act = request.POST.get("action", "")
    if act in {"enable", "disable"}:
        count = commands.set_enabled(**chosen, enabled=act == "enable")
        said = ngettext("{count} SKU changed.", "{count} SKUs changed.", count)
        messages.success(request, said.format(count=count))
    elif act == "remove":
        count = commands.remove_items(**chosen)
        said = ngettext("{count} SKU removed.", "{count} SKUs removed.", count)
        messages.success(request, said.format(count=count))
    return redirect(f"{reverse('strategies:detail', args=[public_id])}?{request.GET.urlencode()}")


@require_POST
def strategy_reset(request: HttpRequest, public_id: str) -> HttpResponse:
    """Clear all SKUs, after the reader confirmed how many and for whom."""
    actor = asker(request, StrategyPermission.MANAGE)
    counts = {name: typed_count(request.POST.get(name, "")) for name in ("items", "dealers")}

    def reset() -> str:
        commands.reset_strategy(actor=actor, strategy_id=public_id, **counts)
        return _("The strategy is empty now.")

    pressed(request, reset)
    return redirect("strategies:detail", public_id)


@require_POST
def strategy_delete(request: HttpRequest, public_id: str) -> HttpResponse:
    """Delete a strategy that nobody buys by."""
    actor = asker(request, StrategyPermission.MANAGE)

    def delete() -> str:
        commands.delete_strategy(actor=actor, strategy_id=public_id)
        return _("The strategy is deleted.")

    if pressed(request, delete):
        return redirect("strategies:list")
    return redirect("strategies:detail", public_id)


@require_GET
def strategy_export(request: HttpRequest, public_id: str) -> FileResponse:
    """The strategy as a workbook that the import reads back."""
    actor = asker(request)
    strategy = queries.strategy_for(actor, public_id)
    code, *others = queries.goods_columns(access.settings().unit_price_precision)
    columns = (code, *queries.NAMES, *others)
    rows = queries.export_rows(queries.items_matching(strategy, _wanted(request)))
    kind = request.GET.get("format", "xlsx")
    return table_download(name=strategy.name, kind=kind, columns=columns, rows=rows)


@require_GET
def used_by(request: HttpRequest, public_id: str) -> HttpResponse:
    """The dealers that buy by a strategy, and its log (W-073)."""
    actor = asker(request)
    return _used_by_page(request, queries.strategy_for(actor, public_id))


@require_GET
def used_by_export(request: HttpRequest, public_id: str) -> FileResponse:
    """The dealers that buy by a strategy, as a file."""
    actor = asker(request)
    strategy = queries.strategy_for(actor, public_id)
    rows = queries.dealers_on(actor, strategy, request.GET.get("q", ""))
    return table_download(
        name=_("{name}: dealers").format(name=strategy.name),
        kind=request.GET.get("format", "xlsx"),
        columns=queries.USER_COLUMNS,
        rows=queries.user_rows(rows),
    )


@require_POST
def assign_dealer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let a dealer, named by its code, buy by this strategy; asks again when its own rows would go."""
    actor = asker(request, StrategyPermission.ASSIGN)
    strategy = queries.strategy_for(actor, public_id)
    code = request.POST.get("code", "").strip()
    dealer = dealers.dealers_visible_to(actor).filter(code__iexact=code).first()
    asked: dict[str, Any] = {"code": code}
    if dealer is None:
        asked["error"] = _("There is no dealer {code}.").format(code=code)
        return _used_by_page(request, strategy, asked, 422)
    losing = typed_count(request.POST.get("losing", ""))
    try:
        commands.assign_strategy(
            actor=actor, dealer_id=dealer.public_id, strategy_id=public_id, losing=losing
        )
    except AssignmentNotConfirmed as error:
        asked |= {"confirm": str(error), "losing": error.facts["count"]}
        return _used_by_page(request, strategy, asked, error.status)
    messages.success(
        request, _("{dealer} buys by {name} now.").format(dealer=dealer.name, name=strategy.name)
    )
    return redirect("strategies:used_by", public_id)


def _used_by_page(
    request: HttpRequest, strategy: GoodsStrategy, asked: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    context = {
        **common(actor),
        "strategy": strategy,
        "page": paged(request, queries.dealers_on(actor, strategy, request.GET.get("q", ""))),
        "filters": request.GET,
        "chips": filter_chips(request.GET, {"q": FilterWords(_("Search"))}),
        "tabs": _strategy_tabs(strategy, "dealers"),
        "crumbs": crumbs("strategies:list", _("Goods strategies")),
        "item_count": strategy.items.count(),
        "dealer_count": strategy.assignments.count(),
        "name_form": NameForm(initial={"name": strategy.name}),
        "asked": asked or {},
        "log": [
            {"at": line.at, "who": line.actor_name, "label": VERBS.get(line.verb, line.verb)}
            for line in lines_of("goods_strategy", strategy.public_id)[:10]
        ],
    }
    return render(request, "strategies/used_by.html", context, status=status)
