"""The public catalogue (MO-04): what strangers see, and what they never see."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenant_apps.access.models import SupplierSettings
from tenant_apps.catalog.models import Brand, Category, Sku
from tenant_apps.inventory.models import Stock
from tenant_apps.strategies.models import (
    DealerItem,
    OrderingOrganisation,
    PublicationTarget,
    SkuPublication,
    StrategyItem,
)
from tests.factories import strategies as make

pytestmark = pytest.mark.usefixtures("nothing_counted")


@pytest.fixture
def goods(acme):
    """`A-1`… `A-3`, for 12 retail; 8 by the strategy; 86,413 lie there."""
    found = make.skus(3)
    make.strategy("Street", goods=found, price="8")
    Stock.objects.create(warehouse=make.warehouse(), sku=found[0], on_hand=86_413)
    return found


def opened(price="none", strategy=""):
    SupplierSettings.objects.update(
        public_catalogue=True, public_price=price, public_strategy=strategy, version=2
    )


def shown(client, query=""):
    page = client.get(f"/catalogue{query}").content.decode()
    return re.findall(r'<span class="code">([^<]+)</span>', page)


def test_hidden_it_leads_to_the_login(anonymous, goods):
    sku = goods[0]
    for path in ("/catalogue", f"/catalogue/{sku.product.public_id}"):
        answer = anonymous.get(path)
        assert (answer.status_code, answer.url) == (302, "/login/")
    assert "/catalogue" not in anonymous.get("/login/").content.decode()
    assert "Allow" not in anonymous.get("/robots.txt").content.decode()


def test_public_it_needs_no_login_and_no_session(anonymous, goods):
    opened()

    answer = anonymous.get("/catalogue")

    assert (answer.status_code, shown(anonymous)) == (200, ["A-1", "A-2", "A-3"])
    assert "sessionid" not in " ".join(answer.cookies)
    assert "max-age=60" in answer.headers["Cache-Control"]
    assert 'name="description"' in answer.content.decode()
    assert 'href="/catalogue"' in anonymous.get("/login/").content.decode()
    assert "Allow: /catalogue" in anonymous.get("/robots.txt").content.decode()


@pytest.mark.parametrize(
    ("price", "told", "untold"),
    [("none", [], ["12.00", "8.00"]), ("retail", ["¥12.00"], ["8.00"]), ("strategy", ["¥8.00"], ["12.00"])],
)
def test_the_price_is_the_chosen_one(anonymous, goods, price, told, untold):
    opened(price, StrategyItem.objects.first().strategy.public_id)

    for path in ("/catalogue", f"/catalogue/{goods[0].product.public_id}"):
        page = anonymous.get(path).content.decode()
        assert [one for one in told if one not in page] == []
        assert [one for one in untold if one in page] == []


def test_never_the_stock_the_cost_or_a_dealers_price(anonymous, goods, dealer):
    DealerItem.objects.create(dealer=dealer, sku=goods[0], settlement_price=Decimal("7.77"))
    Sku.objects.update(wholesale_price=Decimal("3.33"))
    opened("retail")

    for path in ("/catalogue", f"/catalogue/{goods[0].product.public_id}"):
        page = anonymous.get(path).content.decode()
        assert [one for one in ("86413", "86,413", "7.77", "3.33") if one in page] == []


def test_only_what_the_strategy_has_on_offer(anonymous, goods):
    item = StrategyItem.objects.get(sku=goods[0])
    StrategyItem.objects.filter(sku=goods[1]).update(enabled=False)
    StrategyItem.objects.filter(sku=goods[2]).delete()
    opened("strategy", item.strategy.public_id)

    assert shown(anonymous) == ["A-1"]
    assert anonymous.get(f"/catalogue/{goods[1].product.public_id}").status_code == 404


def test_disabled_goods_and_those_for_some_dealers_are_not_there(anonymous, goods, dealer):
    goods += make.skus(1, "Z")
    Sku.objects.filter(pk=goods[0].pk).update(enabled=False)
    type(goods[1].product).objects.filter(pk=goods[1].product_id).update(enabled=False)
    PublicationTarget.objects.create(sku=goods[2], dealer=dealer)
    closed = OrderingOrganisation.objects.create(code="O", name="Old", enabled=False)
    SkuPublication.objects.create(sku=goods[3], organisation=closed)
    opened("retail")

    assert shown(anonymous) == []
    assert [anonymous.get(f"/catalogue/{sku.product.public_id}").status_code for sku in goods] == [404] * 4


def test_it_is_searched_and_narrowed(anonymous, goods):
    drinks = Category.objects.create(name="Drinks")
    water = Category.objects.create(name="Water", parent=drinks)
    brand = Brand.objects.create(name="Spring")
    make.skus(1, "W", name="农夫山泉", category=water, brand=brand)
    opened()

    for query in ("?q=nfsq", f"?category={drinks.public_id}", f"?brand={brand.public_id}"):
        assert shown(anonymous, query) == ["W-1"], query
    assert shown(anonymous, "?q=nothing") == []
    assert shown(anonymous, "?category=cat_none") == []


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_takes_the_same_statements_for_one_sku_and_three(anonymous, acme, count):
    make.skus(count)
    opened("retail")
    anonymous.get("/catalogue")

    with CaptureQueriesContext(connection) as seen:
        assert len(shown(anonymous)) == count

    assert len(seen) == 3


def test_the_api_stays_closed(anonymous, goods):
    opened("retail")

    for path in ("/api/v1/skus", "/api/v1/offers", "/api/v1/products"):
        assert anonymous.get(path).status_code == 401


def test_one_address_may_not_ask_without_end(anonymous, goods, monkeypatch):
    from platform_core.rates import Rate
    from tenant_apps.strategies.pages import catalogue

    monkeypatch.setattr(catalogue, "LOOKS", Rate("catalogue-looks", most=2, seconds=60))
    opened()

    assert [anonymous.get("/catalogue").status_code for _ in range(3)] == [200, 200, 429]
