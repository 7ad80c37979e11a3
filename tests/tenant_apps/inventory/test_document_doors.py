"""Pages and API of stock takes, transfers, shortages, warning lines and the stock of a day."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tenant_apps.inventory.models import Movement, Stock, StockTake, StockTransfer
from tests.factories.inventory import demand, numbers, reserve, skus, stocked, warehouse
from tests.factories.stock_documents import count, on_hand, step, take, transfer
from tests.imports import confirmed, import_id


@pytest.fixture
def place(acme):
    return warehouse()


@pytest.fixture
def there(acme):
    return warehouse("W2")


@pytest.fixture
def goods(place):
    goods = skus(3)
    stocked(place, goods, "10")
    return goods


@pytest.fixture
def row(olga, place, goods):
    return take(olga, place)


@pytest.fixture
def moved(olga, place, there, goods):
    return transfer(olga, place, there, A_1="4", A_2="1")


def send(client, path, body, method="post", **headers):
    return getattr(client, method)(
        path, data=json.dumps(body), content_type="application/json", headers=headers
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "address",
    [
        "stock-takes",
        "stock-takes?q=CNT&state=open&sort=-number",
        "stock-takes?q=nothing",
        "stock-takes/export",
        "stock-takes/new",
        "stock-takes/{row}",
        "stock-takes/{row}?state=different&q=a-1",
        "stock-takes/{row}/lines?format=csv",
        "stock-takes/{row}/sheet",
        "stock-takes/{row}/import",
        "stock-transfers",
        "stock-transfers?q=A-1&state=draft&sort=sent",
        "stock-transfers/export",
        "stock-transfers/new",
        "stock-transfers/{moved}",
        "stock-transfers/{moved}/edit",
        "stock/day",
        "stock/day?day=2020-01-01&state=some",
        "stock/day?day=2020-13-45",
        "stock/day/export",
        "stock/shortages",
        "stock/shortages/export",
        "stock/low",
        "stock?state=low",
    ],
)
def test_the_supplier_reads_every_page(as_olga, row, moved, address, language):
    as_olga.cookies["language"] = language
    path = address.format(row=row.public_id, moved=moved.public_id)

    assert as_olga.get(f"/inventory/{path}").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["stock-takes", "stock-takes/new", "stock-transfers", "stock/day", "stock/shortages", "stock/low"],
)
def test_a_dealer_is_refused(as_dora, goods, address):
    assert as_dora.get(f"/inventory/{address}").status_code == 403


def test_a_stock_take_is_started_counted_and_posted_on_the_page(as_olga, place, goods):
    asked = {"warehouse": place.public_id, "codes": "A-1\nA-2", "operation": "one"}
    for _ in range(2):
        answer = as_olga.post("/inventory/stock-takes/new", asked)
    row = StockTake.objects.get()
    assert answer.url == f"/inventory/stock-takes/{row.public_id}"

    typed = {"counted-1": "8", "was-1": "", "counted-2": "", "was-2": "", "back": "state=open"}
    answer = as_olga.post(f"/inventory/stock-takes/{row.public_id}/count", typed)
    assert answer.url == f"/inventory/stock-takes/{row.public_id}?state=open"
    page = as_olga.get(f"/inventory/stock-takes/{row.public_id}").content.decode()
    assert 'value="8"' in page

    as_olga.post(f"/inventory/stock-takes/{row.public_id}/post", {"operation": "two"})
    assert [numbers(sku)[0] for sku in goods] == ["8", "10", "10"]


def test_a_wrong_count_stays_beside_its_line(as_olga, row):
    typed = {"counted-1": "8", "was-1": "", "counted-2": "many", "was-2": ""}

    answer = as_olga.post(f"/inventory/stock-takes/{row.public_id}/count", typed)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="many"' in page
    assert 'id="counted-2-error"' in page
    assert row.lines.filter(counted__isnull=False).count() == 0


def test_counts_are_pasted(as_olga, row):
    path = f"/inventory/stock-takes/{row.public_id}/paste"

    wrong = as_olga.post(path, {"lines": "A-1\t8\nNO\t3\nA-2 x"})
    assert wrong.status_code == 422
    assert [(one["row"], one["value"]) for one in wrong.context["pasted_errors"]] == [(2, "NO"), (3, "x")]
    assert row.lines.filter(counted__isnull=False).count() == 0

    assert as_olga.post(path, {"lines": "A-1\t8\n\nA-2, 7"}).status_code == 302
    assert list(row.lines.order_by("position").values_list("counted", flat=True)) == [8, 7, None]


def test_counts_come_back_in_a_workbook(as_olga, row, goods):
    path = f"/inventory/stock-takes/{row.public_id}/import"
    sheet = "merchant_code,name,unit,counted\nA-1,Tea,box,8\nA-2,Tea,box,\n"

    page = as_olga.post(path, {"file": SimpleUploadedFile("count.csv", sheet.encode())}).content.decode()
    assert "1 counts; 1 rows without a count change nothing." in page
    assert row.lines.filter(counted__isnull=False).count() == 0
    for _ in range(2):
        assert confirmed(as_olga, import_id(page)).status_code == 200

    assert list(row.lines.order_by("position").values_list("counted", flat=True)) == [8, None, None]


def test_a_faulty_workbook_names_row_and_column(as_olga, row):
    sheet = "merchant_code,counted\nA-1,-1\nA-2,\nNO,3\n"

    answer = as_olga.post(
        f"/inventory/stock-takes/{row.public_id}/import",
        {"file": SimpleUploadedFile("count.csv", sheet.encode())},
    )

    assert answer.status_code == 422
    assert [(one["row"], one["column"]) for one in answer.context["errors"]] == [
        (2, "B Counted"),
        (4, "A Merchant code"),
    ]


def test_a_refused_posting_names_its_lines(as_olga, olga, place, row, goods):
    count(olga, row, A_1="8")
    stocked(place, goods[:1], "9")

    answer = as_olga.post(f"/inventory/stock-takes/{row.public_id}/post", {"operation": "one"})

    assert answer.status_code == 409
    assert "its stock was set after it was counted" in answer.content.decode()
    assert numbers(goods[0])[0] == "9"


def test_a_transfer_goes_its_way_on_the_page(as_olga, place, there, goods):
    asked = {"origin": place.public_id, "destination": there.public_id, "operation": "one"}
    wrong = as_olga.post("/inventory/stock-transfers/new", {**asked, "lines": "A-1 0\nNO 3"})
    assert wrong.status_code == 422
    assert [one["row"] for one in wrong.context["errors"]] == [1, 2]
    assert as_olga.post("/inventory/stock-transfers/new", {**asked, "operation": "2", "lines": "A-1 4"}).url
    row = StockTransfer.objects.get()
    path = f"/inventory/stock-transfers/{row.public_id}"

    as_olga.post(f"{path}/edit", {**asked, "operation": "3", "lines": "A-1 5\nA-2 1", "version": "1"})
    as_olga.post(f"{path}/send", {"operation": "4"})
    assert row.number in as_olga.get(f"/inventory/stock/{Stock.objects.first().pk}").content.decode()
    too_much = as_olga.post(f"{path}/receive", {"operation": "5", "received-1": "6"})
    assert (too_much.status_code, "at most the 5" in too_much.content.decode()) == (422, True)
    as_olga.post(f"{path}/receive", {"operation": "6", "received-1": "4", "received-2": "1"})

    assert [int(on_hand(there, sku)) for sku in goods] == [4, 1, 0]
    assert "Not everything arrived" in as_olga.get(path).content.decode()


def test_shortages_name_who_waits(as_olga, place, goods):
    with transaction.atomic():
        reserve(place, [demand(goods[0], "7")])
    stocked(place, goods[:1], "5")

    page = as_olga.get("/inventory/stock/shortages").content.decode()

    assert "SO-1" in page
    assert "A-2" not in page


def test_warning_lines_of_many_rows(as_olga, goods):
    ids = list(Stock.objects.order_by("pk").values_list("pk", flat=True))

    page = as_olga.post("/inventory/stock/warning-lines", {"ids": ids[:2], "warning_line": "12"})
    assert "line 12" in page.content.decode()
    assert as_olga.get("/inventory/stock?state=low").content.decode().count('name="ids"') == 2
    wrong = as_olga.post("/inventory/stock/warning-lines", {"ids": ids, "warning_line": "x"})
    assert "Enter a quantity" in wrong.content.decode()
    as_olga.post("/inventory/stock/warning-lines", {"scope": "all", "back": "state=low", "warning_line": ""})

    assert Stock.objects.filter(warning_line__isnull=False).count() == 0


def test_a_stock_take_over_the_api(as_olga, place, goods):
    body = {"warehouse": place.public_id, "goods": {"merchant_codes": ["A-1", "A-2"]}, "note": "ERP"}
    made = [send(as_olga, "/api/v1/stock-takes", body, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    found = made[0].json()
    assert made[1].json() == found
    assert (found["line_count"], found["steps"]) == (2, ["count", "post", "cancel"])
    path = f"/api/v1/stock-takes/{found['id']}"

    wrong = send(as_olga, f"{path}/counts", {"counts": [{"merchant_code": "A-1", "counted": "-1"}]})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/counts/0/counted")
    send(as_olga, f"{path}/counts", {"counts": [{"merchant_code": "A-1", "counted": "8"}]})
    lines = as_olga.get(f"{path}/lines?state=different").json()["items"]
    assert [(line["merchant_code"], line["expected"], line["difference"]) for line in lines] == [
        ("A-1", "10", "-2")
    ]
    posted = [send(as_olga, f"{path}/post", {}, **{"Idempotency-Key": "k2"}) for _ in range(2)]

    assert [one.json()["state"] for one in posted] == ["posted", "posted"]
    assert Movement.objects.filter(kind="stock_take").count() == 1
    assert send(as_olga, f"{path}/cancel", {}).status_code == 409


def test_a_transfer_over_the_api(as_olga, place, there, goods):
    body = {
        "origin": place.public_id,
        "destination": there.public_id,
        "lines": [{"merchant_code": "A-1", "quantity": "4"}],
    }
    made = send(as_olga, "/api/v1/stock-transfers", body, **{"Idempotency-Key": "k1"})
    path = f"/api/v1/stock-transfers/{made.json()['id']}"

    changed = send(
        as_olga, path, {"lines": [{"merchant_code": "A-1", "quantity": "5"}]}, "patch", **{"If-Match": '"1"'}
    )
    assert (changed.status_code, changed.json()["lines"][0]["quantity"]) == (200, "5")
    assert send(as_olga, path, {"note": "late"}, "patch", **{"If-Match": '"1"'}).status_code == 412
    send(as_olga, f"{path}/send", {}, **{"Idempotency-Key": "k2"})
    coming = as_olga.get(f"/api/v1/stock?warehouse={there.public_id}").json()["items"]
    assert [(one["on_hand"], one["in_transit"], one["orderable"]) for one in coming] == [("0", "5", "5")]
    received = {"received": [{"merchant_code": "A-1", "quantity": "3"}]}
    ended = [send(as_olga, f"{path}/receive", received, **{"Idempotency-Key": "k3"}) for _ in range(2)]

    assert [one.json()["lines"][0]["lost"] for one in ended] == ["2", "2"]
    assert on_hand(there, goods[0]) == 3


def test_the_stock_of_an_instant_and_warning_lines_over_the_api(as_olga, place, goods):
    then = as_olga.get("/api/v1/stock?at=2020-01-01T00:00:00Z").json()["items"]
    assert {one["on_hand"] for one in then} == {"0"}
    assert {
        one["on_hand"] for one in as_olga.get("/api/v1/stock?at=2100-01-01T00:00:00Z").json()["items"]
    } == {"10"}
    assert as_olga.get("/api/v1/stock?at=yesterday").status_code == 422
    items = [{"merchant_code": "A-1", "warning_line": "12"}, {"merchant_code": "NO", "warning_line": None}]

    answer = send(
        as_olga, "/api/v1/stock/warning-lines", {"warehouse": place.public_id, "items": items}, "put"
    )

    assert [one["status"] for one in answer.json()["results"]] == [200, 422]
    (low,) = as_olga.get("/api/v1/stock?state=low").json()["items"]
    assert (low["merchant_code"], low["warning_line"], low["is_low"]) == ("A-1", "12", True)


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_take_the_same_statements(as_olga, olga, place, there, goods, rows, django_assert_num_queries):
    for _ in range(rows):
        take(olga, place)
        step(olga, "send", transfer(olga, place, there, A_1="1"))

    for path, statements in (
        ("/inventory/stock-takes", 7),
        ("/inventory/stock-transfers", 7),
        ("/inventory/stock/day", 7),
        ("/api/v1/stock-takes", 4),
        ("/api/v1/stock-transfers", 6),
    ):
        with django_assert_num_queries(statements, info=path):
            as_olga.get(path)
