"""Saved orders whose cut-off has passed: what the clock voids (TB-07)."""

from __future__ import annotations

from datetime import datetime

from platform_core.kernel import clock
from tenant_apps.access import queries as access
from tenant_apps.orders.calendars import Calendar, window_of
from tenant_apps.orders.models import OrderingCalendar, RawOrder
from tenant_apps.orders.queries.cycles import rule_of
from tenant_apps.orders.states import RawOrderState


def saved_past_their_cut_off() -> list[RawOrder]:
    """All of the supplier's, for the clock only; four statements. A calendar that is off voids nothing."""
    waiting = RawOrder.objects.filter(state=RawOrderState.SAVED, cycle__isnull=False)
    saved = list(waiting.select_related("dealer").order_by("id"))
    if not saved:
        return []
    zone, now = access.settings().timezone, clock.now()
    groups = {raw.dealer.group_id for raw in saved}
    calendars = OrderingCalendar.objects.filter(group__in=groups, enabled=True).prefetch_related("dates")
    rules = {row.group_id: rule_of(row, zone, row.dates.all()) for row in calendars}
    return [
        raw for raw in saved if (rule := rules.get(raw.dealer.group_id or 0)) and _is_late(rule, raw, now)
    ]


def _is_late(rule: Calendar, raw: RawOrder, now: datetime) -> bool:
    return raw.cycle is not None and window_of(rule, raw.cycle).closes <= now
