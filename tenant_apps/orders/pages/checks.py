"""Beside an order: whether a review would pass now and why not, and who approved which level when."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from platform_core.kernel.actor import Actor
from platform_core.web.asking import actor_of
from platform_core.web.formats import moment_text
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.queries.details import approval_of, whole_order
from tenant_apps.orders.queries.review_checks import review_checks


@require_GET
def checks_panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Each check with its sentence; the refusals first."""
    actor = actor_of(request)
    found = review_checks(actor, whole_order(actor, public_id))
    context = {"checks": sorted(found, key=lambda one: one.passes)}
    return render(request, "orders/parts/checks_panel.html", context)


def approval_shown(order: SalesOrder, actor: Actor) -> dict[str, Any] | None:
    """The order's chain: who approved which level, in whose place, and when."""
    found = approval_of(order, with_people=actor.dealer_id is None)
    for step in found["steps"] if found else ():
        if step["at"]:
            step["hint"] = f"{step['hint']} · {moment_text(step['at'])}"
    return found
