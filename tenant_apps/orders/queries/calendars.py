"""The supplier's ordering calendars: list, one of them, and the windows that it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem
from tenant_apps.access import queries as access
from tenant_apps.orders.calendars import Window, coming_windows, problems_of, setting_problems
from tenant_apps.orders.models import CalendarDate, OrderingCalendar
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.cycles import rule_of

SORTS = {
    "group": "group__name",
    "opens": "opens_days_before",
    "dealers": "dealer_count",
    "enabled": "enabled",
}
DEFAULT_SORT = "group"
PREVIEWED = 4


@dataclass(frozen=True, slots=True)
class CalendarFilter:
    """What narrows the list of calendars. `enabled` is `yes`, `no` or blank."""

    q: str = ""
    enabled: str = ""
    sort: str = DEFAULT_SORT

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> CalendarFilter:
        """The filter that the parameters of the list's URL say."""
        return cls(asked.get("q", ""), asked.get("enabled", ""), asked.get("sort", DEFAULT_SORT))


def calendars_visible_to(actor: Actor) -> QuerySet[OrderingCalendar]:
    """All of them, with their groups, for the supplier's people; none for a dealer's (it sees its window)."""
    actor.require(OrderPermission.READ)
    rows = OrderingCalendar.objects.select_related("group")
    return rows if actor.dealer_id is None else rows.none()


def calendar_for(actor: Actor, public_id: str) -> OrderingCalendar:
    """One visible calendar with its dates. Raises NotFound."""
    rows = calendars_visible_to(actor).prefetch_related("dates")
    return current(rows.filter(public_id=public_id), _("calendar"))


def calendars_matching(actor: Actor, wanted: CalendarFilter) -> QuerySet[OrderingCalendar]:
    """The visible calendars that the filter leaves, with their dates and `dealer_count`."""
    rows = calendars_visible_to(actor).prefetch_related("dates")
    rows = rows.annotate(dealer_count=Count("group__dealers"))
    if wanted.q.strip():
        rows = rows.filter(group__name__icontains=wanted.q.strip())
    if wanted.enabled:
        rows = rows.filter(enabled=wanted.enabled == "yes")
    column = SORTS.get(wanted.sort.lstrip("-"), SORTS[DEFAULT_SORT])
    return rows.order_by(f"-{column}" if wanted.sort.startswith("-") else column, "id")


def dates_in_order(row: OrderingCalendar) -> list[CalendarDate]:
    """A calendar's dates by day; at hand where they were fetched with it."""
    return sorted(row.dates.all(), key=lambda one: one.day)


def windows_of(row: OrderingCalendar, count: int) -> list[Window]:
    """The order days of a calendar that are open or come next, at most `count`; its dates are at hand."""
    rule = rule_of(row, access.settings().timezone, row.dates.all())
    return coming_windows(rule, clock.now(), count)


def preview_of(values: Mapping[str, Any]) -> tuple[list[Window], list[FieldProblem]]:
    """The next windows that these settings lead to, the open one first, or what is wrong with them."""
    settings = access.settings()
    dates = [CalendarDate(day=one["day"], kind=one["kind"]) for one in values["dates"]]
    names = ("weekdays", "opens_days_before", "cut_off")
    rule = rule_of(OrderingCalendar(**{name: values[name] for name in names}), settings.timezone, dates)
    problems = setting_problems(values, settings.quantity_precision)
    problems += problems_of(rule, clock.today(settings.timezone))
    return ([] if problems else coming_windows(rule, clock.now(), PREVIEWED)), problems
