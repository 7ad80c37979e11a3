"""Promotions for tests: dull on purpose, straight into the tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from platform_core.kernel import clock
from tenant_apps.dealers.models import Dealer, DealerGroup
from tenant_apps.strategies.models import Promotion, PromotionAudience, PromotionScope

D = Decimal
DAY = timedelta(days=1)


def promotion(
    kind: str = "line_discount",
    *,
    skus: Sequence[Any] = (),
    categories: Sequence[Any] = (),
    dealers: Sequence[Dealer] = (),
    groups: Sequence[DealerGroup] = (),
    levels: Sequence[Any] = (),
    **columns: Any,
) -> Promotion:
    """A promotion that runs since yesterday until tomorrow; 10 % off without another effect."""
    if kind == "line_discount" and "unit_off" not in columns:
        columns.setdefault("percent", D(10))
    now = clock.now()
    made = Promotion.objects.create(
        **{
            "name": f"Autumn {kind}",
            "kind": kind,
            "starts_at": now - DAY,
            "ends_at": now + DAY,
            "every_dealer": not (dealers or groups or levels),
            "every_sku": not (skus or categories),
            **columns,
        }
    )
    named = {"dealer": dealers, "group": groups, "level": levels}
    PromotionAudience.objects.bulk_create(
        PromotionAudience(promotion=made, **{name: one}) for name, rows in named.items() for one in rows
    )
    scoped = {"sku": skus, "category": categories}
    PromotionScope.objects.bulk_create(
        PromotionScope(promotion=made, **{name: one}) for name, rows in scoped.items() for one in rows
    )
    return made


def coupon(code: str = "SAVE10", **columns: Any) -> Promotion:
    """A coupon: 10 % off all goods without another effect."""
    if "off_minor" not in columns:
        columns.setdefault("percent", D(10))
    return promotion("coupon", code=code, **columns)


def gift(sku: Any, every: str = "10", count: str = "1", **columns: Any) -> Promotion:
    """For every ten bought, one of the SKU."""
    return promotion("gift", gift_sku=sku, every=D(every), gift_quantity=D(count), **columns)


def group_of(*dealers: Dealer, name: str = "Cafés") -> DealerGroup:
    """A group with these dealers."""
    made = DealerGroup.objects.create(name=name)
    Dealer.objects.filter(pk__in=[one.pk for one in dealers]).update(group=made)
    return made
