"""The dealer's review: freight, money and stock move together, or not at all."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from platform_core.kernel.errors import NotFound, NotPermitted
from platform_core.kernel.flow import StepRefused
from platform_core.outbox.models import OutboxEntry
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers.models import Dealer
from tenant_apps.inventory.errors import OutOfStock
from tenant_apps.inventory.models import Reservation, StockOut
from tenant_apps.ledger.errors import InsufficientBalance
from tenant_apps.ledger.models import Transfer
from tenant_apps.logistics.models import Carrier, FinanceCondition, Warehouse
from tenant_apps.orders.commands.review import review_order
from tenant_apps.orders.errors import DealerDisabled, GoodsChanged, PriceChanged
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.rules import mark_sentences
from tenant_apps.orders.states import OrderState
from tenant_apps.strategies.models import StrategyItem
from tests.factories.orders import UNREACHABLE, fresh, place, review
from tests.factories.orders import trade as make_trade

D = Decimal
TABLE_S = {"first_kg": D(2), "first_fee": D(7), "tiers": [["5", "1", "1"], ["0", "1", "2"]]}


def facts(order, trade):
    """Everything that a refused step must leave as it was."""
    order = fresh(order)
    return (
        order.state,
        order.charged_minor,
        order.total_minor,
        order.freight_minor,
        trade.balance(),
        trade.stock(),
        Reservation.objects.count(),
        Transfer.objects.count(),
        StockOut.objects.count(),
    )


def refused(error, actor, order, trade):
    """The refusal, and proof that nothing moved."""
    before = facts(order, trade)
    with pytest.raises(error) as caught:
        review(actor, order)
    assert facts(order, trade) == before
    return caught.value


def test_a_review_charges_reserves_and_hands_to_the_warehouse(trade, dora, order):
    reviewed = review(dora, order)

    assert reviewed.state == OrderState.APPROVED
    assert reviewed.charged.amount == D("24.00")
    assert trade.balance() == "976.00"
    assert trade.stock()["A-1"] == (D(100), D(2))
    assert {(t.kind, t.amount_minor) for t in Transfer.objects.filter(source_kind="order")} == {
        ("goods", 1600),
        ("freight", 800),
    }
    document = StockOut.objects.get(source_kind="order", source_id=order.pk)
    assert (document.state, document.source_number) == ("open", order.number)
    assert [(x.merchant_code, x.quantity) for x in document.lines.all()] == [("A-1", D(2))]
    assert reviewed.reviewed_at is not None
    assert reviewed.approved_at is not None


def test_a_review_leaves_its_step_and_event(dora, order):
    review(dora, order)

    step = order.steps.order_by("pk").last()
    assert (step.name, step.source, step.target) == ("review", "pending_review", "approved")
    assert (step.before["charged"], step.after["charged"]) == ("0.00", "24.00")
    assert OutboxEntry.objects.filter(name="orders.moved").order_by("pk").last().body["target"] == "approved"


def test_the_suppliers_review_is_on_behalf_of_the_dealer(olga, order):
    review(olga, order)

    assert order.steps.order_by("pk").last().actor_on_behalf_of == "Dora's Drinks"


@pytest.mark.parametrize(
    ("golden", "kilograms", "freight"),
    [
        ("G-01", "2", "7.00"),
        ("G-02", "0.5", "7.00"),
        ("G-03", "3", "8.00"),
        ("G-04", "5", "10.00"),
        ("G-05", "6", "12.00"),
        ("G-06", "10", "20.00"),
        ("G-07", "2.5", "7.50"),
        ("G-08", "5.5", "11.00"),
    ],
)
def test_freight_by_the_stored_table(dealer, dora, golden, kilograms, freight):
    trade = make_trade(dealer, freight=[TABLE_S])
    Sku.objects.filter(merchant_code="A-1").update(weight_kg=D(kilograms))

    order = review(dora, place(dora, trade.wanted({"A-1": 1})))

    assert str(order.freight.amount) == freight
    assert order.freight_known
    assert Transfer.objects.get(kind="freight").amount_minor == order.freight_minor


def test_g09_a_free_carrier_costs_nothing_anywhere(dealer, dora):
    trade = make_trade(dealer, freight=[TABLE_S])
    Carrier.objects.update(free_shipping=True)

    order = review(dora, place(dora, trade.wanted(address=UNREACHABLE)))

    assert (str(order.freight.amount), order.freight_known, order.state) == ("0.00", True, "approved")


def test_g14_the_service_fee_is_charged_with_the_review(trade, dora):
    Dealer.objects.filter(pk=trade.dealer.pk).update(service_fee_minor=50)

    order = review(dora, place(dora, trade.wanted()))

    assert str(order.fee.amount) == "0.50"
    assert Transfer.objects.get(kind="fee").amount_minor == 50
    assert trade.balance() == "975.50"


def test_g15_three_orders_pay_three_fees(dealer, dora):
    trade = make_trade(
        dealer, price="0", balance="100", freight=[{"first_fee": D(0), "tiers": [["0", "1", "0"]]}]
    )
    Dealer.objects.filter(pk=dealer.pk).update(service_fee_minor=50)

    for _ in range(3):
        review(dora, place(dora, trade.wanted()))

    assert trade.balance() == "98.50"
    assert Transfer.objects.filter(kind="fee").count() == 3


class TestFinanceReview:
    """W-034…W-036, W-168."""

    @pytest.mark.parametrize(
        ("golden", "free", "state"), [("G-37", True, "pending_finance"), ("G-37", False, "approved")]
    )
    def test_freight_zero_holds_the_order(self, trade, dora, golden, free, state):
        Warehouse.objects.update(finance_review=True)
        FinanceCondition.objects.create(warehouse=trade.warehouse, kind="freight_zero")
        Carrier.objects.update(free_shipping=free)

        order = review(dora, place(dora, trade.wanted()))

        assert order.state == state
        assert order.finance_reasons == (["freight_zero"] if free else [])

    def test_without_conditions_every_order_is_held(self, trade, dora, order):
        Warehouse.objects.update(finance_review=True)

        held = review(dora, order)

        assert (held.state, held.finance_reasons) == ("pending_finance", ["all"])
        assert trade.balance() == "976.00"
        assert trade.stock()["A-1"] == (D(100), D(2))
        assert not StockOut.objects.exists()
        assert held.approved_at is None

    def test_g38_an_uncovered_address_is_held_although_the_warehouse_reviews_nothing(self, trade, dora):
        order = review(dora, place(dora, trade.wanted(address=UNREACHABLE)))

        assert (order.state, order.finance_reasons) == ("pending_finance", ["uncovered"])
        assert (order.freight_known, str(order.freight.amount)) == (False, "0.00")


class TestRefused:
    """A refused review changes nothing but leaves a mark with its remedy (decisions.md §5)."""

    def test_the_price_changed(self, trade, dora, order):
        StrategyItem.objects.filter(sku__merchant_code="A-1").update(settlement_price=D(9))

        refused(PriceChanged, dora, order, trade)

        (mark,) = mark_sentences(fresh(order).marks)
        assert mark["mark"] == "price"
        assert mark["message"] == "The price of A-1 has changed. Edit the order to take over the new prices."

    def test_the_goods_are_gone(self, trade, dora, order):
        Sku.objects.filter(merchant_code="A-1").update(enabled=False)

        refused(GoodsChanged, dora, order, trade)

        assert fresh(order).marks[0]["mark"] == "goods"

    def test_the_stock_is_gone(self, trade, dora, xavier):
        mine, other = (place(dora, trade.wanted({"A-1": n})) for n in (60, 41))
        review(dora, mine)

        error = refused(OutOfStock, dora, other, trade)

        assert error.problems[0].facts == {"sku": "A-1", "free": "40", "asked": "41"}
        (mark,) = mark_sentences(fresh(other).marks)
        assert mark["details"] == ["A-1: 41 asked, 40 free. Order less, or another warehouse."]

    def test_the_money_is_gone(self, dealer, dora):
        trade = make_trade(dealer, balance="40.00")
        first, second = (place(dora, trade.wanted()) for _ in range(2))
        review(dora, first)

        error = refused(InsufficientBalance, dora, second, trade)

        assert (error.facts["missing"], error.facts["available"]) == ("8.00", "16.00")
        assert fresh(second).marks[0]["mark"] == "balance"
        step = second.steps.order_by("pk").last()
        assert (step.name, step.source, step.target) == ("review_failed", "pending_review", "pending_review")

    def test_the_dealer_is_disabled(self, trade, olga, order):
        Dealer.objects.update(enabled=False)

        refused(DealerDisabled, olga, order, trade)

    def test_the_next_good_review_takes_the_mark_away(self, trade, dora, order):
        Sku.objects.filter(merchant_code="A-1").update(enabled=False)
        refused(GoodsChanged, dora, order, trade)
        Sku.objects.update(enabled=True)

        assert review(dora, order).marks == []

    def test_another_dealers_order_is_not_there(self, trade, xavier, order):
        refused(NotFound, xavier, order, trade)

    def test_staff_without_the_permission_does_not_review(self, trade, sam, order):
        refused(NotPermitted, sam, order, trade)


def test_the_same_key_reviews_once_and_another_is_refused(trade, dora, order):
    key = uuid.uuid4()
    review(dora, order, key)

    review(dora, order, key)
    with pytest.raises(StepRefused):
        review(dora, order)

    assert trade.balance() == "976.00"
    assert trade.stock()["A-1"] == (D(100), D(2))


def test_a_replayed_refusal_is_told_again(dealer, dora):
    trade = make_trade(dealer, balance="30.00")
    first, second = (place(dora, trade.wanted()) for _ in range(2))
    review(dora, first)
    key = uuid.uuid4()
    seen = []
    for _ in range(2):
        with pytest.raises(Exception) as caught:
            review_order(actor=dora, operation_id=key, order_id=second.public_id)
        seen.append((caught.value.code, str(caught.value)))

    assert seen[0] == seen[1]
    assert SalesOrder.objects.get(pk=second.pk).steps.filter(name="review_failed").count() == 1
