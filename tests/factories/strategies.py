"""Rows for tests of goods, prices and freight: dull on purpose, straight into the tables."""

from __future__ import annotations

from decimal import Decimal

from platform_core.kernel.search_keys import search_key, sort_key
from tenant_apps.access.models import Organisation
from tenant_apps.catalog.models import Product, Sku
from tenant_apps.dealers.models import Dealer, DealerLevel
from tenant_apps.logistics.models import Carrier, Warehouse
from tenant_apps.strategies.models import Assignment, FreightRow, FreightStrategy, GoodsStrategy, StrategyItem

D = Decimal


def skus(count: int, prefix: str = "A", **columns) -> list[Sku]:
    """SKUs `A-1`… named `Tea 1`…, each with a product of its own."""
    names = [f"{columns.get('name', 'Tea')} {number}" for number in range(1, count + 1)]
    product = {key: value for key, value in columns.items() if key in {"category", "brand"}}
    products = Product.objects.bulk_create(
        Product(code=f"{prefix}{number}", name=name, sort_key=sort_key(name), **product)
        for number, name in enumerate(names, 1)
    )
    return Sku.objects.bulk_create(
        Sku(
            product=products[number - 1],
            merchant_code=f"{prefix}-{number}",
            unit="box",
            weight_kg=D("1.5"),
            wholesale_price=D(3),
            retail_price=D(12),
            search_key=search_key(f"{prefix}-{number}", name),
            sort_key=sort_key(name),
        )
        for number, name in enumerate(names, 1)
    )


def dealer(code: str = "D1", percent: int = 100, **columns) -> Dealer:
    """A dealer with an organisation, on a level of this share."""
    level, _ = DealerLevel.objects.get_or_create(name=f"{percent} %", defaults={"stock_percent": percent})
    organisation = Organisation.objects.create(kind="dealer", name=code)
    return Dealer.objects.create(
        organisation=organisation, code=code, name=f"Dealer {code}", level=level, **columns
    )


def strategy(name: str = "Standard", goods: list[Sku] = (), price: str = "8") -> GoodsStrategy:
    """A goods strategy with these SKUs, all at one price."""
    row = GoodsStrategy.objects.create(name=name)
    StrategyItem.objects.bulk_create(
        StrategyItem(strategy=row, sku=sku, settlement_price=D(price)) for sku in goods
    )
    return row


def assign(to: Dealer, which: GoodsStrategy) -> None:
    """Give a dealer its strategy."""
    Assignment.objects.update_or_create(dealer=to, defaults={"strategy": which})


def warehouse(code: str = "W1", **columns) -> Warehouse:
    """A warehouse."""
    return Warehouse.objects.create(code=code, name=f"Warehouse {code}", **columns)


def carrier(code: str = "SF", **columns) -> Carrier:
    """A carrier."""
    return Carrier.objects.create(code=code, name=columns.pop("name", f"Carrier {code}"), **columns)


# Table S of the golden vectors: 1 kg for 6, then 1 kg for 1 each, without an end.
OPEN_TIERS = [["0", "1", "1"]]


def freight(of: Warehouse, rows: list[dict]) -> FreightStrategy:
    """A freight table; each row names what differs from: everywhere in China, 1 kg for 6, then 1 each kg."""
    table = FreightStrategy.objects.create(warehouse=of, name=of.name)
    plain = {"first_kg": D(1), "first_fee": D(6), "tiers": OPEN_TIERS}
    FreightRow.objects.bulk_create(
        FreightRow(strategy=table, position=place, **{**plain, **row}) for place, row in enumerate(rows)
    )
    return table


def many_dealers(count: int) -> list[Dealer]:
    """Dealers in two statements."""
    level, _ = DealerLevel.objects.get_or_create(name="100 %", defaults={"stock_percent": 100})
    organisations = Organisation.objects.bulk_create(
        Organisation(kind="dealer", name=f"M{number}") for number in range(count)
    )
    return Dealer.objects.bulk_create(
        Dealer(organisation=one, code=one.name, name=one.name, level=level) for one in organisations
    )
