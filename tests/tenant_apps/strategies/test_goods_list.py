"""A dealer's goods as a list: its price, its share of the stock, found and sorted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platform_core.kernel.errors import NotFound
from tenant_apps.access.models import SupplierSettings
from tenant_apps.catalog.models import Brand, Category
from tenant_apps.dealers.queries import dealers_visible_to
from tenant_apps.inventory.models import Stock
from tenant_apps.strategies import queries
from tenant_apps.strategies.models import DealerItem
from tenant_apps.strategies.queries import GoodsFilter
from tests.factories import strategies as make

D = Decimal


def goods_of(actor, dealer, **wanted):
    return queries.offered_skus(actor, dealer, GoodsFilter(**wanted))


def codes(actor, dealer, **wanted):
    return [row["code"] for row in goods_of(actor, dealer, **wanted)[0:None]]


def level(dealer, percent):
    dealer.level = make.DealerLevel.objects.create(name=f"{percent} %", stock_percent=percent)
    dealer.save()


@pytest.mark.parametrize(
    ("on_hand", "reserved", "percent", "visible"),
    [
        pytest.param(100, 0, 90, "90", id="G-10"),
        pytest.param(80, 0, 90, "72", id="G-11-after-the-sync"),
        pytest.param(100, 10, 90, "81", id="reserved-is-not-free"),
        pytest.param(1, 0, 90, "0", id="the-last-piece"),
        pytest.param(5, 9, 100, "0", id="more-reserved-than-there"),
    ],
)
def test_a_dealer_sees_its_share_of_the_stock(dora, dealer, on_hand, reserved, percent, visible):
    (tea,) = make.skus(1)
    make.assign(dealer, make.strategy(goods=[tea]))
    level(dealer, percent)
    Stock.objects.create(warehouse=make.warehouse(), sku=tea, on_hand=on_hand, reserved=reserved)

    (row,) = goods_of(dora, dealer)[0:10]

    assert row["stock"] == D(visible)


def test_an_order_leaves_from_one_warehouse_so_the_largest_share_is_shown(dora, dealer):
    (tea,) = make.skus(1)
    make.assign(dealer, make.strategy(goods=[tea]))
    for code, count in [("W1", 7), ("W2", 40)]:
        Stock.objects.create(warehouse=make.warehouse(code), sku=tea, on_hand=count)
    Stock.objects.create(warehouse=make.warehouse("OFF", enabled=False), sku=tea, on_hand=900)

    assert goods_of(dora, dealer)[0:1][0]["stock"] == 40


@pytest.mark.parametrize(("show", "stock"), [("exact", D(5)), ("yes_no", D(5)), ("never", None)])
def test_the_supplier_chooses_what_is_told_of_the_stock(dora, dealer, show, stock):
    (tea,) = make.skus(1)
    make.assign(dealer, make.strategy(goods=[tea]))
    Stock.objects.create(warehouse=make.warehouse(), sku=tea, on_hand=5)
    SupplierSettings.objects.update(show_stock=show)

    assert goods_of(dora, dealer)[0:1][0]["stock"] == stock


def test_disabled_goods_are_not_there_for_the_dealer_but_for_the_supplier(olga, dora, dealer):
    tea, gone, out = make.skus(3)
    make.assign(dealer, make.strategy(goods=[tea, gone, out]))
    DealerItem.objects.create(dealer=dealer, sku=gone, enabled=False)
    type(out).objects.filter(pk=out.pk).update(enabled=False)

    assert codes(dora, dealer) == ["A-1"]
    assert codes(olga, dealer) == ["A-1", "A-2", "A-3"]
    assert codes(olga, dealer, state="disabled") == ["A-2", "A-3"]
    assert codes(olga, dealer, state="own") == ["A-2"]


def test_goods_are_found_by_code_name_pinyin_and_initials(dora, dealer):
    goods = [*make.skus(1, "W", name="农夫山泉"), *make.skus(1, "T", name="Green Tea")]
    make.assign(dealer, make.strategy(goods=goods))

    for q in ["W-1", "农夫", "nongfu", "nfsq"]:
        assert codes(dora, dealer, q=q) == ["W-1"], q
    assert codes(dora, dealer, q="tea green") == ["T-1"]
    assert codes(dora, dealer, q="100%") == []


def test_a_category_holds_everything_below_it(dora, dealer):
    drinks = Category.objects.create(name="Drinks")
    water = Category.objects.create(name="Water", parent=drinks)
    brand = Brand.objects.create(name="Spring")
    goods = [*make.skus(1, "W", category=water, brand=brand), *make.skus(1, "S")]
    make.assign(dealer, make.strategy(goods=goods))

    facets = queries.facets_of(dealer)

    assert codes(dora, dealer, category=drinks.public_id) == ["W-1"]
    assert codes(dora, dealer, brand=brand.public_id) == ["W-1"]
    assert facets.categories == ((drinks.public_id, "Drinks"), (water.public_id, "\u2003Water"))
    assert facets.brands == ((brand.public_id, "Spring"),)


def test_sorting_by_the_own_price_is_exact(dora, dealer):
    goods = make.skus(3)
    make.assign(dealer, make.strategy(goods=goods, price="10"))
    DealerItem.objects.create(dealer=dealer, sku=goods[2], settlement_price=D("9.000001"))
    DealerItem.objects.create(dealer=dealer, sku=goods[0], settlement_price=D("10.5"))

    assert codes(dora, dealer, sort="price") == ["A-3", "A-2", "A-1"]
    assert codes(dora, dealer, sort="-price") == ["A-1", "A-2", "A-3"]
    assert codes(dora, dealer, sort="-code") == ["A-3", "A-2", "A-1"]


@pytest.mark.parametrize("sort", ["name", "-name", "code", "-code", "price", "-price"])
def test_reading_on_by_marks_gives_every_row_once(dora, dealer, sort):
    goods = make.skus(7)
    make.assign(dealer, make.strategy(goods=goods))
    DealerItem.objects.create(dealer=dealer, sku=goods[3], settlement_price=D(3))
    listed = goods_of(dora, dealer, sort=sort)

    found, mark = [], None
    while rows := listed.after(mark, 3):
        found += [row["code"] for row in rows]
        mark = rows[-1]["mark"]

    assert found == codes(dora, dealer, sort=sort)
    assert len(found) == 7


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_of_goods_takes_four_statements(dora, dealer, count):
    goods = make.skus(count)
    make.assign(dealer, make.strategy(goods=goods))
    Stock.objects.bulk_create(
        Stock(warehouse=make.Warehouse.objects.first() or make.warehouse(), sku=one, on_hand=1)
        for one in goods
    )

    with CaptureQueriesContext(connection) as statements:
        listed = goods_of(dora, dealer)
        rows = listed[0:50]
        assert listed.count() == len(rows) == count

    assert len(statements) == 4  # facts, goods, stock, count


def test_scopes_are_those_of_dealers_and_warehouses(olga, dora, dealer, stranger):
    (tea,) = make.skus(1)
    for one in (dealer, stranger):
        make.assign(one, make.strategy(one.code, goods=[tea]))
    near, far = make.warehouse("NEAR"), make.warehouse("FAR")
    Stock.objects.create(warehouse=near, sku=tea, on_hand=3)
    Stock.objects.create(warehouse=far, sku=tea, on_hand=9)
    narrow = replace(olga, dealer_ids=frozenset({dealer.pk}), warehouse_ids=frozenset({near.pk}))

    for actor in (olga, dora, narrow):
        visible = set(dealers_visible_to(actor))
        for one in (dealer, stranger):
            if one in visible:
                assert len(goods_of(actor, one)[0:1]) == 1
                continue
            for named in (one, one.public_id):
                with pytest.raises(NotFound):
                    queries.offered_skus(actor, named)
    assert goods_of(olga, dealer)[0:1][0]["stock"] == 9
    assert goods_of(narrow, dealer)[0:1][0]["stock"] == 3
    chosen = queries.offered_skus(dora, None, warehouse_ids=[near.pk])
    assert chosen[0:1][0]["stock"] == 3
