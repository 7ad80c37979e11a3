"""Submit, cancel or set the delivery of many raw orders: a few at once, more by the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from platform_core.idempotency.keys import part_of
from platform_core.imports.commands import confirm
from platform_core.kernel.actor import Actor
from platform_core.web.bulk import one_by_one, show_results
from platform_core.web.formats import decimal_text
from platform_core.web.forms import operation_of
from platform_core.web.lists import address
from tenant_apps.orders.commands.raw_many import ask_for_many, one_of_many
from tenant_apps.orders.models import RawOrder
from tenant_apps.orders.pages import raw_forms as forms
from tenant_apps.orders.pages.raw import KEEP, dealer_of
from tenant_apps.orders.queries.orders import numbers_together
from tenant_apps.orders.queries.raw import RawFilter, raw_orders_matching
from tenant_apps.orders.queries.raw_many import CANCEL, NAMES, SET, SUBMIT

DIRECT_MAX = 20
"""So many are done while the reader waits, about a second's work; more go to the worker."""
MANY_MAX = 10_000
_KINDS = {"submit": SUBMIT, "cancel": CANCEL, "set": SET}


@require_POST
def raw_bulk(request: HttpRequest) -> HttpResponse:
    """Submit, cancel, or set carrier and warehouse of the chosen ones and submit; a result per row."""
    actor, kind = dealer_of(request), _KINDS.get(request.POST.get("action", ""))
    if kind is None:
        raise Http404
    operation, fields = operation_of(request), _fields(request)
    back = QueryDict(request.POST.get("back", ""))
    home = f"{reverse('orders:raw_list')}{address(back)}"
    ids = _chosen_ids(request, actor, back)
    if len(ids) > MANY_MAX:
        said = _("One step takes at most {maximum} raw orders: narrow the list by a filter.")
        messages.error(request, said.format(maximum=decimal_text(MANY_MAX)))
        return redirect(home)
    if len(ids) > DIRECT_MAX:
        row = ask_for_many(actor=actor, operation_id=operation, kind=kind, raw_ids=ids, fields=fields)
        confirm(actor=actor, import_id=row.public_id)
        return redirect("imports:one", row.public_id)
    rows = raw_orders_matching(actor, RawFilter()).filter(public_id__in=ids).order_by("id")
    return show_results(
        request,
        one_by_one(rows, _act(actor, operation, kind, fields), _named),
        title=_(NAMES[kind]),
        back=home,
        noun=_("Raw order"),
        left_out=False,
    )


def _chosen_ids(request: HttpRequest, actor: Actor, back: QueryDict) -> list[str]:
    """The ticked ones, or all that the list's filter leaves, oldest first: it has the first claim to stock.

    What is not the dealer's own is left out.
    """
    if request.POST.get("scope") == "all":
        rows = raw_orders_matching(actor, forms.raw_filter_from(back))
    else:
        rows = raw_orders_matching(actor, RawFilter()).filter(public_id__in=request.POST.getlist("ids"))
    return list(rows.order_by("id").values_list("public_id", flat=True)[: MANY_MAX + 1])


def _fields(request: HttpRequest) -> dict[str, str]:
    """Carrier and warehouse as they were chosen; what is to stay as it is, is missing."""
    typed = {key: request.POST.get(f"set_{key}", KEEP) for key in ("carrier", "warehouse")}
    return {key: value for key, value in typed.items() if value != KEEP}


def _act(actor: Actor, operation: UUID, kind: str, fields: Mapping[str, str]) -> Callable[[RawOrder], str]:
    def act(row: RawOrder) -> str:
        done = one_of_many(
            actor=actor,
            operation_id=part_of(operation, row.public_id),
            kind=kind,
            raw=row,
            fields=fields,
        )
        if isinstance(done, RawOrder):
            return str(done.get_state_display())
        return _("submitted as %(number)s") % {"number": numbers_together(done)}

    return act


def _named(row: RawOrder) -> tuple[str, str]:
    return row.client_ref or row.number, reverse("orders:raw", args=[row.public_id])
