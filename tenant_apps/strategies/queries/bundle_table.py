"""A workbook of bundles: one row for each SKU of a bundle (W-119)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import Table, read_table
from tenant_apps.strategies.models import Bundle
from tenant_apps.strategies.queries.bundles import bundles_visible_to, not_own
from tenant_apps.strategies.rules import PRICE_MAX

BUNDLE_IMPORT = "bundles"
ROWS_MAX = 2_000
COLUMNS = (
    Column("code", "Bundle code", "组合装编码", required=True, max_length=60),
    Column("name", "Bundle name", "组合装名称", required=True, max_length=120),
    Column("merchant_code", "Merchant code", "商家编码", required=True, max_length=60),
    Column(
        "quantity",
        "Quantity",
        "数量",
        Kind.DECIMAL,
        required=True,
        places=3,
        help=noop("How much of the SKU one bundle holds, in its base unit."),
    ),
    Column(
        "sales_price",
        "Sales price",
        "销售价",
        Kind.DECIMAL,
        places=6,
        minimum=Decimal(0),
        maximum=PRICE_MAX,
        help=noop("What one bundle is sold for, in its first row. Blank: the SKUs' retail prices."),
    ),
)
EXAMPLES: tuple[dict[str, Any], ...] = (
    {"code": "GIFT-1", "name": "Gift box", "merchant_code": "TEA-500", "quantity": 2, "sales_price": 75},
    {"code": "GIFT-1", "name": "Gift box", "merchant_code": "CUP-01", "quantity": 1},
)
NOTES = (
    noop("Rows with the same bundle code are one bundle. A bundle that exists is replaced by its rows."),
    noop("Bundles that are not in the file stay as they are."),
)
_NOT_OWN = noop("{code} is not among your goods.")


@dataclass(frozen=True, slots=True)
class BundlePreview:
    """A checked workbook: either errors, or which bundles it adds and which it replaces."""

    table: Table
    bundles: tuple[dict[str, Any], ...] = ()
    known: frozenset[str] = frozenset()

    @property
    def added(self) -> int:
        """How many bundles are new."""
        return sum(one["code"] not in self.known for one in self.bundles)


def bundle_preview(actor: Actor, file: BinaryIO, name: str, *, locale: str) -> BundlePreview:
    """Read and check a workbook against the actor's goods; stores nothing."""
    table = read_table(file, name, COLUMNS, limits=Limits(rows_max=ROWS_MAX), locale=locale)
    strange = not_own(actor.dealer_id or 0, [str(row.values["merchant_code"]) for row in table.rows])
    faults = [
        table.fault(row, "merchant_code", "not_offered", _NOT_OWN, code=row.values["merchant_code"])
        for row in table.rows
        if row.values["merchant_code"] in strange
    ]
    table = table.with_faults(faults)
    if not table.is_clean:
        return BundlePreview(table)
    known = bundles_visible_to(actor).values_list("code", flat=True)
    return BundlePreview(table, tuple(bundles_of(table)), frozenset(known))


def bundles_of(table: Table) -> list[dict[str, Any]]:
    """The rows of a clean table as bundles, in the order in which they appear."""
    found: dict[str, dict[str, Any]] = {}
    for row in table.rows:
        values = row.values
        first: dict[str, Any] = {
            "code": values["code"],
            "name": values["name"],
            "items": [],
            "sales_price": None,
        }
        one = found.setdefault(str(values["code"]), {**first, "items": [], "sales_price": None})
        one["items"].append((str(values["merchant_code"]), values["quantity"]))
        if one["sales_price"] is None:
            one["sales_price"] = values.get("sales_price")
    return list(found.values())


def bundle_file_for(actor: Actor, public_id: str, *, lock: bool = False) -> Import:
    """The workbook that the actor uploaded and that is not stored yet. Raises NotFound."""
    try:
        return to_store(actor, BUNDLE_IMPORT, public_id, "", lock=lock)
    except ImportGone as error:
        raise NotFound(noun=_("file")) from error


def export_rows(rows: Iterable[Bundle]) -> Iterator[dict[str, Any]]:
    """Bundles as rows that the import reads back; the items must be at hand."""
    for bundle in rows:
        price = bundle.sales_price
        for place, item in enumerate(sorted(bundle.items.all(), key=lambda item: item.position)):
            yield {
                "code": bundle.code,
                "name": bundle.name,
                "merchant_code": item.sku.merchant_code,
                "quantity": item.quantity.normalize(),
                "sales_price": None if place else price and price.normalize(),
            }
