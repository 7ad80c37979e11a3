"""Goods from a workbook, in two steps: uploaded and looked at, then stored whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import get_language

from platform_core.attachments import store
from platform_core.attachments.models import Attachment
from platform_core.commands import command
from platform_core.db.router import shard_alias
from platform_core.imports import operations
from platform_core.imports.models import Import
from platform_core.imports.queries import file_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.quantity import plain
from platform_core.kernel.words import finished
from platform_core.workbooks.errors import CellError
from platform_core.workbooks.reading import Table
from tenant_apps.catalog import errors, queries
from tenant_apps.catalog.commands import writing
from tenant_apps.catalog.models import Brand, Category, Pack, Product, Sku
from tenant_apps.catalog.permissions import CatalogPermission
from tenant_apps.catalog.rules.imports import Plan, ProductPlan, SkuPlan
from tenant_apps.catalog.rules.tree import path_parts

_PRODUCT_FIELDS = [
    "name",
    "short_name",
    "category",
    "brand",
    "origin",
    "remark",
    "enabled",
    "sort_key",
    "version",
]
# What a SKU is found by; a renamed product or brand is followed by `_rekey_others`.
_KEYED = frozenset({"barcode", "spec"})
_SKU_FIELDS = [
    "barcode",
    "spec",
    "unit",
    "weight_kg",
    "wholesale_price",
    "retail_price",
    "tax_rate",
    "multiple",
    "minimum",
    "enabled",
    "search_key",
    "sort_key",
    "version",
    "updated_at",
]


@command(CatalogPermission.IMPORT)
def upload_goods(*, actor: Actor, file: File, table: Table | None = None) -> Import:  # type: ignore[type-arg]
    """Keep a workbook until its sender confirms it; an earlier one of the same sender goes.

    `table` is what was read of it. Stores no goods. Raises FileRefused.
    """
    return operations.keep(actor=actor, kind=queries.IMPORT, file=file, table=table)


@command(CatalogPermission.IMPORT, moves=True)
def import_goods(*, actor: Actor, operation_id: UUID, upload_id: str) -> dict[str, int]:
    """Store an uploaded workbook: what is known by its merchant code is changed, the rest is new.

    Missing categories and brands are created (W-080). Reads and compares anew, so what happened
    since the preview counts. Returns how many rows were new, updated, unchanged, and how many
    products, categories and brands were made. Raises NotFound, ImportRefused, ImportRaced.
    """
    upload = queries.upload_for(actor, upload_id, lock=True)
    with store.open_file(file_of(upload)) as file:
        found = queries.compared(file, upload.name, locale=get_language() or "en", lock=True)
    if not found.table.is_clean:
        raise errors.ImportRefused(count=found.table.error_count, problems=_problems(found.table))
    try:
        with transaction.atomic(using=shard_alias()):
            _Storing(actor, found, upload).run()
    except IntegrityError as error:
        raise errors.ImportRaced from error
    done = counts(found.plan)
    operations.finish(upload, done)
    return done


def counts(plan: Plan) -> dict[str, int]:
    """What a plan does, in numbers."""
    return {
        **{status: plan.count(status) for status in ("new", "updated", "unchanged")},
        "products": sum(1 for product in plan.products.values() if product.is_new),
        "categories": len(plan.paths),
        "brands": len(plan.brands),
    }


class _Storing:
    """Writes a plan: a constant number of statements for each 1,000 rows."""

    def __init__(self, actor: Actor, found: queries.Comparison, upload: Import) -> None:
        self.actor, self.plan, self.known, self.upload = actor, found.plan, found.known, upload
        self.categories: dict[str, Category] = {}
        self.brands: dict[str, Brand] = {}
        self.products: dict[str, Product] = {}

    def run(self) -> None:
        """Categories and brands, then products, then SKUs with their packs, each with its log."""
        self._make_categories()
        self._make_brands()
        for batch in _batches(self.plan.products.values()):
            self._store_products(batch)
        stored = 0
        for rows in _batches(sku for sku in self.plan.skus if sku.is_new or sku.changes):
            self._store_skus(rows)
            stored += len(rows)
            operations.tell(self.upload, stored)
        self._rekey_others()

    def _make_categories(self) -> None:
        """One statement for each level of the tree."""
        tree = queries.tree()
        stored = Category.objects.in_bulk([node.leaf.id for node in tree.nodes])
        self.categories = {node.path: stored[node.leaf.id] for node in tree.nodes}
        levels: dict[int, list[str]] = {}
        for path in self.plan.paths:
            levels.setdefault(len(path_parts(path)), []).append(path)
        for _, paths in sorted(levels.items()):
            made = []
            for position, path in enumerate(paths, len(self.categories)):
                above, _, name = path.rpartition("/")
                made.append(Category(name=name, parent=self.categories.get(above), position=position))
            Category.objects.bulk_create(made)
            self.categories.update(zip(paths, made, strict=True))
            lines: list[writing.Line] = [
                (row.public_id, {}, {"name": path}) for path, row in zip(paths, made, strict=True)
            ]
            writing.log(self.actor, "category", "imported", lines)

    def _make_brands(self) -> None:
        self.brands = {row.name: row for row in Brand.objects.filter(archived_at__isnull=True)}
        made = [Brand(name=name) for name in self.plan.brands]
        Brand.objects.bulk_create(made)
        self.brands.update({row.name: row for row in made})
        lines: list[writing.Line] = [(row.public_id, {}, {"name": row.name}) for row in made]
        writing.log(self.actor, "brand", "imported", lines)

    def _store_products(self, batch: Sequence[ProductPlan]) -> None:
        new: list[writing.Line] = []
        changed: list[writing.Line] = []
        rows = []
        for plan in batch:
            row = self._product(plan)
            self.products[plan.code] = row
            if plan.is_new:
                new.append((row.public_id, {}, {"code": plan.code, **_filled(plan.values)}))
                rows.append(row)
            elif plan.changes:
                changed.append((row.public_id, *_sides(plan.changes)))
                rows.append(row)
        writing.upsert(Product, rows, key="code", fields=[*_PRODUCT_FIELDS, "updated_at"])
        writing.log(self.actor, "product", "imported", [*new, *changed])

    def _product(self, plan: ProductPlan) -> Product:
        if plan.is_new:
            row, values = Product(code=plan.code), plan.values
        else:
            row = self.known.products[plan.code]["row"]
            values = {key: after for key, _, after in plan.changes}
            row.version += 1 if values else 0
        row.name = values.get("product_name", row.name)
        for key in ("short_name", "origin", "remark", "enabled"):
            setattr(row, key, values.get(key, getattr(row, key)))
        if "category" in values:
            row.category = self.categories.get(values["category"])
        if "brand" in values:
            row.brand = self.brands.get(values["brand"])
        writing.set_product_key(row)
        return row

    def _store_skus(self, batch: Sequence[SkuPlan]) -> None:
        pictures = self._pictures(batch)
        rows, packs = [], []
        for plan in batch:
            product = self.products[plan.product.code]
            row = Sku(merchant_code=plan.code) if plan.is_new else self.known.skus[plan.code]["row"]
            row.product = product
            values = plan.values if plan.is_new else {key: after for key, _, after in plan.changes}
            for key, value in values.items():
                if key != "pack_units":
                    setattr(row, key, value)
            if plan.is_new:
                row.picture_key = pictures.get(product.pk, "")
            else:
                row.version += 1
            if plan.is_new or _KEYED & values.keys():
                writing.set_sku_keys(row, product)
            rows.append(row)
            if plan.pack:
                packs.append(Pack(sku=row, name=plan.pack[0], units=plan.pack[1]))
        writing.upsert(Sku, rows, key="merchant_code", fields=_SKU_FIELDS)
        for pack in packs:
            pack.sku_id = pack.sku.pk
        Pack.objects.bulk_create(
            packs, update_conflicts=True, unique_fields=["sku", "name"], update_fields=["units"]
        )
        lines: list[writing.Line] = [
            (row.public_id, {}, {"merchant_code": plan.code, **_filled(plan.values)})
            if plan.is_new
            else (row.public_id, *_sides(plan.changes))
            for row, plan in zip(rows, batch, strict=True)
        ]
        writing.log(self.actor, "sku", "imported", lines)

    def _pictures(self, batch: Sequence[SkuPlan]) -> dict[int, str]:
        """The first picture of known products that get a new SKU."""
        ids = {
            self.products[plan.product.code].pk for plan in batch if plan.is_new and not plan.product.is_new
        }
        rows = Attachment.objects.filter(owner_kind=queries.PICTURE_OWNER, owner_id__in=ids)
        newest_first = rows.order_by("-position", "-id").values_list("owner_id", "public_id")
        return dict(newest_first) if ids else {}

    def _rekey_others(self) -> None:
        """SKUs of renamed products that are not stored above are found by the new name as well."""
        keys = {"product_name", "short_name", "brand"}
        renamed = [
            self.products[plan.code].pk
            for plan in self.plan.products.values()
            if not plan.is_new and keys & {key for key, _, _ in plan.changes}
        ]
        if renamed:
            writing.rekey(Sku.objects.filter(product__in=renamed).select_related("product__brand"))


def _batches(rows: Iterable[Any]) -> Iterable[list[Any]]:
    walk = iter(rows)
    while batch := list(islice(walk, writing.BATCH)):
        yield batch


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in ("", None)}


def _sides(changes: Sequence[tuple[str, Any, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    before = {key: _short(value) for key, value, _ in changes}
    return before, {key: _short(value) for key, _, value in changes}


def _short(value: Any) -> Any:
    """A number without idle zeros: the log says 2, not 2.000000."""
    return plain(value) if isinstance(value, Decimal) else value


def _problems(table: Table) -> list[FieldProblem]:
    """The file's faults as problems of the request: `/rows/<Excel's number>/<column>`."""
    return [FieldProblem(_place(error), error.code, finished(str(error))) for error in table.errors]


def _place(error: CellError) -> str:
    return f"/rows/{error.row or 0}/{error.column_key or ''}".rstrip("/")
