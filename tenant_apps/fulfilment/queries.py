"""Which shipments an actor may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from platform_core.identity.models import User
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving
from platform_core.kernel.errors import NotFound
from platform_core.kernel.search_keys import fold
from tenant_apps.access import queries as access
from tenant_apps.fulfilment.models import Shipment
from tenant_apps.fulfilment.permissions import FulfilmentPermission
from tenant_apps.fulfilment.states import ShipmentState
from tenant_apps.inventory.models import StockOut, StockOutLine
from tenant_apps.inventory.queries import lines_of, stock_out_for
from tenant_apps.inventory.states import StockOutState
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.operations import SOURCE_KIND
from tenant_apps.orders.queries.orders import orders_visible_to

SORTS = {"number": "id", "shipped": "shipped_at", "dealer": "dealer__sort_key", "state": "state"}


def shipments_visible_to(actor: Actor) -> QuerySet[Shipment]:
    """Staff see the shipments of their warehouses and dealers, a dealer its own shops' (W-024…W-026)."""
    actor.require(FulfilmentPermission.READ)
    shipments = Shipment.objects.all()
    if actor.dealer_id is not None:
        shipments = shipments.filter(dealer_id=actor.dealer_id)
        if actor.shop_ids is None:
            return shipments
        orders = SalesOrder.objects.filter(shop_id__in=actor.shop_ids)
        return shipments.filter(
            stock_out__source_kind=SOURCE_KIND, stock_out__source_id__in=orders.values("pk")
        )
    if actor.warehouse_ids is not None:
        shipments = shipments.filter(stock_out__warehouse_id__in=actor.warehouse_ids)
    if actor.dealer_ids is not None:
        shipments = shipments.filter(dealer_id__in=actor.dealer_ids)
    return shipments


def shown(shipments: QuerySet[Shipment]) -> QuerySet[Shipment]:
    """The same with what a list tells of each: `order_id` (public), `line_count`, `quantity`."""
    order = SalesOrder.objects.filter(pk=OuterRef("stock_out__source_id")).values("public_id")[:1]
    return shipments.select_related("stock_out__warehouse", "carrier", "dealer").annotate(
        order_id=Subquery(order), line_count=Count("lines"), quantity=Sum("lines__quantity")
    )


@dataclass(frozen=True, slots=True)
class ShipmentFilter:
    """What narrows a list of shipments; empty members narrow nothing. Days are `2026-11-21`."""

    q: str = ""
    state: str = ""
    warehouse: str = ""
    from_day: str = ""
    to_day: str = ""
    sort: str = ""


def shipments_matching(actor: Actor, wanted: ShipmentFilter) -> QuerySet[Shipment]:
    """Visible shipments by number, tracking number, order or dealer, by state, warehouse and day."""
    rows = shown(shipments_visible_to(actor))
    for word in wanted.q.split():
        rows = rows.filter(
            Q(number__icontains=word)
            | Q(tracking_number__icontains=word)
            | Q(stock_out__source_number__icontains=word)
            | Q(dealer__search_key__contains=fold(word))
        )
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.warehouse:
        rows = rows.filter(stock_out__warehouse__public_id=wanted.warehouse)
    if first := _day(wanted.from_day):
        rows = rows.filter(shipped_at__gte=clock.start_of(first, serving().timezone))
    if last := _day(wanted.to_day):
        rows = rows.filter(shipped_at__lt=clock.end_of(last, serving().timezone))
    sort = wanted.sort if wanted.sort.lstrip("-") in SORTS else "-number"
    column = SORTS[sort.lstrip("-")]
    return rows.order_by(f"-{column}" if sort.startswith("-") else column, "-id")


def _day(text: str) -> date | None:
    """The day that somebody typed; None for no or a wrong one."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def shipment_for(actor: Actor, shipment_id: str) -> Shipment:
    """One shipment with its lines and steps. Raises NotFound."""
    rows = shown(shipments_visible_to(actor)).prefetch_related("lines__stock_out_line", "steps")
    shipment = rows.filter(public_id=shipment_id).first()
    if shipment is None:
        raise NotFound(noun=_("shipment"))
    return shipment


def shipments_of_order(actor: Actor, order_id: str) -> QuerySet[Shipment]:
    """The visible shipments of a visible order, by its public id, oldest first. Raises NotFound."""
    order = orders_visible_to(actor).filter(public_id=order_id).values_list("pk", flat=True).first()
    if order is None:
        raise NotFound(noun=_("order"))
    rows = shown(shipments_visible_to(actor)).order_by("pk")
    return rows.filter(stock_out__source_kind=SOURCE_KIND, stock_out__source_id=order)


@dataclass(frozen=True, slots=True)
class Shipping:
    """A stock-out as its panel shows it: the document, its lines with what is left, what was sent."""

    stock_out: StockOut
    lines: Sequence[StockOutLine]
    shipments: Sequence[Shipment]

    @property
    def left(self) -> Mapping[int, Decimal]:
        """What is left of each line, by position."""
        return {line.position: line.quantity - line.shipped for line in self.lines}

    @property
    def is_open(self) -> bool:
        """Whether something can still be shipped."""
        return self.stock_out.state == StockOutState.OPEN and any(self.left.values())


def shipping_of(actor: Actor, stock_out_id: str) -> Shipping:
    """What was shipped of a stock-out and what is left. Raises NotFound."""
    stock_out = stock_out_for(actor, stock_out_id)
    rows = shown(shipments_visible_to(actor)).filter(stock_out=stock_out).order_by("pk")
    return Shipping(stock_out, list(lines_of(stock_out)), list(rows))


def all_received(stock_out_id: int) -> bool:
    """Whether no shipment of the stock-out waits for its receipt."""
    waiting = Shipment.objects.filter(stock_out_id=stock_out_id).exclude(state=ShipmentState.RECEIVED)
    return not waiting.exists()


def shipment_told(shipment_id: str) -> Shipment | None:
    """The shipment that an event names, with its lines; asks for nobody."""
    rows = Shipment.objects.select_related("dealer").prefetch_related("lines__stock_out_line")
    return rows.filter(public_id=shipment_id).first()


def people_to_mail(shipment: Shipment) -> list[User]:
    """The dealer's administrators with an address who were not told of the shipment by mail yet."""
    administrators = access.active_administrators(shipment.dealer.organisation_id)
    people = User.objects.filter(membership__in=administrators).exclude(email="").order_by("pk")
    return [person for person in people if person.public_id not in shipment.mailed_to]
