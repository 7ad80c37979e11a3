"""What a person or an ERP may ask of stock: adjust one, import many, set many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO
from uuid import UUID

from platform_core.audit.record import Change, record
from platform_core.commands import command
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.quantity import floor_to, plain
from platform_core.kernel.words import noop
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import Table, read_table
from tenant_apps.access.queries import settings
from tenant_apps.inventory.commands.named import named
from tenant_apps.inventory.errors import StockSynced
from tenant_apps.inventory.models import Stock
from tenant_apps.inventory.operations import put
from tenant_apps.inventory.permissions import InventoryPermission as May
from tenant_apps.inventory.queries import goods_for, warehouse_for
from tenant_apps.inventory.rules import IMPORT_COLUMNS, IMPORT_ROWS_MAX, count_problem
from tenant_apps.inventory.states import MovementKind
from tenant_apps.logistics.models import Warehouse, WarehouseKind

REASON_LENGTH = 200
_ALL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Counted:
    """So much lies there: `on_hand` is a decimal string, the SKU its merchant code or external id."""

    on_hand: str
    merchant_code: str = ""
    external_id: str = ""


@command(May.MANAGE, moves=True)
def adjust_stock(
    *, actor: Actor, operation_id: UUID, warehouse: str, sku: str, on_hand: str, reason: str
) -> Stock:
    """Set what lies of one SKU in an own warehouse, with the reason; ids are public (W-032).

    Raises Invalid at `on_hand` or `reason`, StockSynced (409) for an ERP's warehouse, NotFound.
    """
    place, goods = own_warehouse(actor, warehouse), goods_for(sku)
    problems = [count_problem(on_hand, settings().quantity_precision)]
    if not reason.strip():
        problems.append(FieldProblem("/reason", "required", noop("Say why the stock changes.")))
    elif len(reason) > REASON_LENGTH:
        problems.append(FieldProblem("/reason", "too_long", noop("At most 200 characters.")))
    if found := [problem for problem in problems if problem is not None]:
        raise Invalid(problems=found)
    before = Stock.objects.filter(warehouse=place, sku=goods).values_list("on_hand", flat=True).first()
    put(
        actor=actor,
        operation_id=operation_id,
        warehouse_id=place.pk,
        counts={goods.pk: Decimal(on_hand)},
        kind=MovementKind.ADJUST,
        note=reason.strip(),
    )
    after = {"on_hand": plain(Decimal(on_hand)), "warehouse": place.code, "reason": reason.strip()}
    was = {"on_hand": plain(before or Decimal(0)), "warehouse": place.code}
    record(actor, [Change("stock", goods.public_id, "adjust", was, after)])
    return Stock.objects.get(warehouse=place, sku=goods)


@command(May.MANAGE, moves=True)
def import_stock(*, actor: Actor, operation_id: UUID, warehouse: str, rows: Sequence[Counted]) -> int:
    """Set the stock of an own warehouse from a workbook, whole or not at all; how many SKUs changed (W-181).

    Raises Invalid with a pointer per wrong row (`/rows/3/on_hand`), StockSynced, NotFound.
    """
    place = own_warehouse(actor, warehouse)
    counts, problems = checked(rows)
    if problems:
        raise Invalid(problems=[problem for found in problems.values() for problem in found])
    changed = put(
        actor=actor,
        operation_id=operation_id,
        warehouse_id=place.pk,
        counts=dict(counts.values()),
        kind=MovementKind.IMPORT,
    )
    summary = {"rows": len(rows), "changed": changed}
    record(actor, [Change("warehouse", place.public_id, "stock_imported", {}, summary)])
    return changed


@command(May.MANAGE, moves=True)
def set_stock(
    *, actor: Actor, operation_id: UUID, warehouse: str, items: Sequence[Counted]
) -> list[dict[str, Any]]:
    """Set what another system counted; right rows are stored, wrong ones named: a result per row.

    For an ERP's warehouse on hand becomes floor(count × the supplier's sync percent), at the
    quantity precision (decisions.md §2 row 5, G-11). Raises NotFound for the warehouse.
    """
    place = warehouse_for(actor, warehouse)
    counts, problems = checked(items)
    is_erp = place.kind == WarehouseKind.ERP
    if is_erp:
        own = settings()
        share = Decimal(own.stock_sync_percent) / _ALL
        counts = {
            row: (sku, floor_to(count * share, own.quantity_precision))
            for row, (sku, count) in counts.items()
        }
    put(
        actor=actor,
        operation_id=operation_id,
        warehouse_id=place.pk,
        counts=dict(counts.values()),
        kind=MovementKind.SYNC if is_erp else MovementKind.API,
    )
    return [
        {"index": row, "status": 200, "on_hand": plain(counts[row][1])}
        if row in counts
        else {"index": row, "status": 422, "errors": [_told(problem) for problem in problems[row]]}
        for row in range(len(items))
    ]


def checked(
    rows: Sequence[Counted],
) -> tuple[dict[int, tuple[int, Decimal]], dict[int, list[FieldProblem]]]:
    """SKU id and count of every right row, and the problems of every wrong one, by the row's place.

    The one validator of counted stock, for page, import and API. Three statements.
    """
    precision = settings().quantity_precision
    found, problems = named(
        rows,
        "rows",
        lambda place, pointer: count_problem(rows[place].on_hand, precision, f"{pointer}/on_hand"),
    )
    return {place: (sku.pk, Decimal(rows[place].on_hand)) for place, sku in found.items()}, problems


def counted(file: BinaryIO, name: str, *, locale: str) -> Table:
    """A workbook of counted stock: what is wrong with its shape and what `checked` finds, in one list."""
    limits = Limits(rows_max=IMPORT_ROWS_MAX)
    table = read_table(file, name, IMPORT_COLUMNS, limits=limits, locale=locale)
    _counts, problems = checked(counts_of(table))
    return table.with_faults(
        [
            table.fault(
                table.rows[place],
                problem.pointer.rpartition("/")[2],
                problem.code,
                problem.message,
                **problem.facts,
            )
            for place, found in problems.items()
            for problem in found
        ]
    )


def counts_of(table: Table) -> list[Counted]:
    """The rows of a workbook as counts."""
    return [Counted(str(row.values["on_hand"]), str(row.values["merchant_code"])) for row in table.rows]


def own_warehouse(actor: Actor, public_id: str) -> Warehouse:
    """A visible warehouse whose stock is kept by hand. Raises NotFound, StockSynced (409)."""
    place = warehouse_for(actor, public_id)
    if place.kind != WarehouseKind.OWN:
        raise StockSynced(warehouse=place.name)
    return place


def _told(problem: FieldProblem) -> dict[str, str]:
    return {"pointer": problem.pointer, "code": problem.code, "message": str(problem)}
