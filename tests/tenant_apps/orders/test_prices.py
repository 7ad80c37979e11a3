"""What a line costs and how much of it may be ordered, on every road to an order."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from platform_core.kernel import clock
from platform_core.kernel.errors import Invalid
from tenant_apps.catalog.models import Sku
from tenant_apps.orders.commands.edit import edit_order
from tenant_apps.orders.errors import PriceChanged
from tenant_apps.orders.models import SalesOrder, SalesOrderLine
from tenant_apps.orders.queries.drafts import draft_of
from tenant_apps.strategies.models import PriceRule, PublicationTarget
from tests.factories.orders import place, review
from tests.tenant_apps.orders.asking import API, body, quantities, send, typed

D = Decimal
PACK = [
    pytest.param("5", True, id="G-52-5"),
    pytest.param("10", True, id="G-52-10"),
    pytest.param("7", False, id="G-52-7"),
    pytest.param("0", False, id="G-52-0"),
]


@pytest.fixture
def packed(trade):
    """A-1 is sold in fives."""
    Sku.objects.filter(merchant_code="A-1").update(multiple=5)
    return trade


@pytest.mark.parametrize(("quantity", "is_fine"), PACK)
class TestThePackMultipleBinds:
    def test_on_the_pad(self, packed, as_dora, quantity, is_fine):
        lines = quantities(packed, A_1=quantity)

        response = as_dora.post("/orders/pad/place", typed(packed, lines))

        assert (response.status_code == 302, SalesOrder.objects.count()) == (is_fine, int(is_fine))

    def test_over_the_api(self, packed, as_dora, quantity, is_fine):
        lines = [{"merchant_code": "A-1", "quantity": quantity}]

        response = send(as_dora, "post", API, body(lines, shop=packed.shop.code))

        assert (response.status_code == 201, SalesOrder.objects.count()) == (is_fine, int(is_fine))

    def test_in_a_quote(self, packed, dora, quantity, is_fine):
        assert (not draft_of(dora, packed.wanted({"A-1": quantity})).problems) is is_fine

    def test_when_an_order_is_edited(self, packed, dora, quantity, is_fine):
        order = place(dora, packed.wanted({"A-1": 15}))
        asked = {"order_id": order.public_id, "wanted": packed.wanted({"A-1": quantity})}

        try:
            edit_order(actor=dora, operation_id=uuid.uuid4(), **asked)
        except Invalid:
            assert not is_fine

        assert SalesOrderLine.objects.get().quantity == (D(quantity) if is_fine else 15)


def test_a_line_costs_what_its_quantity_reaches(trade, dora):
    tea = trade.skus[0]
    PriceRule.objects.create(dealer=trade.dealer, sku=tea, fixed=D("7.5"), from_quantity=10)
    PriceRule.objects.create(level=trade.dealer.level, rate=D("0.9"))

    order = place(dora, trade.wanted({"A-1": 9, "A-2": 1}))
    more = place(dora, trade.wanted({"A-1": 10}))

    prices = {line.merchant_code: line.settlement_price for line in order.lines.all()}
    assert prices == {"A-1": D("7.2"), "A-2": D("7.2")}
    assert more.lines.get().settlement_price == D("7.5")


def test_a_rule_that_ended_before_the_review_stops_it(trade, dora):
    begun = datetime(2026, 5, 10, 4, tzinfo=UTC)
    PriceRule.objects.create(dealer=trade.dealer, fixed=D(7), valid_until=begun.date())
    with clock.at(begun):
        order = place(dora, trade.wanted({"A-1": 2}))
    with clock.at(begun + timedelta(days=1)), pytest.raises(PriceChanged):
        review(dora, order)

    assert trade.balance() == "1000.00"
    assert trade.stock()["A-1"] == (100, 0)


def test_the_review_asks_for_the_price_of_the_lines_quantity(trade, dora):
    PriceRule.objects.create(dealer=trade.dealer, fixed=D(7), from_quantity=10)

    assert review(dora, place(dora, trade.wanted({"A-1": 10}))).state == "approved"


def test_a_sku_published_to_others_cannot_be_ordered(trade, dora, stranger):
    PublicationTarget.objects.create(sku=trade.skus[0], dealer=stranger)

    assert [one.code for one in draft_of(dora, trade.wanted({"A-1": 2})).problems] == ["not_offered"]


def test_the_pad_shows_where_the_price_changes(trade, as_dora):
    PriceRule.objects.create(dealer=trade.dealer, fixed=D("7.5"), from_quantity=100)

    page = as_dora.get("/orders/pad").content.decode()

    assert 'data-tiers="100:7.5"' in page
    assert "from 100: ¥7.50" in page
