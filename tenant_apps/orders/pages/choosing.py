"""Which warehouses can serve: the order pad's panel (W-139) and the dealer's tool (W-131)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from platform_core.kernel.actor import Actor
from platform_core.kernel.regions import CHINA, level
from platform_core.web.acts import submitted
from platform_core.web.asking import actor_of
from tenant_apps.access import queries as access
from tenant_apps.logistics import queries as logistics
from tenant_apps.orders import forms
from tenant_apps.orders.pages.pad_asked import wanted_of
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.choosing import Option, open_need, panel
from tenant_apps.orders.queries.drafts import draft_of, need_of
from tenant_apps.orders.rules import Address


@require_POST
def for_pad(request: HttpRequest) -> HttpResponse:
    """Every warehouse for what is typed on the pad, and why it can or cannot serve."""
    actor = _asker(request)
    draft = draft_of(actor, wanted_of(actor, request.POST, forms.typed_lines(request.POST)))
    context = _shown(panel(actor, need_of(draft)), draft.warehouse_ids)
    return render(request, "orders/parts/warehouse_panel.html", {**context, "has_lines": bool(draft.lines)})


@require_GET
def warehouse_query(request: HttpRequest) -> HttpResponse:
    """From which warehouses a carrier gets to an address; the page's address holds the question."""
    actor = _asker(request)
    settings = access.settings()
    asked = request.GET if "country" in request.GET else None
    carriers = logistics.carriers_visible_to(actor).filter(enabled=True).order_by("name")
    form = forms.WarehouseQueryForm(asked, carriers=list(carriers), home_country=settings.country)
    context: dict[str, Any] = {"form": form}
    status = 200
    if asked is not None:
        _done, status = submitted(form, form.understand)
        if form.is_valid():
            carrier, place, weight = form.values(list(carriers))
            need = open_need(settings, carrier=carrier, address=place, weight_kg=weight)
            context |= {**_shown(panel(actor, need)), "understood": _understood(form, place)}
    return render(request, "orders/warehouse_query.html", context, status=status)


def _shown(options: list[Option], chosen: Collection[int] = ()) -> dict[str, Any]:
    rows = [
        {"option": one, "is_chosen": one.warehouse.pk in chosen, "why_not": one.sentence()} for one in options
    ]
    return {"options": rows, "usable": sum(not one.reason for one in options), "is_asked": True}


def _understood(form: forms.WarehouseQueryForm, place: Address) -> str:
    """The regions that were asked for, where they are not what was typed."""
    names = ("region1", "region2", "region3")
    meant = [getattr(place, name) for name in names]
    typed = [level(form.cleaned_data[name]) for name in names]
    return "" if meant == typed or place.country != CHINA else " ".join(filter(None, meant))


def _asker(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    actor.require(OrderPermission.PLACE)
    return actor
