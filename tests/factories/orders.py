"""A small trade in which orders can be placed: dull on purpose, through the operations of production."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from platform_core.kernel.actor import Actor
from tenant_apps.access.models import SupplierSettings
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers.models import Dealer, Shop
from tenant_apps.inventory.models import Stock
from tenant_apps.ledger.models import LedgerAccount
from tenant_apps.logistics.models import Carrier, Warehouse
from tenant_apps.orders.commands.place import place_order
from tenant_apps.orders.commands.review import review_order
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.rules import Address, Wanted, WantedLine
from tests.factories import inventory, ledger, logistics, strategies

D = Decimal
ADDRESS = Address(
    country="CN",
    region1="浙江省",
    region2="杭州市",
    region3="西湖区",
    line1="文三路 1 号",
    consignee="王小明",
    phone="0571-12345678",
)
UNREACHABLE = replace(ADDRESS, region1="新疆维吾尔自治区", region2="喀什地区", region3="")


@dataclass
class Trade:
    """One dealer, one warehouse that ships to Zhejiang for 6 + 1 per kg, SKUs `A-1`… at 8 each."""

    dealer: Dealer
    shop: Shop
    warehouse: Warehouse
    carrier: Carrier
    skus: list[Sku]

    def wanted(self, quantities: Mapping[str, Any] | None = None, **fields: Any) -> Wanted:
        """A request: quantities by merchant code, two of `A-1` without."""
        lines = tuple(WantedLine(code, D(str(q))) for code, q in (quantities or {"A-1": 2}).items())
        return Wanted(**{"lines": lines, "address": ADDRESS, "shop": self.shop.code, **fields})

    def stock(self) -> dict[str, tuple[Decimal, Decimal]]:
        """On hand and reserved by merchant code."""
        rows = Stock.objects.filter(warehouse=self.warehouse).select_related("sku")
        return {row.sku.merchant_code: (row.on_hand, row.reserved) for row in rows}

    def balance(self) -> str:
        """What the wallet holds."""
        return str(LedgerAccount.objects.get(dealer=self.dealer).balance.amount)


def trade(
    dealer: Dealer,
    *,
    goods: int = 3,
    price: str = "8",
    on_hand: str = "100",
    balance: str = "1000",
    code: str = "A",
    freight: list[dict[str, Any]] | None = None,
    **warehouse: Any,
) -> Trade:
    """Everything an order needs, for a dealer that has nothing yet."""
    house = logistics.make_warehouse(f"W-{code}", **{"is_default": True, **warehouse})
    Carrier.objects.filter(is_default=True).update(is_default=False)
    carrier = logistics.make_carrier(f"C-{code}", is_default=True)
    skus = strategies.skus(goods, code)
    strategies.assign(dealer, strategies.strategy(f"Strategy {code}", skus, price))
    strategies.freight(house, freight if freight is not None else [{"region1": "浙江省"}])
    if D(on_hand):
        inventory.stocked(house, skus, on_hand)
    ledger.wallet(dealer, balance)
    shop = Shop.objects.create(dealer=dealer, code=f"SHOP-{code}", name="Corner shop")
    return Trade(dealer, shop, house, carrier, skus)


def settings(**fields: Any) -> None:
    """Change the supplier's own choices."""
    SupplierSettings.objects.filter(pk=1).update(**fields)


def place(actor: Actor, wanted: Wanted, operation_id: uuid.UUID | None = None) -> SalesOrder:
    """Place as the pad does."""
    key = operation_id or uuid.uuid4()
    return place_order(actor=actor, operation_id=key, wanted=wanted, source="pad")


def review(actor: Actor, order: SalesOrder, operation_id: uuid.UUID | None = None) -> SalesOrder:
    """Review as the button does; the order as it is stored then."""
    review_order(actor=actor, operation_id=operation_id or uuid.uuid4(), order_id=order.public_id)
    return fresh(order)


def fresh(order: SalesOrder) -> SalesOrder:
    """The order as it is stored."""
    return SalesOrder.objects.get(pk=order.pk)
