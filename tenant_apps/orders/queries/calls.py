"""Which dealers of a group have not ordered for an order day, and who called them (SX-07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving
from platform_core.kernel.errors import NotFound
from platform_core.kernel.search_keys import fold
from tenant_apps.dealers import queries as dealers
from tenant_apps.dealers.models import Dealer
from tenant_apps.orders.calendars import next_window, open_window
from tenant_apps.orders.models import CallNote, OrderingCalendar, RawOrder, SalesOrder
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.calendars import calendars_visible_to
from tenant_apps.orders.queries.cycles import rule_of
from tenant_apps.orders.states import OrderState, RawOrderState

DAYS_BACK, DAYS_AHEAD = 14, 28
SORTS = {"dealer": "sort_key", "last": "last_ordered", "called": "called_at", "follow_up": "follow_up"}
DEFAULT_SORT = "dealer"


@dataclass(frozen=True, slots=True)
class CallFilter:
    """What narrows the call list. `called` is `yes`, `no` or `due`: called again by today at the latest."""

    q: str = ""
    called: str = ""
    result: str = ""
    sort: str = DEFAULT_SORT

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> CallFilter:
        """The filter that the parameters of the list's URL say."""
        return cls(
            asked.get("q", ""),
            asked.get("called", ""),
            asked.get("result", ""),
            asked.get("sort", DEFAULT_SORT),
        )


@dataclass(frozen=True, slots=True)
class OrderDay:
    """A calendar's order day, and the others around today that can be chosen."""

    calendar: OrderingCalendar
    day: date
    days: tuple[date, ...]


def calling_actor(actor: Actor) -> Actor:
    """Who calls takes orders in a dealer's name. Raises NotFound for a dealer's people, NotPermitted."""
    if actor.dealer_id is not None:
        raise NotFound(noun=_("page"))
    actor.require(OrderPermission.PLACE)
    return actor


def call_calendars(actor: Actor) -> list[OrderingCalendar]:
    """The calendars in use, by group."""
    rows = calendars_visible_to(actor).filter(enabled=True).prefetch_related("dates")
    return list(rows.order_by("group__name"))


def order_day(calendar: OrderingCalendar, asked: str = "") -> OrderDay | None:
    """The asked order day, else that of the open window, else the next one; None where there is none.

    Any past order day may be asked for; to choose from there are those of the last two weeks and the
    coming four.
    """
    rule = rule_of(calendar, serving().timezone, list(calendar.dates.all()))
    today = clock.today(serving().timezone)
    near = (today + timedelta(days=n) for n in range(-DAYS_BACK, DAYS_AHEAD + 1))
    days = tuple(day for day in near if rule.is_order_day(day))
    window = open_window(rule, clock.now()) or next_window(rule, clock.now())
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        if window is None:
            return None
        day = window.day
    return OrderDay(calendar, day, tuple(sorted({*days, day})))


def not_ordered(actor: Actor, wanted: OrderDay, narrow: CallFilter) -> QuerySet[Dealer]:
    """The visible enabled dealers of the group without an order for the day.

    Each with `last_number`, `last_ordered`, `is_saved` (an order lies saved, not bought) and the last note
    of the day: `called_at`, `called_by`, `call_result`, `call_note`, `follow_up`.
    """
    theirs = SalesOrder.objects.filter(dealer=OuterRef("pk")).exclude(state=OrderState.CANCELLED)
    newest = theirs.order_by("-id")
    notes = CallNote.objects.filter(dealer=OuterRef("pk"), day=wanted.day).order_by("-id")
    saved = RawOrder.objects.filter(dealer=OuterRef("pk"), cycle=wanted.day, state=RawOrderState.SAVED)
    rows = dealers.dealers_visible_to(actor).filter(group=wanted.calendar.group_id, enabled=True)
    rows = rows.exclude(Exists(theirs.filter(cycle=wanted.day))).annotate(
        last_number=Subquery(newest.values("number")[:1]),
        last_id=Subquery(newest.values("public_id")[:1]),
        last_ordered=Subquery(newest.values("placed_at")[:1]),
        is_saved=Exists(saved),
        called_at=Subquery(notes.values("at")[:1]),
        called_by=Subquery(notes.values("actor_name")[:1]),
        call_result=Subquery(notes.values("result")[:1]),
        call_note=Subquery(notes.values("note")[:1]),
        follow_up=Subquery(notes.values("follow_up")[:1]),
    )
    return _narrowed(rows, narrow)


def _narrowed(rows: QuerySet[Dealer], narrow: CallFilter) -> QuerySet[Dealer]:
    for word in fold(narrow.q.replace("\0", "")).split():
        rows = rows.filter(Q(search_key__contains=word))
    asked: dict[str, Any] = {}
    if narrow.called == "due":
        asked["follow_up__lte"] = clock.today(serving().timezone)
    elif narrow.called:
        asked["called_at__isnull"] = narrow.called == "no"
    if narrow.result:
        asked["call_result"] = narrow.result
    rows = rows.filter(**asked)
    column = SORTS.get(narrow.sort.removeprefix("-"), SORTS[DEFAULT_SORT])
    return rows.order_by(f"-{column}" if narrow.sort.startswith("-") else column, "id")


def notes_of(dealer_ids: Iterable[int], day: date) -> dict[int, list[CallNote]]:
    """All notes of a day by dealer, newest first, in one statement."""
    found: dict[int, list[CallNote]] = {}
    for note in CallNote.objects.filter(dealer__in=list(dealer_ids), day=day).order_by("-id"):
        found.setdefault(note.dealer_id, []).append(note)
    return found


def call_row(dealer: Any) -> dict[str, Any]:
    """A row of the list as plain values, for files and the API."""
    return {
        "dealer": dealer.public_id,
        "code": dealer.code,
        "name": dealer.name,
        "contact": dealer.contact,
        "phone": dealer.phone,
        "last_order": dealer.last_number,
        "last_ordered": dealer.last_ordered,
        "is_saved": dealer.is_saved,
        "called_at": dealer.called_at,
        "called_by": dealer.called_by,
        "result": dealer.call_result,
        "note": dealer.call_note,
        "follow_up": dealer.follow_up,
    }
