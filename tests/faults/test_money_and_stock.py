"""Races for the last piece and the last cent, locks taken in any order, and a plain model beside the books.

Real connections, real commits. `DEALERDESK_ROUNDS` repeats the races; CI plays a few rounds.
"""

from __future__ import annotations

import os
import random
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import OperationalError, connections, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from platform_core.kernel.context import serve
from platform_core.kernel.source import Source
from tenant_apps.inventory import operations as inventory
from tenant_apps.inventory.errors import OutOfStock, OverDelivery
from tenant_apps.inventory.models import Stock
from tenant_apps.ledger.commands import TopUpFacts, approve_top_up, create_top_up
from tenant_apps.ledger.errors import InsufficientBalance, RefundTooLarge
from tenant_apps.ledger.models import Entry, LedgerAccount
from tenant_apps.ledger.operations import Charge, adjust, charge, open_wallet, refund_source
from tenant_apps.ledger.verify import reconcile
from tests.cast import actor_of, make_dealer, make_person
from tests.factories.inventory import SYSTEM, D, demand, numbers, reserve, skus, stocked, warehouse
from tests.factories.ledger import balance, money, wallet

ROUNDS = int(os.environ.get("DEALERDESK_ROUNDS", "3"))
THREADS = 24


@pytest.fixture
def place(committed):
    return warehouse()


@pytest.fixture
def dealer(committed):
    return make_dealer("D1", "Dora's Drinks")


def race(supplier, acts):
    """Run all acts at the same moment, a thread and a connection each; count how they ended."""
    start = Barrier(len(acts))

    def run(act):
        with serve(supplier):
            try:
                connections["default"].ensure_connection()
                start.wait(20)
                with transaction.atomic(using="default"):
                    act()
            except (OutOfStock, InsufficientBalance, RefundTooLarge, OperationalError) as error:
                return type(error).__name__
            finally:
                connections["default"].close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return Counter(threads.map(run, acts))


def found():
    # Tests fill wallets from the opening account and give credit straight into the row.
    allowed = "wallets whose credit is not the sum of approved credits"
    return {finding.check for finding in reconcile() if finding.found} - {allowed}


def reserving(place, source, demands):
    def act():
        reserve(place, demands, source=source)

    return act


def charging(dealer, source, amount):
    def act():
        charges = [Charge("goods", money(amount)), Charge("fee", money("0.50"))]
        charge(operation_id=uuid.uuid4(), dealer_id=dealer.pk, source=source, charges=charges)

    return act


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_the_last_pieces_go_to_exactly_as_many_as_fit(committed, place, round_):
    (sku,) = skus(1)
    stocked(place, [sku], "7")
    acts = [reserving(place, Source("order", n), [demand(sku, "2", n)]) for n in range(THREADS)]

    ended = race(committed, acts)

    assert ended == {"done": 3, "OutOfStock": THREADS - 3}
    assert numbers(sku) == ("7", "6")
    assert found() == set()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_the_last_cents_go_to_exactly_as_many_as_fit(committed, dealer, round_):
    wallet(dealer, "31.50", credit="10.49")
    acts = [charging(dealer, Source("order", n), "10.00") for n in range(THREADS)]

    ended = race(committed, acts)

    assert ended == {"done": 3, "InsufficientBalance": THREADS - 3}
    assert balance(dealer) == "0.00"
    assert found() == set()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_stock_and_money_are_taken_together_or_not_at_all(committed, place, dealer, round_):
    goods = skus(2)
    stocked(place, goods, "5")
    wallet(dealer, "45.00")

    def review(n):
        lines = [demand(goods[n % 2], "1", 2 * n), demand(goods[1 - n % 2], "1", 2 * n + 1)]

        def act():
            reserving(place, Source("order", n), lines)()
            charging(dealer, Source("order", n), "10.00")()

        return act

    ended = race(committed, [review(n) for n in range(THREADS)])

    assert ended == {"done": 4, "InsufficientBalance": THREADS - 4}
    assert [numbers(sku) for sku in goods] == [("5", "4"), ("5", "4")]
    assert balance(dealer) == "3.00"
    assert found() == set()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_twelve_threads_with_unsorted_skus_never_deadlock(committed, place, round_):
    goods = skus(20)
    stocked(place, goods, "1000")
    chance = random.Random(round_)

    def several(thread):
        def act():
            for n in range(6):
                chosen = chance.sample(goods, 5)
                source = Source("order", thread * 100 + n)
                lines = [demand(sku, "1", (thread * 100 + n) * 10 + i) for i, sku in enumerate(chosen)]
                with transaction.atomic(using="default"):
                    reserving(place, source, lines)()

        return act

    ended = race_in_own_transactions(committed, [several(thread) for thread in range(12)])

    assert ended == {"done": 12}
    assert sum(Stock.objects.values_list("reserved", flat=True)) == Decimal(12 * 6 * 5)
    assert found() == set()


def race_in_own_transactions(supplier, acts):
    """Like `race`, but each act opens its transactions itself."""
    start = Barrier(len(acts))

    def run(act):
        with serve(supplier):
            try:
                connections["default"].ensure_connection()
                start.wait(20)
                act()
            except OperationalError as error:
                return str(error)
            finally:
                connections["default"].close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return Counter(threads.map(run, acts))


def test_two_refunds_of_one_source_give_back_once(committed, dealer):
    wallet(dealer, "100.00")
    source = Source("order", 1)
    with transaction.atomic():
        charging(dealer, source, "10.00")()

    race(committed, [lambda: refund_source(operation_id=uuid.uuid4(), source=source) for _ in range(8)])

    assert balance(dealer) == "100.00"
    assert found() == set()


def test_one_operation_asked_twelve_times_at_once_has_one_effect(committed, dealer):
    from tenant_apps.access.models import Organisation

    with transaction.atomic():
        open_wallet(dealer=dealer)
    dora = actor_of(make_person(dealer.organisation, "dora", administrator=True))
    reviewer = actor_of(make_person(Organisation.objects.get(kind="supplier"), "fiona", administrator=True))
    row = create_top_up(actor=dora, operation_id=uuid.uuid4(), facts=TopUpFacts("100.00"))
    operation = uuid.uuid4()

    ended = race_in_own_transactions(
        committed,
        [
            lambda: approve_top_up(actor=reviewer, operation_id=operation, top_up=row.public_id)
            for _ in range(12)
        ],
    )

    assert ended == {"done": 12}
    assert balance(dealer) == "100.00"
    assert Entry.objects.count() == 1
    assert found() == set()


class Books(RuleBasedStateMachine):
    """Wallet and stock beside a plain Python model; every refusal must be the model's refusal too."""

    def __init__(self):
        super().__init__()
        mark = uuid.uuid4().hex[:12]
        self.dealer = make_dealer(f"D{mark}", "Model")
        self.place = warehouse(f"W{mark}")
        self.goods = skus(2, f"S{mark}")
        wallet(self.dealer, "100.00", credit="20.00")
        stocked(self.place, self.goods, "10")
        self.money, self.credit = 10000, 2000
        self.on_hand, self.reserved = [10, 10], [0, 0]
        self.orders: dict[int, dict] = {}
        self.next = int(mark[:8], 16) * 1000

    def attempt(self, act, error, fits):
        try:
            with transaction.atomic(using="default"):
                act()
        except error:
            assert not fits
            return False
        assert fits
        return True

    @rule(cents=st.integers(1, 9000), sku=st.integers(0, 1), pieces=st.integers(1, 9))
    def review(self, cents, sku, pieces):
        """Reserve, then charge: both or neither."""
        self.next += 1
        source = Source("order", self.next)
        enough_stock = pieces <= max(self.on_hand[sku] - self.reserved[sku], 0)
        enough_money = cents <= self.money + self.credit

        def act():
            reserving(self.place, source, [demand(self.goods[sku], str(pieces), self.next)])()
            charge(
                operation_id=uuid.uuid4(),
                dealer_id=self.dealer.pk,
                source=source,
                charges=[Charge("goods", money(f"{Decimal(cents) / 100:.2f}"))],
            )

        error = InsufficientBalance if enough_stock else OutOfStock
        if self.attempt(act, error, enough_stock and enough_money):
            self.money -= cents
            self.reserved[sku] += pieces
            self.orders[self.next] = {"sku": sku, "held": pieces, "paid": cents}

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), cents=st.integers(-9000, 9000).filter(bool))
    def adjust(self, data, cents):
        """A signed difference at once."""
        order = data.draw(st.sampled_from(sorted(self.orders)))
        facts = self.orders[order]
        fits = cents <= self.money + self.credit if cents > 0 else -cents <= facts["paid"]

        def act():
            adjust(
                operation_id=uuid.uuid4(),
                dealer_id=self.dealer.pk,
                source=Source("order", order),
                kind="goods",
                amount=money(f"{Decimal(cents) / 100:.2f}"),
            )

        if self.attempt(act, (InsufficientBalance, RefundTooLarge), fits):
            self.money -= cents
            facts["paid"] += cents

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), pieces=st.integers(1, 9))
    def ship(self, data, pieces):
        """Take out part of what an order holds, never more."""
        order = data.draw(st.sampled_from(sorted(self.orders)))
        facts = self.orders[order]
        fits = pieces <= facts["held"] and pieces <= self.on_hand[facts["sku"]]

        def act():
            inventory.consume(
                actor=SYSTEM,
                operation_id=uuid.uuid4(),
                source=Source("order", order),
                taken={order: D(pieces)},
            )

        if self.attempt(act, (OverDelivery, OutOfStock), fits):
            facts["held"] -= pieces
            self.reserved[facts["sku"]] -= pieces
            self.on_hand[facts["sku"]] -= pieces

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def give_back(self, data):
        """Everything that is left of an order's stock and money."""
        order = data.draw(st.sampled_from(sorted(self.orders)))
        facts = self.orders[order]
        with transaction.atomic(using="default"):
            inventory.release(actor=SYSTEM, operation_id=uuid.uuid4(), source=Source("order", order))
            returned = refund_source(operation_id=uuid.uuid4(), source=Source("order", order))
        assert returned.minor == facts["paid"]
        self.money += facts["paid"]
        self.reserved[facts["sku"]] -= facts["held"]
        facts.update(held=0, paid=0)

    @rule(sku=st.integers(0, 1), count=st.integers(0, 20))
    def count(self, sku, count):
        """A stock take may fall below what is reserved."""
        stocked(self.place, [self.goods[sku]], str(count))
        self.on_hand[sku] = count

    @invariant()
    def the_books_say_what_the_model_says(self):
        account = LedgerAccount.objects.get(dealer=self.dealer)
        last = Entry.objects.filter(account=account).order_by("-seq").first()
        assert (account.balance_minor, account.seq) == (self.money, last.seq)
        assert last.balance_after_minor == self.money
        rows = {row.sku_id: row for row in Stock.objects.filter(warehouse=self.place)}
        assert [rows[sku.pk].on_hand for sku in self.goods] == self.on_hand
        assert [rows[sku.pk].reserved for sku in self.goods] == self.reserved


def test_wallet_and_stock_follow_a_plain_model(committed):
    examples = 15 * max(ROUNDS // 3, 1)
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert found() == set()
