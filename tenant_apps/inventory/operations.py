"""What higher apps need of inventory, inside their transaction. Nothing else moves stock.

Order of locks: the caller's document, the stock-out, then stock rows ascending; wallets come after.
Every operation takes the same number of statements for 1 line and for 500.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import F, Q, QuerySet

from platform_core.db import numbers
from platform_core.db.fast import Read, Statement, inserting, run
from platform_core.db.locks import locked, require_transaction
from platform_core.db.models import ADDRESS_FIELDS
from platform_core.db.router import shard_alias
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, NotFound
from platform_core.kernel.quantity import plain
from platform_core.kernel.source import Source
from platform_core.kernel.words import noop
from tenant_apps.dealers.models import Dealer
from tenant_apps.inventory.errors import OutOfStock, StockOutStarted
from tenant_apps.inventory.models import Reservation, Stock, StockOut, StockOutLine
from tenant_apps.inventory.moving import Delta, Resized, end_reservations, moving, split_consumed
from tenant_apps.inventory.rules import refuse_beyond, share
from tenant_apps.inventory.states import MovementKind, ReservationState, StockOutState
from tenant_apps.logistics.models import Carrier, Warehouse

_NOTHING = Decimal(0)
# `locks.locked` as a text made once: ascending by id, and no foreign key check waits for it.
_LOCK = Read(
    "SELECT {s} FROM inventory_stock s WHERE s.warehouse_id = %s AND s.sku_id = ANY(%s)"
    " ORDER BY s.id FOR NO KEY UPDATE",
    s=Stock,
)


@dataclass(frozen=True, slots=True)
class Demand:
    """One line of a document that wants stock: `line_id` is the line's row id, quantity in base units."""

    line_id: int
    sku_id: int
    quantity: Decimal
    merchant_code: str
    name: str
    unit: str
    own_code: str = ""
    own_name: str = ""


_FROZEN = ("sku_id", "quantity", "merchant_code", "name", "unit", "own_code", "own_name")


def reserve(
    *,
    actor: Actor,
    operation_id: UUID,
    warehouse_id: int,
    source: Source,
    demands: Sequence[Demand],
    stock_percent: Decimal,
    precision: int,
    tells_stock: bool = True,
) -> None:
    """Hold stock for all lines or for none.

    A dealer may order at most floor(available × `stock_percent`) of a SKU, cut to `precision`
    decimals; lines of one SKU count together. Raises OutOfStock (409) with one problem per short
    line: pointer `/lines/<i>/quantity`, facts `free` and `asked`; the former only with `tells_stock`.
    """
    require_transaction()
    locked_stock = _LOCK.all([warehouse_id, sorted({d.sku_id for d in demands})])
    rows: dict[int, Stock] = {row.pk: row for (row,) in locked_stock}
    stock_of = {row.sku_id: row for row in rows.values()}
    _refuse_short(demands, stock_of, stock_percent, precision, tells_stock=tells_stock)
    wanted: dict[int, Delta] = {}
    for demand in demands:
        row = stock_of[demand.sku_id]
        before = wanted.get(row.pk, Delta())
        wanted[row.pk] = Delta(reserved=before.reserved + demand.quantity)
    held = [
        Reservation(
            stock=stock_of[demand.sku_id],
            source_kind=source.kind,
            source_id=source.id,
            source_line_id=demand.line_id,
            quantity=demand.quantity,
        )
        for demand in demands
    ]
    run(*moving(actor, operation_id, MovementKind.RESERVE, rows, wanted, source), inserting(held))


def release(*, actor: Actor, operation_id: UUID, source: Source, line_id: int | None = None) -> None:
    """Give back whatever is still reserved for the source, or for one of its lines. Again finds nothing."""
    require_transaction()
    rows, held = _held_by(source, line_id)
    if not held:
        return
    deltas: dict[int, Delta] = {}
    for one in held:
        before = deltas.get(one.stock_id, Delta())
        deltas[one.stock_id] = Delta(reserved=before.reserved - one.quantity)
    _move(actor, operation_id, MovementKind.RELEASE, rows, deltas, source)
    end_reservations(held, ReservationState.RELEASED)


def hold_anew(
    *,
    actor: Actor,
    operation_id: UUID,
    source: Source,
    demands: Sequence[Demand],
    stock_percent: Decimal,
    precision: int,
) -> None:
    """Hold for these lines what their demands say instead of what is held: less is free at once.

    What is more must be there as for `reserve`; all lines change or none. Raises OutOfStock (409).
    """
    require_transaction()
    rows, held = _held_by(source)
    change = Resized.of(held, {demand.line_id: demand.quantity for demand in demands})
    raised = [replace(d, quantity=change.lines[d.line_id]) for d in demands if change.grows(d.line_id)]
    stock_of = {row.sku_id: row for row in rows.values()}
    _refuse_short(raised, stock_of, stock_percent, precision, tells_stock=True)
    _move(actor, operation_id, MovementKind.RELEASE, rows, change.falling, source)
    _move(actor, operation_id, MovementKind.RESERVE, rows, change.rising, source)
    change.store()


def consume(*, actor: Actor, operation_id: UUID, source: Source, taken: Mapping[int, Decimal]) -> None:
    """Take shipped goods out: on hand and reserved fall together, the stock-out's lines say so.

    `taken` maps the source's line ids to quantities; zero is skipped. When everything is shipped,
    the stock-out is done. Raises OverDelivery (409) beyond a line's reservation, OutOfStock (409)
    when less lies there than was promised.
    """
    require_transaction()
    stock_out = locked(StockOut.objects.filter(_open_of(source))).first()
    rows, held = _held_by(source)
    leaving = {line: quantity for line, quantity in taken.items() if quantity}
    by_line = {one.source_line_id: one for one in held}
    refuse_beyond(leaving, {line: one.quantity for line, one in by_line.items()})
    deltas: dict[int, Delta] = {}
    for line, quantity in leaving.items():
        before = deltas.get(by_line[line].stock_id, Delta())
        deltas[by_line[line].stock_id] = Delta(before.on_hand - quantity, before.reserved - quantity)
    _refuse_missing(leaving, by_line, rows, deltas)
    _move(actor, operation_id, MovementKind.SHIP, rows, deltas, source)
    split_consumed(leaving, by_line)
    if stock_out is not None:
        _count(stock_out, leaving, shipped=True)
        if not stock_out.lines.filter(shipped__lt=F("quantity")).exists():
            _enter(stock_out, StockOutState.DONE)


def put(
    *,
    actor: Actor,
    operation_id: UUID,
    warehouse_id: int,
    counts: Mapping[int, Decimal],
    kind: str,
    note: str = "",
) -> int:
    """Set what lies in a warehouse, by SKU id: an import, a count, a sync; how many rows changed.

    What is not named stays. On hand may fall below what is reserved: then nothing new is reserved
    until it rises (decisions.md §5 "Reservation"). `kind` is one of `MovementKind`.
    """
    require_transaction()
    now = clock.now()
    Stock.objects.bulk_create(
        [Stock(warehouse_id=warehouse_id, sku_id=sku, updated_at=now) for sku in sorted(counts)],
        ignore_conflicts=True,
    )
    rows = _locked_rows(Stock.objects.filter(warehouse=warehouse_id, sku__in=counts))
    deltas = {
        row.pk: Delta(on_hand=counts[row.sku_id] - row.on_hand)
        for row in rows.values()
        if counts[row.sku_id] != row.on_hand
    }
    _move(actor, operation_id, kind, rows, deltas, None, note)
    return len(deltas)


def creating_stock_out(
    *,
    source: Source,
    warehouse: Warehouse,
    carrier: Carrier | None,
    dealer: Dealer,
    address: Any,
    demands: Sequence[Demand],
    weight_kg: Decimal,
) -> tuple[Statement, Statement]:
    """What writes the warehouse's document of an approved source (W-180); the caller runs it with its own.

    `address` has the `ADDRESS_FIELDS`.
    """
    require_transaction()
    number, (id_,) = numbers.draw_with_ids("OUT", 1)
    stock_out = StockOut(
        id=id_,
        number=number,
        source_kind=source.kind,
        source_id=source.id,
        source_number=source.number,
        warehouse=warehouse,
        carrier=carrier,
        dealer=dealer,
        weight_kg=weight_kg,
        **{name: getattr(address, name) for name in ADDRESS_FIELDS},
    )
    lines = [
        StockOutLine(
            stock_out=stock_out,
            position=place,
            source_line_id=demand.line_id,
            **{name: getattr(demand, name) for name in _FROZEN},
        )
        for place, demand in enumerate(demands, start=1)
    ]
    return inserting([stock_out]), inserting(lines)


def void_stock_out(*, source: Source) -> None:
    """Take the source's document back; nothing happens without one.

    Raises StockOutStarted (409) once anything of it is packed or shipped.
    """
    require_transaction()
    ours = StockOut.objects.filter(source_kind=source.kind, source_id=source.id)
    stock_out = locked(ours.exclude(state=StockOutState.VOID)).first()
    if stock_out is None:
        return
    if stock_out.state != StockOutState.OPEN or stock_out.lines.filter(packed__gt=0).exists():
        raise StockOutStarted(number=stock_out.number)
    _enter(stock_out, StockOutState.VOID)


def drop_stock_out_line(*, source: Source, line_id: int, weight_kg: Decimal) -> None:
    """Take one line of the source off its open document, with its weight; nothing happens without one.

    Raises StockOutStarted (409) once anything of the line is packed or shipped.
    """
    require_transaction()
    ours = StockOut.objects.filter(source_kind=source.kind, source_id=source.id)
    stock_out = locked(ours.exclude(state=StockOutState.VOID)).first()
    if stock_out is None:
        return
    lines = stock_out.lines.filter(source_line_id=line_id)
    if stock_out.state != StockOutState.OPEN or lines.filter(packed__gt=0).exists():
        raise StockOutStarted(number=stock_out.number)
    lines.delete()
    stock_out.weight_kg -= weight_kg
    stock_out.version += 1
    stock_out.save(update_fields=["weight_kg", "version", "updated_at"])


def close_stock_out(*, source: Source) -> None:
    """End a partly shipped document whose rest will not be sent; the rest is given back by `release`.

    Raises StockOutStarted (409) while something is packed and not shipped.
    """
    require_transaction()
    stock_out = locked(StockOut.objects.filter(_open_of(source))).first()
    if stock_out is None:
        return
    if stock_out.lines.filter(packed__gt=F("shipped")).exists():
        raise StockOutStarted(number=stock_out.number)
    _enter(stock_out, StockOutState.DONE)


def mark_packed(*, source: Source, packed: Mapping[int, Decimal]) -> None:
    """Count what went into a parcel, by the source's line ids; negative when it was unpacked.

    Raises OverDelivery (409) beyond the line's quantity or below what was shipped, NotFound
    without an open document.
    """
    require_transaction()
    stock_out = locked(StockOut.objects.filter(_open_of(source))).first()
    if stock_out is None:
        raise NotFound(noun="stock-out")
    lines = {line.source_line_id: line for line in stock_out.lines.all()}
    refuse_beyond(packed, {key: line.quantity - line.packed for key, line in lines.items()})
    if any(lines[key].packed + part < lines[key].shipped for key, part in packed.items()):
        raise StockOutStarted(number=stock_out.number)
    _count(stock_out, packed, shipped=False)


def _locked_rows(rows: QuerySet[Stock]) -> dict[int, Stock]:
    return {row.pk: row for row in locked(rows)}


def _open_of(source: Source) -> Q:
    return Q(source_kind=source.kind, source_id=source.id, state=StockOutState.OPEN)


def _held_by(source: Source, line_id: int | None = None) -> tuple[dict[int, Stock], list[Reservation]]:
    """The stock rows, locked first, and the active reservations as they are under that lock."""
    active = Reservation.objects.filter(
        source_kind=source.kind, source_id=source.id, state=ReservationState.ACTIVE
    )
    if line_id is not None:
        active = active.filter(source_line_id=line_id)
    rows = _locked_rows(Stock.objects.filter(pk__in=active.values("stock_id")))
    return rows, list(active.order_by("pk")) if rows else []


def _refuse_short(
    demands: Sequence[Demand],
    stock_of: Mapping[int, Stock],
    percent: Decimal,
    precision: int,
    *,
    tells_stock: bool,
) -> None:
    left = {sku: share(row.on_hand, row.reserved, percent, precision) for sku, row in stock_of.items()}
    problems = []
    for place, demand in enumerate(demands):
        assert demand.quantity > 0, "a demand wants something"
        free = left.get(demand.sku_id, _NOTHING)
        if demand.quantity > free:
            facts = {"sku": demand.merchant_code, "asked": plain(demand.quantity)}
            sentence = noop("{sku}: {asked} are more than there is. Order less, or another warehouse.")
            if tells_stock:
                facts["free"] = plain(free)
                sentence = noop("{sku}: {asked} asked, {free} free. Order less, or another warehouse.")
            problems.append(FieldProblem(f"/lines/{place}/quantity", "out_of_stock", sentence, facts))
        else:
            left[demand.sku_id] = free - demand.quantity
    if problems:
        raise OutOfStock(problems=problems, count=len(problems))


def _refuse_missing(
    leaving: Mapping[int, Decimal],
    by_line: Mapping[int, Reservation],
    rows: Mapping[int, Stock],
    deltas: Mapping[int, Delta],
) -> None:
    """On hand may have fallen below what is reserved: what is not there can't be shipped."""
    problems = []
    for place, line in enumerate(leaving):
        row = rows[by_line[line].stock_id]
        asked = -deltas[row.pk].on_hand
        if row.on_hand < asked:
            facts = {"free": plain(row.on_hand), "asked": plain(asked)}
            sentence = noop("Only {free} lie there, {asked} are to be shipped. Count the stock first.")
            problems.append(FieldProblem(f"/lines/{place}/quantity", "out_of_stock", sentence, facts))
    if problems:
        raise OutOfStock(problems=problems, count=len(problems))


def _move(
    actor: Actor,
    operation_id: UUID,
    kind: str,
    rows: Mapping[int, Stock],
    deltas: Mapping[int, Delta],
    source: Source | None,
    note: str = "",
) -> None:
    """Change locked rows and say why, in one round trip."""
    if deltas:
        run(*moving(actor, operation_id, kind, rows, deltas, source, note))


def _count(stock_out: StockOut, parts: Mapping[int, Decimal], *, shipped: bool) -> None:
    """Add to packed, or to shipped: what is shipped unpacked counts as packed in the same moment."""
    change = (
        "shipped = l.shipped + d.part, packed = GREATEST(l.packed, l.shipped + d.part)"
        if shipped
        else "packed = l.packed + d.part"
    )
    with connections[shard_alias()].cursor() as cursor:
        cursor.execute(
            f"UPDATE {StockOutLine._meta.db_table} l SET {change}"  # noqa: S608
            " FROM unnest(%s::bigint[], %s::numeric[]) AS d (line, part)"
            " WHERE l.source_line_id = d.line AND l.stock_out_id = %s",
            [list(parts), list(parts.values()), stock_out.pk],
        )


def _enter(stock_out: StockOut, state: StockOutState) -> None:
    stock_out.state = state
    stock_out.version += 1
    stock_out.save(update_fields=["state", "version", "updated_at"])
