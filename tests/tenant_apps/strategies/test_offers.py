"""What a dealer is offered: the strategy overlaid with its own rows, in one statement."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenant_apps.catalog.models import Product, Sku
from tenant_apps.strategies import queries
from tenant_apps.strategies.goods import Offer, OverrideRow, StrategyRow, effective
from tenant_apps.strategies.models import DealerItem, StrategyItem
from tests.examples import undone
from tests.factories import strategies as make

D = Decimal
pytestmark = pytest.mark.usefixtures("acme")


def test_a_dealer_without_strategy_is_offered_nothing():
    make.strategy(goods=make.skus(2))
    dealer = make.dealer()

    assert queries.offers(dealer_id=dealer.pk) == {}


def test_a_dealers_own_price_stands_and_the_rest_follows_the_strategy():
    tea, coffee = make.skus(2)
    dealer = make.dealer()
    standard = make.strategy(goods=[tea, coffee], price="8")
    make.assign(dealer, standard)
    DealerItem.objects.create(dealer=dealer, sku=tea, settlement_price=D(7))

    StrategyItem.objects.filter(strategy=standard).update(settlement_price=D(9), enabled=False)

    assert queries.offers(dealer_id=dealer.pk) == {
        tea.pk: Offer(D(7), False, True, False),
        coffee.pk: Offer(D(9), False, False, False),
    }


def test_a_sku_given_to_one_dealer_alone_needs_no_strategy():
    (tea,) = make.skus(1)
    dealer, other = make.dealer("D1"), make.dealer("D2")
    DealerItem.objects.create(dealer=dealer, sku=tea, settlement_price=D(7), added=True)

    assert queries.offers(dealer_id=dealer.pk) == {tea.pk: Offer(D(7), True, True, False)}
    assert queries.offers(dealer_id=other.pk) == {}


@pytest.mark.parametrize("archive", [Sku, Product])
def test_what_the_archive_disabled_is_not_orderable(archive):
    (tea,) = make.skus(1)
    dealer = make.dealer()
    make.assign(dealer, make.strategy(goods=[tea]))

    archive.objects.update(enabled=False)

    offer = queries.offers(dealer_id=dealer.pk, sku_ids=[tea.pk])[tea.pk]
    assert (offer.enabled, offer.orderable) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_offers_are_one_statement(count):
    goods = make.skus(count)
    dealer = make.dealer()
    make.assign(dealer, make.strategy(goods=goods))

    with CaptureQueriesContext(connection) as statements:
        found = queries.offers(dealer_id=dealer.pk, sku_ids=[sku.pk for sku in goods])

    assert (len(found), len(statements)) == (count, 1)


PRICES = st.decimals(0, 100, places=6)
STRATEGY_ROWS = st.none() | st.builds(StrategyRow, PRICES, st.booleans())
OWN_ROWS = st.none() | st.builds(
    OverrideRow, st.none() | PRICES, st.none() | st.booleans(), st.booleans()
).filter(lambda own: own.price is not None or (own.enabled is not None and not own.added))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(st.tuples(STRATEGY_ROWS, OWN_ROWS), min_size=1, max_size=6))
@undone
def test_sql_and_the_pure_rule_agree(rows):
    goods = make.skus(6)
    dealer = _dealer()
    standard = _strategy()
    make.assign(dealer, standard)
    for sku, (followed, own) in zip(goods, rows, strict=False):
        if followed:
            StrategyItem.objects.create(
                strategy=standard, sku=sku, settlement_price=followed.price, enabled=followed.enabled
            )
        if own:
            DealerItem.objects.create(
                dealer=dealer, sku=sku, settlement_price=own.price, enabled=own.enabled, added=own.added
            )

    expected = {sku.pk: effective(*row) for sku, row in zip(goods, rows, strict=False)}

    assert queries.offers(dealer_id=dealer.pk) == {pk: offer for pk, offer in expected.items() if offer}


def _dealer():
    return make.Dealer.objects.first() or make.dealer()


def _strategy():
    return make.GoodsStrategy.objects.first() or make.strategy()
