"""A workbook of publications: who gets each SKU, who sells it, whose stock is shown (K-12…K-14)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from platform_core.imports.errors import ImportGone
from platform_core.imports.models import Import
from platform_core.imports.queries import to_store
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, NotFound
from platform_core.kernel.words import noop
from platform_core.workbooks.columns import Column
from platform_core.workbooks.errors import CellError
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import Table, read_table
from tenant_apps.catalog import queries as catalog
from tenant_apps.catalog.models import Sku
from tenant_apps.strategies.queries.publication import Published, publications_of
from tenant_apps.strategies.queries.publishing import FIELDS, known_names, laid
from tenant_apps.strategies.rules import ROWS_MAX

IMPORT = "publications"
PREVIEW_ROWS = 50
NAMES_MAX = 4000
COLUMNS = (
    Column("merchant_code", "Merchant code", "商家编码", required=True, unique=True, max_length=60),
    Column(
        "dealers",
        "Dealer codes",
        "分销商编码",
        max_length=NAMES_MAX,
        help=noop("Parted by commas. With no dealer and no group every dealer gets the SKU."),
    ),
    Column(
        "groups",
        "Dealer groups",
        "分销商分组",
        max_length=NAMES_MAX,
        help=noop("Their names, parted by commas."),
    ),
    Column(
        "organisation",
        "Ordering organisation",
        "订货组织",
        max_length=40,
        help=noop("Its code. Blank: no organisation."),
    ),
    Column(
        "display_warehouse",
        "Stock shown of",
        "显示库存的仓库",
        max_length=40,
        help=noop("The code of a warehouse. Blank: every warehouse."),
    ),
)
NAMES = (Column("name", "Name", "名称"), Column("spec", "Specification", "规格"))
EXAMPLES: tuple[dict[str, Any], ...] = (
    {"merchant_code": "WATER-550", "groups": "North, East", "organisation": "EAST"},
    {"merchant_code": "TEA-500", "dealers": "D001, D002", "display_warehouse": "MAIN"},
)
NOTES = (
    noop("A column that the file does not have stays as it is; a blank cell takes away what was there."),
    noop("Dealers see the difference at once."),
)
_UNKNOWN_CODE = noop("There is no SKU {code} in the goods archive.")
_PARTS = re.compile(r"[,;，；、\n]+")


@dataclass(frozen=True, slots=True)
class Publishing:
    """A SKU's publication as it is and as a row says it."""

    before: Published
    after: Published

    @property
    def changes(self) -> bool:
        """Whether the row says anything new."""
        return publication_facts(self.before) != publication_facts(self.after)


@dataclass(frozen=True, slots=True)
class PublicationPreview:
    """A checked workbook: either errors, or what storing it would change."""

    table: Table
    rows: tuple[Publishing, ...] = ()

    @property
    def changed(self) -> list[Publishing]:
        """The rows that change something."""
        return [one for one in self.rows if one.changes]


def judged(
    actor: Actor, rows: Sequence[Mapping[str, Any]], skus: Mapping[str, Sku]
) -> tuple[list[Publishing], list[tuple[int, FieldProblem]]]:
    """What rows by merchant code say, and each problem with the row's place; same statements for any number.

    `skus` are those of the rows by merchant code. The one check of import and command.
    """
    present = [skus[code] for row in rows if (code := row["merchant_code"]) in skus]
    held = {one.sku.pk: one for one in publications_of(actor, present)}
    known = known_names(actor, rows)
    found, problems = list[Publishing](), list[tuple[int, FieldProblem]]()
    for place, row in enumerate(rows):
        sku = skus.get(row["merchant_code"])
        if sku is None:
            facts = {"code": row["merchant_code"]}
            problems.append((place, FieldProblem("/merchant_code", "sku_unknown", _UNKNOWN_CODE, facts)))
            continue
        after = replace(held[sku.pk])
        problems += [(place, one) for one in laid(after, row, known)]
        found.append(Publishing(held[sku.pk], after))
    return found, problems


def publication_preview(actor: Actor, file: BinaryIO, name: str, *, locale: str) -> PublicationPreview:
    """Read and check a workbook, and compare it with what is published; stores nothing."""
    table = read_table(file, name, (*COLUMNS, *NAMES), limits=Limits(rows_max=ROWS_MAX), locale=locale)
    rows = rows_of(table)
    skus = catalog.skus_by_code([row["merchant_code"] for row in rows])
    found, problems = judged(actor, rows, skus)
    table = table.with_faults([_fault(table, place, problem) for place, problem in problems])
    return PublicationPreview(table, tuple(found) if table.is_clean else ())


def rows_of(table: Table) -> list[dict[str, Any]]:
    """The rows of a table as a command takes them; a column that is not in the file is missing."""
    return [
        {
            "merchant_code": str(row.values.get("merchant_code") or ""),
            **{name: _parts(row.values.get(name)) for name in FIELDS[:2] if name in table.letters},
            **{name: str(row.values.get(name) or "") for name in FIELDS[2:] if name in table.letters},
        }
        for row in table.rows
    ]


def publications_file_for(actor: Actor, public_id: str, *, lock: bool = False) -> Import:
    """The workbook that the actor uploaded. Raises NotFound."""
    try:
        return to_store(actor, IMPORT, public_id, lock=lock)
    except ImportGone as error:
        raise NotFound(noun=_("import")) from error


def export_rows(actor: Actor, skus: Iterable[Sku]) -> Iterator[dict[str, Any]]:
    """How SKUs are published, as rows that the import reads back, with names for people."""
    for one in publications_of(actor, list(skus)):
        facts = publication_facts(one)
        yield {
            "merchant_code": one.sku.merchant_code,
            "name": one.sku.product.name,
            "spec": one.sku.spec,
            **{name: facts[name] or "" for name in FIELDS},
        }


def publication_facts(one: Published) -> dict[str, str | None]:
    """A publication in codes and names, as the log and a workbook tell it."""
    return {
        "dealers": ", ".join(sorted(row.code for row in one.dealers)) or None,
        "groups": ", ".join(sorted(row.name for row in one.groups)) or None,
        "organisation": one.organisation.code if one.organisation else None,
        "display_warehouse": one.display_warehouse.code if one.display_warehouse else None,
    }


def _parts(value: object) -> list[str]:
    return [text for part in _PARTS.split(str(value or "")) if (text := part.strip())]


def _fault(table: Table, place: int, problem: FieldProblem) -> CellError:
    key = problem.pointer.split("/")[1]
    return table.fault(table.rows[place], key, problem.code, problem.message, **problem.facts)
