"""Bundles through page, workbook and API: one command behind all."""

from __future__ import annotations

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenant_apps.strategies.models import Bundle
from tests.factories import orders

API = "/api/v1/bundles"
CSV = "Bundle code,Bundle name,Merchant code,Quantity,Sales price\n"


@pytest.fixture(autouse=True)
def trade(dealer):
    return orders.trade(dealer)


def typed(**changed):
    lines = "A-1 2\nA-2, 1"
    return {"code": "SET", "name": "Tea set", "items": lines, "sales_price": "50", "enabled": "on", **changed}


def stored():
    return [(i.sku.merchant_code, int(i.quantity)) for i in Bundle.objects.get().items.order_by("position")]


def test_the_page_makes_changes_and_deletes(as_dora):
    assert as_dora.post("/strategies/bundles/new", typed()).status_code == 302
    row = Bundle.objects.get()
    assert stored() == [("A-1", 2), ("A-2", 1)]
    assert b"A-1 \xc3\x97 2, A-2 \xc3\x97 1" in as_dora.get("/strategies/bundles").content

    path = f"/strategies/bundles/{row.public_id}"
    assert as_dora.post(path, typed(items="A-3 5", version=row.version)).status_code == 302
    assert stored() == [("A-3", 5)]
    assert as_dora.post(path, typed(version=row.version)).status_code == 412

    as_dora.post(f"{path}/delete")
    assert not Bundle.objects.exists()


def test_the_page_names_the_line_that_is_wrong(as_dora):
    answer = as_dora.post("/strategies/bundles/new", typed(items="A-1 2\nNO-1 1"))
    assert answer.status_code == 422
    assert "Line 2: NO-1 is not among your goods." in answer.content.decode()
    assert not Bundle.objects.exists()


@pytest.mark.parametrize("line", ["A-1 x", "A-1", "A-1 nan"])
def test_a_line_without_a_number_is_named_as_it_was_typed(as_dora, line):
    answer = as_dora.post("/strategies/bundles/new", typed(items=f"A-2 1\n{line}"))
    assert answer.status_code == 422
    sentence = f"Line 2: “{line}” does not end in a number. Write the merchant code, then how many."
    assert sentence in answer.content.decode()
    assert "NaN" not in answer.content.decode()
    assert not Bundle.objects.exists()


def test_a_workbook_names_its_wrong_rows_and_stores_nothing(as_dora):
    file = SimpleUploadedFile("b.csv", (CSV + "S1,Set,A-1,2,50\nS1,Set,NO-1,1,\n").encode())
    answer = as_dora.post("/strategies/bundles/import", {"file": file})
    assert answer.status_code == 422
    assert "NO-1 is not among your goods." in answer.content.decode()


def test_a_clean_workbook_is_shown_before_it_is_stored(as_dora):
    file = SimpleUploadedFile("b.csv", (CSV + "S1,Set,A-1,2,50\nS1,Set,A-2,1,\nS2,Other,A-3,1,\n").encode())
    answer = as_dora.post("/strategies/bundles/import", {"file": file}, follow=True)
    assert answer.status_code == 200
    assert "A-1 × 2, A-2 × 1" in answer.content.decode()
    assert not Bundle.objects.exists()


def test_the_export_is_what_the_import_reads(as_dora):
    as_dora.post("/strategies/bundles/new", typed())
    answer = as_dora.get("/strategies/bundles/export?format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    file = io.BytesIO(text.encode())
    file.name = "b.csv"
    assert as_dora.post("/strategies/bundles/import", {"file": file}).status_code == 302


def test_bulk_acts_tell_each_result(as_dora):
    as_dora.post("/strategies/bundles/new", typed())
    answer = as_dora.post("/strategies/bundles/bulk", {"action": "disable", "scope": "all", "back": ""})
    assert answer.status_code == 200
    assert not Bundle.objects.get().enabled


def send(client, method, path, data):
    return getattr(client, method)(path, json.dumps(data), content_type="application/json")


def test_the_api_puts_by_external_id_lists_and_refuses_at_the_field(as_dora, as_olga):
    items = [{"merchant_code": "A-1", "quantity": "2"}]
    made = send(as_dora, "put", f"{API}/by-external-id/E1", {"code": "SET", "name": "Set", "items": items})
    assert made.status_code == 201
    again = send(as_dora, "put", f"{API}/by-external-id/E1", {"name": "Better"})
    assert (again.status_code, again.json()["name"], again.json()["items"]) == (200, "Better", items)

    wrong = send(as_dora, "post", API, {"code": "X", "name": "X", "items": []})
    assert [e["pointer"] for e in wrong.json()["errors"]] == ["/items"]
    assert [row["code"] for row in as_olga.get(API).json()["items"]] == ["SET"]


def test_another_dealer_sees_none(as_dora, as_xavier):
    as_dora.post("/strategies/bundles/new", typed())
    path = f"{API}/{Bundle.objects.get().public_id}"
    assert as_xavier.get(API).json()["items"] == []
    assert as_xavier.get(path).status_code == 404


def test_the_suppliers_people_have_no_bundle_pages(as_olga):
    assert as_olga.get("/strategies/bundles").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(as_dora, count, django_assert_num_queries):
    for n in range(count):
        as_dora.post("/strategies/bundles/new", typed(code=f"S{n}"))
    as_dora.get("/strategies/bundles")
    with django_assert_num_queries(EXPECTED, using="default"):
        as_dora.get("/strategies/bundles")


EXPECTED = 9
