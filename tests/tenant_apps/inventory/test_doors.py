"""Pages and API of stock and stock-outs."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenant_apps.inventory.models import Movement, Stock
from tests.factories.inventory import ORDER, D, create_stock_out, demand, numbers, skus, stocked, warehouse
from tests.imports import confirmed, import_id


@pytest.fixture
def place(acme):
    return warehouse()


@pytest.fixture
def goods(place):
    goods = skus(3)
    stocked(place, goods, "5")
    return goods


@pytest.fixture
def document(place, goods, dealer):
    return create_stock_out(
        source=ORDER,
        warehouse=place,
        carrier=None,
        dealer=dealer,
        address=place,
        demands=[demand(goods[0], "2")],
        weight_kg=D("1.5"),
    )


def table(text):
    return SimpleUploadedFile("stock.csv", text.encode())


@pytest.mark.parametrize(
    "address",
    [
        "/inventory/stock",
        "/inventory/stock?q=a-1&state=some&sort=-available",
        "/inventory/stock?q=nothing",
        "/inventory/stock/export",
        "/inventory/stock/export?format=csv",
        "/inventory/stock/import",
        "/inventory/stock/template",
        "/inventory/stock/{stock}",
        "/inventory/stock-outs",
        "/inventory/stock-outs?state=void",
        "/inventory/stock-outs/export",
        "/inventory/stock-outs/{document}",
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_supplier_reads_every_page(as_olga, goods, document, address, language):
    as_olga.cookies["language"] = language
    stock = Stock.objects.order_by("pk").first().pk

    assert as_olga.get(address.format(stock=stock, document=document.public_id)).status_code == 200


@pytest.mark.parametrize("address", ["/inventory/stock", "/inventory/stock-outs", "/inventory/stock/import"])
def test_a_dealer_is_refused(as_dora, goods, address):
    assert as_dora.get(address).status_code == 403


def test_adjusting_on_the_page(as_olga, goods):
    row = Stock.objects.get(sku=goods[0])
    asked = {"on_hand": "9", "reason": "counted", "operation": "one"}

    assert as_olga.post(f"/inventory/stock/{row.pk}", asked).status_code == 302
    as_olga.post(f"/inventory/stock/{row.pk}", asked)

    assert numbers(goods[0]) == ("9", "0")
    assert Movement.objects.filter(kind="adjust").count() == 1
    assert "counted" in as_olga.get(f"/inventory/stock/{row.pk}").content.decode()


def test_a_wrong_adjustment_comes_back(as_olga, goods):
    row = Stock.objects.get(sku=goods[0])

    answer = as_olga.post(f"/inventory/stock/{row.pk}", {"on_hand": "-1", "reason": "x"})

    assert answer.status_code == 422
    assert "The quantity must not be below 0." in answer.content.decode()


def test_an_import_shows_first_and_stores_when_confirmed(as_olga, place, goods):
    asked = {"warehouse": place.public_id, "file": table("merchant_code,on_hand\nA-1,5\nA-2,8\n")}

    page = as_olga.post("/inventory/stock/import", asked).content.decode()
    assert "2 rows for Warehouse W1, 1 of them change the stock." in page
    assert numbers(goods[1])[0] == "5"
    for _ in range(2):
        assert confirmed(as_olga, import_id(page)).status_code == 200

    assert numbers(goods[1])[0] == "8"
    assert Movement.objects.filter(kind="import").count() == 4


def test_a_wrong_import_names_row_and_column_and_stores_nothing(as_olga, place, goods):
    text = "merchant_code,on_hand\nA-1,-1\nNO,3\nA-2,0.5\nA-3,x\nA-1,2\n"

    answer = as_olga.post("/inventory/stock/import", {"warehouse": place.public_id, "file": table(text)})

    assert answer.status_code == 422
    assert [(one["row"], one["column"], one["message"]) for one in answer.context["errors"]] == [
        (2, "B On hand", "The quantity must not be below 0."),
        (3, "A Merchant code", "There is no SKU NO."),
        (4, "B On hand", "A quantity has at most 0 decimals here."),
        (5, "B On hand", "“x” is not a number."),
        (6, "A Merchant code", "“A-1” already stands in row 2; row 6 repeats it."),
    ]
    assert Movement.objects.count() == 3


def test_unknown_codes_and_fractions_are_named_in_the_preview(as_olga, place, goods):
    text = "merchant_code,on_hand\nNO,3\nA-2,0.5\n"

    page = as_olga.post(
        "/inventory/stock/import", {"warehouse": place.public_id, "file": table(text)}
    ).content.decode()

    assert "There is no SKU NO." in page
    assert "A Merchant code" in page
    assert "B On hand" in page
    assert "A quantity has at most 0 decimals here." in page


def test_a_seal_of_somebody_else_is_refused(as_olga, as_sam, place, goods, supplier_organisation):
    from tests.cast import client_of, make_person

    asked = {"warehouse": place.public_id, "file": table("merchant_code,on_hand\nA-2,8\n")}
    page = as_olga.post("/inventory/stock/import", asked).content.decode()
    fiona = client_of(make_person(supplier_organisation, "fiona", administrator=True))

    answer = fiona.post("/imports/confirm", {"import": import_id(page)})

    assert answer.status_code == 409
    assert numbers(goods[1])[0] == "5"


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_statements_for_1_and_3_rows(
    as_olga, place, dealer, count, django_assert_num_queries
):
    goods = skus(count)
    stocked(place, goods)
    from platform_core.kernel.source import Source

    for number, sku in enumerate(goods):
        create_stock_out(
            source=Source("order", number),
            warehouse=place,
            carrier=None,
            dealer=dealer,
            address=place,
            demands=[demand(sku, "1")],
            weight_kg=D(1),
        )

    with django_assert_num_queries(7):
        as_olga.get("/inventory/stock")
    with django_assert_num_queries(7):
        as_olga.get("/inventory/stock-outs")
    with django_assert_num_queries(6):
        as_olga.get("/api/v1/stock-outs")


def test_another_system_reads_and_sets_stock(as_olga, place, goods):
    found = as_olga.get(f"/api/v1/stock?warehouse={place.public_id}&limit=2").json()
    assert [(item["merchant_code"], item["available"]) for item in found["items"]] == [
        ("A-3", "5"),
        ("A-2", "5"),
    ]
    items = [{"merchant_code": "A-1", "on_hand": "7"}, {"merchant_code": "NO", "on_hand": "1"}]

    answer = as_olga.put(
        "/api/v1/stock", {"warehouse": place.public_id, "items": items}, content_type="application/json"
    )

    assert answer.status_code == 207
    results = answer.json()["results"]
    assert [result["status"] for result in results] == [200, 422]
    assert results[1]["errors"][0]["code"] == "sku_unknown"
    assert numbers(goods[0])[0] == "7"


def test_stock_outs_in_the_api(as_olga, document):
    (found,) = as_olga.get("/api/v1/stock-outs?state=open").json()["items"]

    assert (found["number"], found["lines"][0]["quantity"]) == (document.number, "2")
    assert as_olga.get(f"/api/v1/stock-outs/{document.public_id}").json() == found
    assert as_olga.get("/api/v1/stock-outs/sto_none").status_code == 404
