"""A workbook of settlement prices: its columns, its check against the archive, what it would change.

Sources: W-070, W-071, G-42.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from django.db.models import QuerySet

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.words import noop
from platform_core.workbooks.columns import Column, Kind
from platform_core.workbooks.errors import CellError
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import Row, Table, read_table
from tenant_apps.strategies.models import GoodsStrategy, StrategyItem
from tenant_apps.strategies.packs import PACK_NAME_MAX
from tenant_apps.strategies.queries.goods_strategies import sku_ids_by_code
from tenant_apps.strategies.queries.per_pack import in_base_units
from tenant_apps.strategies.rules import PRICE_MAX, ROWS_MAX, ItemChange

PREVIEW_ROWS = 50
# Of an export: for people, and not read.
NAMES = (
    Column("name", "Name", "名称"),
    Column("spec", "Specification", "规格"),
    Column("unit", "Unit", "单位", max_length=20),
)
EXAMPLES = (
    {"merchant_code": "WATER-550", "settlement_price": Decimal("1.35"), "enabled": True},
    {"merchant_code": "TEA-500", "settlement_price": Decimal("33.6"), "pack": "case", "enabled": None},
)
NOTES = (
    noop("SKUs that the strategy has already are updated, missing ones are added; no SKU is removed."),
    noop("Every dealer of the strategy buys at the new prices at once."),
)
PACK = Column(
    "pack",
    "Price is for",
    "价格对应的单位或包装",
    max_length=PACK_NAME_MAX,
    help=noop("A pack of the SKU, such as case, when the price is for a whole one. Blank: one unit."),
)
_MISSING_PRICE = noop("{code} is new in this strategy and needs a price.")
_UNKNOWN_CODE = noop("There is no SKU {code} in the goods archive. Add it there first.")


@dataclass(frozen=True, slots=True)
class RowChange:
    """What one row of the workbook changes; `before` is None for a SKU that is added."""

    code: str
    before: tuple[Decimal, bool] | None
    after: tuple[Decimal, bool]


@dataclass(frozen=True, slots=True)
class GoodsPreview:
    """A checked workbook against a strategy: either errors, or what storing it would change."""

    table: Table
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    changes: tuple[RowChange, ...] = ()


def goods_columns(places: int) -> tuple[Column, ...]:
    """Columns of the workbook; prices with the supplier's decimals."""
    return (
        Column("merchant_code", "Merchant code", "商家编码", required=True, unique=True, max_length=60),
        Column(
            "settlement_price",
            "Settlement price",
            "结算价",
            Kind.DECIMAL,
            places=places,
            minimum=Decimal(0),
            maximum=PRICE_MAX,
            help=noop("What dealers pay for one unit. Blank: the price stays."),
        ),
        PACK,
        Column(
            "enabled", "Enabled", "启用", Kind.BOOLEAN, help=noop("Blank: the state stays; new SKUs are on.")
        ),
    )


def goods_preview(
    strategy: GoodsStrategy, file: BinaryIO, name: str, *, places: int, locale: str
) -> GoodsPreview:
    """Read and check a workbook, and compare it with the strategy; stores nothing."""
    limits = Limits(rows_max=ROWS_MAX)
    table = read_table(file, name, (*goods_columns(places), *NAMES), limits=limits, locale=locale)
    codes = [str(row.values["merchant_code"]) for row in table.rows]
    known = sku_ids_by_code(codes)
    held = stored_items(strategy, list(known.values()))
    faults = []
    for row, code in zip(table.rows, codes, strict=True):
        if code not in known:
            faults.append(table.fault(row, "merchant_code", "sku_unknown", _UNKNOWN_CODE, code=code))
        elif known[code] not in held and row.values.get("settlement_price") is None:
            faults.append(table.fault(row, "settlement_price", "price_missing", _MISSING_PRICE, code=code))
    items, of_packs = in_base_units(changes_of(table), known, places)
    faults += [
        pack_fault(table, table.rows[place], "settlement_price", one) for place, one in of_packs.items()
    ]
    table = table.with_faults(faults)
    if not table.is_clean:
        return GoodsPreview(table)
    changes = [_compared(change, held.get(known[change.code])) for change in items]
    return GoodsPreview(
        table,
        added=sum(one.before is None for one in changes),
        updated=sum(one.before is not None and one.before != one.after for one in changes),
        unchanged=sum(one.before == one.after for one in changes),
        changes=tuple([one for one in changes if one.before != one.after][:PREVIEW_ROWS]),
    )


def pack_fault(table: Table, row: Row, column: str, problem: FieldProblem) -> CellError:
    """What is wrong with a pack or its price, at its cell; `column` is that of the price."""
    key = "pack" if problem.pointer == "/pack" else column
    return table.fault(row, key, problem.code, problem.message, **problem.facts)


def changes_of(table: Table) -> list[ItemChange]:
    """The rows of a clean table as changes."""
    return [
        ItemChange(
            str(row.values["merchant_code"]),
            _decimal(row.values.get("settlement_price")),
            _flag(row.values.get("enabled")),
            str(row.values.get("pack") or ""),
        )
        for row in table.rows
    ]


def stored_items(strategy: GoodsStrategy, sku_ids: Sequence[int]) -> dict[int, tuple[Decimal, bool]]:
    """Price and state of these SKUs in the strategy, by SKU id, in one statement."""
    rows = StrategyItem.objects.filter(strategy=strategy, sku_id__in=sku_ids)
    return {
        sku: (price, enabled)
        for sku, price, enabled in rows.values_list("sku", "settlement_price", "enabled")
    }


def export_rows(items: QuerySet[StrategyItem]) -> Iterator[dict[str, Any]]:
    """SKUs of a strategy as rows that the import reads back, with names for people."""
    columns = ("sku__merchant_code", "sku__product__name", "sku__spec", "sku__unit")
    for code, name, spec, unit, price, enabled in items.values_list(*columns, "settlement_price", "enabled"):
        yield {
            "merchant_code": code,
            "name": name,
            "spec": spec,
            "unit": unit,
            "settlement_price": price.normalize(),
            "pack": "",
            "enabled": enabled,
        }


def _compared(change: ItemChange, held: tuple[Decimal, bool] | None) -> RowChange:
    price, enabled = held or (Decimal(0), True)
    after = (
        price if change.price is None else change.price,
        enabled if change.enabled is None else change.enabled,
    )
    return RowChange(change.code, held, after)


def _decimal(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
