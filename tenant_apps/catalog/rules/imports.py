"""What an import would do: compares the rows of a workbook with what is stored, and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.words import Sentence, noop
from platform_core.workbooks.reading import Row
from tenant_apps.catalog.rules import columns as sheet
from tenant_apps.catalog.rules.goods import (
    CATEGORY_DEPTH_MAX,
    REQUIRED,
    SEPARATOR,
    TOO_DEEP,
    Precision,
    category_name_problems,
    pack_problems,
    product_problems,
    sku_problems,
)
from tenant_apps.catalog.rules.tree import path_parts

MOVED = noop("{code} belongs to the product {product}. A SKU stays with its product.")
DIFFERS = noop("Row {row} says “{value}” for the same product.")
PATH = noop("Write the levels of the category with “/” between them, each at most 80 characters.")
DEFAULTS: dict[str, Any] = {
    "barcode": "",
    "spec": "",
    "weight_kg": Decimal(0),
    "tax_rate": Decimal(0),
    "multiple": Decimal(1),
    "minimum": Decimal(0),
}
# A product's columns by the name they have in the workbook.
_PRODUCT_FIELDS = {"product_name": "name"}

Change = tuple[str, Any, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of the goods that a workbook names.

    `skus` by merchant code and `products` by code hold values by column name, `product_code` and
    `packs` (units by name); `category` is a path, `brand` a name. `paths` and `brands` are all.
    """

    skus: Mapping[str, Mapping[str, Any]]
    products: Mapping[str, Mapping[str, Any]]
    paths: frozenset[str]
    brands: frozenset[str]


@dataclass(frozen=True, slots=True)
class Fault:
    """What only the catalogue can find wrong in a cell."""

    row: Row
    key: str
    code: str
    sentence: Sentence
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class ProductPlan:
    """A product that rows of the file speak about. `values` are what the file says, blanks merged."""

    code: str
    row: Row
    is_new: bool
    values: dict[str, Any] = field(default_factory=dict)
    enabled: list[bool] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


@dataclass(slots=True)
class SkuPlan:
    """What one row does: `changes` (column, before, after) of a known SKU, all `values` of a new one."""

    row: Row
    code: str
    product: ProductPlan
    is_new: bool
    values: dict[str, Any]
    pack: tuple[str, Decimal] | None = None
    changes: list[Change] = field(default_factory=list)

    @property
    def shown_changes(self) -> list[Change]:
        """Besides its own, the first row of a product shows the product's."""
        is_first = self.product.row.number == self.row.number
        return [*(self.product.changes if is_first else ()), *self.changes]

    @property
    def status(self) -> str:
        """`new`, `updated` or `unchanged`."""
        return "new" if self.is_new else "updated" if self.shown_changes else "unchanged"


@dataclass(slots=True)
class Plan:
    """Everything that storing the file would do. `faults` must be empty for that."""

    skus: list[SkuPlan]
    products: dict[str, ProductPlan]
    paths: list[str]
    brands: list[str]
    faults: list[Fault]

    def count(self, status: str) -> int:
        """How many rows are `new`, `updated` or `unchanged`."""
        return sum(1 for sku in self.skus if sku.status == status)


def plan(rows: Sequence[Row], known: Known, precision: Precision) -> Plan:
    """Compare the rows with what is stored. Pure; a second run over the stored result is all unchanged."""
    planner = _Planner(known, precision)
    skus = [planner.read(row) for row in rows]
    for product in planner.products.values():
        planner.finish(product)
    paths, brands = planner.missing()
    return Plan(skus, planner.products, paths, brands, planner.faults)


class _Planner:
    """Reads row after row; knows each product by the rows already read."""

    def __init__(self, known: Known, precision: Precision) -> None:
        self._known, self._precision = known, precision
        self.products: dict[str, ProductPlan] = {}
        self.faults: list[Fault] = []

    def read(self, row: Row) -> SkuPlan:
        """What one row does to its SKU; what it says of its product is remembered."""
        code = str(row.values[sheet.KEY])
        stored = self._known.skus.get(code)
        product = self._product(row, code, stored)
        values = _sku_values(row)
        problems = sku_problems({sheet.KEY: code, **values}, self._precision, is_new=stored is None)
        self._note(row, problems)
        found = SkuPlan(row, code, product, stored is None, values, self._pack(row))
        if stored is None:
            found.values = {**DEFAULTS, "enabled": self._enabled_by_default(product), **values}
            product.enabled.append(found.values["enabled"])
            return found
        found.changes = _changes(stored, values)
        if "enabled" in values:
            product.enabled.append(values["enabled"])
        if found.pack:
            name, units = found.pack
            before = stored["packs"].get(name)
            if before != units:
                found.changes.append(
                    ("pack_units", before and f"{name} {before.normalize():f}", f"{name} {units:f}")
                )
            else:
                found.pack = None
        return found

    def finish(self, product: ProductPlan) -> None:
        """Check and compare a product, once all its rows are read."""
        values = {_PRODUCT_FIELDS.get(key, key): value for key, value in product.values.items()}
        problems = product_problems({"code": product.code, **values}, is_new=product.is_new)
        self._note(product.row, problems)
        self._check_path(product)
        stored = self._known.products.get(product.code)
        if stored is None:
            blank = dict.fromkeys(("short_name", "category", "brand", "origin", "remark"), "")
            product.values = {**blank, **product.values}
            product.values["enabled"] = any(product.enabled)
            return
        product.changes = _changes(stored, product.values)
        if not stored["enabled"] and any(product.enabled):
            # An enabled SKU of a disabled product could not be sold (README "Enabled and disabled").
            product.values["enabled"] = True
            product.changes.append(("enabled", False, True))

    def missing(self) -> tuple[list[str], list[str]]:
        """Paths, parents first, and brands that storing would create."""
        paths: dict[str, None] = {}
        brands: dict[str, None] = {}
        for product in self.products.values():
            said = product.values if product.is_new else {key: after for key, _, after in product.changes}
            parts = path_parts(said.get("category") or "")
            for depth in range(1, len(parts) + 1):
                paths.setdefault(SEPARATOR.join(parts[:depth]))
            brands.setdefault(said.get("brand") or "")
        return (
            [path for path in paths if path and path not in self._known.paths],
            [name for name in brands if name and name not in self._known.brands],
        )

    def _product(self, row: Row, code: str, stored: Mapping[str, Any] | None) -> ProductPlan:
        home = stored["product_code"] if stored else None
        wanted = str(row.values.get("product_code") or home or code)
        if home and wanted != home:
            self.faults.append(Fault(row, "product_code", "moved", MOVED, {"code": code, "product": home}))
        is_new = wanted not in self._known.products
        product = self.products.setdefault(wanted, ProductPlan(wanted, row, is_new))
        for key in sheet.PRODUCT_KEYS:
            if key in row.values:
                self._merge(product, row, key)
        return product

    def _merge(self, product: ProductPlan, row: Row, key: str) -> None:
        said = str(row.values[key] or "")
        if key == "category" and said:
            said = SEPARATOR.join(path_parts(said))
        if key == "product_name" and not said:
            return
        before = product.values.get(key)
        if before and said and before != said:
            facts = {"row": product.row.number, "value": before}
            self.faults.append(Fault(row, key, "differs", DIFFERS, facts))
        elif said or before is None:
            product.values[key] = said

    def _pack(self, row: Row) -> tuple[str, Decimal] | None:
        name, units = row.values.get("pack_name"), row.values.get("pack_units")
        if name is None and units is None:
            return None
        problems = pack_problems([{"name": name, "units": units}], self._precision)
        for problem in problems:
            key = "pack_name" if problem.pointer.endswith("name") else "pack_units"
            self.faults.append(Fault(row, key, problem.code, problem.message, problem.facts))
        return None if problems else (str(name), Decimal(str(units)))

    def _enabled_by_default(self, product: ProductPlan) -> bool:
        stored = self._known.products.get(product.code)
        return bool(stored["enabled"]) if stored else True

    def _check_path(self, product: ProductPlan) -> None:
        path = product.values.get("category")
        if not path:
            return
        parts = path_parts(path)
        if len(parts) > CATEGORY_DEPTH_MAX:
            facts = {"maximum": CATEGORY_DEPTH_MAX}
            self.faults.append(Fault(product.row, "category", "too_deep", TOO_DEEP, facts))
        elif any(category_name_problems(part) for part in parts):
            self.faults.append(Fault(product.row, "category", "path", PATH))

    def _note(self, row: Row, problems: Sequence[FieldProblem]) -> None:
        for problem in problems:
            key = problem.pointer.strip(SEPARATOR)
            column = {"name": "product_name", "code": "product_code"}.get(key, key)
            sentence = REQUIRED if problem.code == "required" else problem.message
            self.faults.append(Fault(row, column, problem.code, sentence, problem.facts))


def _sku_values(row: Row) -> dict[str, Any]:
    """What the row says of the SKU: blank texts empty a field, blank numbers say nothing."""
    found: dict[str, Any] = {key: str(row.values[key] or "") for key in sheet.SKU_TEXTS if key in row.values}
    if not found.get("unit"):
        found.pop("unit", None)
    for key in (*sheet.SKU_NUMBERS, "enabled"):
        if row.values.get(key) is not None:
            found[key] = row.values[key]
    return found


def _changes(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[Change]:
    return [(key, stored[key], value) for key, value in wanted.items() if stored[key] != value]
