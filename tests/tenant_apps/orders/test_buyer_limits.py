"""What a dealer's people may spend alone: on every path, at the review, and an approver's yes or no."""

from __future__ import annotations

import uuid

import pytest

from platform_core.kernel.errors import Invalid, NotFound, NotPermitted
from tenant_apps.dealers.models import Shop
from tenant_apps.orders.commands.edit import edit_order
from tenant_apps.orders.commands.limits import decline_order, set_buyer_limit
from tenant_apps.orders.errors import ApprovalNeeded, NotAnApprover, NothingToDecline
from tenant_apps.orders.models import BuyerLimit
from tests.cast import actor_of, make_person
from tests.factories.orders import fresh, place, review
from tests.tenant_apps.orders.test_review import facts
from tests.tenant_apps.orders.test_statements import statements


@pytest.fixture
def bob(dealer):
    """A buyer of Dora's, up to 30.00 per order."""
    user = make_person(
        dealer.organisation,
        "bob",
        permissions=["orders.read", "orders.place", "orders.edit", "orders.review"],
        all_shops=True,
    )
    return actor_of(user)


def limit(actor, person, **changes):
    return set_buyer_limit(actor=actor, person_id=person.id, changes=changes)


def refused(error, trade, order, act):
    before = facts(order, trade)
    with pytest.raises(error):
        act()
    after = facts(order, trade)
    # The mark and its line of history are what a refused review leaves.
    assert (after[0] if isinstance(after, tuple) else after) is not None
    assert (fresh(order).state, trade.balance()) == ("pending_review", "1000.00")
    return before


def test_within_the_limit_nothing_changes(trade, dora, bob):
    limit(dora, bob, order_limit_minor=2_400)

    order = place(bob, trade.wanted())

    assert (order.needs_approval, order.buyer) == (False, bob.id)
    assert review(bob, order).state == "approved"


def test_above_it_an_approver_reviews_and_not_the_buyer(trade, dora, bob):
    limit(dora, bob, order_limit_minor=2_399)
    order = place(bob, trade.wanted())
    assert order.needs_approval

    refused(ApprovalNeeded, trade, order, lambda: review(bob, order))
    assert [mark["mark"] for mark in fresh(order).marks] == ["approval"]
    refused(ApprovalNeeded, trade, order, lambda: review(dora, order))

    limit(dora, dora, is_approver=True)
    order = review(dora, order)

    assert (order.state, order.needs_approval, order.marks) == ("approved", False, [])
    assert order.steps.order_by("pk").last().standing == "approver"


def test_who_always_asks_asks_for_the_smallest_order(trade, dora, bob):
    limit(dora, bob, always=True, is_approver=True)
    order = place(bob, trade.wanted({"A-1": 1}))

    refused(ApprovalNeeded, trade, order, lambda: review(bob, order))


def test_the_month_counts_its_other_orders_and_not_the_cancelled_ones(trade, dora, bob):
    from tenant_apps.orders.commands.back import cancel_order

    limit(dora, bob, month_limit_minor=4_800)
    first, second = place(bob, trade.wanted()), place(bob, trade.wanted())
    third = place(bob, trade.wanted({"A-1": 1}))
    assert [first.needs_approval, second.needs_approval, third.needs_approval] == [False, False, True]

    cancel_order(actor=dora, operation_id=uuid.uuid4(), order_id=second.public_id)

    assert review(bob, third).state == "approved"


def test_an_edit_that_raises_the_total_is_bound_too(trade, dora, bob):
    limit(dora, bob, order_limit_minor=2_400)
    order = place(bob, trade.wanted())

    edit_order(
        actor=bob, operation_id=uuid.uuid4(), order_id=order.public_id, wanted=trade.wanted({"A-1": 3})
    )

    assert fresh(order).needs_approval
    refused(ApprovalNeeded, trade, order, lambda: review(bob, order))


def test_the_automatic_review_leaves_it_to_the_approver(trade, dora, bob):
    Shop.objects.update(auto_review=True)
    limit(dora, bob, order_limit_minor=2_399)

    order = fresh(place(bob, trade.wanted()))

    assert (order.state, order.needs_approval, trade.balance()) == ("pending_review", True, "1000.00")
    assert [mark["mark"] for mark in order.marks] == ["approval"]
    assert fresh(place(bob, trade.wanted({"A-1": 1}))).state == "approved"


def test_the_suppliers_people_are_not_bound(trade, dora, olga, bob):
    limit(dora, bob, order_limit_minor=1)
    order = place(bob, trade.wanted())

    assert place(olga, trade.wanted()).needs_approval is False
    assert review(olga, order).state == "approved"


def test_a_reviewers_own_limit_binds_on_orders_of_others(trade, dora, bob):
    limit(dora, bob, order_limit_minor=2_399)
    order = place(dora, trade.wanted())

    refused(ApprovalNeeded, trade, order, lambda: review(bob, order))
    assert review(dora, order).state == "approved"


def test_an_approvers_no_stays_on_the_order_until_the_buyer_edits_it(trade, dora, bob):
    limit(dora, bob, order_limit_minor=2_399)
    order = place(bob, trade.wanted())
    asked = {"order_id": order.public_id}
    with pytest.raises(NotAnApprover):
        decline_order(actor=bob, operation_id=uuid.uuid4(), reason="no", **asked)
    limit(dora, dora, is_approver=True)
    with pytest.raises(Invalid):
        decline_order(actor=dora, operation_id=uuid.uuid4(), reason=" ", **asked)

    decline_order(actor=dora, operation_id=uuid.uuid4(), reason="too much", **asked)

    declined = fresh(order)
    assert (declined.state, declined.marks[0]["facts"]) == (
        "pending_review",
        {"name": dora.name, "reason": "too much"},
    )
    edit_order(actor=bob, operation_id=uuid.uuid4(), wanted=trade.wanted({"A-1": 1}), **asked)
    edited = fresh(order)
    assert (edited.needs_approval, edited.marks) == (False, [])
    with pytest.raises(NothingToDecline):
        decline_order(actor=dora, operation_id=uuid.uuid4(), reason="no", **asked)


def test_limits_are_set_for_ones_own_people(trade, dora, xavier, olga, sam, bob):
    assert limit(olga, bob, order_limit_minor=100).order_limit_minor == 100
    with pytest.raises(NotFound):
        limit(xavier, bob, order_limit_minor=100)
    with pytest.raises(NotPermitted):
        limit(sam, bob, order_limit_minor=100)
    with pytest.raises(NotPermitted):
        limit(bob, bob, order_limit_minor=None)
    with pytest.raises(NotFound):
        limit(olga, sam, order_limit_minor=100)
    with pytest.raises(Invalid) as caught:
        limit(dora, bob, order_limit_minor=-1)
    assert [p.pointer for p in caught.value.problems] == ["/order_limit"]
    assert BuyerLimit.objects.get().order_limit_minor == 100


def test_a_limit_costs_placing_and_reviewing_no_statement(trade, dora, bob):
    place(dora, trade.wanted())
    limit(dora, bob, order_limit_minor=10_000)
    orders = []

    assert statements(lambda: orders.append(place(bob, trade.wanted()))) == statements(
        lambda: place(dora, trade.wanted())
    )
    assert statements(lambda: review(bob, orders[0])) - 1 == 11
