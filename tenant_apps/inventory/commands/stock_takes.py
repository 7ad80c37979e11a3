"""What a person may ask of a stock take (盘点): start it, enter counts, post them, give it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO
from uuid import UUID

from django.db import connections
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
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import Table, read_table
from tenant_apps.access.queries import settings
from tenant_apps.catalog.models import Sku
from tenant_apps.inventory.commands.named import flat, named
from tenant_apps.inventory.commands.stock import own_warehouse
from tenant_apps.inventory.errors import CountsRefused, StockSynced
from tenant_apps.inventory.models import Stock, StockTake, StockTakeLine
from tenant_apps.inventory.moving import Delta, moving
from tenant_apps.inventory.permissions import InventoryPermission as May
from tenant_apps.inventory.queries import goods_to_count, lines_of_stock_take, stock_takes_visible_to
from tenant_apps.inventory.rules import COUNT_COLUMNS, IMPORT_ROWS_MAX, count_problem
from tenant_apps.inventory.states import STOCK_TAKE_FLOW, MovementKind
from tenant_apps.logistics.models import WarehouseKind

STOCK_TAKE = "stock_take"
NOTE_LENGTH = 200
_EMPTY = noop("No goods fit. Choose others.")
_TOO_MANY = noop("{count} SKUs fit, at most {most} can be counted at once. Choose fewer.")
_NOT_COUNTED = noop("Nothing is counted yet. Enter what you counted first.")
_BELOW = noop("{sku}: {expected} lay there when {counted} were counted, now {now} do. Count it again.")
_OUTDATED = noop("{sku}: its stock was set after it was counted. Count it again, or clear the count.")
# One id marks all counts of one entry: it is drawn while their stock rows are locked.
_COUNT = (
    "UPDATE inventory_stocktakeline l SET counted = d.counted, updated_at = %s,"
    " expected = CASE WHEN d.counted IS NULL THEN NULL ELSE d.expected END,"
    " mark = CASE WHEN d.counted IS NULL THEN NULL ELSE (SELECT nextval('row_id')) END,"
    " counted_by = CASE WHEN d.counted IS NULL THEN '' ELSE %s END,"
    " counted_at = CASE WHEN d.counted IS NULL THEN NULL ELSE %s END"
    " FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[]) AS d (id, expected, counted)"
    " WHERE l.id = d.id"
)


@dataclass(frozen=True, slots=True)
class GoodsToCount:
    """Which SKUs a stock take counts: the named ones, else those that ever lay there and fit the rest.

    `category` (with all below it) and `brand` are public ids.
    """

    q: str = ""
    category: str = ""
    brand: str = ""
    merchant_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineCount:
    """What was counted of a SKU: a decimal string, blank to take an earlier count back."""

    counted: str
    merchant_code: str = ""
    external_id: str = ""


@command(May.TAKE_STOCK, moves=True)
def start_stock_take(
    *, actor: Actor, operation_id: UUID, warehouse: str, goods: GoodsToCount, note: str = ""
) -> StockTake:
    """Open a stock take of an own warehouse with a line per SKU. `warehouse` is a public id.

    Raises StockSynced (409) for an ERP's warehouse, Invalid when no SKU fits or one is unknown, NotFound.
    """
    place = own_warehouse(actor, warehouse)
    note = note.strip()
    refuse(text_problems({"note": note}, {"note": NOTE_LENGTH}))
    wanted = (
        _chosen(goods)
        if goods.merchant_codes
        else goods_to_count(place, goods.q, goods.category, goods.brand)
    )
    if not wanted:
        raise Invalid(problems=[FieldProblem("/goods", "no_goods", _EMPTY)])
    if len(wanted) > IMPORT_ROWS_MAX:
        facts = {"count": len(wanted), "most": IMPORT_ROWS_MAX}
        raise Invalid(problems=[FieldProblem("/goods", "too_many", _TOO_MANY, facts)])
    number, (id_,) = numbers.draw_with_ids("CNT", 1)
    take = StockTake(id=id_, number=number, warehouse=place, note=note, **actor_columns(actor))
    lines = [
        StockTakeLine(stock_take=take, position=position, sku_id=sku)
        for position, sku in enumerate(wanted, start=1)
    ]
    run(inserting([take]), inserting(lines))
    _told(actor, take, "started", {"warehouse": place.code, "lines": len(lines), "note": note})
    return take


@command(May.TAKE_STOCK, moves=True)
def count_stock_take(
    *, actor: Actor, operation_id: UUID, stock_take_id: str, counts: Sequence[LineCount]
) -> StockTake:
    """Enter counts, all or none; each is compared with what lies there at this moment.

    A SKU that the stock take did not name is added to it: somebody found it on the shelf. Raises
    Invalid (`/counts/3/counted`), StepRefused (409) once it is posted or cancelled, NotFound.
    """
    take = _open(actor, stock_take_id, "count")
    found, problems = checked_counts(counts)
    refuse(flat(problems))
    lines = _lines_for(take, [sku.pk for sku in found.values()])
    rows = _stock_of(take, [sku.pk for sku in found.values()])
    entered = [
        (lines[sku.pk].pk, rows[sku.pk].on_hand, counts[place].counted.strip() or None)
        for place, sku in found.items()
    ]
    with connections[shard_alias()].cursor() as cursor:
        ids, expected, counted = ([row[part] for row in entered] for part in range(3))
        now = clock.now()
        cursor.execute(_COUNT, [now, actor.name[:120], now, ids, expected, counted])
    store(take)
    return take


@command(May.TAKE_STOCK, moves=True)
def post_stock_take(
    *, actor: Actor, operation_id: UUID, stock_take_id: str, version: int | None = None
) -> StockTake:
    """Move the stock of every counted line by counted − expected, whole or not at all.

    What was shipped, received or transferred after the count stays so. Raises CountsRefused (409) with a
    problem per line (`/lines/<position>/counted`) that would fall below 0 or whose stock was set by
    something else meanwhile, Invalid when nothing is counted, StepRefused, StockSynced, Conflict, NotFound.
    """
    take = _open(actor, stock_take_id, "post", version)
    if take.warehouse.kind != WarehouseKind.OWN:
        raise StockSynced(warehouse=take.warehouse.name)
    skus = take.lines.filter(counted__isnull=False).values_list("sku_id", flat=True)
    if not skus:
        raise Invalid(problems=[FieldProblem("/lines", "nothing_counted", _NOT_COUNTED)])
    rows = _stock_of(take, list(skus))
    # Under the locks: nothing moves these rows from here on.
    lines = list(lines_of_stock_take(take, state="counted"))
    _refuse_wrong(lines, rows)
    deltas = {rows[line.sku_id].pk: Delta(on_hand=line.difference) for line in lines if line.difference}
    if deltas:
        by_id = {row.pk: row for row in rows.values()}
        source = Source(STOCK_TAKE, take.pk, take.number)
        run(*moving(actor, operation_id, MovementKind.STOCK_TAKE, by_id, deltas, source))
    _enter(take, "post")
    more = sum((delta.on_hand for delta in deltas.values() if delta.on_hand > 0), Decimal(0))
    less = -sum((delta.on_hand for delta in deltas.values() if delta.on_hand < 0), Decimal(0))
    told = {"counted": len(lines), "different": len(deltas), "more": plain(more), "less": plain(less)}
    _told(actor, take, "posted", told)
    return take


@command(May.TAKE_STOCK, moves=True)
def cancel_stock_take(
    *, actor: Actor, operation_id: UUID, stock_take_id: str, version: int | None = None
) -> StockTake:
    """Give an open stock take up: nothing moves. Raises StepRefused (409), Conflict, NotFound."""
    take = _open(actor, stock_take_id, "cancel", version)
    _enter(take, "cancel")
    _told(actor, take, "cancelled", {})
    return take


def checked_counts(
    counts: Sequence[LineCount], base: str = "counts"
) -> tuple[dict[int, Sku], dict[int, list[FieldProblem]]]:
    """The SKU of every right count and the problems of every wrong one, for page, workbook and API."""
    precision = settings().quantity_precision

    def wrong(place: int, pointer: str) -> FieldProblem | None:
        text = counts[place].counted.strip()
        return count_problem(text, precision, f"{pointer}/counted") if text else None

    return named(counts, base, wrong)


def counted_lines(file: BinaryIO, name: str, *, locale: str) -> Table:
    """A filled workbook: what is wrong with its shape and what `checked_counts` finds, in one list."""
    table = read_table(file, name, COUNT_COLUMNS, limits=Limits(rows_max=IMPORT_ROWS_MAX), locale=locale)
    filled = [row for row in table.rows if row.values.get("counted") is not None]
    _found, problems = checked_counts(line_counts_of(table), "rows")
    return table.with_faults(
        [
            table.fault(
                filled[place],
                problem.pointer.rpartition("/")[2],
                problem.code,
                problem.message,
                **problem.facts,
            )
            for place, found in problems.items()
            for problem in found
        ]
    )


def line_counts_of(table: Table) -> list[LineCount]:
    """The filled rows of a workbook as counts: a row without a count leaves its line alone."""
    return [
        LineCount(str(row.values["counted"]), str(row.values["merchant_code"]))
        for row in table.rows
        if row.values.get("counted") is not None
    ]


def _chosen(goods: GoodsToCount) -> list[int]:
    rows = [LineCount("", code) for code in dict.fromkeys(goods.merchant_codes)]
    found, problems = named(rows, "goods/merchant_codes", lambda _place, _pointer: None)
    refuse(flat(problems))
    return [sku.pk for sku in sorted(found.values(), key=lambda sku: (sku.sort_key, sku.pk))]


def _open(actor: Actor, stock_take_id: str, step: str, version: int | None = None) -> StockTake:
    """The stock take, locked, when the step is possible."""
    rows = locked(stock_takes_visible_to(actor).filter(public_id=stock_take_id))
    take = current(rows, _("stock take"), version)
    STOCK_TAKE_FLOW.check(take.state, step)
    return take


def _lines_for(take: StockTake, skus: Sequence[int]) -> dict[int, StockTakeLine]:
    """The lines of these SKUs; those that nobody expected are added at the end."""
    known = {line.sku_id: line for line in take.lines.filter(sku__in=skus)}
    if missing := [sku for sku in skus if sku not in known]:
        last = take.lines.order_by("-position").values_list("position", flat=True).first() or 0
        added = [
            StockTakeLine(stock_take=take, position=position, sku_id=sku)
            for position, sku in enumerate(missing, start=last + 1)
        ]
        known |= {line.sku_id: line for line in StockTakeLine.objects.bulk_create(added)}
    return known


def _stock_of(take: StockTake, skus: Sequence[int]) -> dict[int, Stock]:
    """The stock rows of these SKUs, locked ascending; a SKU that never lay there gets an empty row."""
    Stock.objects.bulk_create(
        [Stock(warehouse_id=take.warehouse_id, sku_id=sku) for sku in sorted(skus)], ignore_conflicts=True
    )
    rows = locked(Stock.objects.filter(warehouse=take.warehouse_id, sku__in=skus))
    return {row.sku_id: row for row in rows}


def _refuse_wrong(lines: Sequence[StockTakeLine], rows: Mapping[int, Stock]) -> None:
    problems = []
    for line in lines:
        pointer = f"/lines/{line.position}/counted"
        on_hand, code = rows[line.sku_id].on_hand, line.sku.merchant_code
        if line.is_outdated:  # type: ignore[attr-defined]
            problems.append(FieldProblem(pointer, "count_outdated", _OUTDATED, {"sku": code}))
        elif line.difference is not None and on_hand + line.difference < 0:
            facts = {
                "sku": code,
                "expected": plain(line.expected or Decimal(0)),
                "counted": plain(line.counted or Decimal(0)),
                "now": plain(on_hand),
            }
            problems.append(FieldProblem(pointer, "count_below_zero", _BELOW, facts))
    if problems:
        raise CountsRefused(problems=problems, count=len(problems))


def _enter(take: StockTake, step: str) -> None:
    take.state = STOCK_TAKE_FLOW.target(take.state, step)
    take.ended_at = clock.now()
    store(take)


def _told(actor: Actor, take: StockTake, verb: str, after: Mapping[str, object]) -> None:
    record(actor, [Change(STOCK_TAKE, take.public_id, verb, {}, after)])
