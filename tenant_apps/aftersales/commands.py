"""Confirm the receipt of a shipment (K-25, WK-05); by itself after N days (decisions.md §2 row 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from platform_core.commands import command
from platform_core.db.models import actor_columns
from platform_core.db.numbers import draw
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, Invalid, NotFound
from platform_core.kernel.quantity import QUANTITY_MAX
from platform_core.kernel.words import noop
from platform_core.outbox.record import record
from tenant_apps.aftersales.errors import AlreadyReceived
from tenant_apps.aftersales.events import ReceiptConfirmed
from tenant_apps.aftersales.models import Receipt, ReceiptLine
from tenant_apps.aftersales.permissions import AftersalesPermission
from tenant_apps.fulfilment import operations as fulfilment
from tenant_apps.fulfilment import queries as shipments
from tenant_apps.fulfilment.models import Shipment, ShipmentLine
from tenant_apps.fulfilment.states import ShipmentState
from tenant_apps.orders import operations as orders

_OUT_OF_RANGE = noop("Enter how much arrived: 0 or more.")
_NO_LINE = noop("This shipment has no line {line}.")


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """What arrived of one line of a shipment, by the position of its stock-out line, in base units."""

    position: int
    received: Decimal
    replenish: bool = False


@command(AftersalesPermission.CONFIRM_RECEIPT, moves=True)
def confirm_receipt(
    *,
    actor: Actor,
    operation_id: UUID,
    shipment_id: str,
    lines: tuple[ReceivedLine, ...] = (),
    note: str = "",
    automatic: bool = False,
) -> Receipt:
    """Note what arrived; lines not named arrived as shipped. Differences stay visible (G-67).

    The order is complete when all its shipments are received. Raises AlreadyReceived, Invalid
    with a problem per wrong line, NotFound.
    """
    found = shipments.shipments_visible_to(actor).filter(public_id=shipment_id)
    shipment = found.select_related("stock_out").first()
    if shipment is None:
        raise NotFound(noun="shipment")
    order = orders.lock_order(shipment.stock_out.source_id)
    shipment = fulfilment.lock_shipment(shipment.pk)
    if shipment.state == ShipmentState.RECEIVED:
        raise AlreadyReceived(number=shipment.number)
    carried = list(shipment.lines.select_related("stock_out_line").order_by("stock_out_line__position"))
    said = _said(carried, lines)
    receipt = _store(actor, shipment, carried, said, note, automatic=automatic)
    fulfilment.mark_received(actor=actor, shipment=shipment)
    arrived = {
        line.stock_out_line.source_line_id: said[line.stock_out_line.position].received for line in carried
    }
    orders.record_receipt(
        actor=actor,
        order_id=order.pk,
        received=arrived,
        everything=shipments.all_received(shipment.stock_out_id),
    )
    record(
        ReceiptConfirmed(
            receipt_id=receipt.public_id,
            shipment_number=shipment.number,
            order_number=shipment.stock_out.source_number,
            dealer_id=shipment.dealer.public_id,
            short=any(said[x.stock_out_line.position].received < x.quantity for x in carried),
            automatic=automatic,
        )
    )
    return receipt


def _said(carried: list[ShipmentLine], lines: tuple[ReceivedLine, ...]) -> Mapping[int, ReceivedLine]:
    """What arrived, for every line of the shipment, by position."""
    shipped = {line.stock_out_line.position: line.quantity for line in carried}
    problems = []
    for line in lines:
        pointer = f"/lines/{line.position}/received"
        if line.position not in shipped:
            problems.append(FieldProblem(pointer, "no_such_line", _NO_LINE, {"line": line.position}))
        elif not 0 <= line.received <= QUANTITY_MAX:
            problems.append(FieldProblem(pointer, "out_of_range", _OUT_OF_RANGE))
    if problems:
        raise Invalid(problems=problems)
    named = {line.position: line for line in lines}
    return {
        position: named.get(position) or ReceivedLine(position, quantity)
        for position, quantity in shipped.items()
    }


def _store(
    actor: Actor,
    shipment: Shipment,
    carried: list[ShipmentLine],
    said: Mapping[int, ReceivedLine],
    note: str,
    *,
    automatic: bool,
) -> Receipt:
    receipt = Receipt.objects.create(
        number=draw("RC"),
        shipment=shipment,
        dealer=shipment.dealer,
        automatic=automatic,
        note=note,
        **actor_columns(actor),
    )
    ReceiptLine.objects.bulk_create(
        [
            ReceiptLine(
                receipt=receipt,
                shipment_line=line,
                shipped=line.quantity,
                received=said[line.stock_out_line.position].received,
                replenish=said[line.stock_out_line.position].replenish,
            )
            for line in carried
        ]
    )
    return receipt
