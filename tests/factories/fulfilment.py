"""Approved orders with a stock-out, ready to ship: dull on purpose."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from platform_core.db.numbers import draw
from platform_core.db.router import shard_alias
from platform_core.kernel.actor import Actor
from platform_core.kernel.source import Source
from tenant_apps.dealers.models import Dealer, Shop
from tenant_apps.fulfilment.commands import ship_stock_out
from tenant_apps.inventory import operations
from tenant_apps.inventory.models import StockOut
from tenant_apps.logistics.models import Carrier, Warehouse
from tenant_apps.orders.models import RawOrder, SalesOrder, SalesOrderLine
from tests.factories.dealers import ADDRESS
from tests.factories.inventory import create_stock_out, reserve, skus, stocked, warehouse

D = Decimal


@dataclass
class Approved:
    """An approved order and its stock-out."""

    order: SalesOrder
    stock_out: StockOut

    def lines(self) -> list[SalesOrderLine]:
        return list(self.order.lines.order_by("position"))


def carrier(code: str = "SF", name: str = "SF Express") -> Carrier:
    return Carrier.objects.get_or_create(code=code, defaults={"name": name})[0]


def approved(
    dealer: Dealer,
    quantities: Sequence[str] = ("10", "5"),
    place: Warehouse | None = None,
    shop: Shop | None = None,
    code: str = "",
) -> Approved:
    """An order of the dealer that finance let through: reserved, with a stock-out of its own goods."""
    place = place or Warehouse.objects.filter(code="W1").first() or warehouse()
    shop = shop or Shop.objects.get_or_create(dealer=dealer, code="S1", defaults={"name": "Shop 1"})[0]
    goods = skus(len(quantities), code or f"G{SalesOrder.objects.count()}")
    stocked(place, goods, "100000")
    order = _order(dealer, shop, place)
    SalesOrderLine.objects.bulk_create(
        [
            SalesOrderLine(
                order=order,
                position=place_,
                sku=sku,
                merchant_code=sku.merchant_code,
                name=f"Green tea No. {place_}",
                unit=sku.unit,
                quantity=D(quantity),
                wholesale_price=6,
                retail_price=10,
                settlement_price=6,
                sales_price=10,
            )
            for place_, (sku, quantity) in enumerate(zip(goods, quantities, strict=True), 1)
        ]
    )
    return Approved(order, _stock_out(order, dealer, place))


def _order(dealer: Dealer, shop: Shop, place: Warehouse) -> SalesOrder:
    number = draw("SO")
    raw = RawOrder.objects.create(
        number=number.replace("SO", "D"),
        dealer=dealer,
        shop=shop,
        source="pad",
        state="submitted",
        actor_kind="system",
        actor_id="system",
        actor_name="test",
    )
    return SalesOrder.objects.create(
        number=number,
        raw_order=raw,
        dealer=dealer,
        shop=shop,
        warehouse=place,
        carrier=carrier(),
        state="approved",
        currency="CNY",
        weight_kg=D("12.5"),
        **ADDRESS,
    )


def _stock_out(order: SalesOrder, dealer: Dealer, place: Warehouse) -> StockOut:
    demands = [
        operations.Demand(line.pk, line.sku_id, line.quantity, line.merchant_code, line.name, line.unit)
        for line in order.lines.order_by("position")
    ]
    source = Source("order", order.pk, order.number)
    with transaction.atomic(using=shard_alias()):
        reserve(place, demands, source=source)
        return create_stock_out(
            source=source,
            warehouse=place,
            carrier=order.carrier,
            dealer=dealer,
            address=order,
            demands=demands,
            weight_kg=order.weight_kg,
        )


def ship(actor: Actor, made: Approved, quantities: dict[int, str] | None = None, **asked: object):
    """Ship all that is left, or so much by position."""
    asked.setdefault("operation_id", uuid.uuid4())
    return ship_stock_out(
        actor=actor,
        stock_out_id=made.stock_out.public_id,
        quantities={k: D(v) for k, v in quantities.items()} if quantities else None,
        **asked,
    )
