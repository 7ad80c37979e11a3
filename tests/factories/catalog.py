"""Goods for tests: dull on purpose."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tenant_apps.catalog.commands import writing
from tenant_apps.catalog.models import Brand, Category, Pack, Product, Sku


def category(name: str = "Drinks", parent: Category | None = None, **values: Any) -> Category:
    return Category.objects.create(name=name, parent=parent, **values)


def brand(name: str = "Clearbrook", **values: Any) -> Brand:
    return Brand.objects.create(name=name, **values)


def product(code: str = "P1", name: str = "Spring water", **values: Any) -> Product:
    made = Product(code=code, name=name, **values)
    writing.set_product_key(made)
    made.save()
    return made


def sku(
    code: str = "P1-500", of: Product | None = None, packs: dict[str, int] | None = None, **values: Any
) -> Sku:
    values = {"unit": "bottle", "wholesale_price": Decimal("0.9"), "retail_price": Decimal(2), **values}
    home = of or Product.objects.filter(code="P1").first() or product()
    made = Sku(product=home, merchant_code=code, **values)
    writing.set_sku_keys(made, home)
    made.save()
    for name, units in (packs or {}).items():
        Pack.objects.create(sku=made, name=name, units=units)
    return made
