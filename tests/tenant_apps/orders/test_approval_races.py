"""A line cancelled, a rest closed, a level approved and a limit spent by several at the same moment: once."""

from __future__ import annotations

import uuid

import pytest

from tenant_apps.access.models import Membership
from tenant_apps.dealers.models import Shop
from tenant_apps.fulfilment.commands import ship_stock_out
from tenant_apps.inventory.models import StockOut, StockOutLine
from tenant_apps.ledger.verify import reconcile
from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders.commands.approvals import add_chain
from tenant_apps.orders.commands.closing import close_rest
from tenant_apps.orders.commands.finance import approve_order
from tenant_apps.orders.commands.limits import set_buyer_limit
from tenant_apps.orders.commands.lines import cancel_line
from tenant_apps.orders.commands.place import place_order
from tenant_apps.orders.models import CancelledLine, SalesOrder
from tests.cast import actor_of, make_dealer, make_person
from tests.factories.orders import D, fresh, place, review
from tests.factories.orders import trade as make_trade
from tests.tenant_apps.orders.test_races import ROUNDS, Race, reviewing

LINES = {"A-1": 2, "A-2": 3}
FLAT = {"first_kg": D(1000), "first_fee": D(10)}
OPEN = {"all_warehouses": True, "all_dealers": True}
MAY = ["orders.read", "orders.finance_review"]


class Stage:
    """A supplier whose rows are committed: goods of 20.00, freight 10.00 whatever the weight."""

    def __init__(self, supplier):
        self.race = Race(supplier)
        self.dealer = make_dealer("D-DORA", "Dora's Drinks")
        self.dora = actor_of(make_person(self.dealer.organisation, "dora", administrator=True))
        owner = Membership.objects.get(is_administrator=True, organisation__kind="supplier")
        self.olga = actor_of(owner.user)
        self.trade = make_trade(
            self.dealer, price="20", balance="1000", freight=[FLAT], on_hand="1000", finance_review=True
        )

    def held(self, lines=None):
        """In finance review, charged."""
        return review(self.dora, place(self.dora, self.trade.wanted(lines or LINES)))

    def approved(self, lines=None):
        """Ready to be sent."""
        order = self.held(lines)
        self.approving(self.olga, order)()
        return fresh(order)

    @staticmethod
    def approving(actor, order):
        key = uuid.uuid4()
        return lambda: approve_order(actor=actor, operation_id=key, order_id=order.public_id)

    def cancelling(self, order, line=1):
        key = uuid.uuid4()
        return lambda: cancel_line(actor=self.dora, operation_id=key, order_id=order.public_id, line=line)

    def closing(self, order):
        key = uuid.uuid4()
        return lambda: close_rest(
            actor=self.olga, operation_id=key, order_id=order.public_id, reason="no longer made"
        )

    def shipping(self, order, **quantities):
        key, document = uuid.uuid4(), StockOut.objects.get(source_id=order.pk).public_id
        places = dict(order.lines.values_list("merchant_code", "position"))
        named = {places[code.replace("_", "-")]: D(q) for code, q in quantities.items()} or None
        return lambda: ship_stock_out(
            actor=self.olga, operation_id=key, stock_out_id=document, tracking_number="T-1", quantities=named
        )

    def facts(self, order):
        """State, what is charged, the wallet, and the lines that are left."""
        order = fresh(order)
        lines = {line.merchant_code: int(line.quantity) for line in order.lines.all()}
        return order.state, str(order.charged.amount), self.trade.balance(), lines


@pytest.fixture
def stage(committed):
    there = Stage(committed)
    yield there
    assert [finding for finding in reconcile() if finding.found] == []


@pytest.mark.parametrize("state", ["pending_finance", "approved"])
def test_one_line_is_cancelled_once(stage, state):
    left = D("1000.00")
    for _ in range(2 * ROUNDS):
        order = stage.held() if state == "pending_finance" else stage.approved()

        outcome = stage.race.run([stage.cancelling(order) for _ in range(4)])

        left -= 70
        assert outcome == {"done": 1, "no_such_line": 3}
        assert stage.facts(order) == (state, "70.00", str(left), {"A-2": 3})
        assert CancelledLine.objects.filter(order=order).count() == 1
    assert stage.trade.stock()["A-1"] == (1000, 0)
    assert stage.trade.stock()["A-2"] == (1000, 6 * ROUNDS)


def test_both_lines_cancelled_at_once_cancel_the_order(stage):
    for _ in range(2 * ROUNDS):
        order = stage.approved()

        assert stage.race.run([stage.cancelling(order, 1), stage.cancelling(order, 2)]) == {"done": 2}
        assert fresh(order).state == "cancelled"
        assert (fresh(order).charged_minor, stage.trade.balance()) == (0, "1000.00")
    assert set(stage.trade.stock().values()) == {(1000, 0)}


def test_a_line_cancelled_beside_an_approval_is_on_no_stock_out(stage):
    left = D("1000.00")
    for _ in range(2 * ROUNDS):
        order = stage.held()

        outcome = stage.race.run([stage.approving(stage.olga, order), stage.cancelling(order)])

        left -= 70
        assert outcome == {"done": 2}
        assert stage.facts(order) == ("approved", "70.00", str(left), {"A-2": 3})
        rows = StockOutLine.objects.filter(stock_out__source_id=order.pk)
        assert [(row.merchant_code, int(row.quantity)) for row in rows] == [("A-2", 3)]


def test_a_line_cancelled_beside_its_shipment_is_sent_or_returned(stage):
    left, sent = D("1000.00"), 0
    for _ in range(3 * ROUNDS):
        order = stage.approved()

        outcome = stage.race.run([stage.shipping(order), stage.cancelling(order)])

        state, charged, balance, lines = stage.facts(order)
        # Which of the two came first is chance; both ways are whole.
        left -= D(charged)
        sent += 2 if "A-1" in lines else 0
        assert (state, balance) == ("shipped", str(left))
        assert (charged, lines) in [("110.00", LINES), ("70.00", {"A-2": 3})]
        assert outcome == ({"done": 1, "step_refused": 1} if charged == "110.00" else {"done": 2})
        assert stage.trade.stock()["A-1"] == (1000 - sent, 0)


def test_the_rest_is_closed_once(stage):
    left = D("1000.00")
    for _ in range(2 * ROUNDS):
        order = stage.approved()
        stage.shipping(order, A_1=1)()

        outcome = stage.race.run([stage.closing(order) for _ in range(3)])

        left -= 30
        assert outcome == {"done": 1, "step_refused": 2}
        assert stage.facts(order) == ("shipped", "30.00", str(left), {"A-1": 1})
    assert stage.trade.stock()["A-2"] == (1000, 0)


def test_the_rest_is_closed_or_shipped(stage):
    left = D("1000.00")
    for _ in range(3 * ROUNDS):
        order = stage.approved()
        stage.shipping(order, A_1=1)()

        outcome = stage.race.run([stage.closing(order), stage.shipping(order)])

        state, charged, balance, lines = stage.facts(order)
        left -= D(charged)
        assert (state, balance) == ("shipped", str(left))
        assert (charged, lines) in [("110.00", LINES), ("30.00", {"A-1": 1})]
        assert outcome["done"] == 1
        assert "DeadlockDetected" not in outcome
    assert {stock[1] for stock in stage.trade.stock().values()} == {0}


@pytest.fixture
def bob(stage):
    """A buyer of Dora's."""
    may = ["orders.read", "orders.place", "orders.edit", "orders.review"]
    return actor_of(make_person(stage.dealer.organisation, "bob", permissions=may, all_shops=True))


def test_a_months_limit_is_spent_once_by_orders_that_are_reviewed_as_they_are_placed(stage, bob):
    """Each is 50.00 of 120.00 a month: two of five fit."""
    Warehouse.objects.update(finance_review=False)
    Shop.objects.update(auto_review=True)
    set_buyer_limit(actor=stage.dora, person_id=bob.id, changes={"month_limit_minor": 12_000})
    wanted = stage.trade.wanted({"A-1": 2})

    def placing():
        key = uuid.uuid4()
        return lambda: place_order(actor=bob, operation_id=key, wanted=wanted, source="pad")

    assert stage.race.run([placing() for _ in range(5)]) == {"done": 5}

    states = SalesOrder.objects.values_list("state", "needs_approval")
    assert sorted(states) == [("approved", False)] * 2 + [("pending_review", True)] * 3
    assert stage.trade.balance() == "900.00"


def test_two_reviews_within_a_months_limit_both_end_and_above_it_both_are_refused(stage, bob):
    people = (stage.dora, bob)
    for person in people:
        set_buyer_limit(actor=stage.dora, person_id=person.id, changes={"month_limit_minor": 10_000})
    wanted = stage.trade.wanted({"A-1": 2})
    mine, other = place(bob, wanted), place(bob, wanted)

    assert stage.race.run([reviewing(bob, mine), reviewing(bob, other)]) == {"done": 2}
    assert stage.trade.balance() == "900.00"

    set_buyer_limit(actor=stage.dora, person_id=bob.id, changes={"month_limit_minor": None})
    late = [place(bob, wanted) for _ in range(2)]
    set_buyer_limit(actor=stage.dora, person_id=bob.id, changes={"month_limit_minor": 15_000})
    outcome = stage.race.run([reviewing(person, order) for person in people for order in late])

    assert outcome == {"approval_needed": 4}
    assert stage.trade.balance() == "900.00"


def test_one_level_is_approved_once(stage, committed):
    house = Membership.objects.get(user__public_id=stage.olga.id).organisation
    ann, ben, cat = (
        actor_of(make_person(house, name, permissions=MAY, **OPEN)) for name in ("ann", "ben", "cat")
    )
    levels = [{"name": "Clerk", "people": [ann.id, ben.id]}, {"name": "Head", "people": [cat.id]}]
    add_chain(actor=stage.olga, values={"name": "All", "levels": levels})
    for _ in range(2 * ROUNDS):
        order = stage.held()

        outcome = stage.race.run([stage.approving(actor, order) for actor in (ann, ben, ann, ben)])

        assert sum(outcome.values()) == 4
        assert outcome["done"] == 1
        assert set(outcome) <= {"done", "not_your_level", "second_level"}
        order = fresh(order)
        assert (order.state, order.approval["level"]) == ("pending_finance", 1)
        assert order.steps.filter(name="approve_level").count() == 1
        assert not StockOut.objects.filter(source_id=order.pk).exists()

        assert stage.race.run([stage.approving(cat, order) for _ in range(3)]) == {
            "done": 1,
            "step_refused": 2,
        }
        assert StockOut.objects.filter(source_id=order.pk).count() == 1
