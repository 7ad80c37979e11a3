"""Acts on many dealers at once: enable, disable, set the level, put in a group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from platform_core.kernel.actor import Actor
from platform_core.web.bulk import BULK_MAX, chosen, one_by_one, show_results
from platform_core.web.lists import address
from tenant_apps.dealers import commands, queries
from tenant_apps.dealers.models import Dealer
from tenant_apps.dealers.pages.shared import supplier_actor
from tenant_apps.dealers.permissions import DealerPermission

Act = Callable[[Actor, Dealer, HttpRequest], str]


def _enable(actor: Actor, dealer: Dealer, _request: HttpRequest) -> str:
    commands.enable_dealer(actor=actor, dealer_id=dealer.public_id)
    return _("enabled")


def _disable(actor: Actor, dealer: Dealer, _request: HttpRequest) -> str:
    commands.disable_dealer(actor=actor, dealer_id=dealer.public_id)
    return _("disabled")


def _set_level(actor: Actor, dealer: Dealer, request: HttpRequest) -> str:
    changes = {"level": request.POST.get("level", "")}
    row = commands.change_dealer(actor=actor, dealer_id=dealer.public_id, changes=changes)
    return row.level.name


def _set_group(actor: Actor, dealer: Dealer, request: HttpRequest) -> str:
    changes = {"group": request.POST.get("group", "")}
    row = commands.change_dealer(actor=actor, dealer_id=dealer.public_id, changes=changes)
    return row.group.name if row.group else _("No group")


_ACTS: Final[dict[str, Act]] = {
    "enable": _enable,
    "disable": _disable,
    "level": _set_level,
    "group": _set_group,
}
_TITLES: Final = {
    "enable": gettext_lazy("Enable dealers"),
    "disable": gettext_lazy("Disable dealers"),
    "level": gettext_lazy("Set the level"),
    "group": gettext_lazy("Put in a group"),
}


@require_POST
def dealers_bulk(request: HttpRequest) -> HttpResponse:
    """One act for the chosen dealers, each in a transaction of its own; a result per dealer."""
    actor = supplier_actor(request, DealerPermission.MANAGE)
    act = _ACTS.get(request.POST.get("action", ""))
    if act is None:
        raise Http404
    back = QueryDict(request.POST.get("back", ""))
    rows = chosen(
        request,
        queries.dealers_visible_to(actor).order_by("sort_key", "id"),
        queries.dealers_matching(actor, queries.DealerFilter.of(back)),
    )
    results = one_by_one(rows[:BULK_MAX], lambda dealer: act(actor, dealer, request), _named)
    return show_results(
        request,
        results,
        title=_TITLES[request.POST["action"]],
        back=f"{reverse('dealers:list')}{address(back)}",
        noun=_("Dealer"),
        left_out=len(rows) > BULK_MAX,
    )


def _named(dealer: Dealer) -> tuple[str, str]:
    return f"{dealer.name} ({dealer.code})", reverse("dealers:dealer", args=[dealer.public_id])
