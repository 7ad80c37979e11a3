"""Pages of supply boards: the supplier's list, form and report; a dealer's own shares (货源公示)."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError
from platform_core.web.acts import pressed, submitted
from platform_core.web.asking import actor_of, paged
from platform_core.web.downloads import table_download
from platform_core.web.form_refusals import show_refusal
from platform_core.web.lists import FilterWords, filter_chips, words_of
from platform_core.workbooks.columns import Column, Kind
from tenant_apps.dealers import queries as dealers
from tenant_apps.orders.commands import supply as commands
from tenant_apps.orders.pages.board_forms import BoardForm
from tenant_apps.orders.pages.calendars import managing_actor
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries import boards as queries
from tenant_apps.orders.states import BOARD_FLOW, BoardState

COLUMNS = (
    Column("code", "Merchant code", "商家编码"),
    Column("name", "Name", "名称"),
    Column("total", "Total", "货源总量", Kind.DECIMAL),
    Column("shared", "Shared out", "已分配", Kind.DECIMAL),
    Column("demanded", "Demanded", "需求量", Kind.DECIMAL),
    Column("granted", "Granted", "订单量", Kind.DECIMAL),
    Column("missed", "Missed", "未满足", Kind.DECIMAL),
)


@require_GET
def board_list(request: HttpRequest) -> HttpResponse:
    """The supplier's boards; for a dealer's people their own shares."""
    actor = actor_of(request)
    if actor.dealer_id is not None:
        actor.require(OrderPermission.READ)
        context = {
            "page": paged(request, queries.own_shares(actor)),
            "corrections": queries.own_corrections(actor),
            "may_order": actor.may(OrderPermission.PLACE),
        }
        return render(request, "orders/own_supply.html", context)
    actor = managing_actor(request)
    asked = request.GET
    words = {"q": FilterWords(_("Search")), "state": FilterWords(_("State"), words_of(BoardState.choices))}
    rows = queries.boards_listed(actor, asked.get("q", ""), asked.get("state", ""))
    context = {
        "page": paged(request, rows),
        "filters": asked,
        "chips": filter_chips(asked, words),
        "states": BoardState.choices,
    }
    return render(request, "orders/supply.html", context)


@require_http_methods(["GET", "POST"])
def board_new(request: HttpRequest) -> HttpResponse:
    """Share a supply out; nothing is seen by dealers before it is published."""
    actor = managing_actor(request)
    groups = list(dealers.groups_visible_to(actor).values_list("public_id", "name"))
    form = BoardForm(request.POST or None, groups=groups)
    status = 200
    if request.method == "POST":
        board, status = submitted(
            form,
            lambda: commands.add_board(
                actor=actor,
                group_id=form.cleaned_data["group"],
                day=form.cleaned_data["day"],
                totals=form.totals,
                weeks=form.weeks_asked,
                note=form.cleaned_data["note"],
            ),
            _refused,
        )
        if board:
            messages.success(request, _("The supply is shared out. Publish it when it is right."))
            return redirect("orders:supply_board", board.public_id)
    return render(
        request, "orders/supply_form.html", {"form": form, "has_groups": bool(groups)}, status=status
    )


def _refused(form: BoardForm, error: DomainError) -> int:
    """What is wrong with a line stands at the box of lines."""
    for problem in error.problems:
        if problem.pointer.startswith("/items/"):
            form.add_error("items", str(problem))
    general = [one for one in error.problems if not one.pointer.startswith("/items/")]
    return show_refusal(form, type(error)(problems=general)) if general else error.status


@require_GET
def board_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """What there is of each SKU, was shared out, demanded, granted and missed; a row leads to its shares."""
    actor = managing_actor(request)
    board = queries.board_for(actor, public_id)
    rows = queries.demand_of(board)
    context = {
        "board": board,
        "rows": rows,
        "counts": queries.counts_of(board, rows),
        "corrections": queries.corrections_of(board),
        "open": BOARD_FLOW.open_to(board.state, actor.grants),
    }
    return render(request, "orders/supply_board.html", context)


@require_GET
def board_export(request: HttpRequest, public_id: str) -> FileResponse:
    """The demand report as xlsx or CSV (TA-04)."""
    rows = queries.demand_of(queries.board_for(managing_actor(request), public_id))
    found = ({column.key: getattr(row, column.key) for column in COLUMNS} for row in rows)
    kind = request.GET.get("format", "xlsx")
    return table_download(name=_("Demand"), kind=kind, columns=COLUMNS, rows=found)


@require_POST
def board_switch(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """Publish, close or delete."""
    actor = managing_actor(request)
    done = pressed(request, lambda: _switch(actor, public_id, act))
    return (
        redirect("orders:supply") if done and act == "delete" else redirect("orders:supply_board", public_id)
    )


def _switch(actor: Actor, public_id: str, act: str) -> str:
    if act == "delete":
        commands.delete_board(actor=actor, board_id=public_id)
        return _("The board is deleted.")
    if act == "publish":
        commands.publish_board(actor=actor, board_id=public_id)
        return _("The board is published: each dealer sees its own share.")
    commands.close_board(actor=actor, board_id=public_id)
    return _("The board is closed: it binds no further order.")
