"""One dealer's goods as the supplier sees them: the strategy, what is the dealer's own marked (W-076)."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import Invalid, NotFound
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import submitted
from platform_core.web.downloads import table_download
from platform_core.web.lists import FilterWords, filter_chips
from tenant_apps.dealers import queries as dealers
from tenant_apps.dealers.models import Dealer
from tenant_apps.strategies import commands, queries
from tenant_apps.strategies.errors import AssignmentNotConfirmed
from tenant_apps.strategies.forms import ItemForm
from tenant_apps.strategies.pages.shared import (
    asker,
    common,
    crumbs,
    first_sentence,
    goods_page,
    own_columns,
    typed_count,
    typed_price,
    with_own_codes,
)
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries.publication import organisations_of
from tenant_apps.strategies.rules import ItemChange

STATES: tuple[tuple[str, Any], ...] = (
    ("orderable", gettext_lazy("Orderable")),
    ("disabled", gettext_lazy("Not orderable")),
    ("own", gettext_lazy("Differs from the strategy")),
)


@require_GET
@keeps_views
def dealer_goods(request: HttpRequest, dealer_id: str) -> HttpResponse:
    """The dealer's goods with price, state and visible stock."""
    actor = asker(request)
    return _page(request, actor, dealers.dealer_for(actor, dealer_id))


def _page(
    request: HttpRequest,
    actor: Actor,
    dealer: Dealer,
    *,
    item_form: ItemForm | None = None,
    assign: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    strategy = queries.strategy_of(dealer)
    own_count = queries.own_row_count(dealer)
    choices = list(queries.strategies_visible_to(actor).values_list("public_id", "name"))
    words = {
        "q": FilterWords(_("Search")),
        "state": FilterWords(_("State"), dict(STATES)),
        "price_from": FilterWords(_("Price from")),
        "price_to": FilterWords(_("Price to")),
    }
    goods = queries.offered_skus(actor, dealer, wanted_of(request))
    page = goods_page(request, goods)
    shows_codes = queries.shows_own_codes()
    if shows_codes:
        queries.add_own_codes(dealer, cast("list[dict[str, Any]]", page.object_list))
    context = {
        **common(actor),
        "shows_codes": shows_codes,
        "may_code": actor.may(StrategyPermission.MANAGE_CODES),
        "dealer": dealer,
        "crumbs": crumbs(
            "dealers:list", _("Dealers"), (dealer.name, reverse("dealers:dealer", args=[dealer.public_id]))
        ),
        "strategy": strategy,
        "own_count": own_count,
        "page": page,
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "states": STATES,
        "item_form": item_form or ItemForm(),
        "strategies": choices,
        "assign": assign or {},
    }
    return render(request, "strategies/dealer_goods.html", context, status=status)


def wanted_of(request: HttpRequest) -> queries.GoodsFilter:
    """The list's state as it stands in the address."""
    return queries.GoodsFilter.of(request.GET, "q", "category", "brand", "origin", "state", "sort")


@require_GET
def dealer_panel(request: HttpRequest, dealer_id: str) -> HttpResponse:
    """The few words about goods that the dealer's own page shows."""
    actor = asker(request)
    dealer = dealers.dealer_for(actor, dealer_id)
    strategy = queries.strategy_of(dealer)
    context = {
        "dealer": dealer,
        "strategy": strategy,
        "item_count": strategy.items.count() if strategy else 0,
        "own_count": queries.own_row_count(dealer),
        "organisations": organisations_of(actor, dealer),
        "may_manage": actor.may(StrategyPermission.MANAGE),
    }
    return render(request, "strategies/parts/dealer_panel.html", context)


@require_POST
def dealer_strategy(request: HttpRequest, dealer_id: str) -> HttpResponse:
    """Assign a strategy; asks again with the present count when own rows would go (W-077)."""
    actor = asker(request, StrategyPermission.ASSIGN)
    dealer = dealers.dealer_for(actor, dealer_id)
    losing = typed_count(request.POST.get("losing", ""))
    wanted = request.POST.get("strategy", "")
    try:
        assignment = commands.assign_strategy(
            actor=actor,
            dealer_id=dealer_id,
            strategy_id=wanted,
            losing=losing,
        )
    except AssignmentNotConfirmed as error:
        told = {"confirm": str(error), "losing": error.facts["count"], "strategy": wanted}
        return _page(request, actor, dealer, assign=told, status=error.status)
    said = _("{dealer} buys by {name} now.").format(dealer=dealer.name, name=assignment.strategy.name)
    messages.success(request, said)
    return redirect("strategies:dealer_goods", dealer_id)


@require_POST
def own_add(request: HttpRequest, dealer_id: str) -> HttpResponse:
    """Add a SKU to this dealer alone, or override its price."""
    actor = asker(request, StrategyPermission.ASSIGN)
    dealer = dealers.dealer_for(actor, dealer_id)
    form = ItemForm(request.POST)
    results, status = submitted(
        form, lambda: commands.put_own_items(actor=actor, dealer_id=dealer_id, items=[form.change()])
    )
    if results:
        messages.success(request, _("{code} has its own price now.").format(code=results[0].code))
        return redirect("strategies:dealer_goods", dealer_id)
    return _page(request, actor, dealer, item_form=form, status=status)


@require_POST
def own_price(request: HttpRequest, dealer_id: str, sku_id: str) -> HttpResponse:
    """The price somebody typed into the table; answers the row."""
    actor = asker(request, StrategyPermission.ASSIGN)
    dealer = dealers.dealer_for(actor, dealer_id)
    typed = request.POST.get(f"price-{sku_id}", "")
    context: dict[str, Any] = {"typed": typed}
    status = 200
    try:
        (code,) = commands.codes_of([sku_id])
        change = ItemChange(code, typed_price(typed))
        commands.put_own_items(actor=actor, dealer_id=dealer_id, items=[change])
        context["saved"] = True
    except Invalid as error:
        context["error"] = first_sentence(error)
        status = 422
    return _row(request, actor, dealer, sku_id, context, status)


@require_POST
def own_return(request: HttpRequest, dealer_id: str, sku_id: str, field: str) -> HttpResponse:
    """One field follows the strategy again; answers the row."""
    actor = asker(request, StrategyPermission.ASSIGN)
    dealer = dealers.dealer_for(actor, dealer_id)
    fields = commands.FIELDS if field == "all" else (field,)
    commands.return_to_strategy(actor=actor, dealer_id=dealer_id, sku_ids=[sku_id], fields=fields)
    return _row(request, actor, dealer, sku_id, {"saved": True})


def _row(
    request: HttpRequest,
    actor: Actor,
    dealer: Dealer,
    sku_id: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """The SKU's row as it is now; nothing when it left the dealer's goods."""
    found = queries.offered_skus(actor, dealer, queries.GoodsFilter(sku=sku_id))[0:1]
    if not found:
        return HttpResponse("")
    shows_codes = queries.shows_own_codes()
    if shows_codes:
        queries.add_own_codes(dealer, found)
    shown = {**common(actor), **context, "dealer": dealer, "row": found[0], "shows_codes": shows_codes}
    shown["may_code"] = actor.may(StrategyPermission.MANAGE_CODES)
    return render(request, "strategies/parts/own_row.html", shown, status=status)


@require_POST
def own_bulk(request: HttpRequest, dealer_id: str) -> HttpResponse:
    """Put the chosen SKUs on offer, take them off, or let them follow the strategy again."""
    actor = asker(request, StrategyPermission.ASSIGN)
    dealer = dealers.dealer_for(actor, dealer_id)
    chosen = request.POST.getlist("ids")
    if request.POST.get("scope") == "all":
        chosen = [row["sku"] for row in queries.offered_skus(actor, dealer, wanted_of(request))[0:None]]
    act = request.POST.get("action", "")
    count = _bulk(actor, dealer_id, act, chosen)
    said = ngettext("{count} SKU changed.", "{count} SKUs changed.", count)
    messages.success(request, said.format(count=count))
    return redirect(f"{reverse('strategies:dealer_goods', args=[dealer_id])}?{request.GET.urlencode()}")


def _bulk(actor: Actor, dealer_id: str, act: str, sku_ids: list[str]) -> int:
    if act in {"enable", "disable"}:
        changes = [ItemChange(code, enabled=act == "enable") for code in commands.codes_of(sku_ids)]
        results = commands.put_own_items(actor=actor, dealer_id=dealer_id, items=changes)
        return sum(one.outcome != "unchanged" for one in results)
    if act == "return":
        held = queries.own_sku_ids(actor, dealer_id, sku_ids)
        return commands.return_to_strategy(actor=actor, dealer_id=dealer_id, sku_ids=held)
    if act == "return_all":
        return commands.return_to_strategy(actor=actor, dealer_id=dealer_id)
    raise NotFound(noun=_("action"))


@require_GET
def dealer_goods_export(request: HttpRequest, dealer_id: str) -> FileResponse:
    """What the list shows, as a file."""
    actor = asker(request)
    dealer = dealers.dealer_for(actor, dealer_id)
    rows = queries.offered_skus(actor, dealer, wanted_of(request))[0:None]
    kind = request.GET.get("format", "xlsx")
    return table_download(
        name=dealer.name,
        kind=kind,
        columns=own_columns(queries.OFFER_COLUMNS),
        rows=with_own_codes(dealer, rows, queries.offer_cells),
    )
