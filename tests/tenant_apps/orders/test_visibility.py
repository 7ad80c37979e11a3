"""The rule of who sees an order and a shop, as a queryset and as SQL: the same rows for everybody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from platform_core.db.fast import fetched
from tenant_apps.dealers.models import Shop
from tenant_apps.dealers.queries import VISIBLE_SHOP, shop_visibility_of, shops_visible_to
from tenant_apps.orders.operations import locked_order
from tenant_apps.orders.queries.orders import VISIBLE_ORDER, orders_visible_to, visibility_of
from tenant_apps.orders.queries.parties import buyer_of

NOTHING = frozenset({0})
SCOPES = [
    {},
    {"warehouse_ids": NOTHING},
    {"dealer_ids": NOTHING},
    {"shop_ids": NOTHING},
    {"warehouse_ids": frozenset(), "dealer_ids": frozenset(), "shop_ids": frozenset()},
]


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("own", [False, True], ids=["closed", "own"])
def test_both_forms_show_the_same(order, olga, dora, xavier, stranger, scope, own):
    Shop.objects.create(dealer=stranger, code="S-2", name="Other")
    seen = {"warehouse_ids": order.warehouse_id, "dealer_ids": order.dealer_id, "shop_ids": order.shop_id}
    if own:
        scope = {name: frozenset({seen[name]}) for name in scope}
    for actor in (olga, dora, xavier):
        limited = replace(actor, **scope)
        orders = fetched(
            f"SELECT o.id FROM orders_salesorder o WHERE {VISIBLE_ORDER}", visibility_of(limited)
        )
        shops = fetched(f"SELECT s.id FROM dealers_shop s WHERE {VISIBLE_SHOP}", shop_visibility_of(limited))

        assert {row[0] for row in orders} == set(orders_visible_to(limited).values_list("pk", flat=True))
        assert {row[0] for row in shops} == set(shops_visible_to(limited).values_list("pk", flat=True))


def test_what_comes_along_is_what_django_would_read(order, dora):
    found = locked_order(dora, order.public_id)
    kept = orders_visible_to(dora).select_related("dealer__level", "warehouse", "carrier", "shop").get()

    for one, other in (
        (found, kept),
        (found.dealer, kept.dealer),
        (found.dealer.level, kept.dealer.level),
        (found.warehouse, kept.warehouse),
        (found.carrier, kept.carrier),
        (found.shop, kept.shop),
        (buyer_of(dora, order.shop.code).shop, kept.shop),
    ):
        names = [field.attname for field in one._meta.concrete_fields]
        assert type(one) is type(other)
        assert [getattr(one, name) for name in names] == [getattr(other, name) for name in names]
