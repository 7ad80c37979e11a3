"""Closing the unshipped rest: money and stock of the rest go back, exactly once and to the cent."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.kernel.errors import NotPermitted
from platform_core.kernel.flow import StepRefused
from tenant_apps.aftersales.commands import confirm_receipt
from tenant_apps.fulfilment.commands import ship_stock_out
from tenant_apps.fulfilment.models import Shipment
from tenant_apps.inventory.errors import StockOutStarted
from tenant_apps.inventory.models import StockOut
from tenant_apps.inventory.operations import mark_packed
from tenant_apps.ledger.verify import reconcile
from tenant_apps.orders.commands.closing import close_rest
from tenant_apps.orders.commands.finance import AdjustmentWanted, approve_order
from tenant_apps.orders.operations import source_of
from tenant_apps.orders.shortening import Adjusted, Costs, adjustments_going_back, shortened
from tests.factories import orders
from tests.factories.orders import fresh, place, review

D = Decimal


@pytest.fixture
def trade(dealer):
    """Goods of 20.00, freight 10.00 whatever the weight, finance review for all."""
    flat = {"first_kg": D(100), "first_fee": D(10)}
    return orders.trade(dealer, price="20", balance="1000", freight=[flat], finance_review=True)


def approved(trade, dora, olga, quantities, *adjustments):
    order = review(dora, place(dora, trade.wanted(quantities)))
    approve_order(
        actor=olga,
        operation_id=uuid.uuid4(),
        order_id=order.public_id,
        adjustments=[AdjustmentWanted(*a) for a in adjustments],
    )
    return fresh(order)


def ship(olga, order, **quantities):
    places = dict(order.lines.values_list("merchant_code", "position"))
    ship_stock_out(
        actor=olga,
        operation_id=uuid.uuid4(),
        stock_out_id=StockOut.objects.get(source_id=order.pk).public_id,
        tracking_number="T-1",
        quantities={places[code.replace("_", "-")]: D(q) for code, q in quantities.items()},
    )
    return fresh(order)


def close(actor, order, key=None, reason="no longer made"):
    close_rest(actor=actor, operation_id=key or uuid.uuid4(), order_id=order.public_id, reason=reason)
    return fresh(order)


def sums(order):
    names = ("goods", "goods_adjustment", "freight", "total", "charged")
    return tuple(str(getattr(order, name).amount) for name in names)


def test_the_rest_goes_back_and_the_lines_hold_what_was_shipped(trade, dora, olga):
    order = ship(olga, approved(trade, dora, olga, {"A-1": 10, "A-2": 5}), A_1=4)

    order = close(olga, order)

    assert order.state == "shipped"
    assert [(x.merchant_code, int(x.quantity)) for x in order.lines.all()] == [("A-1", 4)]
    assert sums(order) == ("80.00", "0.00", "10.00", "90.00", "90.00")
    assert trade.balance() == "910.00"
    assert trade.stock()["A-1"] == (96, 0)
    assert trade.stock()["A-2"] == (100, 0)
    gone = order.cancelled_lines.order_by("position").values_list(
        "merchant_code", "quantity", "returned_minor"
    )
    assert list(gone) == [("A-1", 6, 12000), ("A-2", 5, 10000)]
    assert StockOut.objects.get(source_id=order.pk).state == "done"
    assert [f for f in reconcile() if f.found] == []


def test_adjustments_of_the_goods_go_back_in_proportion_and_freight_stays(trade, dora, olga):
    order = approved(
        trade,
        dora,
        olga,
        {"A-1": 10, "A-2": 5},
        ("goods", -2000, "old stock", 1),
        ("goods", -2800, "loyalty"),
        ("freight", 300, "island"),
    )
    order = close(olga, ship(olga, order, A_1=4))

    # 200 − 20 of its own, and 18/28 of −28 = −18: of −38, 6/10 go back; A-2: −10 wholly.
    assert sums(order) == ("80.00", "-15.20", "10.00", "77.80", "77.80")
    assert trade.balance() == "922.20"
    assert [f for f in reconcile() if f.found] == []


def test_it_is_complete_when_all_that_was_shipped_is_received(trade, dora, olga):
    order = ship(olga, approved(trade, dora, olga, {"A-1": 10}), A_1=4)
    shipment = Shipment.objects.get()
    confirm_receipt(actor=dora, operation_id=uuid.uuid4(), shipment_id=shipment.public_id)

    assert close(olga, fresh(order)).state == "completed"


def test_a_repeated_request_closes_once(trade, dora, olga):
    order = ship(olga, approved(trade, dora, olga, {"A-1": 10}), A_1=4)
    key = uuid.uuid4()
    close(olga, order, key)
    close(olga, order, key)

    assert trade.balance() == "910.00"
    assert order.cancelled_lines.count() == 1


@pytest.mark.parametrize("shipped", [None, 10])
def test_only_a_partly_shipped_order_has_a_rest(trade, dora, olga, shipped):
    order = approved(trade, dora, olga, {"A-1": 10})
    order = ship(olga, order, A_1=shipped) if shipped else order
    before = (order.state, trade.balance(), trade.stock())

    with pytest.raises(StepRefused):
        close(olga, order)
    assert (fresh(order).state, trade.balance(), trade.stock()) == before


def test_a_packed_parcel_is_sent_or_unpacked_first(trade, dora, olga):
    order = ship(olga, approved(trade, dora, olga, {"A-1": 10}), A_1=4)
    mark_packed(source=source_of(order), packed={order.lines.get().pk: D(1)})

    with pytest.raises(StockOutStarted):
        close(olga, order)
    assert trade.balance() == "790.00"


def test_a_dealer_may_not_close(trade, dora, olga):
    order = ship(olga, approved(trade, dora, olga, {"A-1": 10}), A_1=4)
    with pytest.raises(NotPermitted):
        close(dora, order)


cents = st.integers(0, 10**7)


@given(net=cents, tax=cents, kept=st.integers(0, 50), rest=st.integers(1, 50), included=st.booleans())
def test_net_and_tax_make_the_gross_of_what_is_kept_and_of_what_goes_back(net, tax, kept, rest, included):
    whole = Costs(net, tax, net + tax)
    part = shortened(whole, D(kept), D(kept + rest), tax_included=included)
    back = whole - part

    assert part.net + part.tax == part.gross
    assert back.net + back.tax == back.gross
    assert 0 <= part.gross <= whole.gross
    assert part == whole if not rest else part.gross <= whole.gross


@given(
    lines=st.lists(
        st.tuples(st.integers(1, 10**6), st.integers(0, 20), st.integers(0, 20)).filter(
            lambda x: x[1] + x[2]
        ),
        min_size=1,
        max_size=12,
    ),
    whole=st.integers(-(10**5), 10**5),
)
def test_no_line_gives_back_more_than_it_was_adjusted_by(lines, whole):
    asked = {n: Adjusted(amount, 0, D(kept + rest), D(kept)) for n, (amount, kept, rest) in enumerate(lines)}
    back = adjustments_going_back(asked, whole)

    assert abs(sum(back.values())) <= abs(whole)
    assert all(value == 0 or (value < 0) == (whole < 0) for value in back.values())
    if all(line.kept == 0 for line in asked.values()):
        assert sum(back.values()) == whole
