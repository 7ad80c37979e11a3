"""Finance review, sending back and ending: money and stock return exactly once."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from platform_core.kernel.amounts import AmountBelowZero
from platform_core.kernel.errors import Invalid, NotPermitted
from platform_core.kernel.flow import StepRefused
from tenant_apps.inventory.errors import StockOutStarted
from tenant_apps.inventory.models import StockOut, StockOutLine
from tenant_apps.inventory.operations import mark_packed
from tenant_apps.ledger.errors import InsufficientBalance
from tenant_apps.ledger.models import Transfer
from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders.commands.back import cancel_order, reject_order
from tenant_apps.orders.commands.finance import AdjustmentWanted, approve_order, reject_finance
from tenant_apps.orders.errors import NotFinanceReviewed, NothingToAdjust
from tenant_apps.orders.models import OrderAdjustment
from tenant_apps.orders.operations import source_of
from tenant_apps.orders.states import OrderState, RefundState
from tests.factories.orders import fresh, place, review
from tests.factories.orders import trade as make_trade
from tests.tenant_apps.orders.test_review import facts

D = Decimal


@pytest.fixture
def trade(dealer):
    """Goods of 20.00, freight 10.00 whatever the weight: the numbers of the golden vectors."""
    flat = {"first_kg": D(100), "first_fee": D(10)}
    return make_trade(dealer, price="20", balance="1000", freight=[flat], finance_review=True)


@pytest.fixture
def held(trade, dora):
    """Goods 200.00 and freight 10.00, charged and reserved, in finance review."""
    return review(dora, place(dora, trade.wanted({"A-1": 10})))


def approve(actor, order, *adjustments, **asked):
    approve_order(
        actor=actor,
        operation_id=uuid.uuid4(),
        order_id=order.public_id,
        adjustments=[AdjustmentWanted(*a) for a in adjustments],
        **asked,
    )
    return fresh(order)


def send_back(command, actor, order, key=None, **asked):
    command(actor=actor, operation_id=key or uuid.uuid4(), order_id=order.public_id, **asked)
    return fresh(order)


def refused(error, trade, order, act, *args, **kwargs):
    """The refusal, and proof that nothing moved."""
    before = (facts(order, trade), OrderAdjustment.objects.count())
    with pytest.raises(error) as caught:
        act(*args, **kwargs)
    assert (facts(order, trade), OrderAdjustment.objects.count()) == before
    return caught.value


def test_approving_hands_the_order_to_the_warehouse(trade, olga, held):
    order = approve(olga, held)

    assert order.state == OrderState.APPROVED
    assert order.approved_at is not None
    assert StockOut.objects.get().source_id == order.pk
    assert trade.balance() == "790.00"
    assert order.steps.order_by("pk").last().name == "approve"


@pytest.mark.parametrize(
    ("golden", "kind", "change", "part", "total", "balance"),
    [
        ("G-16", "freight", -300, "7.00", "207.00", "793.00"),
        ("G-16", "freight", 200, "12.00", "212.00", "788.00"),
        ("G-17", "goods", -1500, "185.00", "195.00", "805.00"),
        ("G-17", "goods", 1500, "215.00", "225.00", "775.00"),
    ],
)
def test_an_adjustment_moves_the_difference_at_once(
    trade, olga, held, golden, kind, change, part, total, balance
):
    order = approve(olga, held, (kind, change, "agreed"))

    shown = (
        order.freight + order.freight_adjustment
        if kind == "freight"
        else order.goods + order.goods_adjustment
    )
    assert (str(shown.amount), str(order.total.amount), str(order.charged.amount)) == (part, total, total)
    assert trade.balance() == balance
    step = order.steps.order_by("pk").last()
    assert (step.name, step.reason) == ("adjust", "agreed")
    assert (step.before["total"], step.after["total"]) == ("210.00", total)


def test_several_reasons_are_kept_apart_and_move_as_one_sum_per_kind(trade, olga, held):
    rows = [("goods", -500, "damaged box", 1), ("goods", -1000, "promised"), ("freight", 200, "lift")]

    order = approve(olga, held, *rows)

    assert [
        (a.kind, a.amount_minor, a.reason, a.line_id is not None) for a in order.adjustments.order_by("pk")
    ] == [
        ("goods", -500, "damaged box", True),
        ("goods", -1000, "promised", False),
        ("freight", 200, "lift", False),
    ]
    assert str(order.total.amount) == "197.00"
    assert trade.balance() == "803.00"
    assert Transfer.objects.filter(source_kind="order").count() == 4


def test_a_cut_below_zero_is_refused(trade, olga, held):
    refused(AmountBelowZero, trade, held, approve, olga, held, ("goods", -20001, "gift"))
    refused(AmountBelowZero, trade, held, approve, olga, held, ("freight", -1001, "gift"))
    assert approve(olga, held, ("goods", -20000, "gift")).total.amount == D("10.00")


def test_a_line_is_not_cut_below_zero(trade, dora, olga):
    held = review(dora, place(dora, trade.wanted({"A-1": 1, "A-2": 9})))

    error = refused(Invalid, trade, held, approve, olga, held, ("goods", -2001, "gift", 1))

    assert [(p.pointer, p.code) for p in error.problems] == [("/adjustments/0/amount", "line_below_zero")]


def test_a_raise_beyond_the_available_amount_is_refused(trade, olga, held):
    error = refused(InsufficientBalance, trade, held, approve, olga, held, ("goods", 79001, "dearer"))

    assert error.facts["missing"] == "0.01"
    assert approve(olga, held, ("goods", 79000, "dearer")).total.amount == D("1000.00")


def test_zero_missing_reasons_and_unknown_lines_are_refused(trade, olga, held):
    refused(NothingToAdjust, trade, held, approve, olga, held, ("goods", 0, "why"))
    error = refused(
        Invalid, trade, held, approve, olga, held, ("goods", 1, " "), ("goods", 1, "x", 7), ("gift", 1, "x")
    )
    assert [(p.pointer, p.code) for p in error.problems] == [
        ("/adjustments/0/reason", "required"),
        ("/adjustments/1/line", "no_such_line"),
        ("/adjustments/2/kind", "unknown"),
    ]


def test_a_dealer_does_not_approve(trade, dora, held):
    refused(NotPermitted, trade, held, approve, dora, held)


def test_reject_finance_undoes_the_adjustments_and_voids_the_document(trade, olga, held):
    approve(olga, held, ("goods", -1500, "agreed"), ("freight", 200, "lift"))

    order = send_back(reject_finance, olga, held, reason="wrong amount")

    assert order.state == OrderState.PENDING_FINANCE
    assert (str(order.total.amount), str(order.charged.amount)) == ("210.00", "210.00")
    assert trade.balance() == "790.00"
    assert trade.stock()["A-1"] == (D(100), D(10))
    assert StockOut.objects.get().state == "void"
    assert all(a.undone_at for a in order.adjustments.all())
    again = approve(olga, order, ("goods", -100, "this time right"))
    assert (str(again.total.amount), trade.balance()) == ("209.00", "791.00")
    assert StockOut.objects.filter(state="open").count() == 1


def test_what_finance_never_saw_is_not_sent_back_to_it(trade, dora, olga):
    Warehouse.objects.update(finance_review=False)
    order = review(dora, place(dora, trade.wanted()))

    refused(NotFinanceReviewed, trade, order, send_back, reject_finance, olga, order, reason="x")


def test_g18_a_rejected_order_is_as_before_its_review(trade, dora, olga, held):
    approve(olga, held, ("goods", -1500, "agreed"))
    assert str(fresh(held).total.amount) == "195.00"

    order = send_back(reject_order, olga, held, reason="wrong address")

    assert order.state == OrderState.PENDING_REVIEW
    assert (str(order.total.amount), str(order.charged.amount)) == ("210.00", "0.00")
    assert trade.balance() == "1000.00"
    assert trade.stock()["A-1"] == (D(100), D(0))
    assert StockOut.objects.get().state == "void"
    step = order.steps.order_by("pk").last()
    assert (step.name, step.reason, step.before["charged"], step.after["charged"]) == (
        "reject",
        "wrong address",
        "195.00",
        "0.00",
    )


def test_decision_6_the_fee_comes_back_and_is_charged_again(trade, dora, olga, dealer):
    type(dealer).objects.update(service_fee_minor=50)
    order = review(dora, place(dora, trade.wanted({"A-1": 10})))
    assert trade.balance() == "789.50"

    send_back(reject_order, olga, order, reason="x")
    assert trade.balance() == "1000.00"

    assert review(dora, order).state == OrderState.PENDING_FINANCE
    assert trade.balance() == "789.50"


def test_a_packed_order_is_not_taken_back(trade, olga, dora, held):
    order = approve(olga, held)
    line = StockOutLine.objects.get()
    mark_packed(source=source_of(order), packed={line.source_line_id: D(1)})

    refused(StockOutStarted, trade, order, send_back, reject_order, olga, order, reason="x")
    refused(StockOutStarted, trade, order, send_back, reject_finance, olga, order, reason="x")
    refused(StockOutStarted, trade, order, send_back, cancel_order, dora, order)


def test_cancelling_an_unreviewed_order_returns_nothing(trade, dora):
    order = send_back(cancel_order, dora, place(dora, trade.wanted()), reason="typo")

    assert (order.state, order.refund_state) == (OrderState.CANCELLED, RefundState.NONE)
    assert trade.balance() == "1000.00"
    assert not Transfer.objects.filter(source_kind="order").exists()


@pytest.mark.parametrize("approved", [False, True])
def test_cancelling_a_reviewed_order_returns_everything_once(trade, dora, olga, held, approved):
    if approved:
        approve(olga, held, ("goods", 1500, "dearer"))
    key = uuid.uuid4()

    order = send_back(cancel_order, dora, held, key, reason="no need")
    send_back(cancel_order, dora, held, key, reason="no need")
    with pytest.raises(StepRefused):
        send_back(cancel_order, dora, held)

    assert (order.state, order.refund_state, order.charged_minor) == (
        OrderState.CANCELLED,
        RefundState.FULL,
        0,
    )
    assert trade.balance() == "1000.00"
    assert trade.stock()["A-1"] == (D(100), D(0))
    assert not StockOut.objects.exclude(state="void").exists()
