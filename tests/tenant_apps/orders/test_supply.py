"""Supply boards on every path that makes a draft: demanded, granted, and what is left (TA-02…TA-04, G-60)."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from platform_core.kernel.errors import Invalid
from tenant_apps.dealers.models import Dealer, DealerGroup
from tenant_apps.orders.commands.back import cancel_order
from tenant_apps.orders.commands.edit import edit_order
from tenant_apps.orders.models import (
    OrderingCalendar,
    RawOrderLine,
    SalesOrder,
    SupplyBoard,
    SupplyItem,
    SupplyShare,
)
from tenant_apps.orders.queries.cycles import cycle_of
from tenant_apps.orders.queries.drafts import draft_of
from tests.cast import actor_of, make_dealer, make_person
from tests.factories.orders import place
from tests.factories.orders import trade as make_trade
from tests.tenant_apps.orders.test_calendars import WED, ZONE, at, calendar  # noqa: F401 - a fixture
from tests.tenant_apps.orders.test_races import Race
from tests.tenant_apps.orders.test_statements import statements

D = Decimal


@pytest.fixture
def board(trade, calendar):  # noqa: F811
    """Of A-1 Dora has 3, of A-2 nothing; A-3 is not shared out. It is Monday."""
    board = SupplyBoard.objects.create(group=calendar.group, day=WED, state="published")
    for sku, share in zip(trade.skus, (3, 0), strict=False):
        item = SupplyItem.objects.create(board=board, sku=sku, total=10)
        if share:
            SupplyShare.objects.create(item=item, dealer=trade.dealer, quantity=share)
    with at(23):
        yield board


def lines(order):
    return {
        line.merchant_code: (line.demanded and int(line.demanded), int(line.quantity))
        for line in order.lines.all()
    }


def demand():
    return {line.merchant_code: int(line.quantity) for line in RawOrderLine.objects.all()}


def test_g_60_demand_5_supply_3(trade, dora, board):
    order = place(dora, trade.wanted({"A-1": 5}))

    assert lines(order) == {"A-1": (5, 3)}
    assert demand() == {"A-1": 5}
    assert (order.goods.minor, order.cycle) == (2400, WED)


def test_what_is_granted_nothing_is_no_line_and_stays_as_demand(trade, dora, board):
    order = place(dora, trade.wanted({"A-2": 4, "A-1": 2, "A-3": 9}))

    assert lines(order) == {"A-1": (None, 2), "A-3": (None, 9)}
    assert demand() == {"A-2": 4, "A-1": 2, "A-3": 9}


def test_a_note_says_at_once_what_is_granted_and_refuses_nothing(trade, dora, board):
    draft = draft_of(dora, trade.wanted({"A-1": 5, "A-2": 4}))

    assert draft.problems == []
    assert [str(short.note) for short in draft.shorts] == [
        "3 of 5 box of A-1 are granted for this order day.",
        "Nothing of A-2 is left for this order day. Your demand of 4 box is noted.",
    ]


def test_an_order_of_nothing_that_is_left_is_refused(trade, dora, board):
    with pytest.raises(Invalid) as error:
        place(dora, trade.wanted({"A-2": 4}))

    assert [problem.code for problem in error.value.problems] == ["supply_gone"]
    assert not SalesOrder.objects.exists()


def test_all_own_orders_of_the_order_day_draw_on_the_share(trade, dora, board):
    first = place(dora, trade.wanted({"A-1": 2}))
    assert lines(place(dora, trade.wanted({"A-1": 2, "A-3": 1}))) == {"A-1": (2, 1), "A-3": (None, 1)}
    assert lines(place(dora, trade.wanted({"A-1": 2, "A-3": 1}))) == {"A-3": (None, 1)}

    cancel_order(actor=dora, operation_id=uuid.uuid4(), order_id=first.public_id)
    assert lines(place(dora, trade.wanted({"A-1": 9}))) == {"A-1": (9, 2)}


def test_an_edited_order_does_not_bar_itself(trade, dora, board):
    order = place(dora, trade.wanted({"A-1": 3}))

    wanted = trade.wanted({"A-1": 4})
    edit_order(actor=dora, operation_id=uuid.uuid4(), order_id=order.public_id, wanted=wanted)

    assert lines(order) == {"A-1": (4, 3)}


def test_multiples_bind_the_demand_and_not_what_is_granted(trade, dora, board, calendar):  # noqa: F811
    type(calendar).objects.update(order_multiple=5)
    trade.skus[0].multiple = 5
    trade.skus[0].save()

    assert lines(place(dora, trade.wanted({"A-1": 5}))) == {"A-1": (5, 3)}
    with pytest.raises(Invalid):
        place(dora, trade.wanted({"A-1": 3, "A-3": 2}))


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_only_a_published_board_binds(trade, dora, board, state):
    SupplyBoard.objects.update(state=state)
    assert lines(place(dora, trade.wanted({"A-1": 5}))) == {"A-1": (None, 5)}


def test_the_suppliers_people_are_bound_like_the_dealer(trade, olga, board):
    assert lines(place(olga, trade.wanted({"A-1": 5}))) == {"A-1": (5, 3)}


def test_a_board_costs_the_same_for_every_number_of_lines(trade, dora, board):
    one = statements(lambda: draft_of(dora, trade.wanted({"A-1": 5})))
    assert statements(lambda: draft_of(dora, trade.wanted({"A-1": 5, "A-2": 1, "A-3": 1}))) == one


def test_on_a_share_of_7_a_crowd_is_granted_7(committed):
    dealer = make_dealer("D-DORA", "Dora's Drinks")
    dora = actor_of(make_person(dealer.organisation, "dora", administrator=True))
    trade = make_trade(dealer)
    group = DealerGroup.objects.create(name="Every day")
    Dealer.objects.filter(pk=dealer.pk).update(group=group)
    daily = OrderingCalendar.objects.create(group=group, weekdays=list(range(7)), opens_days_before=2)
    day = cycle_of(daily, ZONE).day
    board = SupplyBoard.objects.create(group=group, day=day, state="published")
    item = SupplyItem.objects.create(board=board, sku=trade.skus[0], total=7)
    SupplyShare.objects.create(item=item, dealer=dealer, quantity=7)

    said = Race(committed).run([lambda: place(dora, trade.wanted({"A-1": 2}))] * 6)

    granted = [sum(pair[1] for pair in lines(order).values()) for order in SalesOrder.objects.all()]
    assert sorted(granted) == [1, 2, 2, 2]
    assert said == {"done": 4, "invalid": 2}
