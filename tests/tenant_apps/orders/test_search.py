"""Orders by what somebody has of them (W-155): exact, by index, in the address, for supplier and dealer."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections

from platform_core.kernel import clock
from tenant_apps.fulfilment.commands import ship_stock_out
from tenant_apps.inventory.models import StockOut
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.queries.search import _EXACT, found_by
from tests.factories.orders import ADDRESS, place, review
from tests.tenant_apps.orders.asking import API


@pytest.fixture
def orders(trade, dora, olga):
    """Three orders; the second one shipped in two parcels."""
    people = (("王小明", "0571-11111111"), ("李四", "0571-22222222"), ("张三", "0571-33333333"))
    made = []
    for number, (consignee, phone) in enumerate(people):
        address = type(ADDRESS)(**{**ADDRESS.columns(), "consignee": consignee, "phone": phone})
        wanted = trade.wanted({f"A-{number + 1}": 2}, client_ref=f"PO-{number}", address=address)
        made.append(place(dora, wanted))
    review(dora, made[1])
    stock_out = StockOut.objects.get(source_id=made[1].pk)
    for parcel in ("SF1001", "SF1002"):
        ship_stock_out(
            actor=olga,
            operation_id=uuid.uuid4(),
            stock_out_id=stock_out.public_id,
            tracking_number=parcel,
            quantities={1: Decimal(1)},
        )
    return made


def listed(client, orders, query):
    page = client.get(f"/orders/?{query}").content.decode()
    return [place for place, order in enumerate(orders) if f'href="/orders/{order.public_id}"' in page]


@pytest.mark.parametrize("who", ["as_dora", "as_olga"])
@pytest.mark.parametrize(
    "asked",
    ["SF1002", "sf1001", "李四", "0571-22222222", "PO-1", "po-1", "A-2", "a-2"],
    ids=[
        "second parcel",
        "typed small",
        "consignee",
        "phone",
        "reference",
        "in small",
        "SKU",
        "SKU in small",
    ],
)
def test_one_field_finds_it_by_any_of_them(orders, who, asked, request):
    assert listed(request.getfixturevalue(who), orders, f"q={asked}") == [1]


def test_by_its_number_and_by_part_of_a_name(orders, as_olga):
    assert listed(as_olga, orders, f"q={orders[2].number.lower()}") == [2]
    assert listed(as_olga, orders, "q=小明") == [0]
    assert listed(as_olga, orders, "q=SF100") == []


def test_another_dealer_finds_nothing(orders, as_xavier):
    for asked in ("SF1001", "李四", "PO-1", "A-2", orders[0].number):
        assert listed(as_xavier, orders, f"q={asked}") == []


@pytest.mark.parametrize(
    ("name", "value", "other"),
    [
        ("tracking_number", "SF1001", "SF100"),
        ("number", None, "SO-0"),
        ("client_ref", "PO-1", "PO"),
        ("consignee", "李四", "李"),
        ("phone", "0571-22222222", "0571"),
        ("merchant_code", "A-2", "A"),
    ],
)
def test_each_exact_filter_of_the_api(orders, as_dora, as_xavier, name, value, other):
    value = value or orders[1].number

    def found(client, text):
        return [one["number"] for one in client.get(f"{API}?{name}={text}").json()["items"]]

    assert found(as_dora, value) == [orders[1].number]
    assert found(as_dora, other) == []
    assert found(as_xavier, value) == []


def test_filters_beside_the_list(orders, trade, as_olga, as_dora):
    assert listed(as_olga, orders, "state=shipped") == [1]
    for client in (as_olga, as_dora):
        assert listed(client, orders, f"warehouse={trade.warehouse.public_id}") == [0, 1, 2]
        assert listed(client, orders, f"shop={trade.shop.public_id}") == [0, 1, 2]
        assert listed(client, orders, "shop=shp_unknown") == []


def test_the_day_of_placing_or_of_the_last_operation(orders, as_olga):
    before = clock.now() - timedelta(days=30)
    SalesOrder.objects.update(placed_at=before)
    today = f"{clock.now():%Y-%m-%d}"
    yesterday = f"{clock.now() - timedelta(days=1):%Y-%m-%d}"

    assert listed(as_olga, orders, f"from={yesterday}") == []
    assert listed(as_olga, orders, f"from={yesterday}&on=changed") == [0, 1, 2]
    assert today in as_olga.get(f"/orders/?from={today}&on=changed").content.decode()


def test_a_suppliers_person_may_choose_the_shop_once_the_dealer_is_chosen(orders, trade, as_olga):
    second = type(trade.shop).objects.create(dealer=trade.dealer, code="SECOND", name="Second shop")
    page = as_olga.get(f"/orders/?dealer={trade.dealer.public_id}").content.decode()
    assert second.public_id in page
    assert second.public_id not in as_olga.get("/orders/").content.decode()


def test_every_exact_search_has_an_index(orders):
    """With sequential reading forbidden nothing but the letters of a name reads all orders."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for name in ("number", "client_ref", "tracking_number", "phone"):
            rows = SalesOrder.objects.order_by().filter(_EXACT[name]("SF1001")).values("pk")
            sql, values = rows.query.sql_with_params()
            cursor.execute(f"EXPLAIN {sql}", values)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan" not in plan, (name, plan)
        assert set(found_by("SF1001").values_list("pk", flat=True)) == {orders[1].pk}
