"""How a sales order moves: lock, step, event; and the moves that higher apps make (ship, complete)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from platform_core.db.fast import Read, Statement, inserting, related, run, updating
from platform_core.db.locks import locked, require_transaction
from platform_core.db.models import actor_columns
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from platform_core.kernel.source import Source
from platform_core.outbox.record import recording
from tenant_apps.access.models import SupplierSettings
from tenant_apps.dealers.models import Dealer, DealerLevel, Shop
from tenant_apps.logistics.models import Carrier, Warehouse
from tenant_apps.orders.approval import Capacity
from tenant_apps.orders.errors import AlreadyBought
from tenant_apps.orders.events import OrderMoved
from tenant_apps.orders.models import SalesOrder, SalesOrderLine, SalesOrderStep
from tenant_apps.orders.queries.orders import VISIBLE_ORDER, visibility_of
from tenant_apps.orders.states import ORDER_FLOW, OrderState

SOURCE_KIND = "order"
OWN_CAPACITY = Capacity()
_LOCK = Read(
    "SELECT {o}, {d}, {l}, {w}, {c}, {s}, {g} FROM orders_salesorder o"  # noqa: S608 - a text of our own
    " JOIN dealers_dealer d ON d.id = o.dealer_id JOIN dealers_dealerlevel l ON l.id = d.level_id"
    " JOIN logistics_warehouse w ON w.id = o.warehouse_id JOIN dealers_shop s ON s.id = o.shop_id"
    " JOIN access_suppliersettings g ON g.id = 1 LEFT JOIN logistics_carrier c ON c.id = o.carrier_id"
    f" WHERE o.public_id = %(id)s AND {VISIBLE_ORDER} FOR NO KEY UPDATE OF o",
    o=SalesOrder,
    d=Dealer,
    l=DealerLevel,
    w=Warehouse,
    c=Carrier,
    s=Shop,
    g=SupplierSettings,
)


def source_of(order: SalesOrder) -> Source:
    """How stock and ledger name the order."""
    return Source(SOURCE_KIND, order.pk, order.number)


def locked_order(actor: Actor, order_id: str) -> SalesOrder:
    """The order, locked, with dealer, level, warehouse and carrier. Raises NotFound when not the actor's."""
    return locked_with_settings(actor, order_id)[0]


def locked_with_settings(actor: Actor, order_id: str) -> tuple[SalesOrder, SupplierSettings]:
    """The same, and the supplier's rules as they are now."""
    row = _LOCK.first({"id": order_id, **visibility_of(actor)})
    if row is None:
        raise NotFound(noun=_("order"))
    order, dealer, level, warehouse, carrier, shop, settings = row
    related(dealer, level=level)
    related(order, dealer=dealer, warehouse=warehouse, carrier=carrier, shop=shop)
    return order, settings


def refuse_bought(actor: Actor, order: SalesOrder) -> None:
    """A dealer does not change what it decided to buy (TB-05). Raises AlreadyBought."""
    if order.is_bought and actor.dealer_id is not None:
        raise AlreadyBought(number=order.number)


def amounts_of(order: SalesOrder) -> dict[str, str]:
    """The amounts that a step shows before and after, as decimal strings."""
    return {
        "goods": str(order.goods.amount),
        "goods_adjustment": str(order.goods_adjustment.amount),
        "freight": str(order.freight.amount),
        "freight_adjustment": str(order.freight_adjustment.amount),
        "fee": str(order.fee.amount),
        "tax": str(order.tax.amount),
        "total": str(order.total.amount),
        "charged": str(order.charged.amount),
    }


@dataclass(frozen=True, slots=True)
class Before:
    """The order as a move found it."""

    state: str
    amounts: dict[str, str]

    @classmethod
    def of(cls, order: SalesOrder) -> Before:
        """Remember state and amounts."""
        return cls(order.state, amounts_of(order))


def finish(
    order: SalesOrder,
    name: str,
    actor: Actor,
    before: Before,
    target: str,
    reason: str = "",
    *,
    also: Sequence[Statement] = (),
    capacity: Capacity = OWN_CAPACITY,
) -> SalesOrder:
    """Store the moved order, leave its step and tell others; `also` what must be written with it.

    `capacity` says at which level of an approval chain the actor acted, and in whose place.
    """
    order.state = target
    order.version += 1
    run(*also, updating(order), *telling(order, name, actor, before, reason, capacity))
    return order


def telling(
    order: SalesOrder,
    name: str,
    actor: Actor,
    before: Before,
    reason: str = "",
    capacity: Capacity = OWN_CAPACITY,
) -> tuple[Statement, Statement]:
    """What leaves the step of a stored order and records the event; the caller runs it."""
    step = SalesOrderStep(
        order=order,
        name=name,
        source=before.state,
        target=order.state,
        at=clock.now(),
        reason=reason,
        before=before.amounts,
        after=amounts_of(order),
        level=capacity.level,
        standing=capacity.standing,
        standing_for=capacity.standing_for,
        **actor_columns(actor),
    )
    moved = OrderMoved(
        order_id=order.public_id,
        number=order.number,
        dealer_id=order.dealer.public_id,
        step=name,
        source=before.state,
        target=order.state,
        total=str(order.total.amount),
        currency=order.currency,
    )
    return inserting([step]), recording(moved)


def lock_order(order_id: int) -> SalesOrder:
    """Lock an order before its stock-out or shipment: always in this order. `order_id` is a row id."""
    require_transaction()
    return _locked_by_pk(order_id)


def mark_shipped(
    *, actor: Actor, order_id: int, shipped: Mapping[int, Decimal], fully: bool, tracking_number: str = ""
) -> SalesOrder:
    """Some or all of an order left the warehouse: `shipped` adds to its lines, by line id.

    By `tracking_number` the order is found afterwards (W-155).

    Inside the caller's transaction, which has the stock still to lock. Raises StepRefused.
    """
    require_transaction()
    order = _locked_by_pk(order_id)
    chosen = OrderState.SHIPPED if fully else OrderState.PARTLY_SHIPPED
    target = ORDER_FLOW.target(order.state, "ship", chosen)
    before = Before.of(order)
    _add(order, shipped, "shipped")
    if tracking_number and tracking_number not in order.tracking_numbers:
        order.tracking_numbers = [*order.tracking_numbers, tracking_number]
    if fully:
        order.shipped_at = clock.now()
    return finish(order, "ship", actor, before, target)


def record_receipt(
    *, actor: Actor, order_id: int, received: Mapping[int, Decimal], everything: bool
) -> SalesOrder:
    """The dealer received a shipment; the order is complete once all of it was shipped and received.

    Inside the caller's transaction. Raises StepRefused.
    """
    require_transaction()
    order = _locked_by_pk(order_id)
    _add(order, received, "received")
    if not (everything and order.state == OrderState.SHIPPED):
        return order
    target = ORDER_FLOW.target(order.state, "complete")
    before = Before.of(order)
    order.completed_at = clock.now()
    return finish(order, "complete", actor, before, target)


def _locked_by_pk(order_id: int) -> SalesOrder:
    return locked(SalesOrder.objects.filter(pk=order_id).select_related("dealer")).get()


def _add(order: SalesOrder, amounts: Mapping[int, Decimal], column: str) -> None:
    """Add quantities to a column of the lines, in one statement."""
    lines = list(SalesOrderLine.objects.filter(order=order, pk__in=list(amounts)))
    for line in lines:
        setattr(line, column, getattr(line, column) + amounts[line.pk])
    SalesOrderLine.objects.bulk_update(lines, [column])
