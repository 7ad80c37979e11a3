"""What a dealer's ordering calendar means for it now: the open window, its order of it, what it saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from tenant_apps.access import queries as access
from tenant_apps.orders.calendars import Window, window_of
from tenant_apps.orders.models import OrderingCalendar, RawOrder, SalesOrder
from tenant_apps.orders.queries.cycles import Cycle, cycle_of
from tenant_apps.orders.queries.orders import orders_visible_to, raw_orders_visible_to
from tenant_apps.orders.states import OrderState, RawOrderState


@dataclass(frozen=True, slots=True)
class OrderingWindow:
    """Where a dealer stands: `window` is open, or `coming` is the next; `order` and `saved` are its own.

    `changes_until` is the instant from which the order is not changed any more; None when it is not
    the dealer's to change: reviewed already, or bought (TB-05).
    """

    cycle: Cycle
    zone: str
    order: SalesOrder | None
    saved: RawOrder | None
    changes_until: datetime | None

    @property
    def window(self) -> Window | None:
        """The open window."""
        return self.cycle.window

    @property
    def coming(self) -> Window | None:
        """The next window, where none is open."""
        return self.cycle.coming

    @property
    def is_taken(self) -> bool:
        """Whether the one order that the calendar allows is placed (SX-06)."""
        return self.order is not None and self.cycle.calendar.one_per_cycle


def ordering_window(actor: Actor) -> OrderingWindow | None:
    """A dealer's own calendar now; None without one and for the supplier's people.

    One statement without a calendar. Shops of others in the same dealer stay unseen.
    """
    if actor.dealer_id is None:
        return None
    rows = OrderingCalendar.objects.filter(group__dealers=actor.dealer_id, enabled=True)
    return standing_of(actor, rows.select_related("group").first())


def standing_of(actor: Actor, calendar: OrderingCalendar | None) -> OrderingWindow | None:
    """The same with the dealer's calendar at hand: no statement without one."""
    if calendar is None or actor.dealer_id is None:
        return None
    zone = access.settings().timezone
    cycle = cycle_of(calendar, zone)
    assert cycle is not None
    day = cycle.window.day if cycle.window else None
    order = saved = changes_until = None
    if day is not None:
        orders = orders_visible_to(actor).filter(cycle=day).exclude(state=OrderState.CANCELLED)
        order = orders.order_by("-id").first()
        saved = raw_orders_visible_to(actor).filter(cycle=day, state=RawOrderState.SAVED).first()
    if order is not None and order.state == OrderState.PENDING_REVIEW and not order.is_bought:
        closes = window_of(cycle.rule, order.cycle).closes if order.cycle else None
        changes_until = closes if closes is not None and closes > clock.now() else None
    return OrderingWindow(cycle, zone, order, saved, changes_until)
