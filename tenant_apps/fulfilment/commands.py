"""Ship a stock-out: stock, order and shipment move together (K-23, HM-08)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from platform_core.commands import command
from platform_core.db.locks import locked
from platform_core.db.models import actor_columns
from platform_core.db.numbers import draw
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import Invalid, NotFound
from platform_core.kernel.source import Source
from platform_core.kernel.texts import text_problems, trimmed
from platform_core.outbox.record import record
from tenant_apps.access import queries as access
from tenant_apps.fulfilment.errors import NothingToShip, StockOutClosed
from tenant_apps.fulfilment.events import ShipmentSent
from tenant_apps.fulfilment.models import Shipment, ShipmentLine, ShipmentStep
from tenant_apps.fulfilment.permissions import FulfilmentPermission
from tenant_apps.fulfilment.rules import Rest, quantity_problems
from tenant_apps.fulfilment.states import ShipmentState
from tenant_apps.inventory import operations as inventory
from tenant_apps.inventory.errors import OutOfStock
from tenant_apps.inventory.models import StockOut, StockOutLine
from tenant_apps.inventory.queries import stock_outs_visible_to
from tenant_apps.inventory.states import StockOutState
from tenant_apps.logistics.models import Carrier
from tenant_apps.logistics.queries import carriers_visible_to
from tenant_apps.orders import operations as orders

_LIMITS = {"tracking_number": 60, "note": 300}


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
    Invalid with a problem per wrong line (its place in `quantities`), OutOfStock, NotFound,
    StepRefused. Locks order, stock-out, then stock rows ascending.
    """
    found = stock_outs_visible_to(actor).filter(public_id=stock_out_id).first()
    if found is None:
        raise NotFound(noun=_("stock-out"))
    texts = trimmed({"tracking_number": tracking_number, "note": note})
    order = orders.lock_order(found.source_id)
    stock_out = locked(StockOut.objects.filter(pk=found.pk).select_related("dealer", "carrier")).get()
    if stock_out.state != StockOutState.OPEN:
        raise StockOutClosed(number=stock_out.number)
    lines = list(stock_out.lines.order_by("position"))
    asked = _asked(lines, texts, quantities)
    taken = {line: asked[line.position] for line in lines if asked.get(line.position)}
    if not taken:
        raise NothingToShip
    shipment = _store(stock_out, _carrier(actor, carrier) or stock_out.carrier, texts, taken)
    shipped = {line.source_line_id: quantity for line, quantity in taken.items()}
    everything = all(line.shipped + taken.get(line, Decimal(0)) == line.quantity for line in lines)
    _leave_step(shipment, actor)
    _tell(shipment, stock_out)
    # The stock rows are what many shipments want: they come last and are held shortest.
    orders.mark_shipped(
        actor=actor,
        order_id=order.pk,
        shipped=shipped,
        fully=everything,
        tracking_number=texts["tracking_number"],
    )
    with _pointing_at(list(asked), [line.position for line in taken]):
        inventory.consume(
            actor=actor,
            operation_id=operation_id,
            source=Source(stock_out.source_kind, stock_out.source_id, stock_out.source_number),
            taken=shipped,
        )
    return shipment


def _asked(
    lines: Sequence[StockOutLine], texts: Mapping[str, str], quantities: Mapping[int, Decimal] | None
) -> Mapping[int, Decimal]:
    """How much of each line leaves, by position; every wrong entry is named."""
    rests = [Rest(line.position, line.quantity - line.shipped) for line in lines]
    problems = text_problems(texts, _LIMITS)
    if quantities is not None:
        problems += quantity_problems(rests, quantities, access.settings().quantity_precision)
    if problems:
        raise Invalid(problems=problems)
    return {rest.position: rest.left for rest in rests} if quantities is None else quantities


@contextmanager
def _pointing_at(asked: Sequence[int], taken: Sequence[int]) -> Iterator[None]:
    """Inventory counts the lines it was given; the caller counts those it asked for."""
    try:
        yield
    except OutOfStock as error:
        places = [asked.index(position) for position in taken]
        problems = [
            replace(problem, pointer=f"/lines/{places[int(problem.pointer.split('/')[2])]}/quantity")
            for problem in error.problems
        ]
        raise OutOfStock(problems=problems, **error.facts) from error


def _carrier(actor: Actor, name: str) -> Carrier | None:
    if not name:
        return None
    carriers = carriers_visible_to(actor).filter(enabled=True)
    carrier = carriers.filter(Q(public_id=name) | Q(code=name)).first()
    if carrier is None:
        raise NotFound(noun=_("carrier"))
    return carrier


def _store(
    stock_out: StockOut,
    carrier: Carrier | None,
    texts: Mapping[str, str],
    taken: Mapping[StockOutLine, Decimal],
) -> Shipment:
    shipment = Shipment.objects.create(
        number=draw("SH"),
        stock_out=stock_out,
        dealer=stock_out.dealer,
        carrier=carrier,
        state=ShipmentState.SHIPPED,
        shipped_at=clock.now(),
        **texts,
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


def _tell(shipment: Shipment, stock_out: StockOut) -> None:
    record(
        ShipmentSent(
            shipment_id=shipment.public_id,
            number=shipment.number,
            order_number=stock_out.source_number,
            dealer_id=stock_out.dealer.public_id,
            carrier=shipment.carrier.name if shipment.carrier else "",
            tracking_number=shipment.tracking_number,
        )
    )
