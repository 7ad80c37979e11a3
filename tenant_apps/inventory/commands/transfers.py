"""What a person may ask of a transfer between own warehouses (调拨): write, send, receive, return, cancel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from platform_core.audit.record import Change, record
from platform_core.commands import command
from platform_core.db import numbers
from platform_core.db.editing import current, refuse, store
from platform_core.db.fast import inserting, run
from platform_core.db.locks import locked
from platform_core.db.models import actor_columns
from platform_core.db.router import shard_alias
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.quantity import plain
from platform_core.kernel.source import Source
from platform_core.kernel.texts import text_problems
from platform_core.kernel.words import noop
from tenant_apps.access.queries import settings
from tenant_apps.catalog.models import Sku
from tenant_apps.inventory.commands.named import flat, named
from tenant_apps.inventory.commands.stock import own_warehouse
from tenant_apps.inventory.errors import NotYourWarehouse, OutOfStock, StockSynced
from tenant_apps.inventory.models import Stock, StockTransfer, StockTransferLine
from tenant_apps.inventory.moving import Delta, moving
from tenant_apps.inventory.permissions import InventoryPermission as May
from tenant_apps.inventory.queries import lines_of_transfer, transfers_visible_to
from tenant_apps.inventory.rules import LINES_MAX, count_problem, moved_problem
from tenant_apps.inventory.states import TRANSFER_FLOW, MovementKind
from tenant_apps.logistics.models import Warehouse, WarehouseKind

STOCK_TRANSFER = "stock_transfer"
NOTE_LENGTH = 200
_SAME = noop("Choose another warehouse: the goods lie there already.")
_NO_LINES = noop("Name at least one SKU.")
_TOO_MANY = noop("At most {most} lines at once.")
_SHORT = noop("{sku}: {asked} to be sent, {free} free. Send less, or give reservations back first.")
_NOT_SENT = noop("This transfer has no line of SKU {code}.")
_TOO_MUCH = noop("{sku}: at most the {sent} that were sent can arrive.")


@dataclass(frozen=True, slots=True)
class TransferLine:
    """So much of a SKU: `quantity` is a decimal string in its base unit."""

    quantity: str
    merchant_code: str = ""
    external_id: str = ""


@command(May.TRANSFER, moves=True)
def create_transfer(
    *,
    actor: Actor,
    operation_id: UUID,
    origin: str,
    destination: str,
    lines: Sequence[TransferLine],
    note: str = "",
) -> StockTransfer:
    """Write a transfer between two own warehouses; nothing moves before it is sent. Ids are public.

    Raises Invalid (`/lines/2/quantity`), StockSynced (409) for an ERP's warehouse, NotFound.
    """
    here, there = own_warehouse(actor, origin), own_warehouse(actor, destination)
    wanted = _checked(lines, note, same=here.pk == there.pk)
    number, (id_,) = numbers.draw_with_ids("TRF", 1)
    row = StockTransfer(
        id=id_, number=number, origin=here, destination=there, note=note.strip(), **actor_columns(actor)
    )
    run(inserting([row]), inserting(_written(row, wanted)))
    _told(actor, row, "created", {"origin": here.code, "destination": there.code, "lines": len(wanted)})
    return row


@command(May.TRANSFER, moves=True)
def change_transfer(
    *,
    actor: Actor,
    operation_id: UUID,
    transfer_id: str,
    lines: Sequence[TransferLine] | None = None,
    note: str | None = None,
    version: int | None = None,
) -> StockTransfer:
    """Put other lines in the place of a draft's, or another note; None leaves what there is.

    Raises Invalid, StepRefused (409) once it is sent or cancelled, Conflict, NotFound.
    """
    row = _open(actor, transfer_id, "change", version)
    if lines is not None:
        wanted = _checked(lines, note or "")
        row.lines.all().delete()
        StockTransferLine.objects.bulk_create(_written(row, wanted))
    if note is not None:
        refuse(text_problems({"note": note.strip()}, {"note": NOTE_LENGTH}))
        row.note = note.strip()
    store(row)
    _told(actor, row, "changed", {"lines": row.lines.count(), "note": row.note})
    return row


@command(May.TRANSFER, moves=True)
def send_transfer(
    *, actor: Actor, operation_id: UUID, transfer_id: str, version: int | None = None
) -> StockTransfer:
    """Take the goods out of the origin: from here on they are in transit. All lines or none.

    What is reserved stays. Raises OutOfStock (409, `/lines/<place>/quantity`), StockSynced, StepRefused,
    Conflict, NotFound.
    """
    row = _open(actor, transfer_id, "send", version)
    lines = list(lines_of_transfer(row))
    rows = _stock_of(row, lines, with_destination=True)
    here = {stock.sku_id: stock for stock in rows.values() if stock.warehouse_id == row.origin_id}
    _refuse_short(lines, here)
    deltas = {here[line.sku_id].pk: Delta(on_hand=-line.quantity) for line in lines}
    source = Source(STOCK_TRANSFER, row.pk, row.number)
    run(*moving(actor, operation_id, MovementKind.TRANSFER_OUT, rows, deltas, source))
    _touch(row, rows)
    row.sent_at = clock.now()
    _enter(row, "send")
    _told(actor, row, "sent", {"lines": len(lines)})
    return row


@command(May.TRANSFER, moves=True)
def receive_transfer(
    *,
    actor: Actor,
    operation_id: UUID,
    transfer_id: str,
    received: Sequence[TransferLine] = (),
    version: int | None = None,
) -> StockTransfer:
    """Put what arrived into the destination; lines that are not named arrived whole.

    What is missing is lost: the line keeps it, and a movement of the destination names it. Raises Invalid
    (`/received/2/quantity`) beyond what was sent, StepRefused, StockSynced, Conflict, NotFound.
    """
    row = _open(actor, transfer_id, "receive", version)
    lines = list(lines_of_transfer(row))
    arrived = _arrived(lines, received)
    rows = _stock_of(row, lines, with_origin=False, with_destination=True)
    there = {stock.sku_id: stock.pk for stock in rows.values()}
    deltas = {there[line.sku_id]: Delta(on_hand=arrived[line.sku_id]) for line in lines}
    lost = {line.sku_id: line.quantity - arrived[line.sku_id] for line in lines}
    notes = {
        there[line.sku_id]: _("{number}: {lost} of {sent} lost on the way").format(
            number=row.number, lost=plain(lost[line.sku_id]), sent=plain(line.quantity)
        )
        for line in lines
        if lost[line.sku_id]
    }
    source = Source(STOCK_TRANSFER, row.pk, row.number)
    run(*moving(actor, operation_id, MovementKind.TRANSFER_IN, rows, deltas, source, notes=notes))
    _keep_received(lines, arrived)
    _end(row, "receive")
    _told(actor, row, "received", {"lines": len(lines), "lost": plain(sum(lost.values(), Decimal(0)))})
    return row


@command(May.TRANSFER, moves=True)
def return_transfer(
    *, actor: Actor, operation_id: UUID, transfer_id: str, version: int | None = None
) -> StockTransfer:
    """Bring everything in transit back to the origin. Raises StepRefused (409), Conflict, NotFound."""
    row = _open(actor, transfer_id, "return", version)
    lines = list(lines_of_transfer(row))
    rows = _stock_of(row, lines, with_destination=True)
    here = {stock.sku_id: stock.pk for stock in rows.values() if stock.warehouse_id == row.origin_id}
    deltas = {here[line.sku_id]: Delta(on_hand=line.quantity) for line in lines}
    source = Source(STOCK_TRANSFER, row.pk, row.number)
    run(*moving(actor, operation_id, MovementKind.BROUGHT_BACK, rows, deltas, source))
    _touch(row, rows)
    _end(row, "return")
    _told(actor, row, "returned", {"lines": len(lines)})
    return row


@command(May.TRANSFER, moves=True)
def cancel_transfer(
    *, actor: Actor, operation_id: UUID, transfer_id: str, version: int | None = None
) -> StockTransfer:
    """Give a draft up. Raises StepRefused (409) once it is sent, Conflict, NotFound."""
    row = _open(actor, transfer_id, "cancel", version)
    _end(row, "cancel")
    _told(actor, row, "cancelled", {})
    return row


def _checked(lines: Sequence[TransferLine], note: str, *, same: bool = False) -> list[tuple[Sku, Decimal]]:
    """SKU and quantity of every line. Raises Invalid with every problem."""
    precision = settings().quantity_precision
    if len(lines) > LINES_MAX:
        raise Invalid(problems=[FieldProblem("/lines", "too_many", _TOO_MANY, {"most": LINES_MAX})])
    found, problems = named(
        lines,
        "lines",
        lambda place, pointer: moved_problem(lines[place].quantity, precision, f"{pointer}/quantity"),
    )
    wrong = [*text_problems({"note": note.strip()}, {"note": NOTE_LENGTH}), *flat(problems)]
    if same:
        wrong.insert(0, FieldProblem("/destination", "same_warehouse", _SAME))
    if not lines:
        wrong.append(FieldProblem("/lines", "no_lines", _NO_LINES))
    refuse(wrong)
    return [(sku, Decimal(lines[place].quantity)) for place, sku in found.items()]


def _written(row: StockTransfer, wanted: Sequence[tuple[Sku, Decimal]]) -> list[StockTransferLine]:
    return [
        StockTransferLine(transfer=row, position=position, sku=sku, quantity=quantity)
        for position, (sku, quantity) in enumerate(wanted, start=1)
    ]


def _open(actor: Actor, transfer_id: str, step: str, version: int | None) -> StockTransfer:
    """The transfer, locked, when the step is possible and its warehouse is in the actor's scope (W-024)."""
    row = current(
        locked(transfers_visible_to(actor).filter(public_id=transfer_id)), _("stock transfer"), version
    )
    place: Warehouse = row.destination if step == "receive" else row.origin
    if actor.warehouse_ids is not None and place.pk not in actor.warehouse_ids:
        raise NotYourWarehouse
    TRANSFER_FLOW.check(row.state, step)
    if step in {"send", "receive"}:
        for end in (row.origin, row.destination):
            if end.kind != WarehouseKind.OWN:
                raise StockSynced(warehouse=end.name)
    return row


def _stock_of(
    row: StockTransfer,
    lines: Sequence[StockTransferLine],
    *,
    with_origin: bool = True,
    with_destination: bool = False,
) -> dict[int, Stock]:
    """The stock rows of the lines, locked ascending over both warehouses; missing ones are made first."""
    ends = [row.origin_id] * with_origin + [row.destination_id] * with_destination
    skus = sorted(line.sku_id for line in lines)
    Stock.objects.bulk_create(
        [Stock(warehouse_id=end, sku_id=sku) for end in sorted(ends) for sku in skus], ignore_conflicts=True
    )
    return {stock.pk: stock for stock in locked(Stock.objects.filter(warehouse__in=ends, sku__in=skus))}


def _touch(row: StockTransfer, rows: Mapping[int, Stock]) -> None:
    """What is on its way to the destination changed: its stock rows come up in the feed."""
    there = [stock.pk for stock in rows.values() if stock.warehouse_id == row.destination_id]
    Stock.objects.filter(pk__in=there).update(updated_at=Greatest(F("updated_at"), clock.now()))


def _refuse_short(lines: Sequence[StockTransferLine], here: Mapping[int, Stock]) -> None:
    problems = []
    for place, line in enumerate(lines):
        stock = here[line.sku_id]
        free = max(stock.on_hand - stock.reserved, Decimal(0))
        if line.quantity > free:
            facts = {"sku": line.sku.merchant_code, "free": plain(free), "asked": plain(line.quantity)}
            problems.append(FieldProblem(f"/lines/{place}/quantity", "out_of_stock", _SHORT, facts))
    if problems:
        raise OutOfStock(problems=problems, count=len(problems))


def _arrived(lines: Sequence[StockTransferLine], received: Sequence[TransferLine]) -> dict[int, Decimal]:
    """What arrived of every line, by SKU id. Raises Invalid."""
    precision = settings().quantity_precision
    sent = {line.sku_id: line.quantity for line in lines}
    found, problems = named(
        received,
        "received",
        lambda place, pointer: count_problem(received[place].quantity, precision, f"{pointer}/quantity"),
    )
    wrong = flat(problems)
    for place, sku in found.items():
        pointer, code = f"/received/{place}", sku.merchant_code
        if sku.pk not in sent:
            wrong.append(FieldProblem(f"{pointer}/merchant_code", "not_sent", _NOT_SENT, {"code": code}))
        elif Decimal(received[place].quantity) > sent[sku.pk]:
            facts = {"sku": code, "sent": plain(sent[sku.pk])}
            wrong.append(FieldProblem(f"{pointer}/quantity", "more_than_sent", _TOO_MUCH, facts))
    refuse(wrong)
    return sent | {sku.pk: Decimal(received[place].quantity) for place, sku in found.items()}


def _keep_received(lines: Sequence[StockTransferLine], arrived: Mapping[int, Decimal]) -> None:
    with connections[shard_alias()].cursor() as cursor:
        cursor.execute(
            "UPDATE inventory_stocktransferline l SET received = d.received"
            " FROM unnest(%s::bigint[], %s::numeric[]) AS d (id, received) WHERE l.id = d.id",
            [[line.pk for line in lines], [arrived[line.sku_id] for line in lines]],
        )


def _enter(row: StockTransfer, step: str) -> None:
    row.state = TRANSFER_FLOW.target(row.state, step)
    store(row)


def _end(row: StockTransfer, step: str) -> None:
    row.ended_at = clock.now()
    _enter(row, step)


def _told(actor: Actor, row: StockTransfer, verb: str, after: Mapping[str, Any]) -> None:
    record(actor, [Change(STOCK_TRANSFER, row.public_id, verb, {}, after)])
