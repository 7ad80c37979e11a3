"""The lowest price that a promotion can meet: more than that may not be taken off a unit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Min, Q, QuerySet

from platform_core.kernel import clock
from platform_core.kernel.context import serving
from tenant_apps.catalog import queries as catalog
from tenant_apps.dealers.models import Dealer
from tenant_apps.strategies.models import Assignment, DealerItem, PriceRule, StrategyItem
from tenant_apps.strategies.pricing import settlement_price


def lowest_price(
    dealers: QuerySet[Dealer], found: Mapping[str, Collection[Any]], places: int
) -> Decimal | None:
    """The lowest price that these dealers pay for these goods, or None.

    Strategies, own rows, fixed prices and rates, those that begin later too; prices by rate have `places`
    decimals. Eight statements at most, however many dealers and goods there are.
    """
    goods = _goods(found)
    rules = PriceRule.objects.filter(
        goods | Q(sku=None), Q(dealer__in=dealers) | Q(level__in=dealers.values("level"))
    ).exclude(valid_until__lt=clock.today(serving().timezone))
    prices = [
        StrategyItem.objects.filter(goods, strategy__assignments__dealer__in=dealers),
        DealerItem.objects.filter(goods, dealer__in=dealers, settlement_price__isnull=False),
    ]
    lowest = [rows.aggregate(lowest=Min("settlement_price"))["lowest"] for rows in prices]
    lowest.append(rules.filter(fixed__isnull=False).aggregate(lowest=Min("fixed"))["lowest"])
    rates = list(rules.filter(rate__isnull=False))
    if rates:
        lowest += [
            settlement_price(base, rate=rate, places=places) for base, rate in _met(rates, dealers, goods)
        ]
    return min((price for price in lowest if price is not None), default=None)


def _met(
    rates: Collection[PriceRule], dealers: QuerySet[Dealer], goods: Q
) -> Iterator[tuple[Decimal, Decimal]]:
    """The lowest base price that each rate meets: of the strategies, and of SKUs given to a dealer alone."""
    of_dealer: dict[int, set[int]] = {}
    of_level: dict[int, set[int]] = {}
    assigned = Assignment.objects.filter(dealer__in=dealers)
    for dealer, level, strategy in assigned.values_list("dealer", "dealer__level", "strategy"):
        of_dealer.setdefault(dealer, set()).add(strategy)
        of_level.setdefault(level, set()).add(strategy)
    strategies = {strategy for held in of_level.values() for strategy in held}
    items = StrategyItem.objects.filter(goods, strategy__in=strategies)
    every = dict(items.values_list("strategy").annotate(lowest=Min("settlement_price")).order_by())
    named = items.filter(sku__in={rule.sku_id for rule in rates if rule.sku_id})
    each = {
        (strategy, sku): price
        for strategy, sku, price in named.values_list("strategy", "sku", "settlement_price")
    }
    given = DealerItem.objects.filter(goods, dealer__in=dealers, added=True)
    alone = list(given.values_list("dealer", "dealer__level", "sku", "settlement_price"))
    for rule in rates:
        held = of_dealer.get(rule.dealer_id or 0) or of_level.get(rule.level_id or 0) or ()
        bases = [each.get((one, rule.sku_id)) if rule.sku_id else every.get(one) for one in held]
        bases += [
            price
            for dealer, level, sku, price in alone
            if (rule.dealer_id == dealer or rule.level_id == level) and rule.sku_id in (None, sku)
        ]
        yield from ((base, rule.rate) for base in bases if base is not None and rule.rate is not None)


def _goods(found: Mapping[str, Collection[Any]]) -> Q:
    if not (found["skus"] or found["categories"]):
        return Q()
    condition = Q(sku__in=found["skus"])
    if found["categories"]:
        tree = catalog.tree()
        below = [one for category in found["categories"] for one in tree.below(category.pk)]
        condition |= Q(sku__product__category__in=below)
    return condition
