"""The supplier's call list: who has not ordered for an order day, and what came of calling (SX-07)."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from platform_core.kernel.context import serving
from platform_core.kernel.errors import FieldProblem, Invalid, NotFound
from platform_core.kernel.words import noop
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import pressed
from platform_core.web.asking import actor_of, paged
from platform_core.web.downloads import table_download
from platform_core.web.formats import day_text
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips
from platform_core.workbooks.columns import Choice, Column, Kind
from tenant_apps.dealers import queries as dealers
from tenant_apps.orders.commands.calls import note_call
from tenant_apps.orders.models import CallResult, OrderingCalendar
from tenant_apps.orders.queries import calls as queries

CALLED = (
    ("no", gettext_lazy("not called yet")),
    ("yes", gettext_lazy("called")),
    ("due", gettext_lazy("to be called again")),
)
LIST = ListColumns(
    ListColumn("dealer", gettext_lazy("Dealer"), sort="dealer", fixed=True, export=("code", "name")),
    ListColumn("contact", gettext_lazy("Contact"), export=("contact", "phone")),
    ListColumn("last", gettext_lazy("Last order"), sort="last", export=("last_order", "last_ordered")),
    ListColumn(
        "called",
        gettext_lazy("Last call"),
        sort="called",
        export=("called_at", "called_by", "result", "note"),
    ),
    ListColumn("follow_up", gettext_lazy("Call again"), sort="follow_up"),
    order="dealer",
)
_RESULTS = {
    "will_order": ("will order", "会下单"),
    "no_order": ("orders nothing this time", "本次不订"),
    "no_answer": ("no answer", "无人接听"),
    "other": ("something else", "其他"),
}
COLUMNS = (
    Column("code", "Code", "编码"),
    Column("name", "Dealer", "分销商"),
    Column("contact", "Contact", "联系人"),
    Column("phone", "Phone", "电话"),
    Column("last_order", "Last order", "上次订单"),
    Column("last_ordered", "Last ordered", "上次下单时间"),
    Column("called_at", "Called at", "回访时间"),
    Column("called_by", "Called by", "回访人"),
    Column(
        "result", "Result", "回访结果", Kind.CHOICE, choices=tuple(Choice(k, *v) for k, v in _RESULTS.items())
    ),
    Column("note", "Note", "备注"),
    Column("follow_up", "Call again", "再次回访"),
)
_NO_DAY = noop("Choose a day.")


class Chosen(NamedTuple):
    """The calendars in use, and the order day that is looked at; none where there is no calendar."""

    calendars: list[OrderingCalendar]
    day: queries.OrderDay | None


@require_GET
@keeps_views
def call_list(request: HttpRequest) -> HttpResponse:
    """Dealers of a group that have not ordered for the order day."""
    actor = queries.calling_actor(actor_of(request))
    calendars, day = _chosen(request)
    context: dict[str, Any] = {
        "calendars": [(one.public_id, one.group.name) for one in calendars],
        "day": day,
        "filters": request.GET,
        "may_calendars": actor.may("orders.manage_calendars"),
    }
    if day is not None:
        narrow = queries.CallFilter.of(request.GET.dict())
        page = paged(request, queries.not_ordered(actor, day, narrow))
        notes = queries.notes_of([row.pk for row in page], day.day)
        words = {
            "q": FilterWords(_("Search")),
            "called": FilterWords(_("Called"), {key: str(word) for key, word in CALLED}),
            "result": FilterWords(_("Result"), {key: str(word) for key, word in CallResult.choices}),
        }
        context |= {
            "page": page,
            "rows": [{"row": row, "notes": notes.get(row.pk, [])} for row in page],
            "days": [(one.isoformat(), day_text(one)) for one in day.days],
            "chips": filter_chips(request.GET, words),
            "columns": LIST.chosen(request.GET),
            "called": CALLED,
            "results": CallResult.choices,
            "back": request.GET.urlencode(),
        }
    return render(request, "orders/calls.html", context)


@require_GET
def call_export(request: HttpRequest) -> FileResponse:
    """What the list shows, as xlsx or CSV."""
    actor = queries.calling_actor(actor_of(request))
    day = _chosen(request).day
    if day is None:
        raise NotFound(noun=_("calendar"))
    zone = ZoneInfo(serving().timezone)
    rows = queries.not_ordered(actor, day, queries.CallFilter.of(request.GET.dict()))
    return table_download(
        name=_("Call list"),
        kind=request.GET.get("format", "xlsx"),
        columns=LIST.exported(request.GET, COLUMNS),
        rows=(_cells(row, zone) for row in rows),
    )


@require_POST
def call_note(request: HttpRequest, dealer_id: str) -> HttpResponse:
    """Note a call; a refusal is told above the list."""
    actor = queries.calling_actor(actor_of(request))
    dealers.dealer_for(actor, dealer_id)

    def act() -> str:
        note_call(
            actor=actor,
            dealer_id=dealer_id,
            day=_day(request.POST.get("day", ""), "/day") or date.min,
            result=request.POST.get("result", ""),
            note=request.POST.get("note", ""),
            follow_up=_day(request.POST.get("follow_up", ""), "/follow_up", is_needed=False),
        )
        return _("The call is noted.")

    pressed(request, act)
    back = request.POST.get("back", "")
    return redirect(f"{reverse('orders:calls')}{'?' if back else ''}{back}")


def _day(text: str, pointer: str, *, is_needed: bool = True) -> date | None:
    if not text.strip() and not is_needed:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(problems=[FieldProblem(pointer, "no_day", _NO_DAY)]) from error


def _chosen(request: HttpRequest) -> Chosen:
    calendars = queries.call_calendars(actor_of(request))
    named = request.GET.get("calendar", "")
    calendar = next((one for one in calendars if one.public_id == named), calendars[0] if calendars else None)
    return Chosen(calendars, queries.order_day(calendar, request.GET.get("day", "")) if calendar else None)


def _cells(row: Any, zone: ZoneInfo) -> dict[str, Any]:
    cells = queries.call_row(row)
    for name in ("last_ordered", "called_at"):
        cells[name] = f"{cells[name].astimezone(zone):%Y-%m-%d %H:%M}" if cells[name] else ""
    cells["follow_up"] = cells["follow_up"].isoformat() if cells["follow_up"] else ""
    return cells
