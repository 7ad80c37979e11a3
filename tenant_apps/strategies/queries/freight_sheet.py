"""A freight table as a workbook: its columns, its check, and the way back out.

Sources: W-050, W-052, W-054, G-33.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from platform_core.kernel.regions import WILDCARDS, level
from platform_core.kernel.words import Sentence, noop
from platform_core.workbooks.columns import NO_HELP, Column, Kind
from platform_core.workbooks.errors import CellError
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import Row, Table, read_table
from tenant_apps.logistics.models import Carrier
from tenant_apps.strategies.freight import Area, FreightRate, Tier
from tenant_apps.strategies.freight_checks import TableError, table_errors
from tenant_apps.strategies.queries.freight_tables import TableLine
from tenant_apps.strategies.rules import ROWS_MAX

RANGES = 5
EVERYWHERE = "无"
_MAX = Decimal(1_000_000)
_FEE_PLACES = 6
_LEVEL = noop("Blank or 无 stands for every place of this level.")


def _number(
    key: str, en: str, zh: str, *, places: int = 3, required: bool = True, rule: Sentence = NO_HELP
) -> Column:
    """A column of weights (to the gram) or fees: a number that is not negative."""
    return Column(
        key, en, zh, Kind.DECIMAL, required, places=places, minimum=Decimal(0), maximum=_MAX, help=rule
    )


def _range_columns(number: int) -> tuple[Column, ...]:
    needed = number == 1
    end = noop("Where the range ends; 0 has no upper limit. The last range must have 0.")
    return (
        _number(
            f"range_{number}", f"Range {number} up to kg", f"重量区间{number}", required=needed, rule=end
        ),
        _number(f"unit_{number}", f"Unit {number} kg", f"续重单位{number}", required=needed),
        _number(f"fee_{number}", f"Fee {number}", f"单位资费{number}", places=_FEE_PLACES, required=needed),
    )


COLUMNS: tuple[Column, ...] = (
    Column(
        "country",
        "Country",
        "国家",
        max_length=2,
        help=noop("Two letters; blank is your country, * is every."),
    ),
    Column("region1", "Province", "省", max_length=60, help=_LEVEL),
    Column("region2", "City", "市", max_length=60, help=_LEVEL),
    Column("region3", "District", "区", max_length=60, help=_LEVEL, aliases=("区县",)),
    Column("postcode_prefix", "Postcode begins with", "邮编前缀", max_length=12),
    Column("carrier", "Carrier code", "物流公司编码", max_length=40, help=noop("Blank: every carrier.")),
    _number("first_kg", "First weight kg", "首重"),
    _number("first_fee", "First fee", "首重资费", places=_FEE_PLACES),
    *(column for number in range(1, RANGES + 1) for column in _range_columns(number)),
)
_EXAMPLE = {"carrier": "DEFAULT", "first_kg": Decimal(1), "first_fee": Decimal(6)}
EXAMPLES: tuple[Mapping[str, Any], ...] = (
    {
        **_EXAMPLE,
        "region1": "浙江省",
        "range_1": Decimal(5),
        "unit_1": Decimal(1),
        "fee_1": Decimal(1),
        "range_2": Decimal(0),
        "unit_2": Decimal(1),
        "fee_2": Decimal("0.8"),
    },
    {
        **_EXAMPLE,
        "region1": "北京",
        "region2": "北京市",
        "region3": "朝阳区",
        "range_1": Decimal(0),
        "unit_1": Decimal(1),
        "fee_1": Decimal("1.5"),
    },
)
NOTES = (
    noop("Chinese places as on Taobao: 浙江省/杭州市/西湖区, but 北京/北京市/朝阳区."),
    noop("The file replaces the whole freight table of the warehouse."),
)
_UNKNOWN_CARRIER = noop("There is no carrier {code}. Add it under Carriers first.")
_HALF_RANGE = noop("Range {range} needs its end, its unit and its fee.")
_SKIPPED_RANGE = noop("Range {range} follows an empty one. Move it forward.")


@dataclass(frozen=True, slots=True)
class FreightPreview:
    """A checked freight table: either errors in `table`, or the lines that would be stored."""

    table: Table
    lines: tuple[TableLine, ...] = ()


def freight_preview(file: BinaryIO, name: str, *, country: str, locale: str) -> FreightPreview:
    """Read and check a workbook; `country` fills blank countries. Stores nothing."""
    table = read_table(file, name, COLUMNS, limits=Limits(rows_max=ROWS_MAX), locale=locale)
    carriers = {code.casefold(): pk for code, pk in Carrier.objects.values_list("code", "id")}
    faults: list[CellError] = []
    lines: list[TableLine] = []
    rows: list[Row] = []
    for position, row in enumerate(table.rows):
        found = _row_faults(table, row, carriers)
        faults += found
        if not found:
            rows.append(row)
            lines.append(_line(position, row.values, carriers, country))
    faults += [_placed(table, rows, one) for one in table_errors([(line, line.rate) for line in lines])]
    table = table.with_faults(faults)
    return FreightPreview(table, tuple(lines) if table.is_clean else ())


def sheet_rows(lines: Iterable[TableLine]) -> Iterator[dict[str, Any]]:
    """A stored table as rows that the import reads back."""
    codes: dict[int, str] = dict(Carrier.objects.values_list("id", "code"))
    for line in lines:
        area, rate = line.area, line.rate
        yield {
            "country": area.country or "*",
            "region1": area.region1 or EVERYWHERE,
            "region2": area.region2 or EVERYWHERE,
            "region3": area.region3 or EVERYWHERE,
            "postcode_prefix": area.postcode_prefix,
            "carrier": "" if line.carrier is None else codes[line.carrier],
            "first_kg": rate.first_kg.normalize(),
            "first_fee": rate.first_fee.normalize(),
            **_range_cells(rate.tiers),
        }


def _range_cells(tiers: Iterable[Tier]) -> dict[str, Decimal]:
    cells: dict[str, Decimal] = {}
    for number, tier in enumerate(tiers, 1):
        cells[f"range_{number}"] = Decimal(0) if tier.up_to_kg is None else tier.up_to_kg.normalize()
        cells[f"unit_{number}"] = tier.unit_kg.normalize()
        cells[f"fee_{number}"] = tier.fee.normalize()
    return cells


def _row_faults(table: Table, row: Row, carriers: Mapping[str, int]) -> list[CellError]:
    faults = []
    code = str(row.values.get("carrier") or "")
    if code and code.casefold() not in carriers:
        faults.append(table.fault(row, "carrier", "carrier_unknown", _UNKNOWN_CARRIER, code=code))
    before_is_empty = False
    for number in range(1, RANGES + 1):
        cells = [row.values.get(f"{name}_{number}") for name in ("range", "unit", "fee")]
        empty = all(cell is None for cell in cells)
        if not empty and None in cells:
            faults.append(table.fault(row, f"range_{number}", "range_incomplete", _HALF_RANGE, range=number))
        if not empty and before_is_empty:
            faults.append(table.fault(row, f"range_{number}", "range_skipped", _SKIPPED_RANGE, range=number))
        before_is_empty = empty
    return faults


def _line(position: int, values: Mapping[str, Any], carriers: Mapping[str, int], country: str) -> TableLine:
    code = str(values.get("carrier") or "")
    written = str(values.get("country") or country).upper()
    area = Area(
        "" if written in WILDCARDS else written,
        *(_place(values.get(name)) for name in ("region1", "region2", "region3", "postcode_prefix")),
    )
    tiers = []
    for number in range(1, RANGES + 1):
        up_to = values.get(f"range_{number}")
        if up_to is not None:
            tiers.append(Tier(up_to or None, values[f"unit_{number}"], values[f"fee_{number}"]))
    rate = FreightRate(values["first_kg"], values["first_fee"], tuple(tiers))
    return TableLine(position, carriers[code.casefold()] if code else None, area, rate)


def _place(value: object) -> str:
    """A level of an area as it is stored: blank when it stands for every place."""
    text = str(value or "").strip()
    return text if level(text) else ""


_CELL_OF = {
    "first_weight_negative": "first_kg",
    "first_fee_negative": "first_fee",
    "open_range_missing": "range_1",
    "unit_not_positive": "unit",
    "fee_negative": "fee",
    "duplicate_area": "carrier",
    "municipality_city_wrong": "region2",
    "city_not_full_name": "region2",
    "city_elsewhere": "region2",
    "city_unknown": "region2",
    "district_not_full_name": "region3",
    "district_elsewhere": "region3",
    "district_unknown": "region3",
}


def _placed(table: Table, rows: list[Row], error: TableError) -> CellError:
    """A fault of the table at its cell; rows are named as Excel names them."""
    assert error.row is not None
    if error.tier is None:
        key = _CELL_OF.get(error.code, "region1")
    else:
        key = f"{_CELL_OF.get(error.code, 'range')}_{error.tier + 1}"
    facts = {**error.facts}
    if error.code == "duplicate_area":
        facts = {"first": rows[facts["first"] - 1].number, "second": rows[facts["second"] - 1].number}
    return table.fault(rows[error.row], key, error.code, error.message, **facts)
