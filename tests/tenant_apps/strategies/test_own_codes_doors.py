"""A dealer's own item codes through pages, files and the API; by the supplier's people and by its own."""

from __future__ import annotations

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from platform_core.imports.models import Import
from tenant_apps.access.models import SupplierSettings
from tenant_apps.strategies import tasks
from tenant_apps.strategies.models import DealerCode
from tests.factories import strategies as make
from tests.factories.orders import place
from tests.factories.orders import trade as make_trade

BOOK = "Merchant code,Own code,Own name\nA-1,ONE,Tea one\nA-2,,\nA-3,THREE,\n"


@pytest.fixture
def trade(dealer):
    """Three SKUs, the second of which the dealer calls `TWO`, and a supplier that shows it."""
    SupplierSettings.objects.update(show_own_codes=True)
    made = make_trade(dealer)
    DealerCode.objects.create(
        dealer=dealer, sku=made.skus[1], code="TWO", name="Tea two", search_key="two tea two"
    )
    return made


@pytest.fixture(params=["supplier", "dealer"])
def client(request, as_olga, as_dora):
    return as_olga if request.param == "supplier" else as_dora


def stored(dealer):
    rows = DealerCode.objects.filter(dealer=dealer).select_related("sku")
    return {row.sku.merchant_code: (row.code, row.name) for row in rows}


def api(client, dealer, items):
    path = f"/api/v1/dealers/{dealer.public_id}/codes"
    return client.post(path, json.dumps({"items": items}), content_type="application/json")


def book(text=BOOK):
    return SimpleUploadedFile("codes.csv", text.encode())


def test_both_sides_keep_them_over_the_api(client, trade, dealer):
    answer = api(
        client, dealer, [{"merchant_code": "A-1", "own_code": "ONE"}, {"merchant_code": "X", "own_code": "Y"}]
    )

    assert [row["outcome"] for row in answer.json()["results"]] == ["added", "refused"]
    listed = client.get(f"/api/v1/dealers/{dealer.public_id}/codes").json()["items"]
    assert {(row["merchant_code"], row["own_code"], row["own_name"]) for row in listed} == {
        ("A-1", "ONE", ""),
        ("A-2", "TWO", "Tea two"),
    }


def test_both_sides_type_them_into_the_list(client, trade, dealer):
    sku = trade.skus[0].public_id
    path = f"/strategies/codes/{dealer.public_id}/{sku}"

    assert client.post(path, {f"code-{sku}": "ONE", f"name-{sku}": "Tea one"}).status_code == 200
    refused = client.post(path, {f"code-{sku}": "TWO"})

    assert (refused.status_code, "is the own code of A-2 already" in refused.content.decode()) == (422, True)
    assert stored(dealer)["A-1"] == ("ONE", "Tea one")
    assert (
        client.post(f"/strategies/codes/{dealer.public_id}/{make.skus(1, 'Z')[0].public_id}").status_code
        == 404
    )


def test_both_sides_import_after_a_preview(client, trade, dealer):
    path = f"/strategies/codes/{dealer.public_id}/import"

    answer = client.post(path, {"file": book()})
    assert stored(dealer) == {"A-2": ("TWO", "Tea two")}
    preview = client.get(answer.url).content.decode()
    assert "Tea one" in preview

    row = Import.objects.get()
    tasks.OWN_CODES.work(actor_of(row), row)
    assert stored(dealer) == {"A-1": ("ONE", "Tea one"), "A-3": ("THREE", "")}


def actor_of(row):
    from tenant_apps.access.queries import actor_of_person

    return actor_of_person(row.actor_id)


def test_a_workbook_with_faults_names_them_all(as_dora, trade, dealer):
    text = "Merchant code,Own code,Own name\nA-1,bad code,\nNONE,X,\nA-3,TWO,\n"

    answer = as_dora.post(f"/strategies/codes/{dealer.public_id}/import", {"file": book(text)})

    page = answer.content.decode()
    assert answer.status_code == 422
    for said in (
        "A code has no spaces.",
        "NONE is not among the goods.",
        "TWO is the own code of A-2 already.",
    ):
        assert said in page, said
    assert not Import.objects.exists()


def test_the_export_is_what_the_import_reads(client, trade, dealer):
    answer = client.get(f"/strategies/codes/{dealer.public_id}/export?format=csv")
    file = SimpleUploadedFile("codes.csv", b"".join(answer.streaming_content))

    again = client.post(f"/strategies/codes/{dealer.public_id}/import", {"file": file})

    assert again.status_code == 302, again.content.decode()


def test_they_stand_beside_the_suppliers_code_wherever_the_dealer_looks(
    trade, dora, as_dora, as_olga, dealer
):
    order = place(dora, trade.wanted({"TWO": 2}))

    for path in (
        "/strategies/my-goods",
        "/orders/pad",
        f"/orders/{order.public_id}",
        f"/orders/{order.public_id}/print",
    ):
        page = as_dora.get(path).content.decode()
        assert "TWO" in page, path
        assert "A-2" in page, path
    assert "TWO" in as_olga.get(f"/strategies/dealers/{dealer.public_id}").content.decode()
    for client, path in (
        (as_dora, "/strategies/my-goods/export"),
        (as_olga, f"/strategies/dealers/{dealer.public_id}/export"),
    ):
        file = (
            io.BytesIO(b"".join(client.get(f"{path}?format=csv").streaming_content))
            .read()
            .decode("utf-8-sig")
        )
        assert "A-2,TWO,Tea two" in file
    line = as_dora.get(f"/api/v1/orders/{order.public_id}").json()["lines"][0]
    assert (line["merchant_code"], line["own_code"], line["own_name"]) == ("A-2", "TWO", "Tea two")


def test_they_are_searched_for(trade, as_dora):
    for path in ("/strategies/my-goods?q=two", "/orders/pad?q=Tea two", "/api/v1/offers?q=TWO"):
        found = as_dora.get(path).content.decode()
        assert [sku.public_id in found for sku in trade.skus] == [False, True, False], path

    SupplierSettings.objects.update(show_own_codes=False)
    assert as_dora.get("/api/v1/offers?q=TWO").json()["items"] == []


def test_pasted_lines_and_the_api_take_them(trade, as_dora):
    page = as_dora.post("/orders/pad/paste", {"lines": "TWO 3", "shop": trade.shop.code}).content.decode()
    assert 'value="3"' in page

    asked = {"lines": [{"merchant_code": "TWO", "quantity": "3"}]}
    quoted = as_dora.post("/api/v1/orders/quote", json.dumps(asked), content_type="application/json").json()
    assert quoted["goods"] == "24.00"


def test_switched_off_they_are_nowhere(trade, as_dora, dealer):
    SupplierSettings.objects.update(show_own_codes=False)

    for path in ("/strategies/my-goods", "/orders/pad"):
        assert "TWO" not in as_dora.get(path).content.decode(), path
    page = as_dora.post("/orders/pad/paste", {"lines": "TWO 3", "shop": trade.shop.code})
    assert page.status_code == 422
    assert api(as_dora, dealer, [{"merchant_code": "A-1", "own_code": "ONE"}]).status_code == 409


def test_another_dealer_sees_and_uses_none_of_them(trade, as_xavier, dealer, stranger):
    make.assign(stranger, make.strategy("Other", goods=trade.skus))

    assert "TWO" not in as_xavier.get("/strategies/my-goods").content.decode()
    assert api(as_xavier, dealer, [{"merchant_code": "A-1", "own_code": "ONE"}]).status_code == 404
    for path in (f"/api/v1/dealers/{dealer.public_id}/codes", f"/strategies/codes/{dealer.public_id}/export"):
        assert as_xavier.get(path).status_code == 404, path
