"""What may stand in a freight table: ranges that follow each other, areas once, Chinese places spelled right.

Pure. Sources: W-052, W-054, G-33. Every path that stores a table (import, page, API) asks here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from platform_core.kernel.quantity import plain
from platform_core.kernel.regions import CHINA, listed_region_error
from platform_core.kernel.words import Sentence, noop
from tenant_apps.strategies.freight import FreightRate, TableRow, Tier


@dataclass(frozen=True, slots=True)
class TableError:
    """One fault of a freight table. `row` is the index in the table, `tier` the range's, both from 0."""

    code: str
    message: Sentence
    facts: Mapping[str, Any] = field(default_factory=dict)
    row: int | None = None
    tier: int | None = None

    def __str__(self) -> str:
        return self.message.with_facts(self.facts)


_RATE_SENTENCES = {
    "first_weight_negative": noop("The first weight may not be negative."),
    "first_fee_negative": noop("The fee of the first weight may not be negative."),
    "unit_not_positive": noop("Range {range}: the unit must be more than 0 kg."),
    "fee_negative": noop("Range {range}: the fee may not be negative."),
    "open_range_missing": noop(
        "The last range must have no upper limit (0), else heavy orders have no freight."
    ),
    "open_range_not_last": noop("Range {range} has no upper limit, so no range may follow it."),
    "range_not_ascending": noop(
        "Range {range} ends at {up_to_kg} kg, but starts at {from_kg} kg: ranges must rise."
    ),
    "range_overlaps_first_weight": noop(
        "Range {range} ends at {up_to_kg} kg, within the first {from_kg} kg."
    ),
}


def table_errors(rows: Sequence[tuple[TableRow, FreightRate]]) -> list[TableError]:
    """Everything wrong with a whole table, in its order: rates, spelling, and areas that come twice.

    The spelling binds lines whose country is `CN`: an import without a country column sets the supplier's.
    """
    errors: list[TableError] = []
    seen: dict[tuple[Any, ...], int] = {}
    for index, (row, rate) in enumerate(rows):
        errors += [_at(error, index) for error in rate_errors(rate)]
        area = row.area
        if area.country.strip().upper() == CHINA:
            wrong = listed_region_error(area.region1, area.region2, area.region3)
            errors += [TableError(wrong.code, wrong.message, wrong.facts, index)] if wrong else []
        first = seen.setdefault((*area.key, row.carrier), index)
        if first != index:
            facts = {"first": first + 1, "second": index + 1}
            message = noop("Lines {first} and {second} hold for the same area and carrier. Keep one of them.")
            errors.append(TableError("duplicate_area", message, facts, row=index))
    return errors


def _at(error: TableError, row: int) -> TableError:
    return TableError(error.code, error.message, error.facts, row, error.tier)


def rate_errors(rate: FreightRate) -> list[TableError]:
    """Named faults of one line: signs, units, and ranges that overlap, fall or end."""
    errors = []
    if rate.first_kg < 0:
        errors.append(_rate_error("first_weight_negative"))
    if rate.first_fee < 0:
        errors.append(_rate_error("first_fee_negative"))
    if not rate.tiers or rate.tiers[-1].up_to_kg is not None:
        errors.append(_rate_error("open_range_missing"))
    return [*errors, *_tier_errors(rate.first_kg, rate.tiers)]


def _tier_errors(first_kg: Decimal, tiers: Sequence[Tier]) -> Iterable[TableError]:
    start = first_kg
    for index, tier in enumerate(tiers):
        if tier.unit_kg <= 0:
            yield _rate_error("unit_not_positive", index)
        if tier.fee < 0:
            yield _rate_error("fee_negative", index)
        if tier.up_to_kg is None:
            if index < len(tiers) - 1:
                yield _rate_error("open_range_not_last", index)
            continue
        if tier.up_to_kg <= start:
            code = "range_overlaps_first_weight" if tier.up_to_kg <= first_kg else "range_not_ascending"
            yield _rate_error(code, index, up_to_kg=plain(tier.up_to_kg), from_kg=plain(start))
        start = max(start, tier.up_to_kg)


def _rate_error(code: str, tier: int | None = None, **facts: str) -> TableError:
    named = facts if tier is None else {"range": tier + 1, **facts}
    return TableError(code, _RATE_SENTENCES[code], named, tier=tier)
