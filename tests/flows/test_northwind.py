"""The Northwind year through the REST API: the known totals to the cent, books and stock reconciled.

Reads the public tables from $DEALERDESK_DATA/northwind; skipped where they are not.
"""

from __future__ import annotations

import csv
import json
import os
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client

from platform_core.kernel.ids import new_uuid
from tenant_apps.access.commands.keys import create_key
from tenant_apps.access.models import Membership
from tenant_apps.access.queries import actor_of_membership
from tenant_apps.ledger.verify import reconcile

DATA = Path(os.environ.get("DEALERDESK_DATA", "/nowhere")) / "northwind"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (DATA / "orders.csv").exists(), reason="no $DEALERDESK_DATA/northwind"),
]
CENT = Decimal("0.01")
COUNTRIES = {
    "Argentina": "AR",
    "Austria": "AT",
    "Belgium": "BE",
    "Brazil": "BR",
    "Canada": "CA",
    "Denmark": "DK",
    "Finland": "FI",
    "France": "FR",
    "Germany": "DE",
    "Ireland": "IE",
    "Italy": "IT",
    "Mexico": "MX",
    "Norway": "NO",
    "Poland": "PL",
    "Portugal": "PT",
    "Spain": "ES",
    "Sweden": "SE",
    "Switzerland": "CH",
    "UK": "GB",
    "USA": "US",
    "Venezuela": "VE",
}
TOTALS = {
    "goods": Decimal("1354458.59"),
    "discounts": Decimal("88665.83"),
    "net": Decimal("1265792.76"),
    "freight": Decimal("64942.69"),
    "units": 51_317,
}


def table(name):
    """Rows of one CSV file. The header of orders.csv bears OrderID twice; the last one counts in a dict."""
    with (DATA / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@dataclass
class Line:
    code: str
    price: Decimal
    quantity: int
    discount: Decimal

    @property
    def reduction(self) -> Decimal:
        """The discount of the line, half up to the cent."""
        return (self.price * self.quantity * self.discount).quantize(CENT, ROUND_HALF_UP)


@dataclass
class Order:
    number: str
    dealer: str
    freight: Decimal
    address: dict[str, str]
    lines: list[Line] = field(default_factory=list)


def northwind_orders():
    found: dict[str, Order] = {}
    for row in table("orders"):
        order = found.setdefault(
            row["OrderID"],
            Order(
                row["OrderID"],
                row["CustomerID"],
                Decimal(row["Freight"]).quantize(CENT),
                {
                    "country": COUNTRIES[row["ShipCountry"]],
                    "region1": row["ShipRegion"],
                    "region2": row["ShipCity"],
                    "postcode": row["ShipPostalCode"],
                    "line1": row["ShipAddress"],
                    "consignee": row["ShipName"],
                    "phone": "+4930901820",
                },
            ),
        )
        order.lines.append(
            Line(
                f"NW-{int(row['ProductID']):02d}",
                Decimal(row["UnitPrice"]),
                int(row["Quantity"]),
                Decimal(row["Discount"]),
            )
        )
    return list(found.values())


class Api:
    """The REST API as another system uses it: a key, JSON, an idempotency key on every POST."""

    def __init__(self, supplier, key):
        self.client = Client(HTTP_HOST=supplier.host)
        self.key = key
        self.calls = 0

    def ask(self, method, path, body=None, status=(200, 201, 207)):
        self.calls += 1
        answer = self.client.generic(
            method,
            f"/api/v1/{path}",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.key}", "Idempotency-Key": str(new_uuid())},
        )
        assert answer.status_code in status, f"{method} {path}: {answer.status_code} {answer.content[:800]!r}"
        return answer.json() if answer.content else None


@pytest.fixture
def api(committed):
    owner = actor_of_membership(Membership.objects.get(is_administrator=True))
    key = create_key(actor=owner, name="northwind", permissions=sorted(owner.grants))
    return Api(committed, key.secret)


def lay_goods(api):
    names = {row["CategoryID"]: row["CategoryName"] for row in table("categories")}
    ids = {
        number: api.ask("POST", "categories", {"name": name.replace("/", " and ")})["id"]
        for number, name in names.items()
    }
    codes = []
    for row in table("products"):
        code = f"NW-{int(row['ProductID']):02d}"
        api.ask(
            "POST",
            "products",
            {
                "code": code,
                "name": row["ProductName"],
                "category": ids[row["CategoryID"]],
                "skus": [
                    {
                        "merchant_code": code,
                        "spec": row["QuantityPerUnit"],
                        "unit": "unit",
                        "wholesale_price": row["UnitPrice"],
                        "retail_price": row["UnitPrice"],
                    }
                ],
            },
        )
        codes.append((code, Decimal(row["UnitPrice"])))
    house = api.ask(
        "POST", "warehouses", {"code": "NW", "name": "Northwind", "country": "US", "finance_review": True}
    )
    stock = [{"merchant_code": code, "on_hand": "100000"} for code, _ in codes]
    api.ask("PUT", "stock", {"warehouse": house["id"], "items": stock})
    strategy = api.ask("POST", "goods-strategies", {"name": "List prices"})
    prices = [{"merchant_code": code, "price": str(price)} for code, price in codes]
    api.ask("POST", f"goods-strategies/{strategy['id']}/items", {"items": prices})
    return strategy["id"], dict(codes)


def lay_dealers(api, strategy):
    dealers = {}
    for row in table("customers"):
        login = row["CustomerID"].lower()
        dealer = api.ask(
            "POST",
            "dealers",
            {
                "code": row["CustomerID"],
                "name": row["CompanyName"],
                "contact": row["ContactName"],
                "administrator": {"name": row["ContactName"], "login": login, "password": "long enough 12"},
            },
        )
        api.ask("PUT", f"dealers/{dealer['id']}/strategy", {"strategy": strategy})
        dealers[row["CustomerID"]] = dealer["id"]
    return dealers


def fund(api, dealers, orders):
    """Each dealer's whole year, recorded by the supplier and approved by its second reviewer's key."""
    needed = defaultdict(Decimal)
    for order in orders:
        needed[order.dealer] += order.freight + sum(line.price * line.quantity for line in order.lines)
    for code, amount in needed.items():
        top_up = api.ask(
            "POST",
            "top-ups",
            {"kind": "supplier", "dealer": dealers[code], "amount": str(amount.quantize(CENT))},
        )
        api.reviewer.ask("POST", f"top-ups/{top_up['id']}/approve", {})


def shops_by_dealer(api):
    shops, cursor = {}, ""
    while cursor is not None:
        page = api.ask("GET", f"shops?limit=200&cursor={cursor}" if cursor else "shops?limit=200")
        shops |= {shop["dealer"]: shop["id"] for shop in page["items"]}
        cursor = page["next"]
    return shops


def trade(api, order, dealer, shop, listed):
    """Set the dealer's prices where they differ, place, review, approve with discounts and freight."""
    own = [
        {"merchant_code": line.code, "price": str(line.price)}
        for line in order.lines
        if listed[dealer, line.code] != line.price
    ]
    if own:
        api.ask("POST", f"dealers/{dealer}/items", {"items": own})
        listed |= {(dealer, item["merchant_code"]): Decimal(item["price"]) for item in own}
    placed = api.ask(
        "POST",
        "orders",
        {
            "shop": shop,
            "client_ref": order.number,
            "address": order.address,
            "lines": [{"merchant_code": line.code, "quantity": str(line.quantity)} for line in order.lines],
        },
    )
    reviewed = api.ask("POST", f"orders/{placed['id']}/review", {})
    assert reviewed["state"] == "pending_finance"
    adjustments = [
        {"kind": "goods", "amount": str(-line.reduction), "reason": "Discount", "line": place}
        for place, line in enumerate(order.lines, 1)
        if line.reduction
    ]
    if order.freight:
        adjustments.append({"kind": "freight", "amount": str(order.freight), "reason": "Freight"})
    approved = api.ask("POST", f"orders/{placed['id']}/approve", {"adjustments": adjustments})
    assert approved["state"] == "approved"


def test_the_northwind_year_comes_to_its_known_totals(committed, api):
    orders = northwind_orders()
    assert (len(orders), sum(len(order.lines) for order in orders)) == (830, 2155)
    owner = actor_of_membership(Membership.objects.get(is_administrator=True))
    second = create_key(actor=owner, name="second reviewer", permissions=sorted(owner.grants))
    api.reviewer = Api(committed, second.secret)
    strategy, prices = lay_goods(api)
    dealers = lay_dealers(api, strategy)
    fund(api, dealers, orders)
    shops = shops_by_dealer(api)
    listed = {(dealer, code): price for dealer in dealers.values() for code, price in prices.items()}
    differing = sum(prices[line.code] != line.price for order in orders for line in order.lines)

    for order in orders:
        dealer = dealers[order.dealer]
        trade(api, order, dealer, shops[dealer], listed)

    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT sum(goods_minor), -sum(goods_adjustment_minor), sum(goods_minor + goods_adjustment_minor),"
            " sum(freight_adjustment_minor), count(*), count(DISTINCT dealer_id), sum(charged_minor)"
            " FROM orders_salesorder WHERE state = 'approved'"
        )
        goods, discounts, net, freight, count, buyers, charged = cursor.fetchone()
        cursor.execute("SELECT sum(quantity) FROM orders_salesorderline")
        units = cursor.fetchone()[0]
    cents = {
        name: Decimal(int(minor)) / 100
        for name, minor in {"goods": goods, "discounts": discounts, "net": net, "freight": freight}.items()
    }
    assert {**cents, "units": units} == TOTALS
    assert (count, buyers, len(dealers), differing) == (830, 89, 91, 662)
    assert Decimal(int(charged)) / 100 == TOTALS["net"] + TOTALS["freight"]
    assert [f"{finding.found} {finding.check}" for finding in reconcile() if finding.found] == []
