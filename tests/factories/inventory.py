"""Goods in warehouses for tests: dull on purpose."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from platform_core.db.fast import run
from platform_core.db.router import shard_alias
from platform_core.kernel.actor import Actor
from platform_core.kernel.search_keys import search_key, sort_key
from platform_core.kernel.source import Source
from tenant_apps.catalog.models import Product, Sku
from tenant_apps.inventory import operations
from tenant_apps.inventory.models import Stock, StockOut
from tenant_apps.logistics.models import Warehouse

ORDER = Source("order", 1, "SO-1")
SYSTEM = Actor.system("test")
D = Decimal


def skus(count: int, prefix: str = "A") -> list[Sku]:
    """SKUs `A-1`, `A-2`… of one product."""
    product = Product.objects.create(code=prefix, name="Green tea", sort_key=sort_key("Green tea"))
    return [
        Sku.objects.create(
            product=product,
            merchant_code=f"{prefix}-{number}",
            spec=f"No. {number}",
            unit="box",
            wholesale_price=6,
            retail_price=10,
            search_key=search_key(f"{prefix}-{number}", "Green tea"),
            sort_key=sort_key(f"Green tea {number}"),
        )
        for number in range(1, count + 1)
    ]


def warehouse(code: str = "W1", **facts: object) -> Warehouse:
    """An own warehouse."""
    return Warehouse.objects.create(code=code, name=f"Warehouse {code}", **facts)


def stocked(place: Warehouse, goods: Sequence[Sku], on_hand: str = "100") -> None:
    """So much of each lies in the warehouse, by a movement."""
    with transaction.atomic(using=shard_alias()):
        operations.put(
            actor=SYSTEM,
            operation_id=uuid.uuid4(),
            warehouse_id=place.pk,
            counts={sku.pk: D(on_hand) for sku in goods},
            kind="import",
        )


def reserve(
    place: Warehouse,
    demands: Sequence[operations.Demand],
    percent: str = "100",
    source: Source = ORDER,
    precision: int = 0,
) -> None:
    """Reserve for a source, inside the caller's transaction."""
    operations.reserve(
        actor=SYSTEM,
        operation_id=uuid.uuid4(),
        warehouse_id=place.pk,
        source=source,
        demands=demands,
        stock_percent=D(percent),
        precision=precision,
    )


def create_stock_out(**facts: Any) -> StockOut:
    """The warehouse's document of a source, inside the caller's transaction."""
    run(*operations.creating_stock_out(**facts))
    source: Source = facts["source"]
    return StockOut.objects.filter(source_kind=source.kind, source_id=source.id).latest("id")


def demand(sku: Sku, quantity: str, line_id: int = 1) -> operations.Demand:
    """One line that wants a SKU."""
    return operations.Demand(line_id, sku.pk, D(quantity), sku.merchant_code, "Green tea", sku.unit)


def numbers(sku: Sku) -> tuple[str, str]:
    """On hand and reserved, as plain strings."""
    row = Stock.objects.get(sku=sku)
    return f"{row.on_hand.normalize():f}", f"{row.reserved.normalize():f}"
