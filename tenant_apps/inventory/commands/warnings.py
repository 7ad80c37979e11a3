"""Warning lines of stock rows, and telling once when a row falls to its line (W-010, EM-04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connections
from django.utils.translation import gettext as _

from platform_core.audit.record import Change, record
from platform_core.commands import command
from platform_core.db.editing import current, refuse
from platform_core.db.locks import locked
from platform_core.db.router import shard_alias
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.quantity import plain
from platform_core.kernel.words import noop
from platform_core.outbox import record as outbox
from tenant_apps.access.queries import settings
from tenant_apps.inventory.commands.named import named
from tenant_apps.inventory.events import StockLow
from tenant_apps.inventory.models import Stock
from tenant_apps.inventory.permissions import InventoryPermission as May
from tenant_apps.inventory.queries import stock_visible_to, warehouse_for
from tenant_apps.inventory.rules import count_problem

SWEPT_AT_ONCE = 500
_NEVER_THERE = noop("{code} never lay in this warehouse. Set its stock first.")
# Rows whose state is not what was told of them, in one ordered pass; busy rows come with the next sweep.
_TURN = """
    WITH turned AS (
      SELECT s.id, x.line, x.line > 0 AND s.on_hand - s.reserved <= x.line AS is_low
      FROM inventory_stock s
      CROSS JOIN LATERAL (SELECT coalesce(s.warning_line,
        (SELECT stock_warning FROM access_suppliersettings), 0) AS line) x
      WHERE (x.line > 0 AND s.on_hand - s.reserved <= x.line) <> s.is_told
      ORDER BY s.id LIMIT %s FOR NO KEY UPDATE OF s SKIP LOCKED)
    UPDATE inventory_stock s SET is_told = t.is_low
    FROM turned t, catalog_sku k, logistics_warehouse w
    WHERE s.id = t.id AND k.id = s.sku_id AND w.id = s.warehouse_id
    RETURNING t.is_low, k.public_id, k.merchant_code, w.public_id, greatest(s.on_hand - s.reserved, 0), t.line
"""


@dataclass(frozen=True, slots=True)
class WarningLine:
    """The own line of a SKU in a warehouse: a decimal string; None or blank for the supplier's."""

    warning_line: str | None
    merchant_code: str = ""
    external_id: str = ""


@command(May.MANAGE)
def set_warning_line(*, actor: Actor, stock_id: int, warning_line: str) -> Stock:
    """Set one stock row's own line, blank for the supplier's, 0 for no warning.

    Raises Invalid at `/warning_line`, NotFound.
    """
    refuse(_problems(warning_line, "/warning_line"))
    row = current(locked(stock_visible_to(actor).filter(pk=stock_id)), _("stock"))
    _set(actor, {row.pk: row}, {row.pk: warning_line})
    return row


@command(May.MANAGE)
def set_warning_lines(*, actor: Actor, warehouse: str, items: Sequence[WarningLine]) -> list[dict[str, Any]]:
    """Set the lines of many SKUs in a warehouse; right rows are stored, wrong ones named: a result each.

    Raises NotFound for the warehouse.
    """
    place = warehouse_for(actor, warehouse)
    precision = settings().quantity_precision

    def wrong(row: int, pointer: str) -> FieldProblem | None:
        text = (items[row].warning_line or "").strip()
        return count_problem(text, precision, f"{pointer}/warning_line") if text else None

    found, problems = named(items, "rows", wrong)
    skus = [sku.pk for sku in found.values()]
    rows = {row.sku_id: row for row in locked(Stock.objects.filter(warehouse=place, sku__in=skus))}
    wanted: dict[int, str] = {}
    for row, sku in found.items():
        if sku.pk in rows:
            wanted[rows[sku.pk].pk] = items[row].warning_line or ""
        else:
            facts = {"code": sku.merchant_code}
            missing = FieldProblem(f"/rows/{row}/merchant_code", "no_stock", _NEVER_THERE, facts)
            problems[row] = [missing]
    _set(actor, {row.pk: row for row in rows.values()}, wanted)
    return [
        {"index": row, "status": 422, "errors": [_told(problem) for problem in problems[row]]}
        if row in problems
        else {"index": row, "status": 200, "warning_line": items[row].warning_line or None}
        for row in range(len(items))
    ]


@command(May.MANAGE)
def tell_low_stock(*, actor: Actor) -> int:
    """Tell of rows that fell to their line since the last sweep, and forget those that rose; how many.

    At most SWEPT_AT_ONCE rows: ask again until it is 0. Reserving knows nothing of it: the busiest
    statement of the house would have to compare and write for what may wait half an hour.
    """
    with connections[shard_alias()].cursor() as cursor:
        cursor.execute(_TURN, [SWEPT_AT_ONCE])
        turned = cursor.fetchall()
    events = [
        StockLow(sku, code, place, plain(free), plain(line))
        for is_low, sku, code, place, free, line in turned
        if is_low
    ]
    if events:
        outbox.record(*events)
    return len(turned)


def _problems(text: str, pointer: str) -> list[FieldProblem]:
    problem = count_problem(text.strip(), settings().quantity_precision, pointer) if text.strip() else None
    return [problem] if problem else []


def _set(actor: Actor, rows: dict[int, Stock], wanted: dict[int, str]) -> None:
    """Write the lines that differ, in one statement."""
    changes = []
    for pk, text in wanted.items():
        line = Decimal(text.strip()) if text.strip() else None
        row = rows[pk]
        if row.warning_line != line:
            before, row.warning_line = row.warning_line, line
            changes.append((row, before))
    if not changes:
        return
    with connections[shard_alias()].cursor() as cursor:
        cursor.execute(
            "UPDATE inventory_stock s SET warning_line = d.line, updated_at = GREATEST(s.updated_at, %s)"
            " FROM unnest(%s::bigint[], %s::numeric[]) AS d (id, line) WHERE s.id = d.id",
            [
                clock.now(),
                [row.pk for row, _before in changes],
                [row.warning_line for row, _before in changes],
            ],
        )
    record(
        actor,
        [
            Change("stock", str(row.pk), "warning_line", {"line": before}, {"line": row.warning_line})
            for row, before in changes
        ],
    )


def _told(problem: FieldProblem) -> dict[str, str]:
    return {"pointer": problem.pointer, "code": problem.code, "message": str(problem)}
