"""One line out of an order (W-160): its money and stock return exactly once, the others stay."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_core.kernel.errors import NotPermitted
from platform_core.kernel.flow import StepRefused
from tenant_apps.inventory.errors import StockOutStarted
from tenant_apps.inventory.models import StockOut, StockOutLine
from tenant_apps.inventory.operations import mark_packed
from tenant_apps.ledger.models import Transfer
from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders.commands.back import cancel_order, reject_order
from tenant_apps.orders.commands.finance import AdjustmentWanted, approve_order
from tenant_apps.orders.commands.lines import cancel_line
from tenant_apps.orders.errors import NoSuchLine
from tenant_apps.orders.models import CancelledLine
from tenant_apps.orders.operations import source_of
from tenant_apps.orders.states import OrderState, RefundState
from tests.examples import undone
from tests.factories.orders import fresh, place, review
from tests.factories.orders import settings as supplier_settings
from tests.factories.orders import trade as make_trade
from tests.tenant_apps.orders.test_review import facts
from tests.tenant_apps.orders.test_statements import statements

D = Decimal


@pytest.fixture
def trade(dealer):
    """Goods at 20.00, freight 10.00 whatever the weight."""
    flat = {"first_kg": D(100), "first_fee": D(10)}
    return make_trade(dealer, price="20", balance="1000", freight=[flat], finance_review=True)


@pytest.fixture
def held(trade, dora):
    """Two of A-1, three of A-2: goods 100.00, total 110.00, in finance review."""
    return review(dora, place(dora, trade.wanted({"A-1": 2, "A-2": 3})))


def cancel(actor, order, line, key=None, **asked):
    key = key or uuid.uuid4()
    cancel_line(actor=actor, operation_id=key, order_id=order.public_id, line=line, **asked)
    return fresh(order)


def approve(actor, order, *rows):
    adjustments = [AdjustmentWanted(*row) for row in rows]
    approve_order(actor=actor, operation_id=uuid.uuid4(), order_id=order.public_id, adjustments=adjustments)
    return fresh(order)


def refused(error, trade, order, act):
    before = facts(order, trade), order.lines.count(), CancelledLine.objects.count()
    with pytest.raises(error):
        act()
    assert (facts(order, trade), order.lines.count(), CancelledLine.objects.count()) == before


@pytest.mark.parametrize("approved", [False, True])
def test_w160_money_and_stock_of_the_line_return_and_the_rest_stays(trade, dora, olga, held, approved):
    if approved:
        approve(olga, held)

    order = cancel(dora, held, 1, reason="no longer needed")

    assert order.state == ("approved" if approved else "pending_finance")
    assert (str(order.goods.amount), str(order.freight.amount)) == ("60.00", "10.00")
    assert (str(order.total.amount), str(order.charged.amount), trade.balance()) == (
        "70.00",
        "70.00",
        "930.00",
    )
    assert (trade.stock()["A-1"], trade.stock()["A-2"]) == ((D(100), D(0)), (D(100), D(3)))
    assert (order.refund_state, order.weight_kg) == (RefundState.PARTIAL, held.weight_kg * 3 / 5)
    assert [line.merchant_code for line in order.lines.all()] == ["A-2"]
    if approved:
        assert [line.merchant_code for line in StockOutLine.objects.all()] == ["A-2"]
        assert StockOut.objects.get().weight_kg == order.weight_kg
    gone = order.cancelled_lines.get()
    assert (gone.merchant_code, gone.returned_minor, gone.reason) == ("A-1", 4000, "no longer needed")
    step = order.steps.order_by("pk").last()
    assert (step.name, step.reason, step.after["total"]) == (
        "cancel_line",
        "A-1 × 2: no longer needed",
        "70.00",
    )


def test_an_order_with_a_cancelled_line_goes_on_and_back_as_any_other(trade, dora, olga, held):
    order = approve(olga, cancel(dora, held, 1), ("goods", -500, "agreed", 2))
    assert (str(order.total.amount), trade.balance()) == ("65.00", "935.00")

    reject_order(actor=olga, operation_id=uuid.uuid4(), order_id=held.public_id, reason="x")

    order = fresh(held)
    assert (order.state, str(order.total.amount), str(order.charged.amount)) == (
        "pending_review",
        "70.00",
        "0.00",
    )
    assert (order.refund_state, trade.balance()) == (RefundState.NONE, "1000.00")
    assert review(dora, order).total.amount == D(70)


def test_what_finance_adjusted_on_the_line_and_its_share_go_back_with_it(trade, dora, olga, held):
    # The line costs 40 − 4; of −9.60 on the whole its share is 36/96: 3.60.
    approve(olga, held, ("goods", -400, "damaged", 1), ("goods", -960, "promised"), ("freight", 200, "lift"))
    assert trade.balance() == "901.60"

    order = cancel(olga, held, 1)

    assert (str(order.goods.amount), str(order.goods_adjustment.amount)) == ("60.00", "-6.00")
    assert (str(order.total.amount), trade.balance()) == ("66.00", "934.00")
    assert order.cancelled_lines.get().returned_minor == 3240
    standing = sum(a.amount_minor for a in order.adjustments.filter(undone_at=None))
    assert standing == order.goods_adjustment_minor + order.freight_adjustment_minor


def test_where_prices_exclude_tax_the_lines_tax_returns_too(dealer, dora, olga):
    supplier_settings(prices_include_tax=False)
    trade = make_trade(dealer, price="20", balance="1000", finance_review=True)
    type(trade.skus[0]).objects.update(tax_rate=D(13))
    order = review(dora, place(dora, trade.wanted({"A-1": 2, "A-2": 3})))
    before = (order.total, order.tax)

    after = cancel(dora, order, 1)

    assert str((before[1] - after.tax).amount) == "5.20"
    assert str((before[0] - after.total).amount) == "45.20"
    assert trade.balance() == str(D(1000) - after.total.amount)


def test_before_the_review_it_is_an_edit(trade, dora):
    order = place(dora, trade.wanted({"A-1": 2, "A-2": 3}))

    order = cancel(dora, order, 2, reason="typo")

    assert (order.state, str(order.total.amount), order.refund_state) == ("pending_review", "50.00", "none")
    assert (trade.balance(), order.cancelled_lines.count()) == ("1000.00", 0)
    assert [line.merchant_code for line in order.lines.all()] == ["A-1"]


def test_the_last_line_cancels_the_order(trade, dora, held):
    order = cancel(dora, cancel(dora, held, 1), 2, reason="all of it")

    assert (order.state, order.refund_state, trade.balance()) == (OrderState.CANCELLED, "full", "1000.00")
    assert order.steps.order_by("pk").last().name == "cancel"


def test_a_line_goes_once_and_only_a_line_that_is_there(trade, dora, nil, held):
    key = uuid.uuid4()
    cancel(dora, held, 1, key)
    refused(NoSuchLine, trade, held, lambda: cancel(dora, held, 1))
    cancel(dora, held, 1, key)
    refused(NoSuchLine, trade, held, lambda: cancel(dora, held, 7))
    refused(NotPermitted, trade, held, lambda: cancel(nil, held, 2))
    assert trade.balance() == "930.00"


def test_a_packed_line_stays_and_another_one_may_go(trade, dora, olga, held):
    approve(olga, held)
    packed = StockOutLine.objects.get(merchant_code="A-1")
    mark_packed(source=source_of(held), packed={packed.source_line_id: D(1)})

    refused(StockOutStarted, trade, held, lambda: cancel(dora, held, 1))
    assert str(cancel(dora, held, 2).total.amount) == "50.00"


def test_a_cancelled_order_has_no_line_to_cancel(trade, dora, held):
    cancel_order(actor=dora, operation_id=uuid.uuid4(), order_id=held.public_id)

    refused(StepRefused, trade, held, lambda: cancel(dora, held, 1))


def test_it_takes_the_same_statements_for_any_number_of_lines(dealer, dora, olga):
    big = make_trade(dealer, goods=60, balance="100000", finance_review=True)
    counts = set()
    for size in (2, 10, 60):
        order = review(dora, place(dora, big.wanted({f"A-{n}": 1 for n in range(1, size + 1)})))
        approve(olga, order, ("goods", -100, "agreed"))
        counts.add(statements(lambda o=order: cancel(dora, o, 1)))

    assert len(counts) == 1, counts


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
@undone
def test_refunds_never_exceed_what_was_paid(trade, dora, olga, data):
    """Any lines in any order, after any adjustments: wallet, order and ledger agree to the cent."""
    Warehouse.objects.update(finance_review=True)
    opening = D(trade.balance())
    quantities = data.draw(st.lists(st.integers(1, 3), min_size=2, max_size=3))
    wanted = trade.wanted({f"A-{n}": q for n, q in enumerate(quantities, 1)})
    order = review(dora, place(dora, wanted))
    changes = data.draw(
        st.lists(st.tuples(st.integers(-660, 700).filter(bool), st.sampled_from([None, 1, 2])), max_size=3)
    )
    order = approve(olga, order, *[("goods", minor, "why", line) for minor, line in changes])
    left = list(range(1, len(quantities) + 1))
    for line in data.draw(st.permutations(left)):
        order = cancel(dora, order, line)
        assert D(trade.balance()) == opening - order.charged.amount
        assert order.charged_minor >= 0

    assert D(trade.balance()) == opening
    paid = Transfer.objects.filter(source_kind="order", source_id=order.pk, refunds=None)
    returned = Transfer.objects.filter(source_kind="order", source_id=order.pk, refunds__isnull=False)
    assert sum(paid.values_list("amount_minor", flat=True)) == sum(
        returned.values_list("amount_minor", flat=True)
    )
