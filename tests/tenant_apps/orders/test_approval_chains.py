"""Finance review in levels: who, in which order, in whose place; and what a chain must hold (WK-07)."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from platform_core.kernel import clock
from platform_core.kernel.errors import Conflict, Invalid, NotFound, NotPermitted
from tenant_apps.access.models import Membership, Role
from tenant_apps.dealers.models import DealerGroup
from tenant_apps.inventory.models import StockOut
from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders.commands.approvals import (
    add_chain,
    change_chain,
    move_chain,
    name_delegate,
    remove_chain,
    withdraw_delegate,
)
from tenant_apps.orders.commands.back import cancel_order, reject_order
from tenant_apps.orders.commands.finance import (
    AdjustmentWanted,
    approve_order,
    reject_finance,
    return_level,
)
from tenant_apps.orders.commands.review import review_order
from tenant_apps.orders.errors import ConfirmAlone, NoChain, NotYourLevel, OwnOrder, SecondLevel
from tenant_apps.orders.models import ApprovalChain, SalesOrder
from tenant_apps.orders.queries.approvers import empty_levels, waiting_for
from tests.cast import actor_of, make_person
from tests.factories.orders import fresh, place, review
from tests.tenant_apps.orders.test_review import facts
from tests.tenant_apps.orders.test_statements import statements

OPEN = {"all_warehouses": True, "all_dealers": True}
MAY = ["orders.read", "orders.place", "orders.edit", "orders.review", "orders.finance_review"]


@pytest.fixture
def ann(supplier_organisation):
    """A clerk with the finance review."""
    return actor_of(make_person(supplier_organisation, "ann", permissions=MAY, **OPEN))


@pytest.fixture
def ben(supplier_organisation):
    """A head, by role."""
    user = make_person(supplier_organisation, "ben", **OPEN)
    role = Role.objects.create(organisation=supplier_organisation, name="Heads", permissions=MAY)
    Membership.objects.get(user=user).roles.add(role)
    return actor_of(user)


@pytest.fixture
def chain(olga, ann, ben):
    """Ann, then a head."""
    return add_chain(
        actor=olga,
        values={
            "name": "Large orders",
            "levels": [
                {"name": "Clerk", "people": [ann.id]},
                {"name": "Head", "roles": [Role.objects.get().public_id]},
            ],
        },
    )


@pytest.fixture
def held(chain, trade, dora):
    """Goods 16.00, freight 8.00, charged, at the first level."""
    Warehouse.objects.update(finance_review=True)
    return review(dora, place(dora, trade.wanted()))


def approve(actor, order, *adjustments, **asked):
    rows = [AdjustmentWanted(*one) for one in adjustments]
    approve_order(actor=actor, operation_id=uuid.uuid4(), order_id=order.public_id, adjustments=rows, **asked)
    return fresh(order)


def send_back(command, actor, order, **asked):
    command(actor=actor, operation_id=uuid.uuid4(), order_id=order.public_id, **asked)
    return fresh(order)


def refused(error, trade, order, act, *args, **asked):
    before = facts(order, trade), fresh(order).approval
    with pytest.raises(error):
        act(*args, **asked)
    assert (facts(order, trade), fresh(order).approval) == before


def waits(actor, order):
    return waiting_for(actor, SalesOrder.objects.filter(pk=order.pk)).exists()


def test_each_level_approves_in_turn_and_the_last_one_approves_the_order(trade, held, ann, ben, olga):
    assert (waits(ann, held), waits(ben, held), waits(olga, held)) == (True, False, False)
    refused(NotYourLevel, trade, held, approve, ben, held)
    refused(NotYourLevel, trade, held, approve, olga, held)

    order = approve(ann, held)

    assert (order.state, StockOut.objects.count(), trade.balance()) == ("pending_finance", 0, "976.00")
    step = order.steps.order_by("pk").last()
    assert (step.name, step.level, step.standing) == ("approve_level", "Clerk", "")
    assert (waits(ann, order), waits(ben, order)) == (False, True)
    refused(NotYourLevel, trade, order, approve, ann, order)

    order = approve(ben, order)

    assert (order.state, StockOut.objects.get().source_id) == ("approved", order.pk)
    step = order.steps.order_by("pk").last()
    assert (step.name, step.level) == ("approve", "Head")
    assert [level["by_name"] for level in order.approval["levels"]] == ["Ann", "Ben"]


def test_each_level_may_adjust_and_nothing_restarts(trade, held, ann, ben):
    order = approve(ann, held, ("goods", -100, "promised"))
    assert (order.state, str(order.total.amount), trade.balance()) == ("pending_finance", "23.00", "977.00")
    step = order.steps.order_by("pk").last()
    assert (step.name, step.before["total"], step.after["total"]) == ("approve_level", "24.00", "23.00")

    # Line 1 costs 16.00; a whole of 15.00 is left of the goods.
    from platform_core.kernel.amounts import AmountBelowZero

    refused(AmountBelowZero, trade, order, approve, ben, order, ("goods", -1501, "gift"))
    order = approve(ben, order, ("freight", 200, "lift"))

    assert (order.state, str(order.total.amount), trade.balance()) == ("approved", "25.00", "975.00")
    assert order.steps.order_by("pk").last().name == "adjust"


def test_w157_reject_finance_returns_to_the_first_level(trade, held, ann, ben, olga):
    approve(ben, approve(ann, held, ("goods", -100, "promised")))

    order = send_back(reject_finance, olga, held, reason="wrong")

    assert (order.state, order.approval["level"], trade.balance()) == ("pending_finance", 0, "976.00")
    assert waits(ann, order)
    assert approve(ben, approve(ann, order)).state == "approved"


def test_back_by_one_level_moves_no_money(trade, held, ann, ben):
    order = approve(ann, held, ("goods", -100, "promised"))

    order = send_back(return_level, ben, order, reason="too much")

    assert (order.state, order.approval["level"], trade.balance()) == ("pending_finance", 0, "977.00")
    step = order.steps.order_by("pk").last()
    assert (step.name, step.level, step.reason) == ("return_level", "Head", "too much")
    refused(NotYourLevel, trade, order, send_back, return_level, ben, order, reason="again")


def test_w156_a_rejected_order_forgets_its_chain(trade, held, ann, dora, olga):
    order = send_back(reject_order, olga, approve(ann, held), reason="x")

    assert (order.state, order.approval, trade.balance()) == ("pending_review", None, "1000.00")
    assert review(dora, order).approval["level"] == 0


def test_a_running_order_keeps_the_chain_as_it_was_at_its_review(trade, held, chain, ann, ben, olga, dora):
    change_chain(
        actor=olga, chain_id=chain.public_id, changes={"levels": [{"name": "Boss", "people": [olga.id]}]}
    )
    assert approve(ben, approve(ann, held)).state == "approved"

    later = review(dora, place(dora, trade.wanted()))
    assert [level["name"] for level in later.approval["levels"]] == ["Boss"]
    remove_chain(actor=olga, chain_id=chain.public_id)
    assert approve(olga, later).state == "approved"


def test_without_a_chain_everybody_with_the_permission_approves(trade, dora, ann):
    Warehouse.objects.update(finance_review=True)
    order = review(dora, place(dora, trade.wanted()))

    assert (order.approval, waits(ann, order)) == (None, True)
    with pytest.raises(NoChain):
        send_back(return_level, ann, order, reason="x")
    assert approve(ann, order).state == "approved"


@pytest.mark.parametrize(("part", "act"), [("placed", "place"), ("reviewed", "review")])
def test_nobody_approves_an_order_they_had_a_part_in(
    trade, chain, dora, ann, ben, supplier_organisation, part, act
):
    Warehouse.objects.update(finance_review=True)
    cat = actor_of(make_person(supplier_organisation, "cat", permissions=MAY, **OPEN))
    levels = [{"name": "Clerk", "people": [ann.id, cat.id]}]
    change_chain(actor=actor_of(_owner()), chain_id=chain.public_id, changes={"levels": levels})
    order = place(ann if act == "place" else dora, trade.wanted())
    order = review(ann if act == "review" else dora, order)

    assert not waits(ann, order)
    refused(OwnOrder, trade, order, approve, ann, order, is_confirmed=True)
    assert approve(cat, order).state == "approved"


def _owner():
    return Membership.objects.get(is_administrator=True, organisation__kind="supplier").user


def test_the_only_one_who_may_approves_their_own_order_and_is_marked(trade, chain, ann, olga):
    Warehouse.objects.update(finance_review=True)
    change_chain(
        actor=olga, chain_id=chain.public_id, changes={"levels": [{"name": "Clerk", "people": [ann.id]}]}
    )
    order = review(ann, place(ann, trade.wanted()))

    refused(ConfirmAlone, trade, order, approve, ann, order)
    order = approve(ann, order, is_confirmed=True)

    assert order.state == "approved"
    assert order.steps.order_by("pk").last().standing == "alone"
    assert order.approval["levels"][0]["standing"] == "alone"


def test_nobody_approves_two_levels(trade, chain, dora, ann, ben, olga):
    Warehouse.objects.update(finance_review=True)
    both = [ann.id, ben.id]
    levels = [{"name": "One", "people": both}, {"name": "Two", "people": both}]
    change_chain(actor=olga, chain_id=chain.public_id, changes={"levels": levels})
    order = approve(ann, review(dora, place(dora, trade.wanted())))

    refused(SecondLevel, trade, order, approve, ann, order, is_confirmed=True)
    assert approve(ben, order).state == "approved"


def today():
    return clock.today("Asia/Shanghai")


def test_a_delegate_acts_in_the_absent_persons_place(trade, held, ann, ben, olga):
    with pytest.raises(NotPermitted):
        name_delegate(actor=ben, person_id=ann.id, delegate_id=ben.id, first_day=today(), last_day=today())
    row = name_delegate(actor=ann, delegate_id=olga.id, first_day=today(), last_day=today())
    assert waits(olga, held)

    order = approve(olga, held)

    step = order.steps.order_by("pk").last()
    assert (step.actor_name, step.standing, step.standing_for) == (olga.name, "delegate", "Ann")
    withdraw_delegate(actor=ann, delegation_id=row.public_id)


@pytest.mark.parametrize(("first", "last"), [(1, 2), (-2, -1)])
def test_a_delegation_holds_on_its_days_only(trade, held, ann, olga, first, last):
    from tenant_apps.orders.models import ApprovalDelegation

    row = name_delegate(actor=ann, delegate_id=olga.id, first_day=today(), last_day=today())
    ApprovalDelegation.objects.filter(pk=row.pk).update(
        first_day=today() + timedelta(first), last_day=today() + timedelta(last)
    )

    refused(NotYourLevel, trade, held, approve, olga, held)


def test_a_delegation_is_checked_at_its_fields(ann, sam, trade):
    days = {"first_day": today(), "last_day": today() - timedelta(1)}
    with pytest.raises(Invalid) as caught:
        name_delegate(actor=ann, delegate_id=sam.id, **days)
    assert [p.pointer for p in caught.value.problems] == ["/delegate", "/last_day"]
    with pytest.raises(Invalid) as caught:
        name_delegate(actor=ann, delegate_id=ann.id, first_day=date(2020, 1, 1), last_day=today())
    assert [p.code for p in caught.value.problems] == ["itself", "too_long"]


def test_a_level_that_lost_its_people_is_told_and_approved_by_an_administrator(trade, held, ann, ben, olga):
    assert empty_levels() == []
    Membership.objects.filter(user__public_id=ann.id).update(enabled=False)
    assert empty_levels() == [("Large orders", "Clerk")]

    refused(NotYourLevel, trade, held, approve, ben, held)
    order = approve(olga, held)

    assert order.steps.order_by("pk").last().standing == "administrator"
    assert approve(ben, order).state == "approved"


@pytest.mark.parametrize(
    ("levels", "pointer", "code"),
    [
        ([], "/levels", "required"),
        ([{"name": "", "people": ["ann"]}], "/levels/0/name", "required"),
        ([{"name": "One"}], "/levels/0/people", "nobody"),
        ([{"name": "One", "people": ["usr_none"]}], "/levels/0/people", "unknown"),
        ([{"name": "One", "roles": ["rol_none"]}], "/levels/0/roles", "unknown"),
        ([{"name": "One", "people": ["sam"]}], "/levels/0/people", "may_not"),
        ([{"name": "One", "roles": ["empty"]}], "/levels/0/people", "nobody"),
        (
            [{"name": "One", "people": ["ann"]}, {"name": "Two", "people": ["ann"]}],
            "/levels/1/people",
            "same_people",
        ),
    ],
)
def test_a_chain_with_nobody_in_it_is_refused_at_save(
    olga, ann, sam, supplier_organisation, levels, pointer, code
):
    empty = Role.objects.create(organisation=supplier_organisation, name="Empty", permissions=MAY)
    ids = {"ann": ann.id, "sam": sam.id, "empty": empty.public_id}
    named = [
        {
            key: [ids.get(one, one) for one in value] if key != "name" else value
            for key, value in level.items()
        }
        for level in levels
    ]

    with pytest.raises(Invalid) as caught:
        add_chain(actor=olga, values={"name": "Chain", "levels": named})

    assert [(p.pointer, p.code) for p in caught.value.problems] == [(pointer, code)]
    assert not ApprovalChain.objects.exists()


def test_the_first_fitting_chain_by_position_holds(trade, chain, dora, dealer, ann, olga):
    group = DealerGroup.objects.create(name="North")
    type(dealer).objects.filter(pk=dealer.pk).update(group=group)
    values = {
        "name": "North",
        "groups": [group.public_id],
        "amount_from": 2_400,
        "forces_review": True,
        "levels": [{"name": "Clerk", "people": [ann.id]}],
    }
    second = add_chain(actor=olga, values=values)

    # The warehouse asks for no review: only the chain that forces one, from 24.00 on.
    order = review(dora, place(dora, trade.wanted()))
    assert (order.state, order.finance_reasons, order.approval["name"]) == (
        "pending_finance",
        ["chain"],
        "North",
    )
    small = review(dora, place(dora, trade.wanted({"A-1": 1})))
    assert (small.state, small.approval) == ("approved", None)

    Warehouse.objects.update(finance_review=True)
    assert review(dora, place(dora, trade.wanted())).approval["name"] == "Large orders"
    move_chain(actor=olga, chain_id=second.public_id, up=True)
    assert review(dora, place(dora, trade.wanted())).approval["name"] == "North"
    change_chain(actor=olga, chain_id=second.public_id, changes={"enabled": False})
    assert review(dora, place(dora, trade.wanted())).approval["name"] == "Large orders"


def test_a_chain_is_changed_as_it_was_read_and_not_by_strangers(chain, olga, sam, dora):
    with pytest.raises(Conflict):
        change_chain(actor=olga, chain_id=chain.public_id, changes={"name": "X"}, version=9)
    with pytest.raises(NotFound):
        change_chain(actor=olga, chain_id="apc_none", changes={"name": "X"})
    with pytest.raises(NotPermitted):
        change_chain(actor=sam, chain_id=chain.public_id, changes={"name": "X"})
    with pytest.raises(NotPermitted):
        change_chain(actor=dora, chain_id=chain.public_id, changes={"name": "X"})
    with pytest.raises(Invalid) as caught:
        add_chain(
            actor=olga,
            values={"name": "Large orders", "levels": [{"name": "One", "people": [olga.id]}]},
        )
    assert [p.pointer for p in caught.value.problems] == ["/name"]


def test_a_cancelled_order_waits_for_nobody(held, ann, dora):
    order = send_back(cancel_order, dora, held)

    assert not waits(ann, order)


def test_a_chain_costs_the_review_no_statement(trade, chain, dora):
    Warehouse.objects.update(finance_review=True)
    place(dora, trade.wanted())
    order = place(dora, trade.wanted())

    def act():
        review_order(actor=dora, operation_id=uuid.uuid4(), order_id=order.public_id)

    # 11 without finance review; here no stock-out is written, and its conditions are read.
    assert statements(act) == 11
