"""Ordering calendars of dealer groups, their dates, and who was called."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from platform_core.db.fields import ClockTime, external_id, public_id, quantity_column
from platform_core.db.models import ActedRow


class OrderingCalendar(models.Model):
    """When the dealers of one group may order (decisions.md §2 row 12). Without one they always may.

    `weekdays` are the weekly order days, Monday = 0; `cut_off` is a time of the order day in the
    supplier's time zone. `one_per_cycle` allows one order for each order day (SX-06); `two_phase` lets
    dealers save an order that is void unless it is committed before the cut-off (TB-05, TB-07).
    `order_minimum` and `order_multiple` bind the sum of an order's demanded quantities (§2 row 11);
    0 asks for nothing.
    """

    public_id = public_id("cal")
    external_id = external_id()
    group = models.OneToOneField("dealers.DealerGroup", on_delete=models.PROTECT, related_name="+")
    enabled = models.BooleanField(default=True)
    weekdays: models.JSONField[Any, Any] = models.JSONField(default=list)
    opens_days_before = models.PositiveSmallIntegerField(default=2)
    cut_off = models.TimeField(default=time(0))
    one_per_cycle = models.BooleanField(default=False)
    two_phase = models.BooleanField(default=False)
    order_minimum = quantity_column(default=0)
    order_multiple = quantity_column(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")


class DateKind(models.TextChoices):
    """What a calendar's single date is."""

    CLOSED = "closed", "closed"
    EXTRA = "extra", "extra"


class CalendarDate(models.Model):
    """A date on which the group's week differs: nothing can be ordered, or an extra order day."""

    calendar = models.ForeignKey(
        OrderingCalendar, on_delete=models.CASCADE, related_name="dates", db_index=False
    )
    day = models.DateField()
    kind = models.CharField(max_length=8, choices=DateKind.choices)
    note = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="calendar_date_once")]


class CallResult(models.TextChoices):
    """What came of a call."""

    WILL_ORDER = "will_order", _("will order")
    NO_ORDER = "no_order", _("orders nothing this time")
    NO_ANSWER = "no_answer", _("no answer")
    OTHER = "other", _("something else")


class CallNote(ActedRow):
    """Somebody called a dealer that had not ordered for an order day (SX-07); `follow_up`: again then."""

    dealer = models.ForeignKey("dealers.Dealer", on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    result = models.CharField(max_length=10, choices=CallResult.choices, default=CallResult.OTHER)
    note = models.CharField(max_length=300, blank=True, default="")
    follow_up = models.DateField(null=True)
    at = ClockTime(on="create")

    class Meta:
        indexes = [models.Index(fields=["dealer", "day"], name="calls_of_dealer")]
