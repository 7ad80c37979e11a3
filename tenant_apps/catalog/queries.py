"""What may be seen of the catalogue, and how it is searched. Nothing here writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO, Final, TypeVar

from django.conf import settings
from django.core import signing
from django.db.models import Count, Exists, Model, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from platform_core.attachments.models import Attachment
from platform_core.attachments.store import of_owner
from platform_core.audit.models import AuditLine
from platform_core.db.editing import current
from platform_core.db.locks import locked
from platform_core.imports.errors import ImportGone
from platform_core.imports.models import Import
from platform_core.imports.queries import to_store
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving
from platform_core.kernel.errors import NotFound
from platform_core.kernel.search_keys import fold
from platform_core.kernel.words import noop
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import Table, read_table
from tenant_apps.access import queries as access_queries
from tenant_apps.catalog.models import Brand, Category, Pack, Product, Sku
from tenant_apps.catalog.permissions import CatalogPermission
from tenant_apps.catalog.rules import columns as sheet
from tenant_apps.catalog.rules.goods import Precision
from tenant_apps.catalog.rules.imports import Known, Plan, plan
from tenant_apps.catalog.rules.tree import Leaf, Tree

Row = TypeVar("Row", bound=Model)
PICTURE_OWNER: Final = "product"
IMPORT: Final = "goods"
SKU, PRODUCT, CATEGORY, BRAND, PICTURE = (
    noop("SKU"), noop("product"), noop("category"), noop("brand"), noop("picture"),
)  # fmt: skip
SKU_SORTS: Final = {
    "name": "sort_key",
    "code": "merchant_code",
    "wholesale": "wholesale_price",
    "retail": "retail_price",
    "updated": "updated_at",
}
PRODUCT_SORTS: Final = {"name": "sort_key", "code": "code", "updated": "updated_at"}


@dataclass(frozen=True, slots=True)
class GoodsFilter:
    """What is looked for. `category` (with all below it) and `brand` are public ids; prices are retail."""

    text: str = ""
    category: str = ""
    brand: str = ""
    origin: str = ""
    enabled: bool | None = None
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    sort: str = "name"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A workbook beside what is stored. Only a clean `table` may be stored."""

    table: Table
    known: Known
    plan: Plan


# What the actor may see


def skus_visible_to(actor: Actor) -> QuerySet[Sku]:
    """The supplier's SKUs with their product. Raises NotPermitted; dealers ask `strategies` for theirs."""
    actor.require(CatalogPermission.READ)
    return Sku.objects.select_related("product")


def products_visible_to(actor: Actor) -> QuerySet[Product]:
    """The supplier's products. Raises NotPermitted."""
    actor.require(CatalogPermission.READ)
    return Product.objects.select_related("category", "brand")


def categories_visible_to(actor: Actor) -> QuerySet[Category]:
    """The categories that are not archived. Raises NotPermitted."""
    actor.require(CatalogPermission.READ)
    return Category.objects.filter(archived_at__isnull=True).select_related("parent")


def brands_visible_to(actor: Actor) -> QuerySet[Brand]:
    """The brands that are not archived. Raises NotPermitted."""
    actor.require(CatalogPermission.READ)
    return Brand.objects.filter(archived_at__isnull=True)


def sku_for(actor: Actor, public_id: str) -> Sku:
    """One SKU by its public id. Raises NotFound."""
    rows = skus_visible_to(actor).select_related("product__category", "product__brand")
    return _one(rows.prefetch_related(_packs()), SKU, public_id=public_id)


def product_for(actor: Actor, public_id: str) -> Product:
    """One product by its public id. Raises NotFound."""
    return _one(products_visible_to(actor), PRODUCT, public_id=public_id)


def category_for(actor: Actor, public_id: str) -> Category:
    """One category by its public id. Raises NotFound."""
    return _one(categories_visible_to(actor), CATEGORY, public_id=public_id)


def brand_for(actor: Actor, public_id: str) -> Brand:
    """One brand by its public id. Raises NotFound."""
    return _one(brands_visible_to(actor), BRAND, public_id=public_id)


def skus_by_code(codes: Collection[str]) -> dict[str, Sku]:
    """SKUs with their product by merchant code, in one query; unknown codes are missing."""
    rows = Sku.objects.select_related("product").filter(merchant_code__in=set(codes))
    return {row.merchant_code: row for row in rows}


def skus_with_packs(public_ids: Collection[str]) -> dict[str, Sku]:
    """SKUs with their packs by public id, in two statements, whoever asks."""
    rows = Sku.objects.filter(public_id__in=public_ids).prefetch_related(_packs())
    return {row.public_id: row for row in rows}


def add_packs(skus: Iterable[Sku]) -> None:
    """Read the packs of SKUs, in one statement.

    As `prefetch_related_objects`, which makes a query set for each SKU: most have no pack and share one.
    """
    rows = list(skus)
    held = defaultdict[int, list[Pack]](list)
    for pack in Pack.objects.filter(sku__in={row.pk for row in rows}).order_by("id"):
        held[pack.sku_id].append(pack)
    without = Pack.objects.none()
    for row in rows:
        found = without
        if row.pk in held:
            found = Pack.objects.all()
            found._result_cache = held[row.pk]
        vars(row).setdefault("_prefetched_objects_cache", {})["packs"] = found


def display_name(sku: Sku) -> str:
    """What a line of a document calls the SKU: product and spec."""
    return f"{sku.product.name} {sku.spec}".strip()


# Searching


def skus_found(actor: Actor, wanted: GoodsFilter, tree: Tree) -> QuerySet[Sku]:
    """The SKUs that fit, ordered, with product, brand and packs."""
    rows = skus_visible_to(actor).select_related("product__brand").prefetch_related(_packs())
    rows = rows.filter(_words(wanted.text), _place(wanted, tree, "product__"), _amounts(wanted))
    return rows.order_by(*_order(wanted.sort, SKU_SORTS))


def products_found(actor: Actor, wanted: GoodsFilter, tree: Tree) -> QuerySet[Product]:
    """The products that fit, themselves or by one of their SKUs."""
    rows = products_visible_to(actor).filter(_place(wanted, tree, ""))
    if wanted.enabled is not None:
        rows = rows.filter(enabled=wanted.enabled)
    found = _words(wanted.text) & _prices(wanted)
    if found:
        rows = rows.filter(Exists(Sku.objects.filter(found, product=OuterRef("pk"))))
    return rows.order_by(*_order(wanted.sort, PRODUCT_SORTS))


def exported(rows: QuerySet[Sku], branches: Tree) -> Iterator[dict[str, Any]]:
    """The SKUs as rows of the goods workbook, read piece by piece: importing them again changes nothing."""
    for sku in rows.iterator(chunk_size=1000):
        product = sku.product
        pack = next(iter(sku.packs.all()), None)
        yield {
            **{
                key: getattr(sku, key) for key in (sheet.KEY, *sheet.SKU_TEXTS, *sheet.SKU_NUMBERS, "enabled")
            },
            "product_code": product.code,
            "product_name": product.name,
            "short_name": product.short_name,
            "category": branches.path_of(product.category_id),
            "brand": product.brand.name if product.brand else "",
            "origin": product.origin,
            "remark": product.remark,
            "pack_name": pack.name if pack else None,
            "pack_units": pack.units if pack else None,
        }


def tree() -> Tree:
    """The whole category tree, in one query."""
    rows = Category.objects.filter(archived_at__isnull=True)
    return Tree(
        Leaf(*row) for row in rows.values_list("id", "public_id", "parent_id", "name", "position", "version")
    )


def origins_of(actor: Actor) -> list[str]:
    """Every origin that products have, by name (TB-02)."""
    rows = products_visible_to(actor).exclude(origin="").order_by("origin")
    return list(rows.values_list("origin", flat=True).distinct())


def goods_counts() -> dict[int, int]:
    """How many products lie directly in each category."""
    rows = Product.objects.filter(category__isnull=False).values("category").annotate(count=Count("pk"))
    return {row["category"]: row["count"] for row in rows.order_by()}


def brand_counts() -> dict[int, int]:
    """How many products bear each brand."""
    rows = Product.objects.filter(brand__isnull=False).values("brand").annotate(count=Count("pk"))
    return {row["brand"]: row["count"] for row in rows.order_by()}


def skus_of(product: Product) -> QuerySet[Sku]:
    """A product's SKUs with their packs."""
    return product.skus.select_related("product").prefetch_related(_packs()).order_by("sort_key", "id")


def log_of(product: Product) -> QuerySet[AuditLine]:
    """What happened to a product and its SKUs, newest first (W-086)."""
    subjects = list(product.skus.values_list("public_id", flat=True))
    own = Q(subject_kind="product", subject_id=product.public_id)
    return AuditLine.objects.filter(own | Q(subject_kind="sku", subject_id__in=subjects)).order_by("-id")


def precision() -> Precision:
    """How many decimals the supplier's prices and quantities have (W-010)."""
    chosen = access_queries.settings()
    return Precision(chosen.unit_price_precision, chosen.quantity_precision)


# Pictures


def pictures_of(product: Product) -> QuerySet[Attachment]:
    """A product's pictures in their order."""
    return of_owner(PICTURE_OWNER, product.pk)


def picture_url(picture_key: str, *, full: bool = False) -> str:
    """The address of a picture (`Sku.picture_key`), or nothing without one.

    Signed for this supplier: whoever was shown the address may load it, nobody can guess another.
    """
    if not picture_key:
        return ""
    name = "catalog:picture" if full else "catalog:thumbnail"
    # Named, because tasks make addresses too, outside any request of a supplier's host.
    return reverse(name, urlconf=settings.SUPPLIER_URLCONF, args=[_signer().sign(picture_key)])


def picture_of_token(token: str) -> Attachment:
    """The picture that a signed address names. Raises NotFound for forged and for gone ones."""
    try:
        public_id = _signer().unsign(token)
    except signing.BadSignature as error:
        raise NotFound(noun=_(PICTURE)) from error
    return _one(Attachment.objects.filter(owner_kind=PICTURE_OWNER), PICTURE, public_id=public_id)


# Imports


def upload_for(actor: Actor, public_id: str, *, lock: bool = False) -> Import:
    """The workbook that this actor uploaded and that is not stored yet. Raises NotFound."""
    try:
        return to_store(actor, IMPORT, public_id, lock=lock)
    except ImportGone as error:
        raise NotFound(noun=_("file")) from error


def compared(file: BinaryIO, name: str, *, locale: str, lock: bool = False) -> Comparison:
    """Read a goods workbook and say what storing it would do. Never raises over what the file holds."""
    decimals = precision()
    limits = Limits(rows_max=sheet.ROWS_MAX)
    table = read_table(file, name, sheet.readable(decimals), limits=limits, locale=locale)
    codes = {str(row.values[sheet.KEY]) for row in table.rows}
    homes = {str(row.values["product_code"]) for row in table.rows if row.values.get("product_code")}
    known = known_goods(codes, homes, lock=lock)
    found = plan(table.rows, known, decimals)
    faults = [
        table.fault(fault.row, fault.key, fault.code, fault.sentence, **fault.facts) for fault in found.faults
    ]
    return Comparison(table.with_faults(faults), known, found)


def known_goods(codes: Collection[str], product_codes: Collection[str], *, lock: bool = False) -> Known:
    """What is stored of the named goods: five statements, however many there are.

    `lock` takes products, then SKUs, each in ascending order, for an import that stores.
    """
    branches = tree()
    skus = Sku.objects.filter(merchant_code__in=codes)
    homes = set(skus.values_list("product", flat=True))
    named = Q(code__in={*product_codes, *codes}) | Q(pk__in=homes)
    products = Product.objects.filter(named).select_related("brand")
    if lock:
        products, skus = locked(products), locked(skus)
    # Put together here and not by joins: right after a large import the database knows no better
    # than to compare every SKU with every product, which took minutes for 20,000 rows.
    rows = {row.pk: row for row in products}
    found = {row.code: _product_values(row, branches) for row in rows.values()}
    known, packs = {}, dict[int, dict[str, Decimal]]()
    for sku in skus:
        if sku.product_id in rows:
            sku.product = rows[sku.product_id]
        known[sku.merchant_code] = _sku_values(sku, packs.setdefault(sku.pk, {}))
    for sku_id, name, units in Pack.objects.filter(sku__in=packs).values_list("sku", "name", "units"):
        packs[sku_id][name] = units
    brands = Brand.objects.filter(archived_at__isnull=True).values_list("name", flat=True)
    return Known(known, found, frozenset(branches.by_path), frozenset(brands))


def _product_values(row: Product, branches: Tree) -> dict[str, Any]:
    return {
        "row": row,
        "product_name": row.name,
        "short_name": row.short_name,
        "category": branches.path_of(row.category_id),
        "brand": row.brand.name if row.brand else "",
        "origin": row.origin,
        "remark": row.remark,
        "enabled": row.enabled,
    }


def _sku_values(row: Sku, packs: dict[str, Decimal]) -> dict[str, Any]:
    names = ("barcode", "spec", "unit", "weight_kg", "wholesale_price", "retail_price", "tax_rate")
    values = {name: getattr(row, name) for name in (*names, "multiple", "minimum", "enabled")}
    return {**values, "row": row, "product_code": row.product.code, "packs": packs}


def _packs() -> Prefetch[str, QuerySet[Pack], str]:
    return Prefetch("packs", queryset=Pack.objects.order_by("id"))


def _words(text: str) -> Q:
    """Every typed word must stand in the stored key: code, barcode, names, brand, pinyin, initials."""
    found = Q()
    for word in fold(text).split():
        found &= Q(search_key__contains=word)
    return found


def _place(wanted: GoodsFilter, branches: Tree, prefix: str) -> Q:
    found = Q()
    if wanted.category:
        node = branches.by_public_id.get(wanted.category)
        found &= Q(**{f"{prefix}category__in": branches.below(node.leaf.id) if node else []})
    if wanted.brand:
        found &= Q(**{f"{prefix}brand__public_id": wanted.brand})
    if wanted.origin:
        found &= Q(**{f"{prefix}origin": wanted.origin.replace("\0", "")})
    return found


def _amounts(wanted: GoodsFilter) -> Q:
    found = _prices(wanted)
    return found if wanted.enabled is None else found & Q(enabled=wanted.enabled)


def _prices(wanted: GoodsFilter) -> Q:
    found = Q()
    if wanted.price_min is not None:
        found &= Q(retail_price__gte=wanted.price_min)
    if wanted.price_max is not None:
        found &= Q(retail_price__lte=wanted.price_max)
    return found


def _order(sort: str, known: dict[str, str]) -> tuple[str, str]:
    column = known.get(sort.removeprefix("-"), known["name"])
    sign = "-" if sort.startswith("-") else ""
    return f"{sign}{column}", f"{sign}id"


def _one(rows: QuerySet[Row], noun: str, **key: str) -> Row:
    return current(rows.filter(**key), _(noun))


def _signer() -> signing.Signer:
    return signing.Signer(salt=f"catalog.picture.{serving().id}")
