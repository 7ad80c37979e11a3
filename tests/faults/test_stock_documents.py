"""Races of stock documents: posting twice, sending while others reserve, both ways at once; no deadlock.

Real connections, real commits. `DEALERDESK_ROUNDS` repeats the races.
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections, transaction

from platform_core.kernel.context import serve
from platform_core.kernel.errors import DomainError
from platform_core.kernel.source import Source
from tenant_apps.inventory.models import Movement, Stock
from tests.cast import actor_of, make_person
from tests.factories.inventory import demand, reserve, skus, stocked, warehouse
from tests.factories.stock_documents import count, on_hand, post, step, take, transfer
from tests.faults.test_money_and_stock import found

ROUNDS = int(os.environ.get("DEALERDESK_ROUNDS", "3"))


@pytest.fixture
def olga(committed):
    from tenant_apps.access.models import Organisation, OrganisationKind

    ours = Organisation.objects.get(kind=OrganisationKind.SUPPLIER)
    return actor_of(make_person(ours, "olga-races", administrator=True))


@pytest.fixture
def places(committed):
    return warehouse("W1"), warehouse("W2")


def race(supplier, acts):
    """Run all acts at the same moment, a thread and a connection each; count how they ended."""
    start = Barrier(len(acts))

    def run(act):
        with serve(supplier):
            try:
                connections["default"].ensure_connection()
                start.wait(20)
                act()
            except DomainError as error:
                return error.code
            finally:
                connections["default"].close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return Counter(threads.map(run, acts))


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_postings_at_once_move_the_stock_once(committed, olga, places, round_):
    goods = skus(20)
    stocked(places[0], goods, "10")
    row = count(olga, take(olga, places[0]), **{sku.merchant_code.replace("-", "_"): "8" for sku in goods})

    ended = race(committed, [lambda: post(olga, row) for _ in range(6)])

    assert ended == {"done": 1, "step_refused": 5}
    assert {on_hand(places[0], sku) for sku in goods} == {8}
    assert found() == set()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_of_two_counts_of_one_shelf_one_is_posted(committed, olga, places, round_):
    goods = skus(5)
    stocked(places[0], goods, "10")
    counts = {sku.merchant_code.replace("-", "_"): "8" for sku in goods}
    rows = [count(olga, take(olga, places[0]), **counts) for _ in range(4)]

    ended = race(committed, [lambda row=row: post(olga, row) for row in rows])

    assert ended == {"done": 1, "counts_refused": 3}
    assert {on_hand(places[0], sku) for sku in goods} == {8}
    assert found() == set()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_the_last_pieces_are_sent_or_reserved_never_both(committed, olga, places, round_):
    (sku,) = skus(1)
    stocked(places[0], [sku], "7")
    rows = [transfer(olga, *places, A_1="2") for _ in range(6)]

    def reserving(number):
        def act():
            with transaction.atomic(using="default"):
                reserve(places[0], [demand(sku, "2", number)], source=Source("order", number))

        return act

    acts = [lambda row=row: step(olga, "send", row) for row in rows]
    ended = race(committed, acts + [reserving(number) for number in range(6)])

    assert ended == {"done": 3, "out_of_stock": 9}
    row = Stock.objects.get(warehouse=places[0])
    assert row.on_hand - row.reserved == 1
    assert found() == set()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_goods_go_both_ways_at_once_without_a_deadlock(committed, olga, places, round_):
    goods = skus(20)
    for place in places:
        stocked(place, goods, "100")
    quantities = {sku.merchant_code.replace("-", "_"): "1" for sku in goods}
    backwards = dict(reversed(quantities.items()))
    there = [transfer(olga, *places, **quantities) for _ in range(4)]
    back = [transfer(olga, *reversed(places), **backwards) for _ in range(4)]

    def whole(row):
        def act():
            step(olga, "send", row)
            step(olga, "receive", row)

        return act

    ended = race(committed, [whole(row) for pair in zip(there, back, strict=True) for row in pair])

    assert ended == {"done": 8}
    assert {on_hand(place, sku) for place in places for sku in goods} == {100}
    assert Movement.objects.filter(kind="transfer_out").count() == 160
    assert found() == set()
