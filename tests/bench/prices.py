"""The price of 500 SKUs for one dealer, with and without rules that concern it."""

from __future__ import annotations

from decimal import Decimal

from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext

from platform_core.db.router import shard_alias
from platform_core.kernel.context import serve
from tenant_apps.catalog.models import Sku
from tenant_apps.strategies.models import PriceRule
from tenant_apps.strategies.queries import offers_named
from tests.bench.figures import Figure, of_times, percentile, timed
from tests.bench.money import UNCOUNTED
from tests.bench.shop import Shop, shop

ASKED, TIMES = 500, 60
QUANTITY = Decimal(24)


def price_500() -> list[Figure]:
    """What 500 SKUs cost at 24 pieces: a rate of the level, and two fixed tiers on every second SKU."""
    there = shop()
    with serve(there.supplier), transaction.atomic(using=shard_alias()):
        bare = timed(lambda: _priced(there, ASKED), TIMES)
        _lay(there)
        ruled = timed(lambda: _priced(there, ASKED), TIMES)
        counts = {asked: _statements(there, asked) for asked in (1, ASKED)}
        transaction.set_rollback(True, using=shard_alias())
    said = (
        f"{counts[1]} statement for 1 SKU, {counts[ASKED]} for {ASKED};"
        f" without any rule p50 {percentile(bare, 0.5):.1f} ms"
    )
    return [of_times("price_500", ruled, note=said)]


def _lay(there: Shop) -> None:
    skus = list(Sku.objects.order_by("pk")[:ASKED])
    level = PriceRule(level=there.dealer.level, rate=Decimal("0.95"))
    tiers = [
        PriceRule(dealer=there.dealer, sku=sku, fixed=price, from_quantity=least)
        for sku in skus[::2]
        for least, price in ((Decimal(0), Decimal("1.25")), (Decimal(12), Decimal("1.20")))
    ]
    PriceRule.objects.bulk_create([level, *tiers])


def _priced(there: Shop, asked: int) -> None:
    found = offers_named(dealer_id=there.dealer.pk, names=there.skus[:asked])
    prices = [offer.price_at(QUANTITY) for _sku, offer in found.values()]
    if len(prices) != asked:
        raise SystemExit(f"price_500: {len(prices)} of {asked} SKUs have a price")


def _statements(there: Shop, asked: int) -> int:
    with CaptureQueriesContext(connections[shard_alias()]) as made:
        _priced(there, asked)
    return len([q for q in made.captured_queries if not q["sql"].upper().startswith(UNCOUNTED)])


BENCHES = {"price_500": price_500}
