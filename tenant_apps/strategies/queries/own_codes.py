"""How a dealer itself calls its goods (K-06): what is kept, what a change would do, the workbook of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from platform_core.imports.errors import ImportGone
from platform_core.imports.models import Import
from platform_core.imports.queries import to_store
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, NotFound
from platform_core.kernel.words import noop
from platform_core.workbooks.columns import Column
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import Table, read_table
from tenant_apps.access import queries as access
from tenant_apps.dealers.models import Dealer
from tenant_apps.strategies.models import DealerCode
from tenant_apps.strategies.queries.goods_strategies import sku_ids_by_code
from tenant_apps.strategies.queries.goods_table import NAMES
from tenant_apps.strategies.queries.overlay import offers
from tenant_apps.strategies.rules import CODE_TEXTS, ROWS_MAX, CodeChange, own_code_problem

CODES_IMPORT = "own_codes"
CODE_COLUMNS = (
    Column("merchant_code", "Merchant code", "商家编码", required=True, unique=True, max_length=60),
    Column(
        "own_code",
        "Own code",
        "自有编码",
        max_length=CODE_TEXTS["own_code"],
        help=noop("How the dealer calls it. Blank: it has no own code any more."),
    ),
    Column("own_name", "Own name", "自有名称", max_length=CODE_TEXTS["own_name"]),
)
OWN_COLUMNS = CODE_COLUMNS[1:]
CODE_EXAMPLES: tuple[Mapping[str, Any], ...] = (
    {"merchant_code": "WATER-550", "own_code": "100234", "own_name": "Water small"},
    {"merchant_code": "TEA-500", "own_code": "100235"},
)
CODE_NOTES = (noop("SKUs that the file does not name keep their own codes."),)
_UNKNOWN = noop("{code} is not among the goods.")
_TWICE = noop("{code} comes twice. Keep one of them.")
_TAKEN = noop("{own} is the own code of {other} already. Change that one first.")


@dataclass(frozen=True, slots=True)
class Judged:
    """What a change would do: `outcome` is added, updated, removed, unchanged or refused (with a problem)."""

    change: CodeChange
    outcome: str
    sku_id: int = 0
    before: tuple[str, str] | None = None
    problem: FieldProblem | None = None


@dataclass(frozen=True, slots=True)
class CodesPreview:
    """A checked workbook: either errors in `table`, or what storing it would do."""

    table: Table
    rows: tuple[Judged, ...] = ()

    def count(self, outcome: str) -> int:
        """How many rows would have this outcome."""
        return sum(one.outcome == outcome for one in self.rows)


def codes_of_dealer(dealer: Dealer) -> QuerySet[DealerCode]:
    """What the dealer calls its goods, with their SKUs."""
    return DealerCode.objects.filter(dealer=dealer).select_related("sku")


def shows_own_codes() -> bool:
    """Whether the supplier shows dealers' own codes."""
    return access.settings().show_own_codes


def add_own_codes(dealer: Dealer, rows: Sequence[dict[str, Any]]) -> None:
    """Give rows of a dealer's goods `own_code` and `own_name`, in one statement; blank where it has none."""
    found = codes_of_dealer(dealer).filter(sku__public_id__in=[row["sku"] for row in rows])
    own = {sku: (code, name) for sku, code, name in found.values_list("sku__public_id", "code", "name")}
    for row in rows:
        row["own_code"], row["own_name"] = own.get(row["sku"], ("", ""))


def judged(actor: Actor, dealer: Dealer, changes: Sequence[CodeChange]) -> list[Judged]:
    """What each change would do to the dealer's codes: in five statements at most, however many they are.

    A dealer's people may name what is among its goods, the supplier's people every SKU of the archive.
    """
    known = sku_ids_by_code({change.code for change in changes})
    if actor.dealer_id is not None:
        among = offers(dealer_id=dealer.pk, sku_ids=known.values())
        known = {code: sku for code, sku in known.items() if sku in among}
    stored = {row.sku_id: row for row in codes_of_dealer(dealer)}
    found: list[Judged] = []
    seen: set[str] = set()
    for index, change in enumerate(changes):
        row = stored.get(known.get(change.code, 0))
        before = (row.code, row.name) if row else None
        problem = _problem(change, known, seen, f"/items/{index}")
        seen.add(change.code)
        if problem:
            found.append(Judged(change, "refused", before=before, problem=problem))
        else:
            found.append(Judged(change, _outcome(change, before), known[change.code], before))
    return _without_collisions(found, stored)


def _problem(
    change: CodeChange, known: Mapping[str, int], seen: Collection[str], pointer: str
) -> FieldProblem | None:
    facts = {"code": change.code}
    if change.code not in known:
        return FieldProblem(f"{pointer}/merchant_code", "sku_unknown", _UNKNOWN, facts)
    if change.code in seen:
        return FieldProblem(f"{pointer}/merchant_code", "duplicate", _TWICE, facts)
    return own_code_problem(change, pointer)


def _outcome(change: CodeChange, before: tuple[str, str] | None) -> str:
    if not change.own_code:
        return "removed" if before else "unchanged"
    if before is None:
        return "added"
    return "unchanged" if before == (change.own_code, change.own_name) else "updated"


def _without_collisions(found: list[Judged], stored: Mapping[int, DealerCode]) -> list[Judged]:
    """Refuse what would give two SKUs one own code; again, as a refused row keeps the code it had."""
    while True:
        moving = {one.sku_id for one in found if one.outcome != "refused"}
        holder = {row.code: row.sku.merchant_code for sku, row in stored.items() if sku not in moving}
        changed = False
        for index, one in enumerate(found):
            own = one.change.own_code
            if one.outcome == "refused" or not own:
                continue
            if own in holder:
                facts = {"own": own, "other": holder[own]}
                problem = FieldProblem(f"/items/{index}/own_code", "taken", _TAKEN, facts)
                found[index] = replace(one, outcome="refused", problem=problem)
                changed = True
            else:
                holder[own] = one.change.code
        if not changed:
            return found


def codes_preview(actor: Actor, dealer: Dealer, file: BinaryIO, name: str, *, locale: str) -> CodesPreview:
    """Read and check a workbook against the dealer's codes; stores nothing."""
    limits = Limits(rows_max=ROWS_MAX)
    table = read_table(file, name, (*CODE_COLUMNS, *NAMES), limits=limits, locale=locale)
    rows = judged(actor, dealer, code_changes_of(table))
    faults = []
    for row, one in zip(table.rows, rows, strict=True):
        if one.problem:
            key = one.problem.pointer.rpartition("/")[2]
            facts = dict(one.problem.facts)
            faults.append(table.fault(row, key, one.problem.code, one.problem.message, **facts))
    table = table.with_faults(faults)
    return CodesPreview(table, tuple(rows) if table.is_clean else ())


def code_changes_of(table: Table) -> list[CodeChange]:
    """The rows of a table as changes."""
    return [
        CodeChange(*(str(row.values.get(column.key) or "") for column in CODE_COLUMNS)) for row in table.rows
    ]


def code_rows(goods: Sequence[Mapping[str, Any]], dealer: Dealer) -> Iterator[dict[str, Any]]:
    """A dealer's goods (rows of `OfferedSkus`) with its own codes, as the import reads them back."""
    stored = {row.sku_id: row for row in DealerCode.objects.filter(dealer=dealer)}
    for row in goods:
        own = stored.get(row["id"])
        yield {
            "merchant_code": row["code"],
            "name": row["name"],
            "spec": row["spec"],
            "unit": row["unit"],
            "own_code": own.code if own else "",
            "own_name": own.name if own else "",
        }


def codes_file_for(actor: Actor, dealer: Dealer, public_id: str, *, lock: bool = False) -> Import:
    """The file that the actor uploaded of a dealer's codes and that is not stored yet. Raises NotFound."""
    try:
        return to_store(actor, CODES_IMPORT, public_id, dealer.public_id, lock=lock)
    except ImportGone as error:
        raise NotFound(noun=_("file")) from error
