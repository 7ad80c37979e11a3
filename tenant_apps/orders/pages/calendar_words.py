"""Ordering calendars in words: order days, windows, and how a day of a week is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from platform_core.kernel.actor import Actor
from platform_core.web.formats import decimal_text
from tenant_apps.orders.calendars import Window
from tenant_apps.orders.models import OrderingCalendar
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.boards import own_shares
from tenant_apps.orders.queries.ordering_window import OrderingWindow


def order_days(row: OrderingCalendar) -> str:
    """`Tuesday, Friday`."""
    return day_names(row.weekdays)


def day_names(weekdays: Iterable[int]) -> str:
    """The names of weekdays, Monday = 0."""
    return pgettext("between days", ", ").join(str(WEEKDAYS[day]) for day in weekdays)


def window_words(row: OrderingCalendar) -> str:
    """`from 2 days before until 14:30 of the order day`."""
    facts = {"count": row.opens_days_before, "cut_off": f"{row.cut_off:%H:%M}"}
    opens = (
        ngettext("from %(count)s day before", "from %(count)s days before", row.opens_days_before) % facts
        if row.opens_days_before
        else _("from the order day's midnight")
    )
    if row.cut_off == time(0):
        return _("%(opens)s until the midnight before the order day") % {"opens": opens}
    return _("%(opens)s until %(cut_off)s of the order day") % {"opens": opens, **facts}


def rule_words(row: OrderingCalendar) -> list[str]:
    """What else the calendar asks: one order, two phases, sums."""
    found = []
    if row.one_per_cycle:
        found.append(_("one order for each order day"))
    if row.two_phase:
        found.append(_("save first, then decide to buy"))
    if row.order_minimum:
        found.append(_("at least %(units)s units") % {"units": decimal_text(row.order_minimum)})
    if row.order_multiple:
        found.append(_("in multiples of %(units)s") % {"units": decimal_text(row.order_multiple)})
    return found


def day_words(day: date) -> str:
    """`Wed 25 Nov`."""
    return dateformat.format(day, pgettext("date format", "D j M"))


def moment_words(instant: datetime, zone: str) -> str:
    """`Mon 23 Nov 00:00`."""
    here = instant.astimezone(ZoneInfo(zone))
    return f"{day_words(here)} {here:%H:%M}"


def closing_words(instant: datetime, zone: str) -> str:
    """`Tue 24 Nov 24:00`: midnight belongs to the day that it ends."""
    here = instant.astimezone(ZoneInfo(zone))
    if here.time() == time(0):
        return f"{day_words(here - timedelta(days=1))} 24:00"
    return moment_words(instant, zone)


def window_row(window: Window, zone: str) -> dict[str, Any]:
    """A window as the preview and the banner show it."""
    return {
        "day": day_words(window.day),
        "opens": moment_words(window.opens, zone),
        "closes": closing_words(window.closes, zone),
    }


def banner_of(actor: Actor, standing: OrderingWindow | None) -> dict[str, Any]:
    """What the dealer reads above its pad, its orders and on its home page; nothing without a calendar."""
    if standing is None:
        return {}
    zone = standing.zone
    window, coming = standing.window, standing.coming
    words = window_row(window, zone) if window else window_row(coming, zone) if coming else {}
    until = standing.changes_until
    return {
        **words,
        "is_open": window is not None,
        "has_next": coming is not None,
        "order": standing.order,
        "saved": standing.saved,
        "is_taken": standing.is_taken,
        "may_order": actor.may(OrderPermission.PLACE) and not standing.is_taken,
        "changes_until": closing_words(until, zone) if until and actor.may(OrderPermission.EDIT) else "",
        "has_supply": own_shares(actor).exists(),
        "two_phase": standing.cycle.calendar.two_phase,
    }
