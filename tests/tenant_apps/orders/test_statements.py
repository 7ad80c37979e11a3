"""A document of 1 line and one of 200 take the same number of statements (design.md §3)."""

from __future__ import annotations

import uuid

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders.commands.back import cancel_order
from tenant_apps.orders.commands.edit import edit_order
from tenant_apps.orders.commands.finance import AdjustmentWanted, approve_order
from tenant_apps.orders.queries.drafts import draft_of
from tests.factories.orders import place, review
from tests.factories.orders import trade as make_trade

SIZES = [1, 10, 200]
_NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK", "SET ")


def statements(act):
    """How many statements an act takes, without those that only frame it."""
    with CaptureQueriesContext(connections["default"]) as seen:
        act()
    return len([q for q in seen.captured_queries if not q["sql"].lstrip().startswith(_NOT_COUNTED)])


@pytest.fixture
def big(dealer):
    return make_trade(dealer, goods=200, balance="1000000")


def some(big, size):
    return big.wanted({f"A-{n}": 1 for n in range(1, size + 1)})


def test_placing_and_reviewing(big, dora):
    place(dora, some(big, 1))  # fixes the tax mode, once in a supplier's life
    placed, reviewed = set(), set()
    for size in SIZES:
        orders = []
        placed.add(statements(lambda n=size, o=orders: o.append(place(dora, some(big, n)))))
        reviewed.add(statements(lambda o=orders: review_once(dora, o[0])))

    assert placed == {10}
    assert reviewed == {11}


def review_once(actor, order):
    from tenant_apps.orders.commands.review import review_order

    review_order(actor=actor, operation_id=uuid.uuid4(), order_id=order.public_id)


def test_editing_approving_and_cancelling(big, dora, olga):
    Warehouse.objects.update(finance_review=True)
    edited, approved, cancelled = set(), set(), set()
    for size in SIZES:
        order = place(dora, some(big, size))
        asked = {"order_id": order.public_id}
        edited.add(
            statements(
                lambda a=asked, n=size: edit_order(
                    actor=dora, operation_id=uuid.uuid4(), wanted=some(big, n), **a
                )
            )
        )
        review(dora, order)
        rows = [AdjustmentWanted("goods", -1, f"line {n}", n) for n in range(1, min(size, 50) + 1)]
        approved.add(
            statements(
                lambda a=asked, r=rows: approve_order(
                    actor=olga, operation_id=uuid.uuid4(), adjustments=r, **a
                )
            )
        )
        cancelled.add(statements(lambda a=asked: cancel_order(actor=olga, operation_id=uuid.uuid4(), **a)))

    assert (edited, approved, cancelled) == ({13}, {11}, {15})


def test_a_quote(big, dora):
    counts = {statements(lambda n=size: draft_of(dora, some(big, n))) for size in SIZES}

    assert counts == {6}
