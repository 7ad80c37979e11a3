"""A bundle in an order becomes lines of its SKUs, on every path."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tenant_apps.orders.models import RawOrderLine
from tenant_apps.orders.queries.drafts import draft_of
from tenant_apps.orders.rules import WantedLine
from tenant_apps.strategies.commands.bundles import add_bundle
from tests.factories.orders import place

D = Decimal


@pytest.fixture
def bundle(trade, dora):
    items = [("A-1", D(2)), ("A-2", D(1))]
    return add_bundle(
        actor=dora, values={"code": "SET", "name": "Tea set", "items": items, "sales_price": D("50")}
    )


def stored(order):
    rows = order.lines.order_by("position").values_list("merchant_code", "quantity", "sales_price")
    return [(code, int(quantity), price.normalize()) for code, quantity, price in rows]


def test_a_bundle_becomes_lines_whose_sales_prices_add_up(trade, dora, bundle):
    order = place(dora, trade.wanted({"SET": 3}))

    lines = stored(order)
    assert [(code, quantity) for code, quantity, _ in lines] == [("A-1", 6), ("A-2", 3)]
    assert sum(round(quantity * price, 2) for _, quantity, price in lines) == 150
    assert order.goods.amount == 72  # nine pieces at the dealer's own 8.00


def test_the_raw_order_keeps_the_bundle_as_it_was_asked(trade, dora, bundle):
    place(dora, trade.wanted({"SET": 3, "A-3": 1}))

    assert list(RawOrderLine.objects.order_by("position").values_list("merchant_code", "quantity")) == [
        ("SET", 3),
        ("A-3", 1),
    ]


def test_a_sku_of_the_bundle_and_of_its_own_line_is_one_line(trade, dora, bundle):
    lines = (WantedLine("A-1", D(4), sales_price=D(10)), WantedLine("SET", D(1)))
    order = place(dora, trade.wanted(lines=lines))

    assert [(code, quantity) for code, quantity, _ in stored(order)] == [("A-1", 6), ("A-2", 1)]
    assert sum(round(quantity * price, 2) for _, quantity, price in stored(order)) == 90


def test_an_order_may_name_another_sales_price_of_the_bundle(trade, dora, bundle):
    order = place(dora, trade.wanted(lines=(WantedLine("SET", D(2), sales_price=D(40)),)))

    assert sum(round(quantity * price, 2) for _, quantity, price in stored(order)) == 80


def test_a_disabled_bundle_and_another_dealers_one_are_unknown(trade, dora, bundle, stranger):
    type(bundle).objects.update(enabled=False)
    assert [p.code for p in draft_of(dora, trade.wanted({"SET": 1})).problems] == ["not_offered"]
    type(bundle).objects.update(enabled=True, dealer=stranger)
    assert [p.code for p in draft_of(dora, trade.wanted({"SET": 1})).problems] == ["not_offered"]


def test_too_little_stock_of_a_part_is_told_at_the_bundles_line(trade, dora, bundle):
    problems = draft_of(dora, trade.wanted({"A-3": 1, "SET": 60})).problems

    assert [(p.pointer, p.facts["sku"]) for p in problems] == [("/lines/1/quantity", "A-1")]
