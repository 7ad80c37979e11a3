"""A bundle in an order becomes lines of its SKUs, on every path."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from tenant_apps.catalog.models import Pack
from tenant_apps.orders.models import RawOrderLine, SalesOrder
from tenant_apps.orders.queries.drafts import draft_of
from tenant_apps.orders.rules import WantedLine
from tenant_apps.strategies.commands.bundles import add_bundle
from tenant_apps.strategies.models import StrategyItem
from tests.factories.orders import place
from tests.tenant_apps.orders.asking import typed

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


def test_a_line_of_its_own_after_the_bundle_is_joined_too(trade, dora, bundle):
    order = place(dora, trade.wanted({"SET": 1, "A-1": 4}))

    assert [(code, quantity) for code, quantity, _ in stored(order)] == [("A-1", 6), ("A-2", 1)]


def test_two_lines_of_their_own_are_refused_beside_a_bundle(trade, dora, bundle):
    lines = (WantedLine("A-1", D(4)), WantedLine("SET", D(1)), WantedLine("A-1", D(3)))

    assert [(p.pointer, p.code) for p in draft_of(dora, trade.wanted(lines=lines)).problems] == [
        ("/lines/2/sku", "line_repeated")
    ]


def test_a_line_in_packs_is_joined_in_base_units(trade, dora, bundle):
    Pack.objects.create(sku=trade.skus[0], name="carton", units=D(12))
    order = place(dora, trade.wanted(lines=(WantedLine("A-1", D(1), "carton"), WantedLine("SET", D(2)))))

    assert [(code, quantity) for code, quantity, _ in stored(order)] == [("A-1", 16), ("A-2", 2)]


@pytest.mark.parametrize("count", ["0", "-1", "NaN", "Infinity", "1e30", "0.0001"])
def test_a_number_of_bundles_that_nobody_can_order_is_refused_at_its_line(trade, dora, bundle, count):
    problems = draft_of(dora, trade.wanted({"A-3": 1, "SET": D(count)})).problems

    assert [p.pointer for p in problems] == ["/lines/1/quantity"]


def test_an_order_may_not_grow_beyond_its_lines_by_bundles(trade, dora, bundle, monkeypatch):
    monkeypatch.setattr("tenant_apps.orders.queries.drafts.LINES_MAX", 2)

    problems = draft_of(dora, trade.wanted({"A-3": 1, "SET": 1})).problems

    assert [(p.pointer, p.code) for p in problems] == [("/lines", "too_many_lines")]


class TestPad:
    def paste(self, client, text):
        return client.post("/orders/pad/paste", {"lines": text}).content.decode()

    def filled(self, page):
        """SKU, quantity and sales price of each row."""
        rows = re.findall(r'name="quantity-(\w+)" value="([^"]*)"', page)
        prices = dict(re.findall(r'name="sales-(\w+)" value="([^"]*)"', page))
        return [(sku, quantity, prices.get(sku)) for sku, quantity in rows]

    def test_a_pasted_bundle_opens_into_its_lines(self, trade, as_dora, bundle):
        page = self.paste(as_dora, "SET\t3\nA-2\t4\nA-3 1")

        one, two, three = (sku.public_id for sku in trade.skus[:3])
        found = self.filled(page)
        assert [(sku, quantity) for sku, quantity, _ in found] == [(one, "6"), (two, "7"), (three, "1")]
        assert "3 lines were filled in." in page
        assert found[2][2] is None

    def test_what_is_placed_from_there_has_the_bundles_sales_prices(self, trade, as_dora, bundle):
        rows = self.filled(self.paste(as_dora, "SET\t3"))
        form = {f"quantity-{sku}": quantity for sku, quantity, _ in rows}
        form |= {f"sales-{sku}": price for sku, _, price in rows}

        as_dora.post("/orders/pad/place", typed(trade, form))

        lines = stored(SalesOrder.objects.get())
        assert sum(round(quantity * price, 2) for _, quantity, price in lines) == 150

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("A-3 1\nSET", "Line 2: SET has no quantity."),
            ("A-3 1\nSET 0", "Line 2: 0 of the bundle SET cannot be ordered."),
            ("A-3 1\nSET 1\nSET 2", "Line 3: SET was pasted before."),
            ("A-3 1\nTES 1", "Line 2: TES is not among your goods."),
        ],
    )
    def test_what_is_wrong_with_a_pasted_bundle_is_said(self, trade, as_dora, bundle, text, said):
        page = self.paste(as_dora, text)

        assert said in page
        assert trade.skus[2].public_id in page

    def test_a_bundle_is_taken_whole_or_not_at_all(self, trade, as_dora, bundle):
        StrategyItem.objects.filter(sku=trade.skus[1]).update(enabled=False)

        page = self.paste(as_dora, "A-1 1\nSET 2")

        assert "Line 2: A-2 of the bundle SET is not among your goods." in page
        assert self.filled(page) == [(trade.skus[0].public_id, "1", None)]

    def test_the_search_finds_bundles_and_one_is_added_to_what_was_typed(self, trade, as_dora, bundle):
        found = as_dora.get("/orders/pad", {"q": "set"}).content.decode()
        assert "A-1 × 2, A-2 × 1" in found
        lines = {f"quantity-{trade.skus[0].public_id}": "4", "bundle": "SET", "bundles-SET": "2"}

        page = as_dora.post("/orders/pad/chosen", typed(trade, lines, memo="ring")).content.decode()

        one, two = (sku.public_id for sku in trade.skus[:2])
        assert [(sku, quantity) for sku, quantity, _ in self.filled(page)] == [(one, "8"), (two, "2")]
        assert 'value="ring"' in page

    def test_a_bundle_is_added_to_an_order_that_is_edited(self, trade, dora, as_dora, bundle):
        order = place(dora, trade.wanted(lines=(WantedLine("A-1", D(2), sales_price=D(30)),)))
        lines = {f"quantity-{trade.skus[0].public_id}": "2", "bundle": "SET", "bundles-SET": ""}

        page = as_dora.post(f"/orders/{order.public_id}/edit", typed(trade, lines)).content.decode()

        rows = self.filled(page)
        assert [quantity for _, quantity, _ in rows] == ["4", "1"]
        assert sum(round(D(quantity) * D(price), 2) for _, quantity, price in rows) == 110
        assert order.number in page

    def test_the_suppliers_people_see_no_sales_price(self, trade, as_olga, bundle):
        page = as_olga.post(
            "/orders/pad/paste", {"lines": "SET 1", "shop": trade.shop.public_id}
        ).content.decode()

        assert self.filled(page) == [
            (trade.skus[0].public_id, "2", None),
            (trade.skus[1].public_id, "1", None),
        ]
