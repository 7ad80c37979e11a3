"""To whom a SKU is published: the rule, and every question for a dealer's goods."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenant_apps.dealers.models import DealerGroup
from tenant_apps.inventory.models import Stock
from tenant_apps.strategies import queries
from tenant_apps.strategies.models import (
    DealerOrganisation,
    OrderingOrganisation,
    PublicationTarget,
    SkuPublication,
)
from tenant_apps.strategies.publication import Publication, Reader, is_published
from tests.examples import undone
from tests.factories import strategies as make

D = Decimal
HERE, THERE = 1, 2
EVERYBODY = Publication()


@pytest.mark.parametrize(
    ("publication", "reader", "gets_it"),
    [
        (EVERYBODY, Reader(HERE), True),
        (Publication(dealers=frozenset({HERE})), Reader(HERE), True),
        (Publication(dealers=frozenset({THERE})), Reader(HERE), False),
        (Publication(groups=frozenset({7})), Reader(HERE, group=7), True),
        (Publication(groups=frozenset({7})), Reader(HERE), False),
        (Publication(dealers=frozenset({THERE}), groups=frozenset({7})), Reader(HERE, group=7), True),
        (Publication(organisation=3), Reader(HERE), True),
        (Publication(organisation=3), Reader(HERE, organisations=frozenset({3, 4})), True),
        (Publication(organisation=3), Reader(HERE, organisations=frozenset({4})), False),
        (Publication(organisation=3, organisation_enabled=False), Reader(HERE), False),
        (EVERYBODY, Reader(HERE, organisations=frozenset({4})), True),
    ],
)
def test_who_gets_a_sku(publication, reader, gets_it):
    assert is_published(publication, reader) is gets_it


def test_no_path_to_goods_passes_a_limit_by(dora, dealer, stranger):
    tea, secret = make.skus(2)
    make.assign(dealer, make.strategy(goods=[tea, secret]))
    PublicationTarget.objects.create(sku=secret, dealer=stranger)

    assert set(queries.offers(dealer_id=dealer.pk)) == {tea.pk}
    assert set(queries.offers(dealer_id=dealer.pk, sku_ids=[tea.pk, secret.pk])) == {tea.pk}
    assert queries.offers_named(dealer_id=dealer.pk, names=["A-2", secret.public_id]) == {}
    listed = queries.offered_skus(dora, dealer)
    assert [row["code"] for row in listed[0:9]] == ["A-1"]
    assert (listed.count(), [row["code"] for row in listed.after(None, 9)]) == (1, ["A-1"])


def test_only_the_display_warehouse_is_shown(dora, dealer):
    tea, coffee = make.skus(2)
    make.assign(dealer, make.strategy(goods=[tea, coffee]))
    near, far = make.warehouse("NEAR"), make.warehouse("FAR")
    for sku in (tea, coffee):
        Stock.objects.create(warehouse=near, sku=sku, on_hand=3)
        Stock.objects.create(warehouse=far, sku=sku, on_hand=90)
    SkuPublication.objects.create(sku=tea, display_warehouse=near)

    rows = queries.offered_skus(dora, dealer)[0:9]

    assert {row["code"]: row["stock"] for row in rows} == {"A-1": 3, "A-2": 90}
    offers = queries.offers(dealer_id=dealer.pk)
    assert (offers[tea.pk].display_warehouse_id, offers[coffee.pk].display_warehouse_id) == (near.pk, None)


ORGANISATION = st.sampled_from([None, "OPEN", "OTHER", "SHUT"])
PUBLICATION = st.tuples(st.sets(st.sampled_from(["mine", "other", "my group", "other group"])), ORGANISATION)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rows=st.lists(PUBLICATION, min_size=4, max_size=4),
    in_group=st.booleans(),
    limits=st.sets(st.sampled_from(["OPEN", "OTHER", "SHUT"])),
)
@undone
def test_sql_and_the_rule_agree(dealer, stranger, rows, in_group, limits):
    goods = make.skus(4)
    strategy = make.strategy(goods=goods)
    make.assign(dealer, strategy)
    groups = [DealerGroup.objects.get_or_create(name=name)[0] for name in ("mine", "other")]
    type(dealer).objects.filter(pk=dealer.pk).update(group=groups[0] if in_group else None)
    houses = {
        code: OrderingOrganisation.objects.get_or_create(
            code=code, defaults={"name": code, "enabled": code != "SHUT"}
        )[0]
        for code in ("OPEN", "OTHER", "SHUT")
    }
    DealerOrganisation.objects.bulk_create(
        DealerOrganisation(dealer=dealer, organisation=houses[code]) for code in limits
    )
    whom = {
        "mine": {"dealer": dealer},
        "other": {"dealer": stranger},
        "my group": {"group": groups[0]},
        "other group": {"group": groups[1]},
    }
    reader = Reader(
        dealer.pk, groups[0].pk if in_group else None, frozenset(houses[code].pk for code in limits)
    )
    expected = set()
    for sku, (targets, code) in zip(goods, rows, strict=True):
        for name in targets:
            PublicationTarget.objects.create(sku=sku, **whom[name])
        if code:
            SkuPublication.objects.create(sku=sku, organisation=houses[code])
        publication = Publication(
            frozenset(whom[name]["dealer"].pk for name in targets if "dealer" in whom[name]),
            frozenset(whom[name]["group"].pk for name in targets if "group" in whom[name]),
            houses[code].pk if code else None,
            organisation_enabled=code != "SHUT",
        )
        if is_published(publication, reader):
            expected.add(sku.pk)

    assert set(queries.offers(dealer_id=dealer.pk)) == expected
