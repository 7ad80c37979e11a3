"""Supply boards: sharing out, publishing, what the dealer sees, and the demand against it (TA-02, TA-04)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from platform_core.kernel.errors import Invalid, NotPermitted
from platform_core.kernel.flow import StepRefused
from tenant_apps.dealers.models import Dealer
from tenant_apps.orders.commands.supply import (
    add_board,
    change_board,
    close_board,
    delete_board,
    publish_board,
)
from tenant_apps.orders.models import SupplyBoard, SupplyShare
from tenant_apps.orders.queries.boards import demand_of, own_shares
from tenant_apps.strategies.models import StrategyItem
from tests.factories.orders import place
from tests.tenant_apps.orders.test_calendars import WED, at, calendar  # noqa: F401 - a fixture

D = Decimal


@pytest.fixture
def board(trade, olga, calendar):  # noqa: F811
    """Ten of A-1 and none of A-2 for Wednesday, Dora's is the only dealer of its group. It is Monday."""
    with at(23):
        yield made(olga, calendar, [("A-1", D(3)), ("A-2", D(0))])


def made(actor, calendar, totals, **more):  # noqa: F811
    return add_board(actor=actor, group_id=calendar.group.public_id, day=WED, totals=totals, **more)


def shares():
    rows = SupplyShare.objects.order_by("item__sku__merchant_code", "dealer__code")
    return [(row.item.sku.merchant_code, row.dealer.code, int(row.quantity)) for row in rows]


def test_a_total_is_shared_out_equally_and_adds_up(trade, olga, calendar, rival_dealer):  # noqa: F811
    made(olga, calendar, [("A-1", D(7))])
    assert [quantity for _sku, _dealer, quantity in shares()] == [4, 3]


def test_it_is_shared_out_by_what_was_ordered_of_late(trade, dora, olga, calendar, rival_dealer):  # noqa: F811
    with at(23):
        place(dora, trade.wanted({"A-1": 4}))
        made(olga, calendar, [("A-1", D(7)), ("A-2", D(2))], weeks=4)
    own = trade.dealer.code
    assert {(sku, quantity) for sku, dealer, quantity in shares() if dealer == own} == {
        ("A-1", 7),
        ("A-2", 1),
    }


@pytest.fixture
def rival_dealer(calendar, xavier):  # noqa: F811
    """Another dealer of the same group."""
    Dealer.objects.filter(pk=xavier.dealer_id).update(group=calendar.group)
    return Dealer.objects.get(pk=xavier.dealer_id)


def test_only_what_is_published_is_seen_and_only_the_own(trade, dora, xavier, olga, board):
    assert not own_shares(dora).exists()
    publish_board(actor=olga, board_id=board.public_id)
    assert [int(share.quantity) for share in own_shares(dora)] == [3, 0]
    assert not own_shares(xavier).exists()
    assert not own_shares(olga).exists()


def test_a_dealer_reads_what_is_left_of_its_share_on_its_page_and_on_the_pad(
    trade, dora, olga, as_dora, board
):
    publish_board(actor=olga, board_id=board.public_id)
    place(dora, trade.wanted({"A-1": 2}))
    assert [(int(one.granted), int(one.left)) for one in own_shares(dora)] == [(2, 1), (0, 0)]
    assert as_dora.get("/orders/supply").status_code == 200
    pad = as_dora.get("/orders/pad").content.decode()
    assert (pad.count('data-share="1"'), pad.count('data-share="0"'), pad.count("data-share")) == (1, 1, 2)


def test_a_board_names_no_goods_that_are_not_the_dealers(trade, dora, olga, board):
    publish_board(actor=olga, board_id=board.public_id)
    StrategyItem.objects.filter(sku=trade.skus[0]).delete()
    assert [one.item.sku.merchant_code for one in own_shares(dora)] == ["A-2"]


def test_the_demand_stands_against_what_was_granted(trade, dora, olga, board):
    publish_board(actor=olga, board_id=board.public_id)
    place(dora, trade.wanted({"A-1": 5, "A-2": 4, "A-3": 1}))

    first, second = demand_of(board)

    assert (first.code, first.demanded, first.granted, first.missed) == ("A-1", 5, 3, 2)
    assert (second.code, second.demanded, second.granted, second.missed) == ("A-2", 4, 0, 4)


def test_what_is_published_is_neither_changed_nor_deleted(olga, board):
    publish_board(actor=olga, board_id=board.public_id)
    for act in (delete_board, publish_board):
        with pytest.raises(StepRefused):
            act(actor=olga, board_id=board.public_id)
    with pytest.raises(StepRefused):
        change_board(actor=olga, board_id=board.public_id, totals=[("A-1", D(1))])
    assert [quantity for *_, quantity in shares()] == [3, 0]
    close_board(actor=olga, board_id=board.public_id)
    assert SupplyBoard.objects.get().state == "closed"


def test_a_draft_is_shared_out_anew_and_deleted(olga, board):
    change_board(actor=olga, board_id=board.public_id, totals=[("A-3", D(9))])
    assert [(sku, quantity) for sku, _dealer, quantity in shares()] == [("A-3", 9)]
    delete_board(actor=olga, board_id=board.public_id)
    assert not SupplyBoard.objects.exists()


@pytest.mark.parametrize(
    ("totals", "code"),
    [
        ([("NONE", D(1))], "sku_unknown"),
        ([("A-1", D(1)), ("A-1", D(2))], "repeated"),
        ([("A-1", D(-1))], "quantity_invalid"),
        ([("A-1", D("0.5"))], "quantity_invalid"),
        ([("A-1", D("NaN"))], "quantity_invalid"),
    ],
)
def test_what_cannot_be_shared_out_is_refused_at_its_line(trade, olga, calendar, totals, code):  # noqa: F811
    with pytest.raises(Invalid) as error:
        made(olga, calendar, totals)
    assert [problem.code for problem in error.value.problems] == [code]
    assert not SupplyBoard.objects.exists()


def test_a_board_without_skus_is_a_draft_that_cannot_be_published(olga, calendar):  # noqa: F811
    empty = made(olga, calendar, [])
    with pytest.raises(Invalid) as error:
        publish_board(actor=olga, board_id=empty.public_id)
    assert [problem.code for problem in error.value.problems] == ["required"]
    assert SupplyBoard.objects.get().state == "draft"


def test_one_board_for_an_order_day(olga, calendar, board):  # noqa: F811
    with pytest.raises(Invalid):
        made(olga, calendar, [("A-1", D(1))])


def test_a_dealer_shares_nothing_out(dora, calendar):  # noqa: F811
    with pytest.raises(NotPermitted):
        add_board(actor=dora, group_id=calendar.group.public_id, day=date(2026, 11, 25), totals=[])


def test_the_pages_share_out_publish_and_show_each_its_own(trade, as_olga, as_dora, calendar):  # noqa: F811
    typed = {"group": calendar.group.public_id, "day": "2026-11-25", "split": "equally", "items": "A-1\t7"}
    with at(23):
        wrong = as_olga.post("/orders/supply/new", {**typed, "items": "NONE 7"})
        assert (wrong.status_code, "there is no SKU NONE" in wrong.content.decode()) == (422, True)
        assert as_olga.post("/orders/supply/new", typed).status_code == 302
        board = SupplyBoard.objects.get()
        here = f"/orders/supply/{board.public_id}"
        assert "A-1" not in as_dora.get("/orders/supply").content.decode()
        assert as_dora.get(here).status_code == 404
        assert as_dora.post(f"{here}/publish").status_code == 404
        as_olga.post(f"{here}/publish")
        assert "A-1" in as_dora.get("/orders/supply").content.decode()
        assert "Your share of the supply" in as_dora.get("/orders/pad").content.decode()
        for url in (here, "/orders/supply", f"{here}/export?format=csv"):
            assert as_olga.get(url).status_code == 200
        assert here in as_olga.get("/orders/supply?q=wed&state=published").content.decode()
        for other in ("q=nobody", "state=draft"):
            assert here not in as_olga.get(f"/orders/supply?{other}").content.decode()
