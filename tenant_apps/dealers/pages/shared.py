"""What the pages of dealers share: who may see them, their tabs, and how a form is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from platform_core.web.acts import submitted
from platform_core.web.asking import actor_of
from tenant_apps.dealers.models import Dealer
from tenant_apps.dealers.permissions import DealerPermission

STATES = (("yes", gettext_lazy("enabled")), ("no", gettext_lazy("disabled")))


def reader(request: HttpRequest) -> Actor:
    """Who asks, when it may read dealers."""
    actor = actor_of(request)
    actor.require(DealerPermission.READ)
    return actor


def supplier_actor(request: HttpRequest, permission: DealerPermission = DealerPermission.READ) -> Actor:
    """Who asks, when it is one of the supplier's people and holds the permission."""
    actor = actor_of(request)
    if actor.dealer_id is not None:
        raise NotFound(noun=_("page"))
    actor.require(permission)
    return actor


def answer_form(
    request: HttpRequest,
    template: str,
    form: forms.Form,
    act: Callable[[], HttpResponse],
    context: dict[str, Any],
) -> HttpResponse:
    """Show a form, or do what it asks: a refusal comes back on the form with what was typed."""
    status = 200
    if request.method == "POST":
        answer, status = submitted(form, act)
        if answer:
            return answer
    return render(request, template, {"form": form, **context}, status=status)


def dealer_tabs(dealer: Dealer, actor: Actor, here: str) -> list[dict[str, Any]]:
    """The pages of one dealer, for the supplier's people or for its own."""
    named = [("dealer", _("Details")), ("shops", _("Shops")), ("addresses", _("Addresses"))]
    if actor.dealer_id is None:
        named += [("people", _("People")), ("log", _("History"))]
    return [
        {"label": label, "url": reverse(f"dealers:{name}", args=[dealer.public_id]), "active": name == here}
        for name, label in named
    ]


def dealer_context(dealer: Dealer, actor: Actor, here: str) -> dict[str, Any]:
    """What the head of every page of one dealer shows."""
    return {
        "dealer": dealer,
        "tabs": dealer_tabs(dealer, actor, here),
        "is_supplier": actor.dealer_id is None,
        "may_manage": actor.may(DealerPermission.MANAGE),
        "may_shops": actor.may(DealerPermission.MANAGE_SHOPS),
        "may_addresses": actor.may(DealerPermission.MANAGE_ADDRESSES),
    }


def url_or_blank(name: str, *args: str) -> str:
    """The address of a page of a higher app, blank where it has none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
