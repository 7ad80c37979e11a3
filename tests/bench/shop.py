"""A supplier to trade with: 10,000 SKUs, a warehouse with freight, one dealer with money, an API key."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from platform_core.idempotency.keys import operation_id
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import Serving, serve
from platform_core.kernel.ids import new_uuid
from platform_core.kernel.search_keys import search_key, sort_key
from tenant_apps.access.commands.keys import create_key
from tenant_apps.access.models import Membership
from tenant_apps.access.queries import actor_of_membership
from tenant_apps.catalog.models import Product, Sku
from tenant_apps.dealers.commands import create_dealer
from tenant_apps.dealers.models import Dealer, DealerLevel
from tenant_apps.dealers.rules import AdministratorFacts, DealerFacts
from tenant_apps.inventory.models import Stock
from tenant_apps.ledger.commands import TopUpFacts, approve_top_up, create_top_up
from tenant_apps.logistics.commands import add_warehouse
from tenant_apps.logistics.models import Carrier, Warehouse
from tenant_apps.orders.commands.place import place_order
from tenant_apps.orders.commands.review import review_order
from tenant_apps.orders.rules import Address, Wanted, WantedLine
from tenant_apps.strategies.models import Assignment, FreightRow, FreightStrategy, GoodsStrategy, StrategyItem
from tenants import provisioning, queries
from tenants.commands import SignUpFacts, confirm_sign_up, request_sign_up
from tenants.models import Supplier
from tenants.schemas.connect import owner_connection

SKUS = 10_000
PAST_ORDERS = 300
ADDRESS = Address(
    region1="浙江省",
    region2="杭州市",
    region3="西湖区",
    line1="文三路 1 号",
    consignee="Dora",
    phone="13800138000",
)


@dataclass(frozen=True)
class Shop:
    """What the benches need of it."""

    supplier: Serving
    owner: Actor
    dora: Actor
    dealer: Dealer
    skus: list[str]
    key: str
    dealer_key: str

    def wanted(self, lines: int, start: int = 0) -> Wanted:
        """An order of so many lines of one unit each."""
        chosen = [self.skus[(start + place) % len(self.skus)] for place in range(lines)]
        return Wanted(tuple(WantedLine(sku, Decimal(1)) for sku in chosen), ADDRESS)


@cache
def shop() -> Shop:
    """Made once per run."""
    _, token = request_sign_up(
        SignUpFacts(
            "Bench", "benchshop", "Olga", "olga@bench.example", "long enough 12", "en", "CNY", "Asia/Shanghai"
        )
    )
    provisioning.provision(confirm_sign_up(token).public_id)
    supplier = queries.serving_of(Supplier.objects.get(slug="benchshop"))
    with serve(supplier):
        owner = actor_of_membership(Membership.objects.get(user__email="olga@bench.example"))
        add_warehouse(actor=owner, values={"code": "MAIN", "name": "Main", "country": "CN"})
        _fill(Warehouse.objects.get(code="MAIN"))
        dealer = create_dealer(
            actor=owner,
            operation_id=new_uuid(),
            dealer=DealerFacts("D1", "Dora's", level=DealerLevel.objects.order_by("position")[0].public_id),
            administrator=AdministratorFacts("Dora", login="dora", password="long enough 12"),
        )
        dealer = Dealer.objects.get(pk=dealer.pk)
        Assignment.objects.create(dealer=dealer, strategy=GoodsStrategy.objects.get())
        dora = actor_of_membership(Membership.objects.get(user__login="dora"))
        fund(owner, dealer, "900000000.00")
        key = create_key(actor=owner, name="bench", permissions=sorted(owner.grants))
        dealer_key = create_key(actor=dora, name="bench", permissions=sorted(dora.grants))
        skus = list(Sku.objects.order_by("pk").values_list("public_id", flat=True))
        there = Shop(supplier, owner, dora, dealer, skus, key.secret, dealer_key.secret)
        _trade(there)
    with owner_connection(supplier.shard) as connection:
        # What autovacuum does a minute later: the benches measure a settled supplier. Autovacuum leaves
        # an empty table alone; analysed as empty, it would be scanned whole by plans made for no rows.
        # So do we, or rules that a bench lays afterwards would be read by such a plan.
        connection.execute(f'SET search_path = "{supplier.schema}", ext')
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s", [supplier.schema]
        ).fetchall()
        filled = [
            f'"{table}"'
            for (table,) in tables
            if connection.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone()
        ]
        connection.execute("VACUUM ANALYZE " + ", ".join(filled))
    return there


def _trade(there: Shop) -> None:
    """Orders of the past, placed and reviewed."""
    for n in range(PAST_ORDERS):
        wanted = there.wanted(5, 5 * n)
        placed = place_order(actor=there.dora, operation_id=new_uuid(), wanted=wanted, source="api")
        review_order(actor=there.dora, operation_id=new_uuid(), order_id=placed.public_id)


def fund(owner: Actor, dealer: Dealer, amount: str) -> None:
    """Money in, recorded by the dealer's side and approved by the owner."""
    dora = actor_of_membership(Membership.objects.get(organisation=dealer.organisation_id))
    top_up = create_top_up(actor=dora, operation_id=new_uuid(), facts=TopUpFacts(amount=amount))
    approve_top_up(actor=owner, operation_id=operation_id("bench", top_up.public_id), top_up=top_up.public_id)


def _fill(house: Warehouse) -> None:
    """10,000 SKUs on offer and in stock, written in bulk: the benches measure reading and trading."""
    products = Product.objects.bulk_create(
        [
            Product(code=f"P{n:05d}", name=f"Spring water {n}", sort_key=sort_key(f"Spring water {n}"))
            for n in range(SKUS)
        ]
    )
    skus = Sku.objects.bulk_create(
        [
            Sku(
                product=product,
                merchant_code=f"{product.code}-1",
                spec="500 ml",
                unit="bottle",
                weight_kg=Decimal("0.55"),
                wholesale_price=Decimal("1.05"),
                retail_price=Decimal(2),
                search_key=search_key(product.code, product.name),
                sort_key=product.sort_key,
            )
            for product in products
        ]
    )
    strategy = GoodsStrategy.objects.create(name="All")
    StrategyItem.objects.bulk_create(
        [StrategyItem(strategy=strategy, sku=sku, settlement_price=Decimal("1.30")) for sku in skus]
    )
    Stock.objects.bulk_create([Stock(warehouse=house, sku=sku, on_hand=Decimal(10_000_000)) for sku in skus])
    freight = FreightStrategy.objects.create(warehouse=house, name="Main")
    FreightRow.objects.create(
        strategy=freight,
        carrier=Carrier.objects.get(is_default=True),
        position=0,
        country="CN",
        first_kg=Decimal(5),
        first_fee=Decimal(6),
        tiers=[["0", "1", "0.8"]],
    )
