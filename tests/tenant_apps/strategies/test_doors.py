"""Pages and API of strategies: who gets in, what both doors agree on, what a dealer never sees."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from platform_core.workbooks.reading import read_table
from tenant_apps.access.models import SupplierSettings
from tenant_apps.inventory.models import Stock
from tenant_apps.logistics.rules import CARRIER_CODE_COLUMNS
from tenant_apps.strategies.models import Assignment, DealerItem, FreightStrategy, GoodsStrategy, StrategyItem
from tests.factories import strategies as make
from tests.imports import confirmed

D = Decimal
SECRET = "777.123456"


@pytest.fixture
def goods(dealer):
    """Three SKUs that Dora may buy at 8, with stock; their wholesale price is a number that must not leak."""
    goods = make.skus(3)
    type(goods[0]).objects.update(wholesale_price=D(SECRET))
    make.assign(dealer, make.strategy(goods=goods))
    place = make.warehouse()
    Stock.objects.bulk_create(Stock(warehouse=place, sku=one, on_hand=40) for one in goods)
    return goods


@pytest.fixture
def strategy(goods):
    return GoodsStrategy.objects.get()


@pytest.fixture
def table(goods):
    place = make.Warehouse.objects.get()
    return make.freight(place, [{"carrier": make.carrier("SF"), "region1": "浙江省"}])


def page(name, *args):
    return reverse(f"strategies:{name}", urlconf="platform_core.urls_supplier", args=args)


def console_pages(strategy, dealer, table):
    return [
        page("list"),
        page("detail", strategy.public_id),
        page("used_by", strategy.public_id),
        page("import", strategy.public_id),
        page("export", strategy.public_id),
        page("template"),
        page("dealer_goods", dealer.public_id),
        page("dealer_panel", dealer.public_id),
        page("dealer_goods_export", dealer.public_id),
        page("freight_list"),
        page("freight", table.public_id),
        page("freight_export", table.public_id),
        page("freight_import"),
        page("freight_template"),
        page("calculator"),
    ]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_of_the_console_opens(as_olga, strategy, dealer, table, language):
    for address in console_pages(strategy, dealer, table):
        answer = as_olga.get(address, headers={"accept-language": language})
        assert answer.status_code == 200, address


def test_nobody_else_enters_the_console(as_sam, as_dora, as_xavier, strategy, dealer, table):
    for browser in (as_sam, as_dora, as_xavier):
        assert [browser.get(one).status_code for one in console_pages(strategy, dealer, table)] == [403] * 15


def test_foreign_ids_do_not_exist(as_olga, rival_olga, strategy, dealer, table):
    for address in [
        page("detail", strategy.public_id),
        page("dealer_goods", dealer.public_id),
        page("freight", table.public_id),
        f"/api/v1/goods-strategies/{strategy.public_id}",
        f"/api/v1/offers?dealer={dealer.public_id}",
        f"/api/v1/freight-strategies/{table.public_id}",
    ]:
        assert as_olga.get(address).status_code == 200, address
        assert rival_olga.get(address).status_code == 404, address


def test_a_dealer_sees_its_goods_its_price_and_its_share(as_dora, goods, dealer):
    dealer.level.stock_percent = 90
    dealer.level.save()
    DealerItem.objects.create(dealer=dealer, sku=goods[0], settlement_price=D("7.5"))

    html = as_dora.get(page("my_goods")).content.decode()
    items = as_dora.get("/api/v1/offers").json()["items"]

    assert ("¥7.50" in html, "¥8.00" in html) == (True, True)
    assert [(one["code"], one["price"], one["stock"]) for one in items] == [
        ("A-1", "7.5", "36"),
        ("A-2", "8", "36"),
        ("A-3", "8", "36"),
    ]


def test_a_dealer_never_meets_a_wholesale_price_nor_the_strategys(as_dora, goods, dealer):
    DealerItem.objects.create(dealer=dealer, sku=goods[0], settlement_price=D("7.5"))
    StrategyItem.objects.filter(sku=goods[0]).update(settlement_price=D("555.55"))

    for address in [page("my_goods"), "/api/v1/offers", page("my_goods_export") + "?format=csv"]:
        answer = as_dora.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = body.decode().lower().replace("acme wholesale", "")  # the supplier's name
        assert answer.status_code == 200
        assert [word for word in ("wholesale", "777.12", "555.55", "strategy_price") if word in text] == []


@pytest.mark.parametrize(
    ("show", "shown", "stock", "in_stock"),
    [("exact", "40", "40", True), ("yes_no", "in stock", None, True), ("never", "", None, None)],
)
def test_stock_is_told_as_the_supplier_chose(as_dora, goods, show, shown, stock, in_stock):
    SupplierSettings.objects.update(show_stock=show)

    html = as_dora.get(page("my_goods")).content.decode()
    item = as_dora.get("/api/v1/offers").json()["items"][0]

    assert shown in html
    assert (">40<" in html, "in stock" in html) == (show == "exact", show == "yes_no")
    assert (item["stock"], item["in_stock"]) == (stock, in_stock)


def test_another_dealer_without_strategy_sees_no_goods(as_xavier, goods):
    assert as_xavier.get("/api/v1/offers").json() == {"items": [], "next": None}
    assert "No goods for you yet" in as_xavier.get(page("my_goods")).content.decode()


def test_offers_are_read_on_by_cursor_and_narrowed(as_dora, as_olga, goods, dealer):
    first = as_dora.get("/api/v1/offers?limit=2&sort=-code").json()
    rest = as_dora.get(f"/api/v1/offers?limit=2&sort=-code&cursor={first['next']}").json()

    assert [one["code"] for one in first["items"] + rest["items"]] == ["A-3", "A-2", "A-1"]
    assert rest["next"] is None
    assert as_dora.get("/api/v1/offers?fields=code&q=a-2").json()["items"] == [{"code": "A-2"}]
    assert as_dora.get("/api/v1/offers?cursor=nonsense").status_code == 422
    assert as_dora.get(f"/api/v1/offers?sort=price&cursor={first['next']}").status_code == 422
    for odd in ["q=%00tea", "category=%00", "q=%25_%5C", "sort=nonsense", "brand=x", "sku=x"]:
        assert as_dora.get(f"/api/v1/offers?{odd}").status_code == 200, odd
    assert as_olga.get("/api/v1/offers").status_code == 422
    assert len(as_olga.get(f"/api/v1/offers?dealer={dealer.public_id}").json()["items"]) == 3


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_statements_for_one_row_and_three(as_olga, as_dora, dealer, count):
    strategies = [make.strategy(f"S{number}", make.skus(count, f"P{number}-")) for number in range(count)]
    make.assign(dealer, strategies[0])
    make.freight(make.warehouse(), [{"carrier": make.carrier()}] * 1)
    addresses = {
        page("list"): as_olga,
        page("detail", strategies[0].public_id): as_olga,
        page("dealer_goods", dealer.public_id): as_olga,
        page("freight_list"): as_olga,
        page("my_goods"): as_dora,
        "/api/v1/offers": as_dora,
        "/api/v1/goods-strategies": as_olga,
    }

    found = {}
    for address, browser in addresses.items():
        with CaptureQueriesContext(connection) as statements:
            assert browser.get(address).status_code == 200
        own = [one["sql"] for one in statements if not one["sql"].startswith(("SET", "SAVEPOINT", "RELEASE"))]
        found[address.split("/")[-1].split("?")[0][:8]] = len(own)

    assert list(found.values()) == STATEMENTS


# Three each are the session, its person and the membership.
STATEMENTS = [6, 9, 13, 5, 13, 6, 4]


def test_both_doors_store_the_same_price(as_olga, strategy, goods):
    sku = goods[0].public_id
    typed = as_olga.post(page("item_price", strategy.public_id, sku), {f"price-{sku}": "6.50"})
    assert typed.status_code == 200
    assert StrategyItem.objects.get(sku=goods[0]).settlement_price == D("6.5")

    sent = as_olga.post(
        f"/api/v1/goods-strategies/{strategy.public_id}/items",
        {"items": [{"merchant_code": "A-1", "price": "6.75"}]},
        content_type="application/json",
    )
    assert (sent.status_code, sent.json()["results"][0]["outcome"]) == (207, "updated")
    assert StrategyItem.objects.get(sku=goods[0]).settlement_price == D("6.75")


@pytest.mark.parametrize("price", ["-1", "1.005", "abc"])
def test_both_doors_refuse_the_same_price(as_olga, strategy, goods, price):
    sku = goods[0].public_id
    typed = as_olga.post(page("item_price", strategy.public_id, sku), {f"price-{sku}": price})
    sent = as_olga.post(
        f"/api/v1/goods-strategies/{strategy.public_id}/items",
        {"items": [{"merchant_code": "A-1", "price": price}]},
        content_type="application/json",
    )

    assert typed.status_code == 422
    assert price in typed.content.decode()
    assert sent.status_code == 422 or sent.json()["results"][0]["outcome"] == "refused"
    assert StrategyItem.objects.get(sku=goods[0]).settlement_price == 8


def test_bulk_rows_get_a_result_each(as_olga, strategy):
    answer = as_olga.post(
        f"/api/v1/goods-strategies/{strategy.public_id}/items",
        {"items": [{"merchant_code": "A-1", "price": "1"}, {"merchant_code": "NONE", "price": "1"}]},
        content_type="application/json",
    )

    assert answer.json()["results"] == [
        {"index": 0, "merchant_code": "A-1", "outcome": "updated"},
        {
            "index": 1,
            "merchant_code": "NONE",
            "outcome": "refused",
            "code": "sku_unknown",
            "message": "There is no SKU NONE in the goods archive.",
        },
    ]


def test_a_strategy_is_made_filled_assigned_and_reset_by_clicking(as_olga, dealer):
    make.skus(2)
    as_olga.post(page("new"), {"name": "Gold"})
    gold = GoodsStrategy.objects.get()
    as_olga.post(page("item_add", gold.public_id), {"merchant_code": "A-1", "price": "5"})
    file = SimpleUploadedFile("p.csv", b"Merchant code,Settlement price\nA-2,6\n")
    to_preview = as_olga.post(page("import", gold.public_id), {"file": file})
    assert "A-2" in as_olga.get(to_preview["location"]).content.decode()
    confirmed(as_olga, to_preview["location"].rpartition("/")[2])
    as_olga.post(page("assign_dealer", gold.public_id), {"code": dealer.code})
    assert gold.items.count() == 2
    assert Assignment.objects.get().dealer == dealer

    as_olga.post(page("item_bulk", gold.public_id), {"action": "disable", "scope": "all"})
    assert gold.items.filter(enabled=False).count() == 2
    as_olga.post(page("reset", gold.public_id), {"items": "2", "dealers": "1"})
    assert gold.items.count() == 0


def test_wrong_workbooks_are_refused_on_the_page(as_olga, strategy):
    file = SimpleUploadedFile("p.csv", b"Merchant code,Settlement price\nNONE,6\n")

    answer = as_olga.post(page("import", strategy.public_id), {"file": file})

    assert answer.status_code == 422
    assert "There is no SKU NONE" in answer.content.decode()


def test_changing_the_strategy_asks_first_at_both_doors(as_olga, dealer, goods):
    other = make.strategy("Other")
    DealerItem.objects.create(dealer=dealer, sku=goods[0], settlement_price=D(1))
    api = f"/api/v1/dealers/{dealer.public_id}/strategy"

    clicked = as_olga.post(
        page("dealer_strategy", dealer.public_id), {"strategy": other.public_id, "losing": "0"}
    )
    sent = as_olga.put(api, {"strategy": other.public_id}, content_type="application/json")
    assert (clicked.status_code, sent.status_code) == (409, 409)
    assert sent.json()["facts"]["count"] == 1
    assert DealerItem.objects.count() == 1

    sent = as_olga.put(api, {"strategy": other.public_id, "losing": 1}, content_type="application/json")
    assert sent.json() == {"strategy": other.public_id, "name": "Other", "own_rows": 0}


def test_own_prices_are_set_and_returned_by_clicking(as_olga, dealer, goods):
    sku = goods[0].public_id
    row = as_olga.post(page("own_price", dealer.public_id, sku), {f"price-{sku}": "6"})
    assert (row.status_code, "own price" in row.content.decode()) == (200, True)

    row = as_olga.post(page("own_return", dealer.public_id, sku, "price"))
    assert "own price" not in row.content.decode()
    assert not DealerItem.objects.exists()

    bulk = page("own_bulk", dealer.public_id)
    as_olga.post(bulk, {"action": "disable", "ids": [one.public_id for one in goods[:2]]})
    assert DealerItem.objects.filter(enabled=False).count() == 2
    as_olga.post(bulk, {"action": "return", "scope": "all"})
    assert not DealerItem.objects.exists()


def test_freight_is_imported_shown_and_calculated_at_both_doors(as_olga, as_dora, goods):
    carrier = make.carrier("SF")
    place = make.Warehouse.objects.get()
    text = "省,物流公司编码,首重,首重资费,重量区间1,续重单位1,单位资费1\n浙江省,SF,1,6,0,1,1\n"
    file = SimpleUploadedFile("f.csv", text.encode())
    sent = as_olga.post(page("freight_import"), {"warehouse": place.public_id, "file": file})
    confirmed(as_olga, sent["location"].rpartition("/")[2])
    table = FreightStrategy.objects.get()
    assert "浙江省" in as_olga.get(page("freight", table.public_id)).content.decode()

    asked = {"warehouse": place.public_id, "carrier": carrier.public_id, "weight_kg": "2.5"}
    where = {"country": "CN", "region1": "浙江省", "region2": "杭州市"}
    html = as_olga.get(page("calculator"), {**asked, **where}).content.decode()
    answer = as_dora.post(
        "/api/v1/freight-quote", {**asked, "address": where}, content_type="application/json"
    )

    assert "¥7.50" in html
    found = answer.json()
    assert (found["known"], found["amount"], found["carriers"]) == (True, "7.50", [carrier.public_id])
    assert [(one["operator"], one["amount"]) for one in found["steps"]] == [
        ("+", "6"),
        ("+", "1.5"),
        ("=", "7.50"),
    ]
    assert found["steps"][1]["facts"] == {"weight_kg": "1.5", "unit_kg": "1", "fee": "1"}
    assert (found["rounding"], found["line"]["number"]) == ("linear", 1)
    assert (found["line"]["region1"], found["line"]["carrier"]) == ("浙江省", carrier.public_id)


def test_the_table_of_a_warehouse_in_use_is_not_deleted_by_clicking_w055(as_olga, goods, table):
    told = as_olga.post(page("freight_delete", table.public_id), follow=True).content.decode()

    assert "Disable it before you delete its freight table." in told
    assert FreightStrategy.objects.filter(pk=table.pk).exists()


def test_templates_that_name_carriers_say_their_codes_w040(as_olga, table):
    sheet = io.BytesIO(as_olga.get(page("freight_template")).getvalue())

    found = read_table(sheet, "template.xlsx", CARRIER_CODE_COLUMNS)

    assert {row.values["known_code"] for row in found.rows} == {"DEFAULT", "SF"}


def test_an_unknown_freight_says_why(as_dora, goods):
    asked = {
        "warehouse": make.Warehouse.objects.get().public_id,
        "weight_kg": "1",
        "address": {"country": "CN"},
    }

    found = as_dora.post("/api/v1/freight-quote", asked, content_type="application/json").json()

    assert (found["known"], found["amount"], found["reason"]) == (False, "0.00", "no_freight_strategy")


def test_who_buys_by_a_strategy_is_found_counted_and_exported(as_olga, as_dora, strategy, dealer, goods):
    api = f"/api/v1/dealers/{dealer.public_id}/strategy"
    as_olga.put(api, {"strategy": strategy.public_id}, content_type="application/json")
    type(dealer).objects.filter(pk=dealer.pk).update(search_key=dealer.code.lower())
    page = f"/strategies/goods/{strategy.public_id}/dealers"
    api = f"/api/v1/goods-strategies/{strategy.public_id}/dealers"

    (found,) = as_olga.get(api, {"q": dealer.code}).json()["items"]

    assert found == {"dealer": dealer.public_id, "code": dealer.code, "name": dealer.name, "own_rows": 0}
    assert as_olga.get(api, {"q": "nobody"}).json()["items"] == []
    assert dealer.public_id in as_olga.get(page, {"q": dealer.code}).content.decode()
    assert dealer.public_id not in as_olga.get(page, {"q": "nobody"}).content.decode()
    file = b"".join(as_olga.get(f"{page}/export", {"format": "csv"}).streaming_content)
    assert dealer.code in file.decode("utf-8-sig")
    assert as_dora.get(api).status_code == 403
