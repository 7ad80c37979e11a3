"""Every state × every step: the flow alone decides, and a refused step changes nothing."""

from __future__ import annotations

import uuid
from itertools import product

import pytest
from django.db import transaction

from platform_core.kernel.flow import StepRefused
from tenant_apps.inventory import operations as inventory
from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders import operations
from tenant_apps.orders.approval import Capacity, Chain, Level, frozen, signed
from tenant_apps.orders.commands.back import cancel_order, reject_order
from tenant_apps.orders.commands.closing import close_rest
from tenant_apps.orders.commands.edit import edit_order
from tenant_apps.orders.commands.finance import (
    AdjustmentWanted,
    approve_order,
    reject_finance,
    return_level,
)
from tenant_apps.orders.commands.limits import decline_order, set_buyer_limit
from tenant_apps.orders.commands.lines import cancel_line
from tenant_apps.orders.commands.review import review_order
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.states import ORDER_FLOW, OrderState
from tests.cast import actor_of, make_person
from tests.factories.orders import fresh, place, review

S = OrderState
# What each step leads to from where it is allowed; every other pair is refused with 409.
ALLOWED = {
    ("edit", S.PENDING_REVIEW): S.PENDING_REVIEW,
    ("review", S.PENDING_REVIEW): S.PENDING_FINANCE,
    ("approve", S.PENDING_FINANCE): S.APPROVED,
    ("adjust", S.PENDING_FINANCE): S.APPROVED,
    ("approve_level", S.PENDING_FINANCE): S.PENDING_FINANCE,
    ("return_level", S.PENDING_FINANCE): S.PENDING_FINANCE,
    ("decline", S.PENDING_REVIEW): S.PENDING_REVIEW,
    ("cancel_line", S.PENDING_REVIEW): S.PENDING_REVIEW,
    ("cancel_line", S.PENDING_FINANCE): S.PENDING_FINANCE,
    ("cancel_line", S.APPROVED): S.APPROVED,
    ("reject_finance", S.APPROVED): S.PENDING_FINANCE,
    ("reject", S.PENDING_FINANCE): S.PENDING_REVIEW,
    ("reject", S.APPROVED): S.PENDING_REVIEW,
    ("cancel", S.PENDING_REVIEW): S.CANCELLED,
    ("cancel", S.PENDING_FINANCE): S.CANCELLED,
    ("cancel", S.APPROVED): S.CANCELLED,
    ("ship", S.APPROVED): S.SHIPPED,
    ("ship", S.PARTLY_SHIPPED): S.SHIPPED,
    ("close_rest", S.PARTLY_SHIPPED): S.SHIPPED,
    ("complete", S.SHIPPED): S.COMPLETED,
}
REACHABLE = [s for s in S if s != S.PUSHED]  # no connector pushes orders yet


@pytest.fixture
def world(trade, olga, order):
    """An order in a warehouse that reviews everything, and the way to bring it into a state."""
    Warehouse.objects.update(finance_review=True)
    return Life(trade, olga, order)


class Life:
    def __init__(self, trade, olga, order):
        self.trade, self.olga, self.order = trade, olga, order
        self.actor = olga

    def bring_to(self, state):
        road = {
            S.PENDING_REVIEW: [],
            S.PENDING_FINANCE: ["review"],
            S.APPROVED: ["review", "approve"],
            S.PARTLY_SHIPPED: ["review", "approve", "ship_some"],
            S.SHIPPED: ["review", "approve", "ship"],
            S.COMPLETED: ["review", "approve", "ship", "complete"],
            S.CANCELLED: ["cancel"],
        }[state]
        for name in road:
            self.step(name)
        assert fresh(self.order).state == state

    def step(self, name):
        self.prepare(name)
        self.ask(name)

    def ask(self, name):
        asked = {"actor": self.actor, "operation_id": uuid.uuid4(), "order_id": self.order.public_id}
        row = [AdjustmentWanted("goods", -100, "agreed")]
        acts = {
            "edit": lambda: edit_order(wanted=self.trade.wanted({"A-2": 1}), **asked),
            "review": lambda: review_order(**asked),
            "approve": lambda: approve_order(**asked),
            "adjust": lambda: approve_order(adjustments=row, **asked),
            "approve_level": lambda: approve_order(is_confirmed=True, **asked),
            "return_level": lambda: return_level(reason="x", **asked),
            "decline": lambda: decline_order(reason="too dear", **{**asked, "actor": self.decliner()}),
            "cancel_line": lambda: cancel_line(line=1, **asked),
            "reject_finance": lambda: reject_finance(reason="x", **asked),
            "reject": lambda: reject_order(reason="x", **asked),
            "cancel": lambda: cancel_order(**asked),
            "close_rest": lambda: close_rest(**asked),
            "ship": lambda: self.ship(2, fully=True),
            "ship_some": lambda: self.ship(1, fully=False),
            "complete": self.complete,
        }
        acts[name]()

    def prepare(self, name):
        """What must stand before the step is asked: a chain of two levels of Olga's, a buyer over his limit."""
        if name in {"approve_level", "return_level"}:
            levels = (Level("One", people=(self.olga.id,)), Level("Two", people=(self.olga.id,)))
            approval = frozen(Chain("apc", "Chain", levels))
            if name == "return_level":
                approval = signed(approval, Capacity("One"), by="usr_x", by_name="X", at="now")
            waiting = SalesOrder.objects.filter(pk=self.order.pk, state=S.PENDING_FINANCE)
            waiting.update(approval=approval)
        if name == "decline":
            self.approver = actor_of(make_person(self.order.dealer.organisation, "ann", administrator=True))
            limit = {"order_limit_minor": 1}
            set_buyer_limit(actor=self.approver, person_id=self.order.buyer, changes=limit)
            set_buyer_limit(actor=self.approver, person_id=self.approver.id, changes={"is_approver": True})

    def decliner(self):
        """Of the dealer's people an approver is asked; whoever else tries, tries in person."""
        return self.approver if self.actor.id in {self.olga.id, self.order.buyer} else self.actor

    def ship(self, quantity, *, fully):
        line = self.order.lines.get()
        with transaction.atomic():
            operations.mark_shipped(
                actor=self.olga,
                order_id=self.order.pk,
                shipped={line.pk: quantity - line.shipped},
                fully=fully,
            )
            inventory.consume(
                actor=self.olga,
                operation_id=uuid.uuid4(),
                source=operations.source_of(self.order),
                taken={line.pk: quantity - line.shipped},
            )

    def complete(self):
        order = fresh(self.order)
        if order.state != S.SHIPPED:
            # An order that was not wholly shipped is never completed by a receipt.
            ORDER_FLOW.check(order.state, "complete")
        with transaction.atomic():
            operations.record_receipt(
                actor=self.olga, order_id=order.pk, received={order.lines.get().pk: 2}, everything=True
            )


def everything(order, trade):
    row = SalesOrder.objects.filter(pk=order.pk).values().get()
    return row, list(order.lines.values()), order.steps.count(), trade.balance(), trade.stock()


@pytest.mark.parametrize(("state", "name"), list(product(REACHABLE, ORDER_FLOW.steps)))
def test_every_state_and_step(world, state, name):
    if name == "cancel_line" and (name, state) in ALLOWED:
        # Its last line would end the order.
        world.order = place(world.olga, world.trade.wanted({"A-1": 2, "A-2": 1}))
    world.bring_to(state)
    before = everything(world.order, world.trade)

    if (name, state) in ALLOWED:
        world.step(name)
        assert fresh(world.order).state == ALLOWED[name, state]
        assert world.order.steps.order_by("pk").last().name == name
    else:
        with pytest.raises(StepRefused):
            world.step(name)
        assert everything(world.order, world.trade) == before


def test_the_table_of_this_test_is_the_flow():
    declared = {(s.name, state) for s in ORDER_FLOW for state in s.sources}

    assert declared == {(name, str(state)) for name, state in ALLOWED}


def test_a_partly_shipped_order_ships_the_rest(world):
    world.bring_to(S.PARTLY_SHIPPED)
    assert world.trade.stock()["A-1"] == (99, 1)

    world.step("ship")

    assert world.trade.stock()["A-1"] == (98, 0)
    assert fresh(world.order).shipped_at is not None


def test_an_edit_runs_all_checks_again_and_minds_the_version(trade, dora, order):
    from platform_core.kernel.errors import Conflict, Invalid

    asked = {"actor": dora, "order_id": order.public_id}
    with pytest.raises(Invalid):
        edit_order(operation_id=uuid.uuid4(), wanted=trade.wanted({"A-1": 101}), **asked)
    with pytest.raises(Conflict):
        edit_order(operation_id=uuid.uuid4(), wanted=trade.wanted({"A-2": 1}), version=7, **asked)
    assert [x.merchant_code for x in order.lines.all()] == ["A-1"]

    edit_order(operation_id=uuid.uuid4(), wanted=trade.wanted({"A-2": 3}), version=order.version, **asked)

    edited = fresh(order)
    assert [(x.merchant_code, x.quantity) for x in edited.lines.all()] == [("A-2", 3)]
    assert str(edited.total.amount) == "33.50"
    assert edited.version == order.version + 1


def test_an_edit_takes_over_new_prices(trade, dora, order):
    from tenant_apps.orders.errors import PriceChanged
    from tenant_apps.strategies.models import StrategyItem

    StrategyItem.objects.update(settlement_price=9)
    with pytest.raises(PriceChanged):
        review(dora, order)

    edit_order(actor=dora, operation_id=uuid.uuid4(), order_id=order.public_id, wanted=trade.wanted())

    assert review(dora, order).total.amount == 26
    assert fresh(order).marks == []


def test_an_edit_never_makes_it_another_dealers_order(trade, olga, order, stranger):
    from tests.factories.orders import trade as make_trade

    other = make_trade(stranger, code="X", is_default=False)

    edit_order(
        actor=olga,
        operation_id=uuid.uuid4(),
        order_id=order.public_id,
        wanted=trade.wanted({"A-2": 1}, shop=other.shop.code),
    )

    assert fresh(order).dealer_id == trade.dealer.pk
    assert order.steps.order_by("pk").last().actor_on_behalf_of == "Dora's Drinks"


def test_an_edited_order_keeps_the_adjustments_that_were_undone(world, dora):
    world.bring_to(S.PENDING_FINANCE)
    approve_order(
        actor=world.olga,
        operation_id=uuid.uuid4(),
        order_id=world.order.public_id,
        adjustments=[AdjustmentWanted("goods", -100, "agreed", 1)],
    )
    world.step("reject")

    world.step("edit")

    kept = world.order.adjustments.get()
    assert (kept.amount_minor, kept.line_id, kept.undone_at is not None) == (-100, None, True)


def test_place_is_not_a_step_of_the_flow_but_leaves_one(dora, trade):
    order = place(dora, trade.wanted())

    assert [s.name for s in order.steps.all()] == ["submit"]
