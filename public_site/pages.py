"""Pages that only tell: what this is, what it costs, first steps, terms and privacy."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from public_site.plans import EXTRA_USER_YEARLY, PLANS, TRIAL_DAYS, TRIAL_LIKE


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What a wholesaler and its dealers get."""
    return _page(request, "landing", trial_days=TRIAL_DAYS)


@require_safe
def pricing(request: HttpRequest) -> HttpResponse:
    """The plans as a table."""
    return _page(
        request,
        "pricing",
        plans=PLANS,
        trial_days=TRIAL_DAYS,
        trial_like=TRIAL_LIKE,
        extra_user=EXTRA_USER_YEARLY,
    )


@require_safe
def first_steps(request: HttpRequest) -> HttpResponse:
    """From the sign-up to the first order."""
    return _page(request, "first_steps")


@require_safe
def developers(request: HttpRequest) -> HttpResponse:
    """Where the API stands and how it is called."""
    return _page(request, "developers", reference=reverse("api-reference", urlconf=settings.SUPPLIER_URLCONF))


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The conditions, short."""
    return _page(request, "terms")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What each datum is for (PV-02) and how to see, correct or delete it (PV-03)."""
    return _page(request, "privacy")


def _page(request: HttpRequest, name: str, **facts: Any) -> HttpResponse:
    host = {"base_host": settings.BASE_HOST, "scheme": settings.SCHEME, "support": settings.SUPPORT_EMAIL}
    return render(request, f"public_site/{name}.html", {**host, **facts, "here": name})
