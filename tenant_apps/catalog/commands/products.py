"""Creating and changing products (W-081…W-083)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from platform_core.audit.record import difference
from platform_core.commands import command
from platform_core.db.editing import refuse
from platform_core.db.locks import locked
from platform_core.kernel.actor import Actor
from tenant_apps.catalog import errors, queries
from tenant_apps.catalog.commands import writing
from tenant_apps.catalog.commands.skus import build_sku, insert_skus
from tenant_apps.catalog.models import Product, Sku
from tenant_apps.catalog.permissions import CatalogPermission
from tenant_apps.catalog.rules.goods import cleaned, product_problems, sku_problems

TEXTS = ("name", "short_name", "alias", "origin", "description", "remark", "external_id")
_REKEYS = frozenset({"name", "short_name", "alias", "brand"})


@command(CatalogPermission.MANAGE, moves=True)
def create_product(
    *, actor: Actor, operation_id: UUID, values: Mapping[str, Any], skus: Sequence[Mapping[str, Any]] = ()
) -> Product:
    """Create a product, with its SKUs when given, all or nothing. `category` and `brand` are public ids.

    Raises Invalid (422) at each wrong field; those of a SKU at `/skus/<i>/…`.
    """
    values = cleaned(values)
    wanted = [cleaned(one) for one in skus]
    precision = queries.precision()
    problems = product_problems(values, is_new=True)
    for index, one in enumerate(wanted):
        problems += [problem.below(f"/skus/{index}") for problem in sku_problems(one, precision, is_new=True)]
    refuse(problems)
    product = Product(code=values["code"], **_texts(values))
    product.category = writing.category_named(values.get("category"))
    product.brand = writing.brand_named(values.get("brand"))
    writing.set_product_key(product)
    with writing.unique():
        product.save(force_insert=True)
    after = {key: value for key, value in _facts(product).items() if value}
    writing.log(actor, "product", "created", [(product.public_id, {}, {"code": product.code, **after})])
    with writing.unique("skus/0/" if len(wanted) == 1 else ""):
        insert_skus(actor, [build_sku(product, one) for one in wanted])
    return product


@command(CatalogPermission.MANAGE)
def change_product(
    *, actor: Actor, product_id: str, version: int | None, changes: Mapping[str, Any]
) -> Product:
    """Change what is given. The code never changes (W-082). Raises NotFound, Conflict, Invalid."""
    changes = cleaned(changes)
    product = writing.locked_one(
        Product.objects.select_related("category", "brand"), _(queries.PRODUCT), product_id, version
    )
    if changes.get("code", product.code) != product.code:
        raise errors.at("code", "immutable", errors.IMMUTABLE)
    refuse(product_problems(changes, is_new=False))
    before = _facts(product)
    for key, value in _texts(changes).items():
        setattr(product, key, value)
    if "category" in changes:
        product.category = writing.category_named(changes["category"])
    if "brand" in changes:
        product.brand = writing.brand_named(changes["brand"])
    was, now = difference(before, _facts(product))
    if not now:
        return product
    writing.set_product_key(product)
    product.version += 1
    with writing.unique():
        product.save(force_update=True)
    if _REKEYS & now.keys():
        writing.rekey(locked(Sku.objects.filter(product=product).select_related("product__brand")))
    writing.log(actor, "product", "changed", [(product.public_id, was, now)])
    return product


@command(CatalogPermission.MANAGE, moves=True)
def set_product_enabled(*, actor: Actor, operation_id: UUID, product_id: str, enabled: bool) -> Product:
    """Enable or disable a product and with it all its SKUs (W-083). Raises NotFound."""
    product = writing.locked_one(
        Product.objects.select_related("category", "brand"), _(queries.PRODUCT), product_id
    )
    verb = "enabled" if enabled else "disabled"
    was, now = {"enabled": not enabled}, {"enabled": enabled}
    if product.enabled != enabled:
        product.enabled = enabled
        product.version += 1
        product.save(update_fields=["enabled", "version", "updated_at"])
        writing.log(actor, "product", verb, [(product.public_id, was, now)])
    skus = list(locked(Sku.objects.filter(product=product, enabled=not enabled)))
    for sku in skus:
        sku.enabled = enabled
        sku.version += 1
    writing.upsert(Sku, skus, key="merchant_code", fields=["enabled", "version", "updated_at"])
    writing.log(actor, "sku", verb, [(sku.public_id, was, now) for sku in skus])
    return product


def _texts(values: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: values[key] for key in TEXTS if key in values}
    if "external_id" in found:
        found["external_id"] = found["external_id"] or None
    return found


def _facts(product: Product) -> dict[str, Any]:
    """The product as its log shows it."""
    return {
        **{key: getattr(product, key) for key in TEXTS},
        "category": product.category.name if product.category else "",
        "brand": product.brand.name if product.brand else "",
    }
