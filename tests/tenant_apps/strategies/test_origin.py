"""Goods by origin: kept with the product, found and filtered by supplier and dealer (TB-02)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tenant_apps.catalog.models import Product
from tenant_apps.strategies.models import PriceRule
from tests.factories import strategies as make

JSON = {"content_type": "application/json"}
ORIGINS = ("Hangzhou", "Anxi", "")


@pytest.fixture
def teas(dealer):
    """Three SKUs of two origins and of none, which the dealer buys at 10."""
    goods = make.skus(3)
    for sku, origin in zip(goods, ORIGINS, strict=True):
        Product.objects.filter(pk=sku.product_id).update(origin=origin)
    make.assign(dealer, make.strategy(goods=goods, price="10"))
    return goods


def test_a_dealer_finds_goods_by_origin(as_dora, teas):
    page = as_dora.get("/strategies/my-goods", {"origin": "Anxi"}).content.decode()
    assert ("A-2" in page, "A-1" in page, "A-3" in page) == (True, False, False)
    assert '<option value="Hangzhou"' in page
    found = as_dora.get("/api/v1/offers", {"origin": "Anxi"}).json()["items"]
    assert [(one["code"], one["origin"]) for one in found] == [("A-2", "Anxi")]


def test_origin_and_the_dealers_own_price_narrow_together(as_dora, dealer, teas):
    PriceRule.objects.create(dealer=dealer, sku=teas[1], fixed=Decimal("8.50"))
    band = {"origin": "Anxi", "price_from": "8.50", "price_to": "8.50"}

    (found,) = as_dora.get("/api/v1/offers", band).json()["items"]

    assert found["code"] == "A-2"
    assert as_dora.get("/api/v1/offers", {**band, "price_to": "8.49"}).json()["items"] == []


def test_the_supplier_keeps_it_by_page_and_api(as_olga, teas):
    product = teas[2].product
    form = {"name": product.name, "origin": "Yunnan"}

    sent = as_olga.post(f"/catalog/products/{product.public_id}/edit", {**form, "version": product.version})
    api = as_olga.patch(f"/api/v1/products/{teas[0].product.public_id}", {"origin": "Fuding"}, **JSON)

    assert sent.status_code in {200, 302}
    assert api.json()["origin"] == "Fuding"
    found = as_olga.get("/api/v1/skus", {"origin": "Fuding"}).json()["items"]
    assert [one["merchant_code"] for one in found] == ["A-1"]
    page = as_olga.get("/catalog/", {"origin": "Fuding"}).content.decode()
    assert ("A-1" in page, "A-2" in page) == (True, False)


def test_too_long_an_origin_is_refused(as_olga, teas):
    answer = as_olga.patch(f"/api/v1/products/{teas[0].product.public_id}", {"origin": "x" * 81}, **JSON)

    assert answer.status_code == 422
    assert Product.objects.filter(origin="Hangzhou").exists()
