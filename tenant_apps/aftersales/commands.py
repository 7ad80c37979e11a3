"""Confirm the receipt of a shipment (K-25, WK-05); by itself after N days (decisions.md §2 row 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from platform_core.commands import command
from platform_core.db.models import actor_columns
from platform_core.db.numbers import draw
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import Invalid, NotFound
from platform_core.kernel.texts import text_problems
from platform_core.outbox.record import record
from tenant_apps.access import queries as access
from tenant_apps.aftersales.errors import AlreadyReceived
from tenant_apps.aftersales.events import ReceiptConfirmed
from tenant_apps.aftersales.models import Receipt, ReceiptLine
from tenant_apps.aftersales.permissions import AftersalesPermission
from tenant_apps.aftersales.rules import ReceivedLine, receipt_problems, said_of_all
from tenant_apps.fulfilment import operations as fulfilment
from tenant_apps.fulfilment import queries as shipments
from tenant_apps.fulfilment.models import Shipment, ShipmentLine
from tenant_apps.fulfilment.states import ShipmentState
from tenant_apps.orders import operations as orders

_LIMITS = {"note": 300}


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
    with a problem per wrong line, NotFound. Locks order, then shipment.
    """
    found = shipments.shipments_visible_to(actor).filter(public_id=shipment_id)
    shipment = found.select_related("stock_out").first()
    if shipment is None:
        raise NotFound(noun=_("shipment"))
    order = orders.lock_order(shipment.stock_out.source_id)
    shipment = fulfilment.lock_shipment(shipment.pk)
    if shipment.state == ShipmentState.RECEIVED:
        raise AlreadyReceived(number=shipment.number)
    carried = list(shipment.lines.select_related("stock_out_line").order_by("stock_out_line__position"))
    note = note.strip()
    said = _said(carried, lines, note)
    receipt = _store(actor, shipment, carried, said, note, automatic=automatic)
    fulfilment.mark_received(actor=actor, shipment=shipment)
    arrived = {line.stock_out_line.source_line_id: said[_place(line)].received for line in carried}
    orders.record_receipt(
        actor=actor,
        order_id=order.pk,
        received=arrived,
        everything=shipments.all_received(shipment.stock_out_id),
    )
    _tell(receipt, shipment, is_short=any(said[_place(x)].received < x.quantity for x in carried))
    return receipt


def _place(line: ShipmentLine) -> int:
    return line.stock_out_line.position


def _said(
    carried: Sequence[ShipmentLine], lines: Sequence[ReceivedLine], note: str
) -> Mapping[int, ReceivedLine]:
    """What arrived, for every line of the shipment, by position."""
    shipped = {_place(line): line.quantity for line in carried}
    problems = text_problems({"note": note}, _LIMITS)
    if lines:
        problems += receipt_problems(shipped, lines, access.settings().quantity_precision)
    if problems:
        raise Invalid(problems=problems)
    return said_of_all(shipped, lines)


def _store(
    actor: Actor,
    shipment: Shipment,
    carried: Sequence[ShipmentLine],
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
                received=said[_place(line)].received,
                replenish=said[_place(line)].replenish,
            )
            for line in carried
        ]
    )
    return receipt


def _tell(receipt: Receipt, shipment: Shipment, *, is_short: bool) -> None:
    record(
        ReceiptConfirmed(
            receipt_id=receipt.public_id,
            shipment_number=shipment.number,
            order_number=shipment.stock_out.source_number,
            dealer_id=shipment.dealer.public_id,
            short=is_short,
            automatic=receipt.automatic,
        )
    )
