"""Whether a review would pass now, and why not, beside the order."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from platform_core.web.asking import actor_of
from tenant_apps.orders.queries.details import whole_order
from tenant_apps.orders.queries.review_checks import review_checks


@require_GET
def checks_panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Each check with its sentence; the refusals first."""
    actor = actor_of(request)
    found = review_checks(actor, whole_order(actor, public_id))
    context = {"checks": sorted(found, key=lambda one: one.passes)}
    return render(request, "orders/parts/checks_panel.html", context)
