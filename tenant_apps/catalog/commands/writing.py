"""What all commands of the catalogue share: stored keys, references, named refusals of the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

from platform_core.audit.record import Change, record
from platform_core.db.editing import current
from platform_core.db.locks import locked
from platform_core.db.router import shard_alias
from platform_core.kernel.actor import Actor
from platform_core.kernel.search_keys import search_key, sort_key
from tenant_apps.catalog import errors
from tenant_apps.catalog.models import Brand, Category, Product, Sku

Row = TypeVar("Row", bound=models.Model)
# Public id, values before, values after.
Line = tuple[str, Mapping[str, Any], Mapping[str, Any]]
BATCH = 1000
# Unique constraints, by a part of their name, and the field that a person can correct.
_UNIQUE = (
    ("merchant_code", "merchant_code"),
    ("external_id", "external_id"),
    ("code", "code"),
    ("name", "name"),
)


@contextmanager
def unique(prefix: str = "") -> Iterator[None]:
    """Turn a lost race or a repeated code into a 422 at its field: the database decides."""
    try:
        with transaction.atomic(using=shard_alias()):
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        field = next((field for part, field in _UNIQUE if part in name), "")
        if not field:
            raise
        raise errors.at(f"{prefix}{field}", "taken", errors.TAKEN) from error


def locked_one(rows: models.QuerySet[Row], noun: str, public_id: str, version: int | None = None) -> Row:
    """The row, locked. Raises NotFound, and Conflict when it is no longer the version that was read."""
    return current(locked(rows.filter(public_id=public_id)), noun, version)


def category_named(public_id: str | None) -> Category | None:
    """The category a person chose; None for none. Raises Invalid at `/category`."""
    if not public_id:
        return None
    found = Category.objects.filter(public_id=public_id, archived_at__isnull=True).first()
    if found is None:
        raise errors.at("category", "unknown", errors.UNKNOWN)
    return found


def brand_named(public_id: str | None) -> Brand | None:
    """The brand a person chose; None for none. Raises Invalid at `/brand`."""
    if not public_id:
        return None
    found = Brand.objects.filter(public_id=public_id, archived_at__isnull=True).first()
    if found is None:
        raise errors.at("brand", "unknown", errors.UNKNOWN)
    return found


def set_product_key(product: Product) -> None:
    """Stamp the sort key of a product's name."""
    product.sort_key = sort_key(product.name)[: Product._meta.get_field("sort_key").max_length]


def set_sku_keys(sku: Sku, product: Product) -> None:
    """Stamp what a SKU is found and sorted by. `product.brand` must be loaded."""
    brand = product.brand.name if product.brand else ""
    sku.search_key = search_key(
        sku.merchant_code,
        sku.barcode,
        sku.spec_code,
        product.code,
        product.name,
        product.short_name,
        product.alias,
        sku.spec,
        brand,
    )
    full = sort_key(f"{product.name} {sku.spec}".strip())
    sku.sort_key = full[: Sku._meta.get_field("sort_key").max_length]


def rekey(skus: Iterable[Sku]) -> None:
    """Store the keys of SKUs whose product or brand was renamed: one statement for each 1,000.

    `product.brand` must be loaded. Also moves `updated_at`, since what readers see has changed.
    """
    rows = list(skus)
    for row in rows:
        set_sku_keys(row, row.product)
    upsert(Sku, rows, key="merchant_code", fields=["search_key", "sort_key", "updated_at"])


def upsert(model: type[Row], rows: Sequence[Row], *, key: str, fields: Sequence[str]) -> None:
    """Insert new rows and update known ones by their unique column: one statement for each 1,000."""
    model._default_manager.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=[key], update_fields=list(fields)
    )


def log(actor: Actor, kind: str, verb: str, changes: Iterable[Line]) -> None:
    """Write one audit line for each (public id, before, after)."""
    record(actor, [Change(kind, id_, verb, before, after) for id_, before, after in changes])
