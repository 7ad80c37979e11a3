"""Shapes of ordering calendars and of a dealer's ordering window in the API."""

from __future__ import annotations

from datetime import UTC, time
from typing import Any

from rest_framework import serializers

from platform_core.api.fields import QuantityField, instant
from platform_core.api.paging import page_of
from platform_core.kernel.quantity import plain
from tenant_apps.orders.calendars import Window
from tenant_apps.orders.models import DateKind, OrderingCalendar
from tenant_apps.orders.queries.calendars import dates_in_order
from tenant_apps.orders.queries.ordering_window import OrderingWindow

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


class CalendarDateShape(serializers.Serializer[Any]):
    """A date on which the group's week differs."""

    day = serializers.DateField()
    kind = serializers.ChoiceField(choices=DateKind.choices)
    note = serializers.CharField(required=False, allow_blank=True, default="")


class CalendarInput(serializers.Serializer[Any]):
    """A calendar that comes in. `dates`, when named, replaces all of them."""

    group = serializers.CharField()
    external_id = serializers.CharField(required=False, allow_null=True, allow_blank=True)
    weekdays = serializers.ListField(child=serializers.ChoiceField(choices=WEEKDAYS), required=False)
    opens_days_before = serializers.IntegerField(required=False)
    cut_off = serializers.RegexField(CLOCK, required=False)
    one_per_cycle = serializers.BooleanField(required=False)
    two_phase = serializers.BooleanField(required=False)
    order_minimum = QuantityField(required=False)
    order_multiple = QuantityField(required=False)
    dates = CalendarDateShape(many=True, required=False)


class CalendarChange(CalendarInput):
    """Any part of a calendar."""

    group = serializers.CharField(required=False)


class CalendarOutput(serializers.Serializer[Any]):
    """A calendar that goes out."""

    id = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    group = serializers.CharField()
    enabled = serializers.BooleanField()
    weekdays = serializers.ListField(child=serializers.ChoiceField(choices=WEEKDAYS))
    opens_days_before = serializers.IntegerField()
    cut_off = serializers.RegexField(CLOCK)
    one_per_cycle = serializers.BooleanField()
    two_phase = serializers.BooleanField()
    order_minimum = QuantityField()
    order_multiple = QuantityField()
    dates = CalendarDateShape(many=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


CalendarPage = page_of("CalendarPage", CalendarOutput)


def calendar_shape(row: OrderingCalendar) -> dict[str, Any]:
    """A calendar as the API says it; its group and dates must be at hand."""
    return {
        "id": row.public_id,
        "external_id": row.external_id,
        "group": row.group.public_id,
        "enabled": row.enabled,
        "weekdays": [WEEKDAYS[day] for day in row.weekdays],
        "opens_days_before": row.opens_days_before,
        "cut_off": f"{row.cut_off:%H:%M}",
        "one_per_cycle": row.one_per_cycle,
        "two_phase": row.two_phase,
        "order_minimum": plain(row.order_minimum),
        "order_multiple": plain(row.order_multiple),
        "dates": [
            {"day": one.day.isoformat(), "kind": one.kind, "note": one.note} for one in dates_in_order(row)
        ],
        "version": row.version,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }


def calendar_values(data: dict[str, Any]) -> dict[str, Any]:
    """The command's words: weekdays as numbers, the cut-off as a time."""
    found = dict(data)
    if "weekdays" in found:
        found["weekdays"] = [WEEKDAYS.index(day) for day in found["weekdays"]]
    if "cut_off" in found:
        found["cut_off"] = time.fromisoformat(found["cut_off"])
    return found


class OrderDayShape(serializers.Serializer[Any]):
    """An order day with its window: orders come in from `opens`, before `closes`."""

    day = serializers.DateField()
    opens = serializers.DateTimeField()
    closes = serializers.DateTimeField()


class CycleOrderShape(serializers.Serializer[Any]):
    """The caller's order of the open order day."""

    id = serializers.CharField()
    number = serializers.CharField()
    state = serializers.CharField()
    changes_until = serializers.DateTimeField(allow_null=True)


class SavedShape(serializers.Serializer[Any]):
    """The caller's saved order of the open order day: void unless it is committed before the cut-off."""

    id = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField()


class WindowOutput(serializers.Serializer[Any]):
    """Where a dealer stands in its ordering calendar."""

    is_bound = serializers.BooleanField()
    is_open = serializers.BooleanField()
    one_per_cycle = serializers.BooleanField()
    two_phase = serializers.BooleanField()
    window = OrderDayShape(allow_null=True)
    coming = OrderDayShape(allow_null=True)
    order = CycleOrderShape(allow_null=True)
    saved = SavedShape(allow_null=True)


def window_shape(found: OrderingWindow | None) -> dict[str, Any]:
    """A dealer's ordering window as the API says it."""
    nothing = dict.fromkeys(("window", "coming", "order", "saved"))
    if found is None:
        free = {"is_bound": False, "is_open": True, "one_per_cycle": False, "two_phase": False}
        return {**free, **nothing}
    calendar, order, saved = found.cycle.calendar, found.order, found.saved
    return {
        "is_bound": True,
        "is_open": found.window is not None,
        "one_per_cycle": calendar.one_per_cycle,
        "two_phase": calendar.two_phase,
        "window": _order_day(found.window),
        "coming": _order_day(found.coming),
        "order": order
        and {
            "id": order.public_id,
            "number": order.number,
            "state": order.state,
            "changes_until": found.changes_until and instant(found.changes_until.astimezone(UTC)),
        },
        "saved": saved and {"id": saved.public_id, "number": saved.number, "version": saved.version},
    }


def _order_day(window: Window | None) -> dict[str, Any] | None:
    if window is None:
        return None
    opens, closes = (instant(one.astimezone(UTC)) for one in (window.opens, window.closes))
    return {"day": window.day.isoformat(), "opens": opens, "closes": closes}
