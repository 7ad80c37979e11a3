"""Two clicks, a resent key, a review raced by a cancel; the last piece and the last cent."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connections

from platform_core.commands import InFlight
from platform_core.kernel.context import serve
from platform_core.kernel.errors import DomainError
from tenant_apps.ledger.models import Transfer
from tenant_apps.orders.commands.back import cancel_order
from tenant_apps.orders.commands.place import place_order
from tenant_apps.orders.commands.review import review_order
from tenant_apps.orders.models import SalesOrder
from tests.cast import actor_of, make_dealer, make_person
from tests.factories.orders import fresh, place
from tests.factories.orders import trade as make_trade

ROUNDS = int(os.environ.get("DEALERDESK_ROUNDS", "2"))
CLIENTS = 100
PATIENCE_S = 60


class Race:
    """Starts every act at the same moment, each on a connection of its own."""

    def __init__(self, supplier):
        self.supplier = supplier

    def run(self, acts):
        gate = threading.Barrier(len(acts))

        def one(act):
            with serve(self.supplier):
                gate.wait()
                try:
                    return _patiently(act)
                finally:
                    connections.close_all()

        with ThreadPoolExecutor(len(acts)) as pool:
            return Counter(pool.map(one, acts))


def _patiently(act):
    """As a client does: “still being worked on” is asked again, any other refusal is an answer."""
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            act()
        except InFlight:
            if time.monotonic() > end:
                return "patience_lost"
        except DomainError as error:
            return error.code
        except OperationalError as error:
            return type(error.__cause__).__name__
        else:
            return "done"


@pytest.fixture
def stage(committed):
    """A supplier whose rows are committed, with Dora's trade."""
    dealer = make_dealer("D-DORA", "Dora's Drinks")
    dora = actor_of(make_person(dealer.organisation, "dora", administrator=True))
    return Race(committed), dealer, dora


def reviewing(dora, order):
    key = uuid.uuid4()
    return lambda: review_order(actor=dora, operation_id=key, order_id=order.public_id)


def test_two_clicks_place_one_order(stage):
    race, dealer, dora = stage
    trade, key = make_trade(dealer), uuid.uuid4()
    acts = [
        lambda: place_order(actor=dora, operation_id=key, wanted=trade.wanted(), source="pad")
        for _ in range(8)
    ]

    assert race.run(acts) == {"done": 8}
    assert SalesOrder.objects.count() == 1


def test_one_reference_sent_twice_at_once_is_one_order(stage):
    race, dealer, dora = stage
    wanted = make_trade(dealer).wanted(client_ref="PO-1")

    def placing(key):
        return lambda: place_order(actor=dora, operation_id=key, wanted=wanted, source="api")

    assert race.run([placing(uuid.uuid4()) for _ in range(6)]) == {"done": 1, "reference_taken": 5}
    assert SalesOrder.objects.count() == 1


def test_a_review_raced_by_a_cancel_has_one_effect(stage):
    race, dealer, dora = stage
    trade = make_trade(dealer)
    for _ in range(4 * ROUNDS):
        order = place(dora, trade.wanted())
        key = uuid.uuid4()

        def cancel(order=order, key=key):
            cancel_order(actor=dora, operation_id=key, order_id=order.public_id)

        outcome = race.run([reviewing(dora, order), cancel, reviewing(dora, order), cancel])

        # The cancel always wins in the end: before the review, or by giving everything back.
        assert set(outcome) <= {"done", "step_refused"}
        assert fresh(order).state == "cancelled"
        assert trade.balance() == "1000.00"
        assert trade.stock()["A-1"] == (100, 0)


@pytest.mark.parametrize("scarce", ["piece", "cent"])
def test_the_last_one_goes_to_as_many_as_fit(stage, scarce):
    """100 parallel reviews of orders that each want 2 pieces for 24.00; 7 of them fit."""
    race, dealer, dora = stage
    fits, each = 7, 24
    for number in range(ROUNDS):
        if number:
            dealer = make_dealer(f"D-{number}", f"Dealer {number}")
            dora = actor_of(make_person(dealer.organisation, f"dora{number}", administrator=True))
        trade = make_trade(
            dealer,
            code=f"R{number}",
            is_default=False,
            on_hand=str(2 * fits + 1 if scarce == "piece" else 1000),
            balance=str(100000 if scarce == "piece" else fits * each + 23),
        )
        wanted = trade.wanted({f"R{number}-1": 2}, warehouse=trade.warehouse.code)
        orders = [place(dora, wanted) for _ in range(CLIENTS)]

        outcome = race.run([reviewing(dora, order) for order in orders])

        refusal = "out_of_stock" if scarce == "piece" else "insufficient_balance"
        assert outcome == {"done": fits, refusal: CLIENTS - fits}
        assert trade.stock()[f"R{number}-1"][1] == 2 * fits
        ids = [order.pk for order in orders]
        paid = Transfer.objects.filter(source_kind="order", source_id__in=ids)
        assert sum(t.amount_minor for t in paid) == fits * each * 100
        assert SalesOrder.objects.filter(pk__in=ids, state="approved").count() == fits
        marked = SalesOrder.objects.filter(pk__in=ids, state="pending_review").exclude(marks=[])
        assert marked.count() == CLIENTS - fits
