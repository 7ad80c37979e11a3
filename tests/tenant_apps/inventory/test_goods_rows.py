"""The rows of a transfer and of a stock take: found and added, typed, pasted, and what is wrong beside its row."""

from __future__ import annotations

import pytest

from tenant_apps.inventory.models import StockTake, StockTransfer
from tenant_apps.inventory.pages.goods_rows import SHOWN_MAX
from tests.factories.inventory import skus, stocked, warehouse
from tests.factories.stock_documents import transfer

ROWS = "/inventory/stock/goods-rows"
FOUND = "/inventory/stock/goods-found"


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
def asked(place, there, goods):
    return {"origin": place.public_id, "destination": there.public_id, "operation": "one"}


def lines_of(document):
    return [(line.sku.merchant_code, line.quantity) for line in document.lines.order_by("position")]


def test_goods_are_found_by_code_and_marked_when_they_are_in_the_list(as_olga, goods):
    page = as_olga.post(FOUND, {"find": "a-", "code": "A-2"})

    assert [sku.merchant_code for sku in page.context["found"]] == ["A-1", "A-2", "A-3"]
    assert [f'value="A-{n}"' in page.content.decode() for n in (1, 2, 3)] == [True, False, True]
    assert "Nothing found" in as_olga.post(FOUND, {"find": "nowhere"}).content.decode()
    assert not as_olga.post(FOUND, {"find": " "}).context["found"]


def test_a_found_sku_becomes_one_row(as_olga, goods):
    added = as_olga.post(ROWS, {"add": "A-1", "code": "A-2", "quantity": "1"})
    again = as_olga.post(ROWS, {"add": "A-2", "code": "A-2", "quantity": "1"})

    assert [(row.code, row.sku) for row in added.context["goods"]] == [("A-1", goods[0])]
    assert 'name="quantity"' in added.content.decode()
    assert again.context["goods"] == []
    assert added["HX-Trigger"] == "goods-changed"


def test_a_stock_takes_row_has_no_quantity(as_olga, goods):
    assert 'name="quantity"' not in as_olga.post(f"{ROWS}?counted=no", {"add": "A-1"}).content.decode()
    assert 'name="quantity"' not in as_olga.get("/inventory/stock/goods-row?counted=no").content.decode()
    assert 'name="quantity"' in as_olga.get("/inventory/stock/goods-row").content.decode()


def test_pasted_lines_become_rows(as_olga, goods):
    page = as_olga.post(ROWS, {"lines": "A-1\t4\nNO 3\nA-2 1", "code": "A-2", "quantity": ""})

    assert [(row.code, row.quantity, row.error) for row in page.context["goods"]] == [
        ("A-1", "4", ""),
        ("NO", "3", "There is no SKU NO."),
    ]
    assert "1 line is in the list already." in page.content.decode()


def test_a_long_list_stays_pasted(as_olga, goods):
    page = as_olga.post(ROWS, {"lines": "\n".join(f"X-{n} 1" for n in range(SHOWN_MAX + 1))})

    assert page.context["goods"] == []
    assert f"At most {SHOWN_MAX} rows" in page.content.decode()


def test_picked_and_pasted_rows_are_one_transfer(as_olga, asked):
    rows = {"code": ["A-2", ""], "quantity": ["2", ""], "lines": "A-1 4"}

    assert as_olga.post("/inventory/stock-transfers/new", {**asked, **rows}).status_code == 302

    assert lines_of(StockTransfer.objects.get()) == [("A-2", 2), ("A-1", 4)]


def test_what_is_wrong_stands_beside_its_row(as_olga, asked):
    rows = {"code": ["A-1", "A-2"], "quantity": ["many", "1"], "lines": "NO 3"}

    page = as_olga.post("/inventory/stock-transfers/new", {**asked, **rows})

    assert page.status_code == 422
    assert [(row.code, row.quantity, bool(row.error)) for row in page.context["goods"]] == [
        ("A-1", "many", True),
        ("A-2", "1", False),
        ("NO", "3", True),
    ]
    assert page.context["form"]["lines"].value() == ""
    assert not StockTransfer.objects.exists()


def test_no_row_at_all_is_refused(as_olga, asked):
    page = as_olga.post("/inventory/stock-transfers/new", asked)

    assert (page.status_code, "Name at least one SKU." in page.content.decode()) == (422, True)
    assert not StockTransfer.objects.exists()


def test_a_refused_long_list_comes_back_as_it_was_pasted(as_olga, asked):
    text = "\n".join(f"X-{n}\t1" for n in range(SHOWN_MAX + 1))

    page = as_olga.post("/inventory/stock-transfers/new", {**asked, "lines": text})

    assert page.status_code == 422
    assert (page.context["goods"], page.context["form"]["lines"].value()) == ([], text)


def test_a_draft_is_changed_in_its_rows(as_olga, olga, place, there, goods, asked):
    draft = transfer(olga, place, there, A_1="4", A_2="1")
    path = f"/inventory/stock-transfers/{draft.public_id}/edit"

    shown = as_olga.get(path).context["goods"]
    as_olga.post(path, {**asked, "code": ["A-2", "A-3"], "quantity": ["2", "3"], "version": "1"})

    assert [(row.code, row.quantity) for row in shown] == [("A-1", "4"), ("A-2", "1")]
    assert lines_of(draft) == [("A-2", 2), ("A-3", 3)]


def test_a_stock_take_counts_the_picked_and_the_pasted(as_olga, place, goods):
    asked = {"warehouse": place.public_id, "operation": "one", "code": ["A-3"], "codes": "A-1"}

    assert as_olga.post("/inventory/stock-takes/new", asked).status_code == 302

    lines = StockTake.objects.get().lines.order_by("position")
    assert [line.sku.merchant_code for line in lines] == ["A-1", "A-3"]


def test_a_stock_take_names_the_unknown_code_beside_its_row(as_olga, place, goods):
    asked = {"warehouse": place.public_id, "operation": "one", "code": ["A-3", "NO"]}

    page = as_olga.post("/inventory/stock-takes/new", asked)

    assert page.status_code == 422
    assert [(row.code, row.error) for row in page.context["goods"]] == [
        ("A-3", ""),
        ("NO", "There is no SKU NO."),
    ]
    assert not StockTake.objects.exists()


@pytest.mark.parametrize("address", [FOUND, ROWS])
def test_a_dealer_finds_nothing(as_dora, goods, address):
    assert as_dora.post(address, {"find": "A", "add": "A-1"}).status_code == 403
    assert as_dora.get("/inventory/stock/goods-row").status_code == 403
