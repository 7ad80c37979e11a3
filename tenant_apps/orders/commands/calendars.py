"""What the supplier asks of ordering calendars: add, change, switch, delete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from platform_core.audit.record import Change, difference, record
from platform_core.commands import command
from platform_core.db.editing import current, refuse, store, uniquely
from platform_core.db.locks import locked
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.quantity import plain
from platform_core.kernel.texts import text_problems, trimmed
from platform_core.kernel.words import noop
from tenant_apps.access import queries as access
from tenant_apps.dealers import queries as dealers
from tenant_apps.orders.calendars import problems_of, setting_problems
from tenant_apps.orders.models import CalendarDate, OrderingCalendar
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.calendars import calendars_visible_to, dates_in_order
from tenant_apps.orders.queries.cycles import rule_of

_FIELDS = (
    "external_id",
    "opens_days_before",
    "cut_off",
    "one_per_cycle",
    "two_phase",
    "order_minimum",
    "order_multiple",
)
_NO_GROUP = noop("Choose one of the dealer groups.")
_TAKEN = noop("This group has a calendar already. Change that one.")
_LIMITS = {"external_id": 80}


@command(OrderPermission.MANAGE_CALENDARS)
def add_calendar(*, actor: Actor, values: Mapping[str, Any]) -> OrderingCalendar:
    """A calendar for a dealer group (decisions.md §2 row 12), enabled.

    `values`: `group` (public id), `weekdays` (Monday = 0), `opens_days_before`, `cut_off`,
    `one_per_cycle`, `two_phase`, `order_minimum`, `order_multiple`, `external_id`, and `dates`:
    mappings with `day`, `kind` (`closed`, `extra`) and `note`. Raises Invalid, also for a calendar
    that never opens and for a group that has one.
    """
    row = OrderingCalendar()
    dates = _fill(actor, row, {"group": "", **values})
    with uniquely("group", "external_id"):
        row.save(force_insert=True)
    _lay(row, dates or [])
    record(actor, [Change("calendar", row.public_id, "created", {}, _facts(row))])
    return row


@command(OrderPermission.MANAGE_CALENDARS)
def change_calendar(
    *, actor: Actor, calendar_id: str, changes: Mapping[str, Any], version: int | None = None
) -> OrderingCalendar:
    """Change the named fields of a calendar; `dates`, when named, replaces all of them.

    Orders keep the order day they were placed for. Raises NotFound, Conflict, Invalid.
    """
    row = _locked(actor, calendar_id, version)
    before = _facts(row)
    dates = _fill(actor, row, changes)
    store(row, "group", "external_id")
    if dates is not None:
        _lay(row, dates)
    record(actor, [Change("calendar", row.public_id, "changed", *difference(before, _facts(row)))])
    return row


@command(OrderPermission.MANAGE_CALENDARS)
def enable_calendar(*, actor: Actor, calendar_id: str) -> OrderingCalendar:
    """Let the calendar bind its group again."""
    return _switched(actor, _locked(actor, calendar_id, None), enabled=True)


@command(OrderPermission.MANAGE_CALENDARS)
def disable_calendar(*, actor: Actor, calendar_id: str) -> OrderingCalendar:
    """Let the group's dealers order at any time, without losing what was set."""
    return _switched(actor, _locked(actor, calendar_id, None), enabled=False)


@command(OrderPermission.MANAGE_CALENDARS)
def delete_calendar(*, actor: Actor, calendar_id: str) -> None:
    """Delete a calendar with its dates: the group's dealers order at any time. Orders keep theirs."""
    row = _locked(actor, calendar_id, None)
    record(actor, [Change("calendar", row.public_id, "deleted", _facts(row), {})])
    row.delete()


def _fill(actor: Actor, row: OrderingCalendar, values: Mapping[str, Any]) -> list[CalendarDate] | None:
    """Write checked values into a calendar; its new dates, or None when none were named."""
    asked = trimmed(values)
    settings = access.settings()
    refuse(text_problems(asked, _LIMITS) + setting_problems(asked, settings.quantity_precision))
    if "group" in asked:
        _choose_group(actor, row, asked["group"])
    for name in _FIELDS:
        if name in asked:
            setattr(row, name, asked[name] or None if name == "external_id" else asked[name])
    if "weekdays" in asked:
        row.weekdays = sorted(set(asked["weekdays"]))
    named: Sequence[Mapping[str, Any]] | None = asked.get("dates")
    dates = None if named is None else [_date(row, one) for one in named]
    known: Iterable[CalendarDate] = dates if dates is not None else dates_in_order(row) if row.pk else ()
    refuse(problems_of(rule_of(row, settings.timezone, known), clock.today(settings.timezone)))
    return dates


def _choose_group(actor: Actor, row: OrderingCalendar, group_id: str) -> None:
    group = dealers.groups_visible_to(actor).filter(public_id=group_id).first()
    if group is None:
        raise Invalid(problems=[FieldProblem("/group", "group_unknown", _NO_GROUP)])
    if OrderingCalendar.objects.filter(group=group).exclude(pk=row.pk).exists():
        raise Invalid(problems=[FieldProblem("/group", "taken", _TAKEN)])
    row.group = group


def _date(row: OrderingCalendar, one: Mapping[str, Any]) -> CalendarDate:
    note = (one.get("note") or "").strip()
    return CalendarDate(calendar=row, day=one["day"], kind=one["kind"], note=note)


def _lay(row: OrderingCalendar, dates: Sequence[CalendarDate]) -> None:
    CalendarDate.objects.filter(calendar=row).delete()
    for one in dates:
        one.calendar = row
    CalendarDate.objects.bulk_create(dates)
    vars(row).pop("_prefetched_objects_cache", None)
    prefetch_related_objects([row], "dates")


def _locked(actor: Actor, calendar_id: str, version: int | None) -> OrderingCalendar:
    rows = locked(calendars_visible_to(actor).prefetch_related("dates"))
    return current(rows.filter(public_id=calendar_id), _("calendar"), version)


def _switched(actor: Actor, row: OrderingCalendar, *, enabled: bool) -> OrderingCalendar:
    if row.enabled != enabled:
        row.enabled = enabled
        store(row)
        verb = "enabled" if enabled else "disabled"
        record(actor, [Change("calendar", row.public_id, verb, {}, {})])
    return row


def _facts(row: OrderingCalendar) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in _FIELDS if not name.startswith("order_")}
    sums = {name: plain(getattr(row, name)) for name in ("order_minimum", "order_multiple")}
    dates = "; ".join(f"{one.day} {one.kind} {one.note}".strip() for one in dates_in_order(row))
    return {"group": row.group.name, "weekdays": list(row.weekdays), **facts, **sums, "dates": dates}
