"""One goods strategy for many dealers: the panel below the list of dealers, and its act."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from platform_core.web.bulk import BULK_MAX, chosen, one_by_one, show_results
from platform_core.web.lists import address
from tenant_apps.dealers import queries as dealers
from tenant_apps.dealers.models import Dealer
from tenant_apps.strategies import commands, queries
from tenant_apps.strategies.pages.shared import asker
from tenant_apps.strategies.permissions import StrategyPermission


@require_GET
def assign_panel(request: HttpRequest) -> HttpResponse:
    """What the dialog on the list of dealers holds: the strategies to choose from."""
    actor = asker(request, StrategyPermission.ASSIGN)
    choices = list(queries.strategies_visible_to(actor).values_list("public_id", "name"))
    return render(request, "strategies/parts/assign_panel.html", {"choices": choices})


@require_POST
def assign_many(request: HttpRequest) -> HttpResponse:
    """Let the chosen dealers buy by a strategy, each in a transaction of its own.

    A dealer with rows of its own is refused: they would be deleted, and its own page asks for that (W-077).
    """
    actor = asker(request, StrategyPermission.ASSIGN)
    strategy = queries.strategy_for(actor, request.POST.get("strategy", ""))
    back = QueryDict(request.POST.get("back", ""))
    rows = chosen(
        request,
        dealers.dealers_visible_to(actor).order_by("sort_key", "id"),
        dealers.dealers_matching(actor, dealers.DealerFilter.of(back)),
    )

    def assign(dealer: Dealer) -> str:
        commands.assign_strategy(actor=actor, dealer_id=dealer.public_id, strategy_id=strategy.public_id)
        return strategy.name

    return show_results(
        request,
        one_by_one(rows[:BULK_MAX], assign, _named),
        title=_("Assign the goods strategy {name}").format(name=strategy.name),
        back=f"{reverse('dealers:list')}{address(back)}",
        noun=_("Dealer"),
        left_out=len(rows) > BULK_MAX,
    )


def _named(dealer: Dealer) -> tuple[str, str]:
    return f"{dealer.name} ({dealer.code})", reverse("strategies:dealer_goods", args=[dealer.public_id])
