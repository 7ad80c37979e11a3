"""Brands: create, rename, archive (W-080)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from platform_core.commands import command
from platform_core.db.editing import refuse
from platform_core.db.locks import locked
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from tenant_apps.catalog import errors, queries
from tenant_apps.catalog.commands import writing
from tenant_apps.catalog.models import Brand, Product, Sku
from tenant_apps.catalog.permissions import CatalogPermission
from tenant_apps.catalog.rules.goods import cleaned, name_problems


@command(CatalogPermission.MANAGE, moves=True)
def create_brand(*, actor: Actor, operation_id: UUID, values: Mapping[str, Any]) -> Brand:
    """Add a brand. Raises Invalid, also when the name is taken."""
    values = cleaned(values)
    refuse(name_problems(values.get("name") or ""))
    brand = Brand(name=values["name"], external_id=values.get("external_id") or None)
    with writing.unique():
        brand.save(force_insert=True)
    writing.log(actor, "brand", "created", [(brand.public_id, {}, {"name": brand.name})])
    return brand


@command(CatalogPermission.MANAGE)
def change_brand(*, actor: Actor, brand_id: str, version: int | None, changes: Mapping[str, Any]) -> Brand:
    """Rename a brand; its goods are found by the new name at once. Raises NotFound, Conflict, Invalid."""
    changes = cleaned(changes)
    brand = _brand(brand_id, version)
    before = (brand.name, brand.external_id)
    if "name" in changes:
        refuse(name_problems(changes["name"] or ""))
        brand.name = changes["name"]
    if "external_id" in changes:
        brand.external_id = changes["external_id"] or None
    if (brand.name, brand.external_id) == before:
        return brand
    brand.version += 1
    with writing.unique():
        brand.save(force_update=True)
    if brand.name != before[0]:
        writing.rekey(locked(Sku.objects.filter(product__brand=brand).select_related("product__brand")))
    writing.log(actor, "brand", "changed", [(brand.public_id, {"name": before[0]}, {"name": brand.name})])
    return brand


@command(CatalogPermission.MANAGE, moves=True)
def archive_brand(*, actor: Actor, operation_id: UUID, brand_id: str, confirmed: bool = False) -> Brand:
    """Hide a brand from choices; products keep it. Raises NotFound, BrandInUse unless `confirmed`."""
    brand = _brand(brand_id, None)
    products = Product.objects.filter(brand=brand).count()
    if products and not confirmed:
        raise errors.BrandInUse(name=brand.name, products=products)
    brand.archived_at = clock.now()
    brand.external_id = None
    brand.version += 1
    brand.save(update_fields=["archived_at", "external_id", "version", "updated_at"])
    writing.log(actor, "brand", "archived", [(brand.public_id, {"name": brand.name}, {})])
    return brand


def _brand(public_id: str, version: int | None) -> Brand:
    rows = Brand.objects.filter(archived_at__isnull=True)
    return writing.locked_one(rows, _(queries.BRAND), public_id, version)
