"""Pages of a dealer's shops, for the dealer itself and for the supplier."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.web.acts import version_of
from platform_core.web.asking import paged
from platform_core.web.lists import FilterWords, filter_chips, words_of
from tenant_apps.dealers import commands, queries
from tenant_apps.dealers.forms import ShopForm, initial_of_shop
from tenant_apps.dealers.pages.shared import STATES, answer_form, dealer_context, reader
from tenant_apps.dealers.permissions import DealerPermission


@require_GET
def shop_list(request: HttpRequest, public_id: str) -> HttpResponse:
    """The shops of a dealer, searched by code and name (W-100)."""
    actor = reader(request)
    dealer = queries.dealer_for(actor, public_id)
    rows = queries.shops_matching(actor, dealer, request.GET.get("q", ""), request.GET.get("enabled", ""))
    words = {"q": FilterWords(_("Search")), "enabled": FilterWords(_("State"), words_of(STATES))}
    context = {
        **dealer_context(dealer, actor, "shops"),
        "page": paged(request, rows),
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "states": STATES,
    }
    return render(request, "dealers/shops.html", context)


@require_http_methods(["GET", "POST"])
def shop_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add a shop to a dealer."""
    actor = reader(request)
    actor.require(DealerPermission.MANAGE_SHOPS)
    dealer = queries.dealer_for(actor, public_id)
    form = ShopForm(request.POST or None)

    def add() -> HttpResponse:
        row = commands.add_shop(actor=actor, dealer_id=public_id, values=form.cleaned_data)
        messages.success(request, _("The shop {name} is saved.").format(name=row.name))
        return redirect("dealers:shops", public_id)

    context = {**dealer_context(dealer, actor, "shops"), "shop": None}
    return answer_form(request, "dealers/shop_form.html", form, add, context)


@require_http_methods(["GET", "POST"])
def shop_edit(request: HttpRequest, shop_id: str) -> HttpResponse:
    """Change a shop."""
    actor = reader(request)
    actor.require(DealerPermission.MANAGE_SHOPS)
    shop = queries.shop_for(actor, shop_id)
    version = version_of(request, shop.version)
    form = ShopForm(request.POST or None, initial=initial_of_shop(shop))

    def change() -> HttpResponse:
        row = commands.change_shop(actor=actor, shop_id=shop_id, changes=form.cleaned_data, version=version)
        messages.success(request, _("The shop {name} is saved.").format(name=row.name))
        return redirect("dealers:shops", shop.dealer.public_id)

    context = {**dealer_context(shop.dealer, actor, "shops"), "shop": shop, "version": version}
    return answer_form(request, "dealers/shop_form.html", form, change, context)


@require_POST
def shop_switch(request: HttpRequest, shop_id: str, act: str) -> HttpResponse:
    """Enable or disable a shop."""
    actor = reader(request)
    if act == "enable":
        row = commands.enable_shop(actor=actor, shop_id=shop_id)
        messages.success(request, _("{name} is enabled.").format(name=row.name))
    else:
        row = commands.disable_shop(actor=actor, shop_id=shop_id)
        messages.success(request, _("{name} is disabled.").format(name=row.name))
    return redirect("dealers:shops", row.dealer.public_id)
