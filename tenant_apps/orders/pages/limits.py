"""Pages of spending limits of a dealer's people (WK-07, WK-19)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from platform_core.kernel.context import serving
from platform_core.kernel.errors import DomainError, NotFound, NotPermitted
from platform_core.kernel.money import Currency, Money
from platform_core.web.acts import version_of
from platform_core.web.asking import actor_of, paged
from tenant_apps.dealers import queries as dealers
from tenant_apps.orders.commands.limits import set_buyer_limit
from tenant_apps.orders.models import BuyerLimit
from tenant_apps.orders.queries.buyers import buyer_for, buyers_visible_to, with_limits
from tenant_apps.orders.serializers.finance import minor_of

_AMOUNTS = ("order_limit", "month_limit")
_FLAGS = ("always", "is_approver")


@require_GET
def limit_list(request: HttpRequest) -> HttpResponse:
    """The people of the reader's dealer, or of one of the supplier's, with what they may spend alone."""
    actor = actor_of(request)
    people = buyers_visible_to(actor)
    q, dealer = request.GET.get("q", "").strip(), request.GET.get("dealer", "")
    if q:
        people = people.filter(user__name__icontains=q)
    choices: list[tuple[str, str]] = []
    if actor.dealer_id is None:
        seen = dealers.dealers_visible_to(actor)
        choices = list(seen.order_by("sort_key").values_list("public_id", "name"))
        if dealer:
            people = people.filter(organisation_id=dealers.dealer_for(actor, dealer).organisation_id)
    page = paged(request, people)
    context = {
        "page": page,
        "rows": [{**row, **_shown(row["limit"])} for row in with_limits(list(page.object_list))],
        "filters": request.GET,
        "choices": choices,
        "is_staff": actor.dealer_id is None,
        "currency": serving().currency,
    }
    return render(request, "orders/limits.html", context)


@require_http_methods(["GET", "POST"])
def limit_edit(request: HttpRequest, buyer_id: str) -> HttpResponse:
    """What one person may spend alone."""
    actor = actor_of(request)
    person, row = buyer_for(actor, buyer_id)
    values, errors, status = _shown(row), {}, 200
    version = version_of(request, row.version)
    if request.method == "POST":
        values = _posted(request.POST)
        try:
            asked = {f"{name}_minor": _minor(values[name], name) for name in _AMOUNTS}
            asked |= {name: values[name] for name in _FLAGS}
            set_buyer_limit(
                actor=actor, person_id=buyer_id, changes=asked, version=version if row.pk else None
            )
        except (NotFound, NotPermitted):
            raise
        except DomainError as error:
            errors = {p.pointer.strip("/"): str(p) for p in error.problems} or {"": str(error)}
            status = error.status
        else:
            said = _("The limits of {name} are saved.").format(name=person.user.name)
            messages.success(request, said)
            return redirect("orders:limits")
    context = {
        "person": person,
        "values": values,
        "errors": errors,
        "version": version,
        "currency": serving().currency,
    }
    return render(request, "orders/limit_form.html", context, status=status)


@require_GET
def limit_panel(request: HttpRequest, buyer_id: str) -> HttpResponse:
    """The same in short, on the person's own page."""
    person, row = buyer_for(actor_of(request), buyer_id)
    context = {"person": person, **_shown(row)}
    return render(request, "orders/parts/limit_panel.html", context)


def _shown(row: BuyerLimit) -> dict[str, Any]:
    return {
        "order_limit": _text(row.order_limit_minor),
        "month_limit": _text(row.month_limit_minor),
        **{name: getattr(row, name) for name in _FLAGS},
    }


def _text(minor: int | None) -> str:
    return "" if minor is None else str(Money(minor, Currency(serving().currency)).amount)


def _minor(text: str, name: str) -> int | None:
    return minor_of(text, f"/{name}") if text else None


def _posted(data: QueryDict) -> dict[str, Any]:
    return {name: data.get(name, "").strip() for name in _AMOUNTS} | {name: name in data for name in _FLAGS}
