"""Ship a stock-out: stock, order and shipment move together (K-23, HM-08)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from platform_core.commands import command
from platform_core.db.locks import locked
from platform_core.db.models import actor_columns
from platform_core.db.numbers import draw
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, Invalid, NotFound
from platform_core.kernel.quantity import plain
from platform_core.kernel.source import Source
from platform_core.kernel.words import noop
from platform_core.outbox.record import record
from tenant_apps.fulfilment.errors import NothingToShip, StockOutClosed
from tenant_apps.fulfilment.events import ShipmentSent
from tenant_apps.fulfilment.models import Shipment, ShipmentLine, ShipmentStep
from tenant_apps.fulfilment.permissions import FulfilmentPermission
from tenant_apps.fulfilment.states import ShipmentState
from tenant_apps.inventory import operations as inventory
from tenant_apps.inventory.models import StockOut, StockOutLine
from tenant_apps.inventory.queries import stock_outs_visible_to
from tenant_apps.inventory.states import StockOutState
from tenant_apps.logistics.models import Carrier
from tenant_apps.logistics.queries import carriers_visible_to
from tenant_apps.orders import operations as orders

_NEGATIVE = noop("A quantity cannot be negative.")
_BEYOND = noop("Only {left} are left to ship.")
_NO_LINE = noop("This stock-out has no line {line}.")


@command(FulfilmentPermission.SHIP, moves=True)
def ship_stock_out(
    *,
    actor: Actor,
    operation_id: UUID,
    stock_out_id: str,
    carrier: str = "",
    tracking_number: str = "",
    quantities: Mapping[int, Decimal] | None = None,
    note: str = "",
) -> Shipment:
    """Send all that is left, or the given quantities by line position, as one shipment.

    `carrier` is a public id or code; blank keeps the order's. Raises NothingToShip, StockOutClosed,
    Invalid with a problem per wrong line, OutOfStock, NotFound, StepRefused.
    """
    found = stock_outs_visible_to(actor).filter(public_id=stock_out_id).first()
    if found is None:
        raise NotFound(noun="stock-out")
    order = orders.lock_order(found.source_id)
    stock_out = locked(StockOut.objects.filter(pk=found.pk).select_related("dealer", "carrier")).get()
    if stock_out.state != StockOutState.OPEN:
        raise StockOutClosed(number=stock_out.number)
    lines = list(stock_out.lines.order_by("position"))
    taken = _taken(lines, quantities)
    chosen = _carrier(actor, carrier) or stock_out.carrier
    shipment = _store(stock_out, chosen, tracking_number, note, taken)
    shipped = {line.source_line_id: quantity for line, quantity in taken.items()}
    source = Source(stock_out.source_kind, stock_out.source_id, stock_out.source_number)
    inventory.consume(actor=actor, operation_id=operation_id, source=source, taken=shipped)
    everything = all(line.shipped + taken.get(line, Decimal(0)) == line.quantity for line in lines)
    orders.mark_shipped(actor=actor, order_id=order.pk, shipped=shipped, fully=everything)
    _leave_step(shipment, actor)
    record(
        ShipmentSent(
            shipment_id=shipment.public_id,
            number=shipment.number,
            order_number=stock_out.source_number,
            dealer_id=stock_out.dealer.public_id,
            carrier=chosen.name if chosen else "",
            tracking_number=tracking_number,
        )
    )
    return shipment


def _carrier(actor: Actor, name: str) -> Carrier | None:
    if not name:
        return None
    carriers = carriers_visible_to(actor).filter(enabled=True)
    carrier = carriers.filter(Q(public_id=name) | Q(code=name)).first()
    if carrier is None:
        raise NotFound(noun="carrier")
    return carrier


def _taken(
    lines: list[StockOutLine], quantities: Mapping[int, Decimal] | None
) -> dict[StockOutLine, Decimal]:
    """What leaves now, by line; every wrong quantity is named."""
    if quantities is None:
        taken = {line: line.quantity - line.shipped for line in lines}
    else:
        by_position = {line.position: line for line in lines}
        problems = [
            problem
            for position, quantity in quantities.items()
            if (problem := _problem(by_position.get(position), position, quantity))
        ]
        if problems:
            raise Invalid(problems=problems)
        taken = {by_position[position]: quantity for position, quantity in quantities.items()}
    leaving = {line: quantity for line, quantity in taken.items() if quantity}
    if not leaving:
        raise NothingToShip
    return leaving


def _problem(line: StockOutLine | None, position: int, quantity: Decimal) -> FieldProblem | None:
    pointer = f"/lines/{position}/quantity"
    if line is None:
        return FieldProblem(pointer, "no_such_line", _NO_LINE, {"line": position})
    if quantity < 0:
        return FieldProblem(pointer, "quantity_negative", _NEGATIVE)
    left = line.quantity - line.shipped
    if quantity > left:
        return FieldProblem(pointer, "over_delivery", _BEYOND, {"left": plain(left)})
    return None


def _store(
    stock_out: StockOut,
    carrier: Carrier | None,
    tracking_number: str,
    note: str,
    taken: Mapping[StockOutLine, Decimal],
) -> Shipment:
    shipment = Shipment.objects.create(
        number=draw("SH"),
        stock_out=stock_out,
        dealer=stock_out.dealer,
        carrier=carrier,
        tracking_number=tracking_number.strip(),
        state=ShipmentState.SHIPPED,
        note=note,
        shipped_at=clock.now(),
    )
    ShipmentLine.objects.bulk_create(
        [
            ShipmentLine(shipment=shipment, stock_out_line=line, quantity=quantity)
            for line, quantity in taken.items()
        ]
    )
    return shipment


def _leave_step(shipment: Shipment, actor: Actor) -> None:
    ShipmentStep.objects.create(
        shipment=shipment,
        name="ship",
        source=ShipmentState.PACKED,
        target=ShipmentState.SHIPPED,
        at=clock.now(),
        **actor_columns(actor),
    )
