"""Pages of transfers between warehouses: the list, the draft, and its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError, NotFound, NotPermitted
from platform_core.kernel.quantity import plain
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import version_of
from platform_core.web.asking import actor_of, paged
from platform_core.web.downloads import table_download
from platform_core.web.forms import operation_of, operation_token
from platform_core.web.history import history
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips, words_of
from platform_core.workbooks.columns import Choice, Column, Kind
from tenant_apps.catalog.queries import display_name
from tenant_apps.inventory import commands, queries
from tenant_apps.inventory.forms import TransferForm
from tenant_apps.inventory.models import StockTransfer
from tenant_apps.inventory.pages.goods_rows import asked_rows, goods_context, text_beyond
from tenant_apps.inventory.pages.shared import tabs, warehouse_choices
from tenant_apps.inventory.permissions import InventoryPermission
from tenant_apps.inventory.states import TRANSFER_FLOW, TransferState

COLUMNS = (
    Column("number", "Number", "单号"),
    Column("origin", "From", "调出仓库"),
    Column("destination", "To", "调入仓库"),
    Column(
        "state",
        "State",
        "状态",
        Kind.CHOICE,
        choices=(
            Choice("draft", "draft", "草稿"),
            Choice("sent", "in transit", "在途"),
            Choice("received", "received", "已收货"),
            Choice("returned", "returned", "已退回"),
            Choice("cancelled", "cancelled", "已取消"),
        ),
    ),
    Column("note", "Note", "备注"),
    Column("by", "Written by", "制单人"),
    Column("created", "Written", "制单日期", Kind.DATE),
    Column("sent", "Sent", "调出日期", Kind.DATE),
    Column("ended", "Ended", "结束日期", Kind.DATE),
)
LIST = ListColumns(
    ListColumn("number", gettext_lazy("Number"), sort="number", fixed=True, export=("number", "note")),
    ListColumn("origin", pgettext_lazy("stock transfer", "From"), sort="origin"),
    ListColumn("destination", pgettext_lazy("stock transfer", "To"), sort="destination"),
    ListColumn("state", gettext_lazy("State"), sort="state"),
    ListColumn("sent", pgettext_lazy("moment", "Sent"), sort="sent"),
    ListColumn("by", gettext_lazy("Written by")),
    ListColumn("created", gettext_lazy("Written"), shown=False),
    ListColumn("ended", gettext_lazy("Ended"), shown=False),
    order="-number",
)
VERBS = {
    "created": gettext_lazy("Written"),
    "changed": pgettext_lazy("stock transfer", "Changed"),
    "sent": pgettext_lazy("stock transfer", "Sent"),
    "received": pgettext_lazy("stock transfer", "Received"),
    "returned": pgettext_lazy("stock transfer", "Brought back"),
    "cancelled": gettext_lazy("Cancelled"),
}
FIELDS = {
    "origin": pgettext_lazy("stock transfer", "From"),
    "destination": pgettext_lazy("stock transfer", "To"),
    "lines": gettext_lazy("SKUs"),
    "note": gettext_lazy("Note"),
    "lost": gettext_lazy("Lost"),
}
_DONE = {
    "send": gettext_lazy("{number} is sent: the goods are in transit."),
    "receive": gettext_lazy("{number} is received."),
    "return": gettext_lazy("{number} is brought back to where it came from."),
    "cancel": gettext_lazy("{number} is cancelled. Nothing moved."),
}


@require_GET
@keeps_views
def transfer_list(request: HttpRequest) -> HttpResponse:
    """Transfers that leave or reach a visible warehouse, newest first."""
    actor = actor_of(request)
    warehouses = warehouse_choices(actor)
    words = {
        "q": FilterWords(_("Search")),
        "warehouse": FilterWords(_("Warehouse"), dict(warehouses)),
        "state": FilterWords(_("State"), words_of(TransferState.choices)),
    }
    context = {
        "page": paged(request, _rows(request, actor)),
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET),
        "warehouses": warehouses,
        "states": TransferState.choices,
        "tabs": tabs(request, "transfers"),
        "may_transfer": actor.may(InventoryPermission.TRANSFER),
    }
    return render(request, "inventory/transfers.html", context)


@require_GET
def transfer_export(request: HttpRequest) -> FileResponse:
    """The filtered list as a file."""
    rows = _rows(request, actor_of(request)).iterator(chunk_size=1000)
    columns = LIST.exported(request.GET, COLUMNS)
    return table_download(
        name="transfers", kind=request.GET.get("format", ""), columns=columns, rows=map(_cells, rows)
    )


@require_http_methods(["GET", "POST"])
def transfer_new(request: HttpRequest) -> HttpResponse:
    """Write a transfer."""
    actor = actor_of(request)
    actor.require(InventoryPermission.TRANSFER)
    return _form_page(request, actor, None)


@require_http_methods(["GET", "POST"])
def transfer_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change what a draft moves."""
    actor = actor_of(request)
    transfer = queries.transfer_for(actor, public_id)
    actor.require(InventoryPermission.TRANSFER)
    return _form_page(request, actor, transfer)


def _form_page(request: HttpRequest, actor: Actor, transfer: StockTransfer | None) -> HttpResponse:
    places = warehouse_choices(actor, own=True)
    if transfer is not None:
        places = [(end.public_id, end.name) for end in (transfer.origin, transfer.destination)]
    rows = _lines_of(transfer)
    form = TransferForm(request.POST or None, warehouses=places, initial=_initial(request, transfer, rows))
    refusal: DomainError | None = None
    status = 200
    if request.method == "POST":
        status = 422
        rows = asked_rows(request, request.POST.get("lines", ""))
        if form.is_valid():
            try:
                row = _write(request, actor, transfer, form.cleaned_data, rows)
            except (NotFound, NotPermitted):
                raise
            except DomainError as error:
                refusal, status = error, error.status
            else:
                messages.success(request, _("{number} is saved.").format(number=row.number))
                return redirect("inventory:transfer", row.public_id)
        form.data = {**request.POST.dict(), "operation": operation_token(), "lines": text_beyond(rows)}
    context = {
        "form": form,
        **goods_context(rows, error=refusal, base="lines"),
        "transfer": transfer,
        "version": transfer and version_of(request, transfer.version),
        "may_write": len(places) > 1,
    }
    return render(request, "inventory/transfer_form.html", context, status=status)


def _initial(
    request: HttpRequest, transfer: StockTransfer | None, rows: list[tuple[str, str]]
) -> dict[str, str]:
    initial = {"operation": operation_token(), "origin": request.GET.get("origin", "")}
    if transfer is not None:
        initial |= {
            "origin": transfer.origin.public_id,
            "destination": transfer.destination.public_id,
            "note": transfer.note,
            "lines": text_beyond(rows),
        }
    return initial


def _lines_of(transfer: StockTransfer | None) -> list[tuple[str, str]]:
    if transfer is None:
        return []
    return [(line.sku.merchant_code, plain(line.quantity)) for line in queries.lines_of_transfer(transfer)]


def _write(
    request: HttpRequest,
    actor: Actor,
    transfer: StockTransfer | None,
    asked: dict[str, str],
    rows: list[tuple[str, str]],
) -> StockTransfer:
    lines = [commands.TransferLine(amount, code) for code, amount in rows]
    if transfer is None:
        return commands.create_transfer(
            actor=actor,
            operation_id=operation_of(request),
            origin=asked["origin"],
            destination=asked["destination"],
            lines=lines,
            note=asked["note"],
        )
    return commands.change_transfer(
        actor=actor,
        operation_id=operation_of(request),
        transfer_id=transfer.public_id,
        lines=lines,
        note=asked["note"],
        version=version_of(request, transfer.version),
    )


@require_GET
def transfer_one(request: HttpRequest, public_id: str) -> HttpResponse:
    """One transfer with its lines and what may be done with it."""
    return _shown(request, public_id)


@require_POST
def transfer_step(request: HttpRequest, public_id: str, step: str) -> HttpResponse:
    """One step of a transfer; a refusal is told on its page, line by line."""
    actor = actor_of(request)
    if step not in _DONE:
        raise Http404
    transfer = queries.transfer_for(actor, public_id)
    asked: dict[str, Any] = {
        "actor": actor,
        "operation_id": operation_of(request),
        "transfer_id": public_id,
        "version": version_of(request, transfer.version),
    }
    verbs: dict[str, Any] = {
        "send": commands.send_transfer,
        "receive": commands.receive_transfer,
        "return": commands.return_transfer,
        "cancel": commands.cancel_transfer,
    }
    if step == "receive":
        asked["received"] = _received(request, transfer)
    try:
        verbs[step](**asked)
    except (NotFound, NotPermitted):
        raise
    except DomainError as error:
        return _shown(request, public_id, error)
    messages.success(request, str(_DONE[step]).format(number=transfer.number))
    return redirect("inventory:transfer", public_id)


def _received(request: HttpRequest, transfer: StockTransfer) -> list[commands.TransferLine]:
    """What was typed as arrived; a field that is not there means: all."""
    return [
        commands.TransferLine(request.POST[name].strip(), line.sku.merchant_code)
        for line in queries.lines_of_transfer(transfer)
        if (name := f"received-{line.position}") in request.POST
    ]


def _shown(request: HttpRequest, public_id: str, error: DomainError | None = None) -> HttpResponse:
    actor = actor_of(request)
    transfer = queries.transfer_for(actor, public_id)
    lines: list[Any] = list(queries.lines_of_transfer(transfer))
    problems = {problem.pointer.split("/")[2]: str(problem) for problem in error.problems} if error else {}
    for place, line in enumerate(lines):
        line.title = display_name(line.sku)
        line.typed = request.POST.get(f"received-{line.position}", plain(line.quantity))
        line.error = problems.get(str(place), "")
    context = {
        "transfer": transfer,
        "lines": lines,
        "open_steps": TRANSFER_FLOW.open_to(transfer.state, actor.grants),
        "token": operation_token(),
        "error": error,
        "has_lost": any(line.lost for line in lines),
        "history": history(queries.log_of_transfer(transfer), VERBS, FIELDS),
    }
    status = 200 if error is None else error.status
    return render(request, "inventory/transfer.html", context, status=status)


def _rows(request: HttpRequest, actor: Actor) -> Any:
    asked = request.GET
    return queries.transfers_matching(
        actor, asked.get("q", ""), asked.get("warehouse", ""), asked.get("state", ""), asked.get("sort", "")
    )


def _cells(row: StockTransfer) -> dict[str, Any]:
    return {
        "number": row.number,
        "origin": row.origin.name,
        "destination": row.destination.name,
        "state": row.state,
        "note": row.note,
        "by": row.actor_name,
        "created": row.created_at,
        "sent": row.sent_at,
        "ended": row.ended_at,
    }
