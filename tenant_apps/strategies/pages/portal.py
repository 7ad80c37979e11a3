"""The dealer's own goods: what it may order, at its price, with its share of the stock (W-118)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from platform_core.kernel.actor import Actor
from platform_core.saved_views.showing import keeps_views
from platform_core.web.asking import actor_of
from platform_core.web.downloads import table_download
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips
from tenant_apps.catalog.queries import picture_url
from tenant_apps.dealers import queries as dealers
from tenant_apps.strategies import queries
from tenant_apps.strategies.commands.favorites import set_favorite
from tenant_apps.strategies.pages.dealers import wanted_of
from tenant_apps.strategies.pages.shared import common, goods_page, own_columns, with_own_codes
from tenant_apps.strategies.permissions import StrategyPermission

LIST = ListColumns(
    ListColumn("picture", gettext_lazy("Picture"), quiet=True, export=()),
    ListColumn("code", gettext_lazy("Merchant code"), sort="code"),
    ListColumn("own", gettext_lazy("Own code and name"), export=("own_code", "own_name")),
    ListColumn("name", gettext_lazy("Name"), sort="name", fixed=True, export=("name", "spec")),
    ListColumn("barcode", gettext_lazy("Barcode"), shown=False),
    ListColumn("origin", gettext_lazy("Origin"), shown=False),
    ListColumn("unit", gettext_lazy("Unit")),
    ListColumn(
        "price", gettext_lazy("Price"), sort="price", numeric=True, export=("price", "tiers", "packs")
    ),
    ListColumn("stock", gettext_lazy("Stock"), numeric=True),
    ListColumn("pack", gettext_lazy("Order in"), numeric=True, export=("minimum", "multiple")),
    ListColumn("weight", gettext_lazy("Weight"), numeric=True, shown=False, export=("weight_kg",)),
    order="name",
)


@require_GET
@keeps_views
def my_goods(request: HttpRequest) -> HttpResponse:
    """The list with search, category, brand and own price."""
    actor = _reader(request)
    dealer = dealers.own_dealer(actor)
    goods = queries.offered_skus(actor, dealer, _wanted(request))
    facets = queries.facets_of(dealer)
    page = goods_page(request, goods)
    for row in page.object_list:
        row["picture_url"] = picture_url(row["picture_key"])
    shows_codes = queries.shows_own_codes()
    if shows_codes:
        queries.add_own_codes(dealer, cast("list[dict[str, Any]]", page.object_list))
    hidden = {"stock": goods.shown.show == queries.NEVER, "own": not shows_codes}
    words = {
        "q": FilterWords(_("Search")),
        "category": FilterWords(_("Category"), dict(facets.categories)),
        "brand": FilterWords(_("Brand"), dict(facets.brands)),
        "origin": FilterWords(_("Origin")),
        "favorite": FilterWords(_("Favorites"), {"yes": _("only")}),
        "price_from": FilterWords(_("Price from")),
        "price_to": FilterWords(_("Price to")),
    }
    context = {
        **common(actor),
        "page": page,
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET, without=[key for key, is_so in hidden.items() if is_so]),
        "dealer": dealer,
        "may_code": shows_codes and actor.may(StrategyPermission.MANAGE_CODES),
        "facets": facets,
        "favorite_choices": [("yes", _("only"))],
        "show_stock": goods.shown.show,
        "has_strategy": bool(facets.has_goods),
    }
    return render(request, "strategies/my_goods.html", context)


@require_GET
def my_goods_export(request: HttpRequest) -> FileResponse:
    """What the list shows, as a file."""
    actor = _reader(request)
    dealer = dealers.own_dealer(actor)
    goods = queries.offered_skus(actor, dealer, _wanted(request))
    shows_stock = goods.shown.show != queries.NEVER
    columns = [one for one in queries.OFFER_COLUMNS if one.key != "stock" or shows_stock]
    rows = with_own_codes(dealer, goods[0:None], lambda row: queries.offer_cells(row, goods.shown))
    return table_download(
        name=_("My goods"),
        kind=request.GET.get("format", "xlsx"),
        columns=LIST.exported(request.GET, own_columns(columns)),
        rows=rows,
    )


@require_POST
def favorite(request: HttpRequest, sku_id: str) -> HttpResponse:
    """Give a SKU a star, or take it away; the star as it stands then, or the list without JavaScript."""
    is_on = set_favorite(actor=actor_of(request), sku_id=sku_id, is_favorite=request.POST.get("on") == "1")
    if "HX-Request" in request.headers:
        return render(request, "web/star.html", {"star_url": request.path, "is_on": is_on})
    return redirect("strategies:my_goods")


def _wanted(request: HttpRequest) -> queries.GoodsFilter:
    """The list's state; favorites come first unless another order was chosen."""
    asked = replace(wanted_of(request), favorite=request.GET.get("favorite", ""))
    return replace(asked, favorites_first=not request.GET.get("sort"))


def _reader(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    actor.require(StrategyPermission.READ_OFFER)
    return actor
