"""A workbook of price rules: its columns, its check, what it would change (WK-13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from platform_core.imports.errors import ImportGone
from platform_core.imports.models import Import
from platform_core.imports.queries import to_store
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, NotFound
from platform_core.kernel.words import noop
from platform_core.workbooks.columns import Column, Kind
from platform_core.workbooks.errors import CellError
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import Row, Table, read_table
from tenant_apps.access import queries as access
from tenant_apps.strategies.models import PriceRule
from tenant_apps.strategies.queries.goods_table import PACK
from tenant_apps.strategies.queries.price_rules import filled, named, rules_for
from tenant_apps.strategies.rules import ROWS_MAX

IMPORT = "price_rules"
PREVIEW_ROWS = 50
COLUMNS = (
    Column("dealer", "Dealer code", "分销商编码", max_length=40, help=noop("Either a dealer or a level.")),
    Column("level", "Level", "等级", max_length=40, help=noop("The name of a dealer level.")),
    Column("sku", "Merchant code", "商家编码", max_length=60, help=noop("Blank: every SKU.")),
    Column("fixed", "Fixed price", "一口价", Kind.DECIMAL, help=noop("The price of one unit.")),
    PACK,
    Column(
        "rate",
        "Settlement rate",
        "结算率",
        Kind.DECIMAL,
        help=noop("Instead of a fixed price: 0.85 is 85 % of the strategy's price."),
    ),
    Column(
        "from_quantity",
        "From quantity",
        "起始数量",
        Kind.DECIMAL,
        places=3,
        help=noop("Counts when at least so many are ordered. Blank: always."),
    ),
    Column("valid_from", "First day", "开始日期", Kind.DATE, help=noop("Blank: since ever.")),
    Column("valid_until", "Last day", "结束日期", Kind.DATE, help=noop("Blank: without end.")),
)
NAMES = (Column("dealer_name", "Dealer", "分销商"), Column("sku_name", "Name", "名称"))
EXAMPLES = (
    {"level": "Gold", "rate": Decimal("0.85")},
    {"dealer": "D001", "sku": "WATER-550", "fixed": Decimal("1.2"), "from_quantity": Decimal(100)},
    {
        "level": "Gold",
        "sku": "TEA-500",
        "fixed": Decimal("31.2"),
        "pack": "case",
        "valid_from": date(2027, 1, 1),
    },
)
NOTES = (
    noop("A rule with the same dealer or level, SKU, quantity and first day is updated, others are added."),
    noop("Dealers buy at the new prices at once."),
)
_TWICE = noop("Row {row} has the same dealer or level, SKU, quantity and first day. Keep one of them.")


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One row of a clean workbook, and whether it is `added`, `updated` or `unchanged`."""

    rule: PriceRule
    outcome: str


@dataclass(frozen=True, slots=True)
class RulesPreview:
    """A checked workbook: either errors, or what storing it would change."""

    table: Table
    lines: tuple[RuleLine, ...] = ()

    def count(self, outcome: str) -> int:
        """How many rows have this outcome."""
        return sum(line.outcome == outcome for line in self.lines)


def rules_preview(actor: Actor, file: BinaryIO, name: str, *, locale: str) -> RulesPreview:
    """Read and check a workbook, and compare it with the stored rules; stores nothing."""
    table = read_table(file, name, (*COLUMNS, *NAMES), limits=Limits(rows_max=ROWS_MAX), locale=locale)
    rows = rows_of(table)
    known, settings = named(actor, rows), access.settings()
    held = {key_of(rule): rule for rule in rules_for(known)}
    faults, lines, seen = list[CellError](), list[RuleLine](), dict[tuple[Any, ...], int]()
    for row, values in zip(table.rows, rows, strict=True):
        rule = PriceRule()
        if problems := filled(rule, values, known, settings):
            faults += [_fault(table, row, problem) for problem in problems]
            continue
        key = key_of(rule)
        if key in seen:
            faults.append(table.fault(row, "from_quantity", "duplicate", _TWICE, row=seen[key]))
            continue
        seen[key] = row.number
        lines.append(RuleLine(rule, _outcome(rule, held.get(key))))
    table = table.with_faults(faults)
    return RulesPreview(table, tuple(lines) if table.is_clean else ())


def rules_file_for(actor: Actor, public_id: str, *, lock: bool = False) -> Import:
    """The workbook that the actor uploaded. Raises NotFound."""
    try:
        return to_store(actor, IMPORT, public_id, lock=lock)
    except ImportGone as error:
        raise NotFound(noun=_("import")) from error


def rows_of(table: Table) -> list[dict[str, Any]]:
    """The rows of a table as a command takes them."""
    return [{column.key: row.values.get(column.key) for column in COLUMNS} for row in table.rows]


def key_of(rule: PriceRule) -> tuple[Any, ...]:
    """What makes two rules the same one."""
    quantity = Decimal(rule.from_quantity)
    return rule.dealer_id, rule.level_id, rule.sku_id, quantity, rule.valid_from


def export_rows(rules: Iterable[PriceRule]) -> Iterator[Mapping[str, Any]]:
    """Price rules as rows that the import reads back, with names for people."""
    for rule in rules:
        yield {
            "dealer": rule.dealer.code if rule.dealer else "",
            "dealer_name": rule.dealer.name if rule.dealer else "",
            "level": rule.level.name if rule.level else "",
            "sku": rule.sku.merchant_code if rule.sku else "",
            "sku_name": rule.sku.product.name if rule.sku else "",
            "fixed": rule.fixed and rule.fixed.normalize(),
            "rate": rule.rate and rule.rate.normalize(),
            "from_quantity": rule.from_quantity.normalize(),
            "valid_from": rule.valid_from,
            "valid_until": rule.valid_until,
        }


def _outcome(rule: PriceRule, old: PriceRule | None) -> str:
    if old is None:
        return "added"
    same = (old.fixed, old.rate, old.valid_until) == (rule.fixed, rule.rate, rule.valid_until)
    return "unchanged" if same else "updated"


def _fault(table: Table, row: Row, problem: FieldProblem) -> CellError:
    key = problem.pointer.removeprefix("/")
    return table.fault(row, key, problem.code, problem.message, **problem.facts)
