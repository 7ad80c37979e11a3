"""The buttons of an order, one by one and for many at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from platform_core.idempotency.keys import part_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError, NotFound
from platform_core.web.asking import actor_of
from platform_core.web.bulk import BULK_MAX, chosen, one_by_one, show_results
from platform_core.web.formats import money_text
from platform_core.web.forms import operation_of
from platform_core.web.lists import address
from tenant_apps.orders.approval import is_waiting, level_of
from tenant_apps.orders.commands.back import cancel_order, reject_order
from tenant_apps.orders.commands.closing import close_rest
from tenant_apps.orders.commands.finance import approve_order, reject_finance, return_level
from tenant_apps.orders.commands.limits import decline_order
from tenant_apps.orders.commands.lines import cancel_line
from tenant_apps.orders.commands.review import check_batch, review_order
from tenant_apps.orders.errors import NicknameTooOften, NothingToAdjust
from tenant_apps.orders.forms import filter_from
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.pages.finance_forms import (
    adjustment_rows,
    adjustment_wanted,
    granted_of_sku,
    grants_wanted,
    rows_with_errors,
    terms_wanted,
)
from tenant_apps.orders.pages.orders import show
from tenant_apps.orders.queries.details import whole_order
from tenant_apps.orders.queries.lists import orders_matching

_LINE_DIGITS = 6
Act = Callable[[Actor, UUID, str, str], SalesOrder]
_ACTS: dict[str, Act] = {
    "review": lambda actor, key, order, _reason: review_order(actor=actor, operation_id=key, order_id=order),
    "approve": lambda actor, key, order, reason: approve_order(
        actor=actor, operation_id=key, order_id=order, reason=reason
    ),
    "approve-alone": lambda actor, key, order, reason: approve_order(
        actor=actor, operation_id=key, order_id=order, reason=reason, is_confirmed=True
    ),
    "return-level": lambda actor, key, order, reason: return_level(
        actor=actor, operation_id=key, order_id=order, reason=reason
    ),
    "decline": lambda actor, key, order, reason: decline_order(
        actor=actor, operation_id=key, order_id=order, reason=reason
    ),
    "reject-finance": lambda actor, key, order, reason: reject_finance(
        actor=actor, operation_id=key, order_id=order, reason=reason
    ),
    "reject": lambda actor, key, order, reason: reject_order(
        actor=actor, operation_id=key, order_id=order, reason=reason
    ),
    "cancel": lambda actor, key, order, reason: cancel_order(
        actor=actor, operation_id=key, order_id=order, reason=reason
    ),
    "close-rest": lambda actor, key, order, reason: close_rest(
        actor=actor, operation_id=key, order_id=order, reason=reason
    ),
}
_DONE = {
    "review": gettext_lazy("Order %(number)s is reviewed."),
    "approve": gettext_lazy("Order %(number)s is approved."),
    "approve-alone": gettext_lazy("Order %(number)s: you approved alone."),
    "return-level": gettext_lazy("Order %(number)s is back at the level before."),
    "decline": gettext_lazy("Order %(number)s is declined; the buyer reads why."),
    "reject-finance": gettext_lazy("Order %(number)s is back in finance review."),
    "reject": gettext_lazy("Order %(number)s is back in review; money and stock were returned."),
    "cancel": gettext_lazy("Order %(number)s is cancelled."),
    "close-rest": gettext_lazy("The rest of order %(number)s is closed; money and stock were returned."),
}
_VERBS = {
    "review": gettext_lazy("Review"),
    "approve": gettext_lazy("Approve order"),
    "adjust": gettext_lazy("Adjust and approve"),
    "reject-finance": gettext_lazy("Back to finance"),
    "reject": gettext_lazy("Send back"),
    "cancel": gettext_lazy("Cancel"),
    "close-rest": gettext_lazy("Close the rest"),
}


@require_POST
def step(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """One step of one order; a refusal is told on its page."""
    if name not in _ACTS:
        raise Http404
    reason = request.POST.get("reason", "").strip()[:500]
    try:
        order = _ACTS[name](actor_of(request), operation_of(request), public_id, reason)
    except NotFound:
        raise
    except DomainError as error:
        return show(request, public_id, error, reason=reason)
    said = _approved(order) if name.startswith("approve") else _DONE[name] % {"number": order.number}
    messages.success(request, said)
    return redirect("orders:detail", public_id)


@require_POST
def adjust(request: HttpRequest, public_id: str) -> HttpResponse:
    """Approve with adjustments (W-166) and granted quantities (G-60): rows that say nothing are left out."""
    rows = adjustment_rows(request.POST)
    before = whole_order(actor_of(request), public_id)
    try:
        order = approve_order(
            actor=actor_of(request),
            operation_id=operation_of(request),
            order_id=public_id,
            adjustments=[adjustment_wanted(index, row) for index, row in enumerate(rows)],
            grants=grants_wanted(request.POST, before),
            terms=terms_wanted(request.POST),
            is_confirmed="is_confirmed" in request.POST,
        )
    except NotFound:
        raise
    except DomainError as error:
        return show(request, public_id, error, rows=rows_with_errors(rows, error))
    messages.success(request, _approved(order))
    return redirect("orders:detail", public_id)


def _approved(order: SalesOrder) -> str:
    """What an approval did: the order, or one level of its chain."""
    if not is_waiting(order.approval):
        return str(_DONE["approve"] % {"number": order.number})
    level = level_of(order.approval).name
    return _("Order {number}: your level is approved, “{level}” is next.").format(
        number=order.number, level=level
    )


@require_POST
def line_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take one line out of an order (W-160)."""
    text = request.POST.get("line", "")
    try:
        order = cancel_line(
            actor=actor_of(request),
            operation_id=operation_of(request),
            order_id=public_id,
            line=int(text) if text.isdecimal() and len(text) < _LINE_DIGITS else 0,
            reason=request.POST.get("reason", "").strip()[:500],
        )
    except NotFound:
        raise
    except DomainError as error:
        return show(request, public_id, error)
    said = _("The line is cancelled.") if order.state != "cancelled" else _DONE["cancel"]
    messages.success(request, said % {"number": order.number})
    return redirect("orders:detail", public_id)


@require_GET
def adjustment_row(request: HttpRequest, public_id: str) -> HttpResponse:
    """One more row of the finance form."""
    order = whole_order(actor_of(request), public_id)
    context = {"row": {}, "order": order, "lines": _lines(order)}
    return render(request, "orders/parts/adjustment_row.html", context)


def _lines(order: SalesOrder) -> list[Any]:
    return sorted(order.lines.all(), key=lambda line: line.position)


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """One step for the chosen orders, each in a transaction of its own; a result per row.

    `adjust` gives each of them the same changes of freight and goods, grants at most so much of one SKU,
    and approves it (W-166, G-60).
    """
    name = request.POST.get("action", "")
    if name not in _VERBS:
        raise Http404
    actor, operation = actor_of(request), operation_of(request)
    field = "finance_reason" if name == "reject-finance" else "reason"
    reason = request.POST.get(field, "").strip()[:500]
    back = QueryDict(request.POST.get("back", ""))
    rows = chosen(
        request,
        orders_matching(actor, filter_from(QueryDict(""))),
        orders_matching(actor, filter_from(back)),
    )
    home = f"{reverse('orders:list')}{address(back)}"
    try:
        if name == "review":
            check_batch(actor, [row.public_id for row in rows[:BULK_MAX]])
    except NicknameTooOften as error:
        messages.error(request, str(error))
        return redirect(home)

    def act(order: SalesOrder) -> str:
        key = part_of(operation, order.public_id)
        if name == "adjust":
            rows = adjustment_rows(request.POST)
            changes = [adjustment_wanted(index, row) for index, row in enumerate(rows)]
            grants = granted_of_sku(request.POST)
            if not changes and not grants:
                raise NothingToAdjust
            moved = approve_order(
                actor=actor, operation_id=key, order_id=order.public_id, adjustments=changes, grants=grants
            )
        else:
            moved = _ACTS[name](actor, key, order.public_id, reason)
        said = f"{moved.get_state_display()} {money_text(moved.total.minor, moved.currency)}"
        return f"{said} · {level_of(moved.approval).name}" if is_waiting(moved.approval) else said

    return show_results(
        request,
        one_by_one(rows[:BULK_MAX], act, _named),
        title=_VERBS[name],
        back=home,
        noun=_("Order"),
        left_out=len(rows) > BULK_MAX,
    )


def _named(order: SalesOrder) -> tuple[str, str]:
    return order.number, reverse("orders:detail", args=[order.public_id])
