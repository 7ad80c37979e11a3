"""Pages and API of the catalogue: the same answers, literal statement counts, nothing of others."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tenant_apps.catalog.models import Brand, Category, Product, Sku
from tests.factories import catalog as make

JSON = "application/json"
SKU = {"merchant_code": "N-1", "unit": "bottle", "wholesale_price": "1.50", "retail_price": "2.00"}


def send(client, method, path, body, **headers):
    return client.generic(method, f"/api/v1/{path}", json.dumps(body), content_type=JSON, headers=headers)


def count(client, path):
    with CaptureQueriesContext(connections["default"]) as captured:
        answer = client.get(path)
    assert answer.status_code == 200
    words = ("SAVEPOINT", "RELEASE", "SET ", "BEGIN")
    own = ('"catalog_', '"attachment"', '"audit_line"')
    return len([
        q for q in captured.captured_queries
        if not q["sql"].startswith(words) and any(table in q["sql"] for table in own)
    ])  # fmt: skip


def three():
    drinks = make.category("Drinks")
    water = make.category("Water", drinks)
    clear = make.brand("Clearbrook")
    home = make.product("W", "矿泉水 Spring water", category=water, brand=clear)
    make.sku("W-1", home, spec="0.5 l", retail_price=Decimal(2), packs={"case": 24}, barcode="690001")
    make.sku("W-2", home, spec="1.5 l", retail_price=Decimal(4))
    make.sku(
        "T-1",
        make.product("T", "Towel", category=make.category("Household")),
        retail_price=Decimal(9),
        enabled=False,
    )


# Lists


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["T-1", "W-1", "W-2"]),
        ("q=kqs", ["W-1", "W-2"]),
        ("q=kuangquan", ["W-1", "W-2"]),
        ("q=spring+1.5", ["W-2"]),
        ("q=690001", ["W-1"]),
        ("q=CLEARBROOK", ["W-1", "W-2"]),
        ("q=100%25", []),
        ("category=Drinks", ["W-1", "W-2"]),
        ("category=Water", ["W-1", "W-2"]),
        ("category=Household", ["T-1"]),
        ("category=cat_nothing", []),
        ("brand=Clearbrook", ["W-1", "W-2"]),
        ("price_min=3", ["T-1", "W-2"]),
        ("price_min=3&price_max=5", ["W-2"]),
    ],
)
def test_page_and_api_find_the_same(as_olga, query, codes):
    three()
    for name in ("Drinks", "Water", "Household"):
        query = query.replace(f"category={name}", f"category={Category.objects.get(name=name).public_id}")
    query = query.replace("brand=Clearbrook", f"brand={Brand.objects.get().public_id}")

    page = as_olga.get(f"/catalog/?{query}&sort=code").context["page"]
    items = as_olga.get(f"/api/v1/skus?{query}").json()["items"]

    assert [sku.merchant_code for sku in page] == codes
    assert sorted(item["merchant_code"] for item in items) == codes


def test_both_doors_filter_by_state_and_sort(as_olga):
    three()

    page = as_olga.get("/catalog/?state=enabled&sort=-retail").context["page"]
    items = as_olga.get("/api/v1/skus?enabled=true").json()["items"]

    assert [sku.merchant_code for sku in page] == ["W-2", "W-1"]
    assert {item["merchant_code"] for item in items} == {"W-1", "W-2"}
    assert as_olga.get("/api/v1/skus?enabled=perhaps").status_code == 422


def test_a_product_without_skus_is_listed_too(as_olga):
    make.product("A", "First")

    assert [item["code"] for item in as_olga.get("/api/v1/products").json()["items"]] == ["A"]


@pytest.mark.parametrize(
    ("path", "statements"),
    [("/catalog/", 6), ("/api/v1/skus", 3), ("/api/v1/products", 2), ("/catalog/export?format=csv", 3)],
)
def test_one_and_three_rows_take_the_same_statements(as_olga, path, statements):
    make.sku("A-1", make.product("A", "First"), packs={"case": 6})
    one = count(as_olga, path)
    for code in ("B", "C"):
        make.sku(f"{code}-1", make.product(code, "More", brand=make.brand(code)), packs={"case": 6})

    assert count(as_olga, path) == one == statements


def test_the_tree_and_the_brands_take_the_same_statements(as_olga):
    first = make.category("A")
    make.brand("A")
    one = count(as_olga, "/catalog/categories"), count(as_olga, "/catalog/brands")
    make.category("B", first)
    make.category("C")
    make.brand("B")
    make.brand("C")

    assert (count(as_olga, "/catalog/categories"), count(as_olga, "/catalog/brands")) == one == (2, 3)


def test_the_feed_goes_on_where_it_ended(as_olga):
    three()
    first = as_olga.get(
        "/api/v1/skus?updated_since=2020-01-01T00:00:00Z&limit=2&fields=merchant_code,version"
    ).json()
    rest = as_olga.get(
        f"/api/v1/skus?updated_since=2020-01-01T00:00:00Z&limit=2&cursor={first['next']}"
    ).json()

    assert first["items"] == [{"merchant_code": "W-1", "version": 1}, {"merchant_code": "W-2", "version": 1}]
    assert [item["merchant_code"] for item in rest["items"]] == ["T-1"]
    assert rest["next"] is None


# Making and changing


def test_both_doors_make_the_same_product(as_olga):
    fields = {"code": "P-1", "name": "Water", "short_name": "W"}
    page = as_olga.post("/catalog/products/new", {
        **fields, **{f"sku-{key}": value for key, value in SKU.items()}, "sku-packs_0_name": "case", "sku-packs_0_units": "24",
    })  # fmt: skip
    answer = send(as_olga, "POST", "products", {
        **fields, "code": "P-2", "skus": [{**SKU, "merchant_code": "N-2", "packs": [{"name": "case", "units": "24"}]}],
    })  # fmt: skip

    assert (page.status_code, answer.status_code) == (302, 201)
    first, second = (
        as_olga.get(f"/api/v1/skus?merchant_code={code}").json()["items"][0] for code in ("N-1", "N-2")
    )
    apart = {"id", "product", "product_code", "merchant_code", "created_at", "updated_at"}
    assert {k: v for k, v in first.items() if k not in apart} == {
        k: v for k, v in second.items() if k not in apart
    }
    assert first["packs"] == [{"name": "case", "units": "24", "barcode": ""}]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"retail_price": "-1"}, "retail_price", "negative"),
        ({"retail_price": "1.234"}, "retail_price", "too_many_places"),
        ({"multiple": "0"}, "multiple", "not_positive"),
        ({"tax_rate": "101"}, "tax_rate", "too_large"),
        ({"merchant_code": "TAKEN"}, "merchant_code", "taken"),
    ],
)
def test_both_doors_refuse_the_same_at_the_same_field(as_olga, change, field, code):
    make.sku("TAKEN", make.product("X", "X"))
    home = Product.objects.get()
    values = {**SKU, **change}

    page = as_olga.post(f"/catalog/products/{home.public_id}/skus/new", values)
    answer = send(as_olga, "POST", "skus", {**values, "product": home.public_id})

    assert (page.status_code, answer.status_code) == (422, 422)
    (problem,) = answer.json()["errors"]
    assert (problem["pointer"], problem["code"]) == (f"/{field}", code)
    assert page.context["form"].errors[field] == [problem["message"]]
    assert Sku.objects.count() == 1


def test_a_nested_sku_is_refused_at_its_own_field(as_olga):
    make.sku("N-1", make.product("X", "X"))

    answer = send(as_olga, "POST", "products", {"code": "P-1", "name": "Water", "skus": [SKU]})
    page = as_olga.post(
        "/catalog/products/new", {"code": "P-1", "name": "Water", **{f"sku-{k}": v for k, v in SKU.items()}}
    )

    assert [e["pointer"] for e in answer.json()["errors"]] == ["/skus/0/merchant_code"]
    assert "merchant_code" in page.context["sku_form"].errors
    assert Product.objects.count() == 1


def test_an_edit_needs_the_version_that_was_read(as_olga):
    sku = make.sku()
    path = f"skus/{sku.public_id}"
    tag = as_olga.get(f"/api/v1/{path}").headers["ETag"]

    assert send(as_olga, "PATCH", path, {"retail_price": "3"}, **{"If-Match": tag}).json()["version"] == 2
    late = send(as_olga, "PATCH", path, {"retail_price": "5"}, **{"If-Match": tag})
    page = as_olga.post(f"/catalog/skus/{sku.public_id}/edit", {**SKU, "retail_price": "5", "version": "1"})

    assert (late.status_code, late.json()["code"], page.status_code) == (412, "version_conflict", 412)
    assert Sku.objects.get().retail_price == 3


def test_a_code_never_changes(as_olga):
    sku = make.sku()

    answers = [
        send(as_olga, "PATCH", f"skus/{sku.public_id}", {"merchant_code": "OTHER"}),
        send(as_olga, "PATCH", f"products/{sku.product.public_id}", {"code": "OTHER"}),
    ]

    assert [(a.status_code, a.json()["errors"][0]["code"]) for a in answers] == [(422, "immutable")] * 2
    assert (Sku.objects.get().merchant_code, Product.objects.get().code) == ("P1-500", "P1")


def test_a_repeated_post_makes_one_product(as_olga):
    key = {"Idempotency-Key": "abc"}
    first = send(as_olga, "POST", "products", {"code": "P", "name": "Water"}, **key)
    again = send(as_olga, "POST", "products", {"code": "P", "name": "Water"}, **key)

    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Product.objects.count() == 1


def test_two_clicks_on_save_make_one_product(as_olga):
    form = {"code": "P", "name": "Water", "operation": "token", **{f"sku-{k}": v for k, v in SKU.items()}}

    answers = [as_olga.post("/catalog/products/new", form) for _ in range(2)]

    assert [a.status_code for a in answers] == [302, 302]
    assert answers[0].url == answers[1].url
    assert Product.objects.count() == 1


def test_another_system_writes_by_its_own_ids(as_olga):
    made = send(as_olga, "PUT", "products/by-external-id/E-1", {"code": "P", "name": "Water"})
    sku = {**SKU, "product": made.json()["id"]}
    new = send(as_olga, "PUT", "skus/by-external-id/S-1", sku)
    same = send(as_olga, "PUT", "skus/by-external-id/S-1", {"retail_price": "7"})

    assert [a.status_code for a in (made, new, same)] == [201, 201, 200]
    assert (same.json()["id"], same.json()["retail_price"]) == (new.json()["id"], "7")
    assert send(as_olga, "PUT", "categories/by-external-id/C-1", {"name": "Drinks"}).status_code == 201
    assert (
        send(as_olga, "PUT", "categories/by-external-id/C-1", {"name": "Beverages"}).json()["name"]
        == "Beverages"
    )
    assert send(as_olga, "PUT", "brands/by-external-id/B-1", {"name": "Clearbrook"}).status_code == 201
    assert send(as_olga, "PUT", "skus/by-external-id/S-2", {**SKU, "merchant_code": "X"}).status_code == 422


def test_a_bulk_request_answers_row_by_row(as_olga):
    sku = make.sku("W-1")
    answer = send(as_olga, "POST", "skus/bulk", [
        {"merchant_code": "W-1", "retail_price": "8"},
        {**SKU, "product": sku.product.public_id},
        {"merchant_code": "W-1", "retail_price": "free"},
        {"merchant_code": "W-1", "retail_price": "-1"},
        {**SKU, "merchant_code": "N-9"},
    ])  # fmt: skip

    results = answer.json()["results"]
    assert [r["status"] for r in results] == [200, 200, 422, 422, 422]
    assert [r["problem"]["errors"][0]["pointer"] for r in results[2:]] == [
        "/retail_price",
        "/retail_price",
        "/product",
    ]
    assert dict(Sku.objects.values_list("merchant_code", "retail_price")) == {"W-1": 8, "N-1": 2}


def test_the_list_switches_many_and_says_which_failed(as_olga):
    first, second = make.sku("A"), make.sku("B")
    answer = as_olga.post("/catalog/switch?sort=code", {
        "ids": [first.public_id, "sku_gone", second.public_id], "action": "disable", "operation": "t",
    })  # fmt: skip

    assert [r["code"] for r in answer.context["results"]] == ["sku_gone"]
    assert not Sku.objects.filter(enabled=True).exists()
    assert as_olga.post("/catalog/switch?q=nothing", {"scope": "all", "action": "enable"}).status_code == 302
    assert not Sku.objects.filter(enabled=True).exists()
