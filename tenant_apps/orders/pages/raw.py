"""Raw orders: the list, one with its marks and remedies, correcting it, and its steps one by one or many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.idempotency.keys import part_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError, NotFound, NotPermitted
from platform_core.kernel.quantity import plain
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import version_of
from platform_core.web.asking import PAGE_SIZE, actor_of
from platform_core.web.downloads import table_download
from platform_core.web.forms import operation_of, operation_token
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, address, filter_chips, state_of
from platform_core.workbooks.columns import is_chinese
from tenant_apps.dealers import queries as dealers
from tenant_apps.logistics import queries as logistics
from tenant_apps.orders.commands.raw import cancel_raw_order, edit_raw_order, submit_raw_order
from tenant_apps.orders.marks import raw_mark_sentences
from tenant_apps.orders.models import RawOrder, RawOrderSource
from tenant_apps.orders.pages import raw_forms as forms
from tenant_apps.orders.pages.words import placed_sentence
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.orders import raw_steps_open_to
from tenant_apps.orders.queries.raw import (
    RAW_EXPORT_COLUMNS,
    RawFilter,
    names_of_lines,
    orders_of,
    raw_counts_by_state,
    raw_export_rows,
    raw_history,
    raw_lines,
    raw_list_rows,
    raw_orders_matching,
    wanted_of_raw,
    whole_raw,
)
from tenant_apps.orders.rules import Wanted
from tenant_apps.orders.states import Mark, RawOrderState

SPARE_ROWS = 3
LIST = ListColumns(
    ListColumn(
        "number", gettext_lazy("Raw order"), sort="number", fixed=True, export=("number", "client_ref")
    ),
    ListColumn("state", gettext_lazy("State"), sort="state", export=("state", "marks", "reason")),
    ListColumn(
        "consignee", gettext_lazy("Deliver to"), sort="consignee", export=("consignee", "phone", "address")
    ),
    ListColumn("shop", gettext_lazy("Shop"), export=("shop__name",)),
    ListColumn("delivery", gettext_lazy("Delivery"), export=("carrier_code", "warehouse_code")),
    ListColumn("source", gettext_lazy("Source")),
    ListColumn("created", gettext_lazy("Taken at"), sort="created", export=("created_at",)),
    ListColumn("lines", gettext_lazy("Lines"), numeric=True),
    order="-number",
)
# Tabs that always show; the others once they hold something.
_TABS = (RawOrderState.PENDING, RawOrderState.SUBMITTED, RawOrderState.CANCELLED)
KEEP = "keep"


@require_GET
@keeps_views
def raw_list(request: HttpRequest) -> HttpResponse:
    """What came in and is not yet accepted, for the dealer's own people only (W-136)."""
    actor = dealer_of(request)
    wanted = forms.raw_filter_from(request.GET)
    counts = raw_counts_by_state(actor, wanted)
    paginator: Any = Paginator(raw_orders_matching(actor, wanted), PAGE_SIZE)
    # Counted already, by state.
    paginator.count = counts.get(wanted.state, 0) if wanted.state else sum(counts.values())
    page = paginator.get_page(request.GET.get("page"))
    choices = _choices(actor)
    context = {
        "page": page,
        "rows": [
            {**row, "mark_list": linked(row["mark_list"], row["public_id"])}
            for row in raw_list_rows(page.object_list)
        ],
        "tabs": _tabs(request, wanted, counts),
        "filters": request.GET,
        "chips": filter_chips(request.GET, _words(choices, wanted.batch)),
        "columns": LIST.chosen(request.GET),
        "choices": choices,
        "shops": choices["shop"] if len(choices["shop"]) > 1 else [],
        "marks": [(value, str(label).capitalize()) for value, label in Mark.choices],
        "sources": [(value, str(label)) for value, label in RawOrderSource.choices],
        "may": _acts(actor),
        "token": operation_token(),
        "is_empty": not sum(counts.values()) and not state_of(request.GET),
    }
    return render(request, "orders/raw_list.html", context)


def dealer_of(request: HttpRequest) -> Actor:
    """The asker, when it belongs to a dealer. Raises NotFound for the supplier's people (W-136)."""
    actor = actor_of(request)
    actor.require(OrderPermission.READ)
    if actor.dealer_id is None:
        raise NotFound(noun=_("page"))
    return actor


def _tabs(request: HttpRequest, wanted: RawFilter, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    query = request.GET.copy()
    for name in ("state", "page"):
        query.pop(name, None)
    tabs = [
        {"label": _("All"), "active": not wanted.state, "count": sum(counts.values()), "url": address(query)}
    ]
    for state, label in RawOrderState.choices:
        if state in _TABS or counts.get(state):
            query["state"] = state
            tabs.append(
                {
                    "label": str(label).capitalize(),
                    "url": address(query),
                    "active": wanted.state == state,
                    "count": counts.get(state, 0),
                }
            )
    return tabs


def _choices(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    """Shops by public id, carriers and warehouses in use by code."""
    return {
        "shop": list(dealers.shops_visible_to(actor).values_list("public_id", "name")),
        "carrier": list(
            logistics.carriers_visible_to(actor)
            .filter(enabled=True)
            .order_by("name")
            .values_list("code", "name")
        ),
        "warehouse": list(
            logistics.warehouses_visible_to(actor)
            .filter(enabled=True)
            .order_by("name")
            .values_list("code", "name")
        ),
    }


def _words(choices: Mapping[str, list[tuple[str, str]]], batch: str) -> dict[str, FilterWords]:
    return {
        "q": FilterWords(_("Search")),
        "mark": FilterWords(_("Mark"), {value: str(label) for value, label in Mark.choices}),
        "shop": FilterWords(_("Shop"), dict(choices["shop"])),
        "source": FilterWords(_("Source"), {value: str(label) for value, label in RawOrderSource.choices}),
        "from": FilterWords(_("Taken from")),
        "to": FilterWords(_("Taken until")),
        "batch": FilterWords(_("Import"), {batch: _("one file")}),
    }


def _acts(actor: Actor) -> dict[str, bool]:
    return {
        "take": actor.may(OrderPermission.PLACE),
        "submit": actor.may(OrderPermission.PLACE),
        "edit": actor.may(OrderPermission.EDIT),
        "cancel": actor.may(OrderPermission.CANCEL),
    }


def linked(marks: Sequence[Mapping[str, Any]], raw_id: str) -> list[dict[str, Any]]:
    """Marks with the page where each is remedied: the dealer's goods, its top-ups, else the order itself."""
    elsewhere = {
        Mark.GOODS: ("strategies:my_goods", _("To my goods")),
        Mark.BALANCE: ("ledger:top_ups", _("To the top-ups")),
    }
    found = []
    for mark in marks:
        name, label = elsewhere.get(Mark(mark["mark"]), ("", _("Correct it")))
        url = reverse(name) if name else reverse("orders:raw_edit", args=[raw_id])
        found.append({**mark, "url": url, "label": label})
    return found


@require_GET
def raw_export(request: HttpRequest) -> FileResponse:
    """What the list shows, as xlsx or CSV."""
    rows = raw_orders_matching(dealer_of(request), forms.raw_filter_from(request.GET))
    chinese = is_chinese(get_language() or "en")
    return table_download(
        name=_("Raw orders"),
        kind=request.GET.get("format", "xlsx"),
        columns=LIST.exported(request.GET, RAW_EXPORT_COLUMNS),
        rows=raw_export_rows(rows, chinese=chinese),
    )


@require_GET
def raw_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """One raw order: what it says, why it waits and what to do about it."""
    actor = dealer_of(request)
    raw = whole_raw(actor, public_id)
    lines = raw_lines(raw)
    names = names_of_lines(raw, lines)
    context = {
        "raw": raw,
        "order": raw,
        "lines": [{"line": line, "meant": names.get(line.merchant_code, "")} for line in lines],
        "marks": linked(raw_mark_sentences(raw.marks), raw.public_id),
        "open": raw_steps_open_to(actor, raw),
        "orders": orders_of(raw),
        "history": raw_history(raw),
        "token": operation_token(),
    }
    return render(request, "orders/raw_detail.html", context)


@require_http_methods(["GET", "POST"])
def raw_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Correct a raw order in place; saving submits it at once, unless it is only kept."""
    actor = dealer_of(request)
    actor.require(OrderPermission.EDIT)
    raw = whole_raw(actor, public_id)
    version = version_of(request, raw.version)
    if request.method == "GET":
        return _form(request, actor, raw, version, _initial(wanted_of_raw(raw)), _rows(raw))
    form = forms.RawForm(request.POST, choices=_choices(actor))
    rows: list[dict[str, Any]] = [*forms.typed_raw_rows(request.POST)]
    form.is_valid()
    key = operation_of(request)
    try:
        edit_raw_order(
            actor=actor,
            operation_id=key,
            raw_id=public_id,
            wanted=forms.raw_wanted(form.cleaned_data, rows),
            version=version,
        )
    except (NotFound, NotPermitted):
        raise
    except DomainError as error:
        _place(form, rows, error)
        return _form(request, actor, raw, version, form, rows, error.status)
    if request.POST.get("act") == KEEP:
        messages.success(request, _("Raw order %(number)s is kept.") % {"number": raw.number})
        return redirect("orders:raw", public_id)
    return _submitted(request, actor, part_of(key, "submit"), public_id)


def _form(
    request: HttpRequest,
    actor: Actor,
    raw: RawOrder,
    version: int,
    form: Any,
    rows: list[dict[str, Any]],
    status: int = 200,
) -> HttpResponse:
    if isinstance(form, dict):
        form = forms.RawForm(initial=form, choices=_choices(actor))
    context = {
        "raw": raw,
        "form": form,
        "rows": [*rows, *({} for _ in range(SPARE_ROWS))],
        "marks": linked(raw_mark_sentences(raw.marks), raw.public_id),
        "version": version,
        "token": operation_token(),
    }
    return render(request, "orders/raw_edit.html", context, status=status)


def _initial(wanted: Wanted) -> dict[str, Any]:
    names = ("shop", "carrier", "warehouse", "client_ref", "nickname", "memo", "service_memo", "coupon")
    return {
        "invoice_kind": wanted.invoice_kind,
        **wanted.address.columns(),
        **{name: getattr(wanted, name) for name in names},
    }


def _rows(raw: RawOrder) -> list[dict[str, Any]]:
    return [
        {
            "code": line.merchant_code,
            "line_quantity": plain(line.quantity),
            "pack": line.pack,
            "sales_price": "" if line.sales_price is None else plain(line.sales_price),
            "note": line.note,
        }
        for line in raw_lines(raw)
    ]


def _place(form: forms.RawForm, rows: list[dict[str, Any]], error: DomainError) -> None:
    """Each sentence at its line or field, the rest above the form."""
    for problem in error.problems:
        parts = problem.pointer.strip("/").split("/")
        if parts[0] == "lines" and len(parts) > 1 and int(parts[1]) < len(rows):
            rows[int(parts[1])].setdefault("errors", []).append(str(problem))
        else:
            form.add_error(parts[-1] if parts[-1] in form.fields else None, str(problem))
    if not error.problems:
        form.add_error("client_ref" if error.code == "reference_taken" else None, str(error))


@require_POST
def raw_step(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """Submit one raw order, or give it up."""
    actor, key = dealer_of(request), operation_of(request)
    if name == "submit":
        return _submitted(request, actor, key, public_id)
    if name != "cancel":
        raise Http404
    try:
        raw = cancel_raw_order(
            actor=actor, operation_id=key, raw_id=public_id, reason=request.POST.get("reason", "").strip()
        )
        messages.success(request, _("Raw order %(number)s is cancelled.") % {"number": raw.number})
    except (NotFound, NotPermitted):
        raise
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("orders:raw", public_id)


def _submitted(request: HttpRequest, actor: Actor, key: UUID, public_id: str) -> HttpResponse:
    """To the sales order; or back to the raw order, whose marks say why not."""
    try:
        order = submit_raw_order(actor=actor, operation_id=key, raw_id=public_id)
    except (NotFound, NotPermitted):
        raise
    except DomainError as error:
        messages.error(request, _("Not submitted: %(why)s") % {"why": error})
        return redirect("orders:raw", public_id)
    messages.success(request, placed_sentence(actor, order))
    return redirect("orders:detail", order.public_id)
