"""Pages of ordering calendars: the list, the form with its dates and preview, the switches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.audit.record import lines_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError, NotFound
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import pressed, submitted, version_of
from platform_core.web.asking import actor_of, paged
from platform_core.web.downloads import table_download
from platform_core.web.form_refusals import show_refusal
from platform_core.web.history import history
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips, words_of
from platform_core.workbooks.columns import Column, Kind
from tenant_apps.access import queries as access
from tenant_apps.dealers import queries as dealers
from tenant_apps.orders.commands import calendars as commands
from tenant_apps.orders.forms import CalendarForm, initial_of_calendar
from tenant_apps.orders.models import OrderingCalendar
from tenant_apps.orders.pages.calendar_words import (
    day_names,
    order_days,
    rule_words,
    window_row,
    window_words,
)
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries import calendars as queries

STATES = (("yes", gettext_lazy("enabled")), ("no", gettext_lazy("disabled")))
LIST = ListColumns(
    ListColumn("group", gettext_lazy("Dealer group"), sort="group", fixed=True),
    ListColumn("days", gettext_lazy("Order days")),
    ListColumn("window", gettext_lazy("Ordering is open"), sort="opens"),
    ListColumn("rules", gettext_lazy("Rules")),
    ListColumn("dealers", gettext_lazy("Dealers"), sort="dealers", numeric=True),
    ListColumn("enabled", gettext_lazy("State"), sort="enabled"),
    order="group",
)
COLUMNS = (
    Column("group", "Dealer group", "分销商分组"),
    Column("days", "Order days", "订货日"),
    Column("window", "Ordering is open", "订货时段"),
    Column("rules", "Rules", "规则"),
    Column("dealers", "Dealers", "分销商数", Kind.INTEGER),
    Column("enabled", "Enabled", "启用", Kind.BOOLEAN),
)
VERBS = {
    "created": gettext_lazy("Created"),
    "changed": gettext_lazy("Changed"),
    "enabled": gettext_lazy("Enabled"),
    "disabled": gettext_lazy("Disabled"),
}
FIELDS = {
    "group": gettext_lazy("Dealer group"),
    "weekdays": gettext_lazy("Order days"),
    "opens_days_before": gettext_lazy("Opens, days before"),
    "cut_off": gettext_lazy("Cut-off on the order day"),
    "one_per_cycle": gettext_lazy("One order for each order day"),
    "two_phase": gettext_lazy("Save first, then decide to buy"),
    "order_minimum": gettext_lazy("Least units of an order"),
    "order_multiple": gettext_lazy("Units in multiples of"),
    "external_id": gettext_lazy("ID in your ERP"),
    "dates": gettext_lazy("Dates"),
}

HISTORY_WORDS = {"weekdays": day_names, "cut_off": lambda told: told[:5]}


def managing_actor(request: HttpRequest) -> Actor:
    """Who asks, when it is one of the supplier's people who may manage calendars."""
    actor = actor_of(request)
    if actor.dealer_id is not None:
        raise NotFound(noun=_("page"))
    actor.require(OrderPermission.MANAGE_CALENDARS)
    return actor


@require_GET
@keeps_views
def calendar_list(request: HttpRequest) -> HttpResponse:
    """The groups with a calendar; dealers of any other group order at any time."""
    actor = managing_actor(request)
    page = paged(request, queries.calendars_matching(actor, queries.CalendarFilter.of(request.GET.dict())))
    words = {"q": FilterWords(_("Search")), "enabled": FilterWords(_("State"), words_of(STATES))}
    context = {
        "page": page,
        "rows": [{"row": row, **_words(row)} for row in page],
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET),
        "states": STATES,
    }
    return render(request, "orders/calendars.html", context)


@require_GET
def calendar_export(request: HttpRequest) -> FileResponse:
    """What the list shows, as xlsx or CSV."""
    rows = queries.calendars_matching(managing_actor(request), queries.CalendarFilter.of(request.GET.dict()))
    found = ({**_words(row), "rules": "; ".join(rule_words(row))} for row in rows)
    kind = request.GET.get("format", "xlsx")
    columns = LIST.exported(request.GET, COLUMNS)
    return table_download(name=_("Ordering calendars"), kind=kind, columns=columns, rows=found)


def _words(row: OrderingCalendar) -> dict[str, Any]:
    return {
        "group": row.group.name,
        "days": order_days(row),
        "window": window_words(row),
        "rules": rule_words(row),
        "dealers": getattr(row, "dealer_count", 0),
        "enabled": row.enabled,
    }


@require_http_methods(["GET", "POST"])
def calendar_new(request: HttpRequest) -> HttpResponse:
    """Add a calendar for a group that has none."""
    actor = managing_actor(request)
    form = CalendarForm(request.POST or None, groups=_groups(actor, None))
    return _form_page(request, form, None, lambda values: commands.add_calendar(actor=actor, values=values))


@require_http_methods(["GET", "POST"])
def calendar_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a calendar."""
    actor = managing_actor(request)
    row = queries.calendar_for(actor, public_id)
    form = CalendarForm(request.POST or None, initial=initial_of_calendar(row), groups=_groups(actor, row))
    if not form.is_bound:
        form.date_rows = [
            {"day": one.day.isoformat(), "kind": one.kind, "note": one.note}
            for one in queries.dates_in_order(row)
        ]

    def change(values: Mapping[str, Any]) -> OrderingCalendar:
        version = version_of(request, row.version)
        return commands.change_calendar(actor=actor, calendar_id=public_id, changes=values, version=version)

    return _form_page(request, form, row, change)


def _groups(actor: Actor, row: OrderingCalendar | None) -> list[tuple[str, str]]:
    """The groups without a calendar, and the one this calendar is for."""
    taken = set(queries.calendars_visible_to(actor).values_list("group_id", flat=True))
    kept = {row.group_id} if row else set()
    return [
        (group.public_id, group.name)
        for group in dealers.groups_visible_to(actor)
        if group.pk in kept or group.pk not in taken
    ]


def _form_page(
    request: HttpRequest,
    form: CalendarForm,
    row: OrderingCalendar | None,
    act: Callable[[Mapping[str, Any]], OrderingCalendar],
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        saved, status = submitted(form, lambda: act(form.cleaned_data), _refused)
        if saved:
            messages.success(request, _("The calendar of {group} is saved.").format(group=saved.group.name))
            return redirect("orders:calendars")
    context = {
        "form": form,
        "calendar": row,
        "version": row and version_of(request, row.version),
        "history": history(lines_of("calendar", row.public_id), VERBS, FIELDS, words=HISTORY_WORDS)
        if row
        else [],
        **(_previewed(_settings_of(row)) if row else {}),
    }
    return render(request, "orders/calendar_form.html", context, status=status)


def _refused(form: CalendarForm, error: DomainError) -> int:
    """Each sentence at its field; those of a date at its row."""
    for problem in error.problems:
        parts = problem.pointer.split("/")
        if parts[1] == "dates" and parts[2:] and int(parts[2]) < len(form.date_rows):
            form.date_rows[int(parts[2])]["error"] = str(problem)
    return show_refusal(form, error)


def _settings_of(row: OrderingCalendar) -> dict[str, Any]:
    dates = [{"day": one.day, "kind": one.kind} for one in queries.dates_in_order(row)]
    names = ("weekdays", "opens_days_before", "cut_off")
    return {**{name: getattr(row, name) for name in names}, "dates": dates}


def _previewed(values: Mapping[str, Any]) -> dict[str, Any]:
    windows, problems = queries.preview_of(values)
    zone = access.settings().timezone
    return {
        "windows": [window_row(window, zone) for window in windows],
        "faults": [str(problem) for problem in problems],
    }


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The next windows of what is typed; nothing is stored."""
    actor = managing_actor(request)
    form = CalendarForm(request.POST, groups=_groups(actor, None))
    found = _previewed(form.cleaned_data) if form.is_valid() else {"faults": list(_faults(form))}
    return render(request, "orders/parts/calendar_preview.html", found)


def _faults(form: CalendarForm) -> Iterator[str]:
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        yield from (f"{label}: {error}" if label else str(error) for error in errors)


@require_GET
def date_row(request: HttpRequest) -> HttpResponse:
    """One more row of the dates."""
    managing_actor(request)
    return render(request, "orders/parts/calendar_date.html", {"one": {"kind": "closed"}})


@require_POST
def calendar_switch(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """Enable, disable or delete."""
    actor = managing_actor(request)
    pressed(request, lambda: _switch(actor, public_id, act))
    return redirect("orders:calendars")


def _switch(actor: Actor, public_id: str, act: str) -> str:
    if act == "delete":
        commands.delete_calendar(actor=actor, calendar_id=public_id)
        return _("The calendar is deleted. Its dealers may order at any time.")
    if act == "enable":
        row = commands.enable_calendar(actor=actor, calendar_id=public_id)
        return _("The calendar of {group} is in use.").format(group=row.group.name)
    row = commands.disable_calendar(actor=actor, calendar_id=public_id)
    return _("{group} may order at any time: its calendar is switched off.").format(group=row.group.name)
