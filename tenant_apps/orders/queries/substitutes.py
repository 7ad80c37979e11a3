"""Which SKUs are proposed for which: the supplier's lists, what a change would do, the workbook (TA-03)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from platform_core.imports.errors import ImportGone
from platform_core.imports.models import Import
from platform_core.imports.queries import to_store
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, NotFound
from platform_core.kernel.search_keys import fold
from platform_core.kernel.words import noop
from platform_core.workbooks.columns import Column
from platform_core.workbooks.errors import CellError
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import Row, Table, read_table
from tenant_apps.catalog.models import Sku
from tenant_apps.orders.models import Substitute
from tenant_apps.orders.permissions import OrderPermission

IMPORT = "substitutes"
SUBSTITUTES_MAX = 10
ROWS_MAX = 20_000
CODE_MAX = 60
SORTS = {"name": "sort_key", "code": "merchant_code"}
COLUMNS = (
    Column("sku", "Merchant code", "商家编码", required=True, max_length=CODE_MAX),
    Column(
        "substitute",
        "Substitute",
        "替代品编码",
        max_length=CODE_MAX,
        help=noop("The merchant code of what is proposed instead. Blank: nothing is proposed any more."),
    ),
)
NAMES = (Column("name", "Name", "名称"), Column("substitute_name", "Name of the substitute", "替代品名称"))
EXAMPLES: tuple[Mapping[str, Any], ...] = (
    {"sku": "WATER-550", "substitute": "WATER-500"},
    {"sku": "WATER-550", "substitute": "WATER-1500"},
    {"sku": "TEA-500"},
)
NOTES = (
    noop("One row for each substitute; the first row is proposed first."),
    noop("The rows of a SKU replace its whole list. SKUs that the file does not name keep theirs."),
)
_UNKNOWN = noop("There is no SKU {code}.")
_ITSELF = noop("{code} cannot stand in for itself.")
_TWICE = noop("{code} is named twice. Keep one of them.")
_TOO_MANY = noop("At most {maximum} substitutes for one SKU.")
_LISTED_TWICE = noop("{code} has a list already in line {line}. Put them together.")


@dataclass(frozen=True, slots=True)
class SubstituteChange:
    """The whole list of one SKU, best first, by merchant codes or public ids."""

    sku: str
    substitutes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a change would do: `outcome` is added, updated, removed, unchanged or refused (with problems)."""

    change: SubstituteChange
    outcome: str
    sku: Sku | None = None
    before: tuple[str, ...] = ()
    after: tuple[Sku, ...] = ()
    problems: tuple[FieldProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class SubstitutePreview:
    """A checked workbook: either errors in `table`, or what storing it would do."""

    table: Table
    rows: tuple[Judged, ...] = ()

    def count(self, outcome: str) -> int:
        """How many SKUs would have this outcome."""
        return sum(one.outcome == outcome for one in self.rows)


def substitutes_visible_to(actor: Actor) -> QuerySet[Substitute]:
    """All of them with both SKUs, for the supplier's people. Raises NotPermitted."""
    actor.require(OrderPermission.MANAGE_CALENDARS)
    rows = Substitute.objects.select_related("sku__product", "substitute__product")
    return rows if actor.dealer_id is None else rows.none()


def skus_matching(actor: Actor, text: str, *, only_listed: bool, sort: str) -> QuerySet[Sku]:
    """The supplier's SKUs with their products; `text` also finds a SKU by its substitute."""
    actor.require(OrderPermission.MANAGE_CALENDARS)
    rows = Sku.objects.select_related("product")
    if actor.dealer_id is not None:
        return rows.none()
    key = fold(text)
    if key:
        named = Substitute.objects.filter(sku=OuterRef("pk"), substitute__search_key__contains=key)
        rows = rows.filter(Q(search_key__contains=key) | Exists(named))
    if only_listed:
        rows = rows.filter(Exists(Substitute.objects.filter(sku=OuterRef("pk"))))
    column = SORTS.get(sort.lstrip("-"), SORTS["name"])
    return rows.order_by(f"-{column}" if sort.startswith("-") else column, "id")


def lists_of(skus: Iterable[Sku]) -> list[tuple[Sku, list[Sku]]]:
    """Each SKU with those that are proposed for it, best first, in one statement."""
    page = list(skus)
    rows = Substitute.objects.filter(sku__in=page).select_related("substitute__product")
    found: dict[int, list[Sku]] = {sku.pk: [] for sku in page}
    for row in rows.order_by("sku", "position", "id"):
        found[row.sku_id].append(row.substitute)
    return [(sku, found[sku.pk]) for sku in page]


def list_for(actor: Actor, public_id: str) -> tuple[Sku, list[Sku]]:
    """One SKU with its list. Raises NotFound."""
    row = skus_matching(actor, "", only_listed=False, sort="name").filter(public_id=public_id).first()
    if row is None:
        raise NotFound(noun="SKU")
    return lists_of([row])[0]


def skus_named(names: Collection[str]) -> dict[str, Sku]:
    """SKUs by the names they are asked by, merchant code before public id, in one statement."""
    wanted = set(names)
    rows = Sku.objects.filter(Q(merchant_code__in=wanted) | Q(public_id__in=wanted))
    found = list(rows)
    by_id = {sku.public_id: sku for sku in found if sku.public_id in wanted}
    return {**by_id, **{sku.merchant_code: sku for sku in found if sku.merchant_code in wanted}}


def judged(items: Sequence[SubstituteChange]) -> list[Judged]:
    """What each change would do, in two statements, however many they are."""
    known = skus_named({name for one in items for name in (one.sku, *one.substitutes)})
    skus = {known[one.sku].pk for one in items if one.sku in known}
    stored: dict[int, list[str]] = {}
    rows = Substitute.objects.filter(sku__in=skus).order_by("sku", "position", "id")
    for sku_id, code in rows.values_list("sku", "substitute__merchant_code"):
        stored.setdefault(sku_id, []).append(code)
    found: list[Judged] = []
    seen: dict[int, int] = {}
    for index, change in enumerate(items):
        problems = _problems(index, change, known, seen)
        if problems:
            found.append(Judged(change, "refused", problems=tuple(problems)))
            continue
        sku = known[change.sku]
        seen[sku.pk] = index
        before = tuple(stored.get(sku.pk, ()))
        after = tuple(known[name] for name in change.substitutes)
        found.append(Judged(change, _outcome(before, after), sku, before, after))
    return found


def _problems(
    index: int, change: SubstituteChange, known: Mapping[str, Sku], seen: Mapping[int, int]
) -> list[FieldProblem]:
    here = f"/items/{index}"
    if change.sku not in known:
        return [FieldProblem(f"{here}/sku", "sku_unknown", _UNKNOWN, {"code": change.sku})]
    own = known[change.sku].pk
    if own in seen:
        facts: dict[str, Any] = {"code": change.sku, "line": seen[own] + 1}
        return [FieldProblem(f"{here}/sku", "repeated", _LISTED_TWICE, facts)]
    if len(change.substitutes) > SUBSTITUTES_MAX:
        facts = {"maximum": SUBSTITUTES_MAX}
        return [FieldProblem(f"{here}/substitutes", "too_many", _TOO_MANY, facts)]
    found: list[FieldProblem] = []
    taken: set[int] = set()
    for place, name in enumerate(change.substitutes):
        other = known.get(name)
        wrong = (
            ("sku_unknown", _UNKNOWN)
            if other is None
            else ("itself", _ITSELF)
            if other.pk == own
            else ("repeated", _TWICE)
            if other.pk in taken
            else None
        )
        if wrong:
            found.append(FieldProblem(f"{here}/substitutes/{place}", *wrong, {"code": name}))
        if other is not None:
            taken.add(other.pk)
    return found


def _outcome(before: tuple[str, ...], after: tuple[Sku, ...]) -> str:
    codes = tuple(sku.merchant_code for sku in after)
    if codes == before:
        return "unchanged"
    return "removed" if not codes else "updated" if before else "added"


def preview_of(file: BinaryIO, name: str, *, locale: str) -> SubstitutePreview:
    """Read and check a workbook; stores nothing."""
    table = read_table(file, name, (*COLUMNS, *NAMES), limits=Limits(rows_max=ROWS_MAX), locale=locale)
    lists, places = _lists_of(table.rows)
    rows = judged(lists)
    faults: list[CellError] = []
    for one, sources in zip(rows, places, strict=True):
        for problem in one.problems:
            parts = problem.pointer.split("/")
            place = int(parts[4]) if len(parts) > 4 else 0  # noqa: PLR2004 - /items/0/substitutes/1
            key = "sku" if parts[3] == "sku" else "substitute"
            row = sources[min(place, len(sources) - 1)]
            faults.append(table.fault(row, key, problem.code, problem.message, **problem.facts))
    table = table.with_faults(faults)
    return SubstitutePreview(table, tuple(rows) if table.is_clean else ())


def _lists_of(rows: Iterable[Row]) -> tuple[list[SubstituteChange], list[list[Row]]]:
    """The rows of a table as lists by SKU, each with the rows that name its substitutes."""
    found: dict[str, list[str]] = {}
    places: dict[str, list[Row]] = {}
    for row in rows:
        code, other = str(row.values["sku"]), row.values.get("substitute")
        names, sources = found.setdefault(code, []), places.setdefault(code, [])
        if other is not None:
            # Rows without a substitute stand nowhere in the list, so they go behind those with one.
            sources.insert(len(names), row)
            names.append(str(other))
        else:
            sources.append(row)
    return [SubstituteChange(code, tuple(names)) for code, names in found.items()], list(places.values())


def export_rows(skus: Iterable[Sku]) -> Iterator[Mapping[str, Any]]:
    """SKUs with their lists as rows that the import reads back, with names for people."""
    for sku, others in lists_of(skus):
        for other in others:
            yield {
                "sku": sku.merchant_code,
                "name": sku.product.name,
                "substitute": other.merchant_code,
                "substitute_name": other.product.name,
            }


def file_for(actor: Actor, public_id: str, *, lock: bool = False) -> Import:
    """The workbook that the actor uploaded and that is not stored yet. Raises NotFound."""
    try:
        return to_store(actor, IMPORT, public_id, lock=lock)
    except ImportGone as error:
        raise NotFound(noun=_("import")) from error
