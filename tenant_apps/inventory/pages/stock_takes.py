"""Pages of stock takes: the list, the start, counting on the page, and what is done with the counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError, NotFound, NotPermitted
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import pressed, submitted, version_of
from platform_core.web.asking import actor_of, paged
from platform_core.web.downloads import table_download
from platform_core.web.forms import operation_of, operation_token
from platform_core.web.history import history
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, address, filter_chips, words_of
from platform_core.workbooks.columns import Choice, Column, Kind
from tenant_apps.catalog.permissions import CatalogPermission
from tenant_apps.catalog.queries import brands_visible_to, display_name, tree
from tenant_apps.inventory import commands, queries
from tenant_apps.inventory.forms import StockTakeForm
from tenant_apps.inventory.models import StockTake
from tenant_apps.inventory.pages.goods_rows import asked_rows, goods_context, text_beyond
from tenant_apps.inventory.pages.shared import row_errors, tabs, warehouse_choices
from tenant_apps.inventory.permissions import InventoryPermission
from tenant_apps.inventory.rules import pasted
from tenant_apps.inventory.states import STOCK_TAKE_FLOW, StockTakeState

COLUMNS = (
    Column("number", "Number", "单号"),
    Column("warehouse", "Warehouse", "仓库"),
    Column(
        "state",
        "State",
        "状态",
        Kind.CHOICE,
        choices=(
            Choice("open", "open", "盘点中"),
            Choice("posted", "posted", "已过账"),
            Choice("cancelled", "cancelled", "已取消"),
        ),
    ),
    Column("lines", "SKUs", "SKU 数", Kind.INTEGER),
    Column("counted", "Counted", "已盘", Kind.INTEGER),
    Column("different", "Different", "有差异", Kind.INTEGER),
    Column("note", "Note", "备注"),
    Column("by", "Started by", "发起人"),
    Column("created", "Started", "发起日期", Kind.DATE),
    Column("ended", "Ended", "结束日期", Kind.DATE),
)
LIST = ListColumns(
    ListColumn("number", gettext_lazy("Number"), sort="number", fixed=True, export=("number", "note")),
    ListColumn("warehouse", gettext_lazy("Warehouse"), sort="warehouse"),
    ListColumn("counted", gettext_lazy("Counted"), numeric=True, export=("counted", "lines")),
    ListColumn("different", gettext_lazy("Different"), numeric=True),
    ListColumn("state", gettext_lazy("State"), sort="state"),
    ListColumn("by", gettext_lazy("Started by")),
    ListColumn("created", gettext_lazy("Started")),
    ListColumn("ended", gettext_lazy("Ended"), shown=False),
    order="-number",
)
LINE_COLUMNS = (
    Column("code", "Merchant code", "商家编码"),
    Column("name", "Name", "名称"),
    Column("unit", "Unit", "单位"),
    Column("expected", "Expected", "账面", Kind.DECIMAL, places=3),
    Column("counted", "Counted", "实盘", Kind.DECIMAL, places=3),
    Column("difference", "Difference", "差异", Kind.DECIMAL, places=3),
    Column("by", "Counted by", "盘点人"),
)
LINE_STATES = (
    ("open", gettext_lazy("not counted yet")),
    ("counted", gettext_lazy("counted")),
    ("different", gettext_lazy("different")),
    ("outdated", gettext_lazy("to be counted again")),
)
VERBS = {
    "started": gettext_lazy("Started"),
    "posted": pgettext_lazy("stock take", "Posted"),
    "cancelled": gettext_lazy("Cancelled"),
}
FIELDS = {
    "warehouse": gettext_lazy("Warehouse"),
    "lines": gettext_lazy("SKUs"),
    "note": gettext_lazy("Note"),
    "counted": gettext_lazy("Counted"),
    "different": gettext_lazy("Different"),
    "more": gettext_lazy("Found more"),
    "less": gettext_lazy("Found less"),
}
_DONE = {
    "post": gettext_lazy("Stock take {number} is posted: the stock is what was counted."),
    "cancel": gettext_lazy("Stock take {number} is cancelled. Nothing moved."),
}


@require_GET
@keeps_views
def stock_take_list(request: HttpRequest) -> HttpResponse:
    """The stock takes of the visible warehouses, newest first."""
    actor = actor_of(request)
    warehouses = warehouse_choices(actor)
    words = {
        "q": FilterWords(_("Search")),
        "warehouse": FilterWords(_("Warehouse"), dict(warehouses)),
        "state": FilterWords(_("State"), words_of(StockTakeState.choices)),
    }
    context = {
        "page": paged(request, _rows(request, actor)),
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET),
        "warehouses": warehouses,
        "states": StockTakeState.choices,
        "tabs": tabs(request, "stock_takes"),
        "may_take": actor.may(InventoryPermission.TAKE_STOCK),
    }
    return render(request, "inventory/stock_takes.html", context)


@require_GET
def stock_take_export(request: HttpRequest) -> FileResponse:
    """The filtered list as a file."""
    rows = _rows(request, actor_of(request)).iterator(chunk_size=1000)
    columns = LIST.exported(request.GET, COLUMNS)
    return table_download(
        name="stock-takes", kind=request.GET.get("format", ""), columns=columns, rows=map(_cells, rows)
    )


@require_http_methods(["GET", "POST"])
def stock_take_new(request: HttpRequest) -> HttpResponse:
    """Choose what is counted, and start."""
    actor = actor_of(request)
    actor.require(InventoryPermission.TAKE_STOCK)
    places = warehouse_choices(actor, own=True)
    may_choose = actor.may(CatalogPermission.READ)
    form = StockTakeForm(
        request.POST or None,
        warehouses=places,
        categories=[(node.leaf.public_id, node.path) for node in tree().nodes] if may_choose else [],
        brands=list(_brands(actor)) if may_choose else [],
        initial={"operation": operation_token(), "warehouse": request.GET.get("warehouse", "")},
    )
    status = 200
    rows = asked_rows(request, request.POST.get("codes", ""))
    if request.method == "POST":
        started, status = submitted(form, lambda: _start(request, actor, form.cleaned_data, rows))
        if started:
            return redirect("inventory:stock_take", started.public_id)
        form.data = {**request.POST.dict(), "operation": operation_token(), "codes": text_beyond(rows)}
    context = {"form": form, "has_warehouse": bool(places), **goods_context(rows, counted=False)}
    return render(request, "inventory/stock_take_new.html", context, status=status)


def _brands(actor: Actor) -> Iterable[tuple[str, str]]:
    return brands_visible_to(actor).order_by("name").values_list("public_id", "name")


def _start(
    request: HttpRequest, actor: Actor, asked: dict[str, Any], rows: list[tuple[str, str]]
) -> StockTake:
    codes = tuple(code for code, _rest in rows)
    goods = commands.GoodsToCount(asked["q"], asked["category"], asked["brand"], codes)
    return commands.start_stock_take(
        actor=actor,
        operation_id=operation_of(request),
        warehouse=asked["warehouse"],
        goods=goods,
        note=asked["note"],
    )


@require_GET
def stock_take_one(request: HttpRequest, public_id: str) -> HttpResponse:
    """One stock take: its lines to count or as counted, and what may be done with them."""
    return _shown(request, public_id)


@require_POST
def stock_take_count(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep what was typed on one page of lines; what was not touched is left alone."""
    actor = actor_of(request)
    take = queries.stock_take_for(actor, public_id)
    typed = {
        int(name.removeprefix("counted-")): str(text).strip()
        for name, text in request.POST.items()
        if name.startswith("counted-") and name.removeprefix("counted-").isdecimal()
    }
    typed = {place: text for place, text in typed.items() if text != request.POST.get(f"was-{place}", "")}
    lines = list(queries.lines_of_stock_take(take).filter(position__in=typed))
    rows = [(line.sku.merchant_code, typed[line.position]) for line in lines]
    try:
        _count(request, actor, public_id, rows)
    except (NotFound, NotPermitted):
        raise
    except DomainError as error:
        errors = {
            lines[int(problem.pointer.split("/")[2])].position: str(problem)
            for problem in error.problems
            if problem.pointer.startswith("/counts/")
        }
        return _shown(request, public_id, error=error, typed=typed, errors=errors)
    back = QueryDict(request.POST.get("back", ""))
    return redirect(f"{reverse('inventory:stock_take', args=[public_id])}{address(back) if back else ''}")


@require_POST
def stock_take_paste(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep pasted counts: a code and a number in each line."""
    rows = pasted(request.POST.get("lines", ""))
    actor = actor_of(request)
    queries.stock_take_for(actor, public_id)
    try:
        _count(request, actor, public_id, rows)
    except (NotFound, NotPermitted):
        raise
    except DomainError as error:
        wrong = row_errors(error, rows, "counts")
        return _shown(request, public_id, error=error, pasted_errors=wrong)
    messages.success(request, _("{count} counts are kept.").format(count=len(rows)))
    return redirect("inventory:stock_take", public_id)


@require_POST
def stock_take_step(request: HttpRequest, public_id: str, step: str) -> HttpResponse:
    """Post it, or give it up; a refusal is told on its page, line by line."""
    actor = actor_of(request)
    verbs = {"post": commands.post_stock_take, "cancel": commands.cancel_stock_take}
    if step not in verbs:
        raise Http404
    take = queries.stock_take_for(actor, public_id)
    asked: dict[str, Any] = {
        "actor": actor,
        "operation_id": operation_of(request),
        "stock_take_id": public_id,
        "version": version_of(request, take.version),
    }
    refusals: list[DomainError] = []

    def act() -> str:
        try:
            verbs[step](**asked)
        except DomainError as error:
            refusals.append(error)
            raise
        return str(_DONE[step]).format(number=take.number)

    if pressed(request, act) or not any(error.problems for error in refusals):
        return redirect("inventory:stock_take", public_id)
    return _shown(request, public_id, error=refusals[0])


@require_GET
def stock_take_lines(request: HttpRequest, public_id: str) -> FileResponse:
    """The lines as a file, for the books."""
    take = queries.stock_take_for(actor_of(request), public_id)
    lines = _lines(request, take).iterator(chunk_size=1000)
    rows = (
        {
            "code": line.sku.merchant_code,
            "name": display_name(line.sku),
            "unit": line.sku.unit,
            "expected": line.expected,
            "counted": line.counted,
            "difference": line.difference,
            "by": line.counted_by,
        }
        for line in lines
    )
    kind = request.GET.get("format", "")
    return table_download(name=take.number, kind=kind, columns=LINE_COLUMNS, rows=rows)


def _shown(
    request: HttpRequest,
    public_id: str,
    *,
    error: DomainError | None = None,
    typed: dict[int, str] | None = None,
    errors: dict[int, str] | None = None,
    pasted_errors: list[dict[str, object]] | None = None,
) -> HttpResponse:
    """The page of one stock take; with a refusal, what was typed and the sentence at each line."""
    actor = actor_of(request)
    take = queries.stock_take_for(actor, public_id)
    page = paged(request, _lines(request, take))
    for line in page.object_list:
        _dress(line, typed or {}, errors or {})
    words = {"q": FilterWords(_("Search")), "state": FilterWords(_("State"), words_of(LINE_STATES))}
    may = actor.may(InventoryPermission.TAKE_STOCK)
    context = {
        "take": take,
        "page": page,
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "line_states": LINE_STATES,
        "open_steps": STOCK_TAKE_FLOW.open_to(take.state, actor.grants),
        "uncounted": take.line_count - take.counted_count,  # type: ignore[attr-defined]
        "token": operation_token(),
        "error": error,
        "pasted_errors": pasted_errors,
        "pasted_text": request.POST.get("lines", "") if pasted_errors else "",
        "history": history(queries.log_of_stock_take(take), VERBS, FIELDS),
        "may_take": may,
    }
    status = 200 if error is None else error.status
    return render(request, "inventory/stock_take.html", context, status=status)


def _dress(line: Any, typed: dict[int, str], errors: dict[int, str]) -> None:
    """What the page shows of a line; one that is out of date is typed anew, so its field is empty."""
    line.title = display_name(line.sku)
    line.was = "" if line.counted is None or line.is_outdated else f"{line.counted.normalize():f}"
    line.typed = typed.get(line.position, line.was)
    line.error = errors.get(line.position, "")


def _count(request: HttpRequest, actor: Actor, public_id: str, rows: list[tuple[str, str]]) -> None:
    counts = [commands.LineCount(amount, code) for code, amount in rows]
    commands.count_stock_take(
        actor=actor, operation_id=operation_of(request), stock_take_id=public_id, counts=counts
    )


def _lines(request: HttpRequest, take: StockTake) -> Any:
    asked = request.GET
    return queries.lines_of_stock_take(take, asked.get("q", ""), asked.get("state", ""))


def _rows(request: HttpRequest, actor: Actor) -> Any:
    asked = request.GET
    return queries.stock_takes_matching(
        actor, asked.get("q", ""), asked.get("warehouse", ""), asked.get("state", ""), asked.get("sort", "")
    )


def _cells(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "warehouse": row.warehouse.name,
        "state": row.state,
        "lines": row.line_count,
        "counted": row.counted_count,
        "different": row.different_count,
        "note": row.note,
        "by": row.actor_name,
        "created": row.created_at,
        "ended": row.ended_at,
    }
