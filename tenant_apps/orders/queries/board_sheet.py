"""A workbook of a supply board's shares: its columns, its check, what it would change (TA-02)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from platform_core.imports.errors import ImportGone
from platform_core.imports.models import Import
from platform_core.imports.queries import to_store
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from platform_core.kernel.words import noop
from platform_core.workbooks.columns import Column, Kind
from platform_core.workbooks.errors import CellError
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import Row, Table, read_table
from tenant_apps.orders.models import SupplyBoard
from tenant_apps.orders.queries.board_rows import BoardChange, Judged, judged
from tenant_apps.orders.queries.boards import shares_of

IMPORT = "supply_shares"
ROWS_MAX = 20_000
COLUMNS = (
    Column("sku", "Merchant code", "商家编码", required=True, max_length=60),
    Column("dealer", "Dealer code", "分销商编码", required=True, max_length=40),
    Column("share", "Share", "份额", Kind.DECIMAL, required=True, places=3, minimum=Decimal(0)),
    Column(
        "total",
        "Supply",
        "货源总量",
        Kind.DECIMAL,
        places=3,
        minimum=Decimal(0),
        help=noop("What there is of the SKU in all; one row of the SKU is enough. Blank: it stays."),
    ),
)
NAMES = (Column("name", "Name", "名称"), Column("dealer_name", "Dealer", "分销商"))
EXAMPLES: tuple[Mapping[str, Any], ...] = (
    {"sku": "WATER-550", "dealer": "D001", "share": Decimal(60), "total": Decimal(100)},
    {"sku": "WATER-550", "dealer": "D002", "share": Decimal(40)},
)
NOTES = (
    noop(
        "Shares that the file does not name stay. A SKU that is new on the board has the sum of its shares."
    ),
)
_TWICE = noop("This dealer’s share of {code} stands in row {row} already. Keep one of them.")
_TOTALS = noop("Row {row} says another supply of {code}. Keep one of them.")


@dataclass(frozen=True, slots=True)
class SharesPreview:
    """A checked workbook: either errors in `table`, or the change that storing it would be."""

    table: Table
    change: BoardChange
    judged: Judged | None = None


def preview_of(board: SupplyBoard, file: BinaryIO, name: str, *, locale: str) -> SharesPreview:
    """Read and check a workbook against a board; stores nothing."""
    table = read_table(file, name, (*COLUMNS, *NAMES), limits=Limits(rows_max=ROWS_MAX), locale=locale)
    change, rows, faults = _change_of(board, table)
    found = judged(board, change) if change.codes and not faults else None
    for problem in found.problems if found else ():
        row, key = rows.get(problem.pointer, (table.rows[0], "sku"))
        faults.append(table.fault(row, key, problem.code, problem.message, **problem.facts))
    table = table.with_faults(faults)
    return SharesPreview(table, change, found if table.is_clean else None)


def _change_of(
    board: SupplyBoard, table: Table
) -> tuple[BoardChange, dict[str, tuple[Row, str]], list[CellError]]:
    """The rows as one change, where each of its pointers stands in the file, and what contradicts itself."""
    shares: dict[str, dict[str, Decimal]] = {}
    totals: dict[str, Decimal | None] = {}
    places: dict[str, dict[str, str]] = {}
    rows: dict[str, tuple[Row, str]] = {}
    faults: list[CellError] = []
    for row in table.rows:
        values: Mapping[str, Any] = row.values
        code, dealer, total = values["sku"], values["dealer"], values.get("total")
        here = places.setdefault(code, {"": f"/rows/{row.number}/sku"})
        rows.setdefault(here[""], (row, "sku"))
        if dealer in here:
            first = rows[here[dealer]][0].number
            faults.append(table.fault(row, "dealer", "duplicate", _TWICE, code=code, row=first))
        here[dealer] = f"/rows/{row.number}/dealer"
        rows[here[dealer]] = row, "dealer"
        shares.setdefault(code, {})[dealer] = values["share"]
        if total is not None and totals.setdefault(code, total) != total:
            first = rows[here[""]][0].number
            faults.append(table.fault(row, "total", "duplicate", _TOTALS, code=code, row=first))
    known = set(board.items.values_list("sku__merchant_code", flat=True))
    for code, parts in shares.items():
        if code not in known and code not in totals:
            totals[code] = sum(parts.values(), Decimal(0))
    return BoardChange(totals, shares, places=places), rows, faults


def export_rows(board: SupplyBoard) -> Iterator[Mapping[str, Any]]:
    """Every share as a row that the import reads back, with names for people."""
    for share in shares_of(board).select_related("item__sku__product"):
        yield {
            "sku": share.item.sku.merchant_code,
            "name": share.item.sku.product.name,
            "dealer": share.dealer.code,
            "dealer_name": share.dealer.name,
            "share": share.quantity.normalize(),
            "total": share.item.total.normalize(),
        }


def file_for(actor: Actor, board: SupplyBoard, public_id: str, *, lock: bool = False) -> Import:
    """The workbook that the actor uploaded for a board and that is not stored yet. Raises NotFound."""
    try:
        return to_store(actor, IMPORT, public_id, board.public_id, lock=lock)
    except ImportGone as error:
        raise NotFound(noun=_("import")) from error
