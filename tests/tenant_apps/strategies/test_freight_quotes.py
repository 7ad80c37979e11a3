"""Freight by a stored table, and who can carry where."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platform_core.db.models import AddressColumns
from platform_core.kernel.money import Currency, Money
from tenant_apps.dealers.models import DealerAddress
from tenant_apps.strategies import queries
from tests.factories import strategies as make

D = Decimal
pytestmark = pytest.mark.usefixtures("acme")


def address(region1="浙江省", region2="杭州市", country="CN", **rest) -> AddressColumns:
    return DealerAddress(country=country, region1=region1, region2=region2, **rest)


def quote(warehouse, carrier, where, weight="2.5"):
    return queries.freight_quote(
        warehouse_id=warehouse.pk, carrier=carrier, address=where, weight_kg=D(weight), currency=Currency.CNY
    )


def yuan(text):
    return Money.parse(text, Currency.CNY)


def test_a_covered_address_has_a_price_with_its_steps_in_one_statement():
    warehouse, carrier = make.warehouse(), make.carrier()
    make.freight(
        warehouse, [{"carrier": carrier}, {"carrier": carrier, "region1": "浙江省", "first_fee": D(5)}]
    )

    with CaptureQueriesContext(connection) as statements:
        found = quote(warehouse, carrier, address())

    assert (found.known, found.amount, len(statements)) == (True, yuan("6.50"), 1)
    assert [(step.operator, str(step.amount)) for step in found.steps] == [
        ("+", "5"),
        ("+", "1.5"),
        ("=", "6.50"),
    ]


def test_rounding_by_started_units_is_the_strategys_choice():
    warehouse, carrier = make.warehouse(), make.carrier()
    table = make.freight(warehouse, [{"carrier": carrier}])
    table.rounding = "per_started_unit"
    table.save()

    assert quote(warehouse, carrier, address()).amount == yuan("8.00")


@pytest.mark.parametrize(
    ("row", "where", "reason"),
    [
        (None, address(), "no_freight_strategy"),
        ({"region1": "浙江省"}, address("江苏省", "南京市"), "address_not_reachable"),
        ({"other": True}, address(), "carrier_not_supported"),
        ({"tiers": [["2", "1", "1"]]}, address(), "weight_beyond_table"),
    ],
)
def test_an_unknown_freight_is_zero_and_says_why(row, where, reason):
    warehouse, carrier, other = make.warehouse(), make.carrier(), make.carrier("YTO")
    if row is not None:
        row = dict(row)
        make.freight(warehouse, [{"carrier": other if row.pop("other", False) else carrier, **row}])

    found = quote(warehouse, carrier, where)

    assert (found.known, found.amount, found.reason) == (False, yuan("0"), reason)


def test_a_free_shipping_carrier_costs_nothing_even_without_a_table():
    warehouse, carrier = make.warehouse(), make.carrier(free_shipping=True)

    found = quote(warehouse, carrier, address())

    assert (found.known, found.amount) == (True, yuan("0"))


def test_a_line_for_every_carrier_serves_an_order_without_carrier():
    warehouse = make.warehouse()
    make.freight(warehouse, [{"carrier": None}])

    assert quote(warehouse, None, address()).amount == yuan("7.50")


def test_abroad_the_postcode_prefix_decides():
    warehouse, carrier = make.warehouse(), make.carrier()
    make.freight(
        warehouse,
        [
            {"carrier": carrier, "country": "DE", "postcode_prefix": "10", "first_fee": D(9)},
            {"carrier": carrier, "country": "DE", "first_fee": D(20)},
        ],
    )

    berlin, munich = (address("", "", "DE", postcode=code) for code in ("10 115", "80331"))
    assert quote(warehouse, carrier, berlin, "1").amount == yuan("9")
    assert quote(warehouse, carrier, munich, "1").amount == yuan("20")
    assert not quote(warehouse, carrier, address(), "1").known


def test_carriers_that_reach_an_address():
    warehouse = make.warehouse()
    here, there = make.carrier("HERE"), make.carrier("THERE")
    free, resting = make.carrier("FREE", free_shipping=True), make.carrier("REST", enabled=False)
    make.freight(
        warehouse,
        [
            {"carrier": here, "region1": "浙江省"},
            {"carrier": there, "region1": "江苏省"},
            {"carrier": resting},
        ],
    )

    with CaptureQueriesContext(connection) as statements:
        found = queries.carriers_reaching(warehouse_ids=[warehouse.pk], address=address())

    assert ([one.code for one in found], len(statements)) == (["FREE", "HERE"], 2)
    assert {free, here} == set(found)
