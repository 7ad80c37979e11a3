"""Stars on a dealer's goods (K-18, TB-09, ZZ-03): first in the pad and the goods, alone by filter, over REST."""

from __future__ import annotations

import re

import pytest

from platform_core.kernel.errors import NotFound, NotPermitted
from tenant_apps.strategies.commands.favorites import set_favorite
from tenant_apps.strategies.models import Favorite
from tenant_apps.strategies.queries.goods_filter import GoodsFilter
from tenant_apps.strategies.queries.goods_list import offered_skus
from tests.factories.orders import trade as make_trade
from tests.tenant_apps.orders.test_statements import statements

OFFERS = "/api/v1/offers"


@pytest.fixture
def trade(dealer):
    return make_trade(dealer)


@pytest.fixture
def starred(trade, dora):
    """A-3 is a favorite."""
    set_favorite(actor=dora, sku_id=trade.skus[2].public_id, is_favorite=True)
    return trade.skus[2]


def shown(client, address):
    """The merchant codes of the pad's rows, in their order."""
    return re.findall(r'<span class="code">(A-[0-9])</span>', client.get(address).content.decode())


def codes(goods):
    return [row["code"] for row in goods[0:10]]


def test_favorites_come_first_and_alone(trade, dora, starred):
    dealer = trade.dealer
    assert codes(offered_skus(dora, dealer, GoodsFilter())) == ["A-1", "A-2", "A-3"]
    assert codes(offered_skus(dora, dealer, GoodsFilter(favorites_first=True))) == ["A-3", "A-1", "A-2"]
    alone = offered_skus(dora, dealer, GoodsFilter(favorite="yes"))
    assert (codes(alone), alone.count()) == (["A-3"], 1)


def test_said_twice_it_is_one_star_and_taken_away_it_is_none(trade, dora, starred):
    set_favorite(actor=dora, sku_id=starred.public_id, is_favorite=True)
    assert Favorite.objects.count() == 1
    for _ in range(2):
        set_favorite(actor=dora, sku_id=starred.public_id, is_favorite=False)
    assert not Favorite.objects.exists()


def test_only_the_dealers_own_goods_by_its_own_people(trade, dora, xavier, olga, nil, starred):
    for actor, error in ((xavier, NotFound), (olga, NotFound), (nil, NotPermitted)):
        with pytest.raises(error):
            set_favorite(actor=actor, sku_id=trade.skus[0].public_id, is_favorite=True)
    assert list(Favorite.objects.values_list("sku_id", flat=True)) == [starred.pk]


def test_a_list_takes_no_statement_more_for_them(trade, dora):
    def reading():
        return statements(lambda: offered_skus(dora, trade.dealer, GoodsFilter(favorites_first=True))[0:10])

    without = reading()
    for sku in trade.skus:
        set_favorite(actor=dora, sku_id=sku.public_id, is_favorite=True)
    assert reading() == without


def test_the_star_is_pressed_on_the_page(as_dora, trade, starred):
    path = f"/strategies/favorites/{trade.skus[0].public_id}"

    pressed = as_dora.post(path, {"on": "1"}, headers={"HX-Request": "true"})

    assert 'aria-pressed="true"' in pressed.content.decode()
    assert Favorite.objects.count() == 2
    assert as_dora.post(path, {"on": "0"}).status_code == 302
    assert Favorite.objects.count() == 1


def test_the_goods_page_shows_them_first_and_filters(as_dora, trade, starred):
    page = as_dora.get("/strategies/my-goods").content.decode()
    assert page.index("A-3") < page.index("A-1")
    only = as_dora.get("/strategies/my-goods?favorite=yes").content.decode()
    assert "A-3" in only
    assert "A-1" not in only


def test_the_pad_shows_them_first_and_filters(as_dora, as_olga, trade, starred):
    assert shown(as_dora, "/orders/pad") == ["A-3", "A-1", "A-2"]
    assert as_dora.get("/orders/pad").content.decode().count('class="star') == 3
    assert shown(as_dora, "/orders/pad?favorite=yes") == ["A-3"]
    assert shown(as_dora, "/orders/pad?sort=-code") == ["A-3", "A-2", "A-1"]
    staff = f"/orders/pad?shop={trade.shop.public_id}"
    assert shown(as_olga, staff) == ["A-3", "A-1", "A-2"]
    assert 'class="star' not in as_olga.get(staff).content.decode()


def test_no_favorites_yet_says_how_to_get_them(as_dora, trade):
    assert "No favorites yet" in as_dora.get("/orders/pad?favorite=yes").content.decode()


def test_over_the_api(as_dora, as_olga, as_xavier, trade, starred):
    path = f"{OFFERS}/{trade.skus[0].public_id}/favorite"
    assert as_dora.put(path).status_code == 204
    listed = as_dora.get(f"{OFFERS}?favorite=true").json()["items"]
    assert [(item["code"], item["favorite"]) for item in listed] == [("A-1", True), ("A-3", True)]
    assert as_dora.delete(path).status_code == 204
    assert [item["favorite"] for item in as_dora.get(OFFERS).json()["items"]] == [False, False, True]
    assert as_xavier.put(path).status_code == 404
    assert as_olga.put(path).status_code == 404
    assert as_dora.get(f"{OFFERS}?favorite=perhaps").status_code == 422
