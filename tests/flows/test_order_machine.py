"""An order's life in any order of steps, against a plain Python model: money, stock and documents agree.

`DEALERDESK_ROUNDS` multiplies the runs: 40 rounds are the 2,000 runs of a release. A failing run prints
its steps and the seed that repeats it.
"""

from __future__ import annotations

import os
import random
import uuid
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from platform_core.db.router import shard_alias
from platform_core.kernel.errors import DomainError
from platform_core.kernel.source import Source
from tenant_apps.dealers.models import Dealer
from tenant_apps.inventory import operations as inventory
from tenant_apps.inventory.models import Reservation, Stock, StockOut
from tenant_apps.inventory.states import MovementKind, ReservationState, StockOutState
from tenant_apps.ledger.operations import Posting, post
from tenant_apps.ledger.rules import wallet_code
from tenant_apps.ledger.verify import reconcile
from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders.commands.back import cancel_order, reject_order
from tenant_apps.orders.commands.edit import edit_order
from tenant_apps.orders.commands.finance import AdjustmentWanted, approve_order, reject_finance
from tenant_apps.orders.commands.place import place_order
from tenant_apps.orders.commands.review import review_order
from tenant_apps.orders.models import RawOrder, SalesOrder
from tenant_apps.orders.operations import source_of
from tenant_apps.orders.states import RawOrderState
from tests.factories import orders
from tests.factories.inventory import SYSTEM
from tests.factories.ledger import balance, money

RUNS = 50 * int(os.environ.get("DEALERDESK_ROUNDS", "1"))
STEPS = 40
CODES = ("A-1", "A-2")
PRICE, FEE = 800, 50
WEIGHTS = {
    "place": 5,
    "edit": 2,
    "review": 8,
    "approve": 2,
    "adjust": 4,
    "reject_finance": 3,
    "reject": 2,
    "cancel": 2,
    "pack": 1,
    "repeat_the_last_request": 2,
    "top_up": 2,
    "count_stock": 2,
    "switch_finance_review": 1,
    "switch_dealer": 1,
}
NEEDS_AN_ORDER = {"edit", "review", "approve", "adjust", "reject_finance", "reject", "cancel"}
D = Decimal


@dataclass
class Known:
    """What the model knows of an order; amounts in minor units."""

    row: int
    lines: dict[str, int]
    state: str = "pending_review"
    goods: int = 0
    freight: int = 0
    adjusted: int = 0
    charged: int = 0
    is_financed: bool = False
    is_packed: bool = False

    @property
    def total(self) -> int:
        return self.goods + self.freight + FEE + self.adjusted


@dataclass
class Model:
    """Wallet, stock and orders in plain Python, with the rules as decisions.md says them."""

    balance: int = 60_000
    on_hand: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CODES, 60))
    orders: list[Known] = field(default_factory=list)
    finance_review: bool = True
    is_enabled: bool = True

    def reserved(self, code: str) -> int:
        held = {"pending_finance", "approved"}
        return sum(o.lines.get(code, 0) for o in self.orders if o.state in held)

    def short(self, lines: dict[str, int]) -> bool:
        return any(q > max(self.on_hand[code] - self.reserved(code), 0) for code, q in lines.items())

    @staticmethod
    def amounts(lines: dict[str, int]) -> tuple[int, int]:
        """8.00 a piece of 1.5 kg; 6.00 for the first kg and 1.00 for each further one, to the cent."""
        pieces = sum(lines.values())
        return PRICE * pieces, 600 + max(150 * pieces - 100, 0)


class OrderLife(RuleBasedStateMachine):
    """Every rule says first, from the model alone, how the command must end."""

    world = None

    def __init__(self):
        super().__init__()
        self.trade, self.dora, self.olga = self.world
        self.savepoint = transaction.savepoint(using=shard_alias())
        self.model = Model()
        self.last = None

    def teardown(self):
        assert [finding for finding in reconcile() if finding.found] == []
        transaction.savepoint_rollback(self.savepoint, using=shard_alias())

    def chosen(self, sources: set[str]) -> Known:
        """Mostly an order for which the step is allowed; each fourth time any."""
        fitting = [order for order in self.model.orders if order.state in sources]
        return self.chance.choice(fitting if fitting and self.chance.random() < 0.75 else self.model.orders)

    def asked(self, command, expected: str | None, **kwargs):
        """Ask the command; its ending is the expected one."""
        key = uuid.uuid4()
        try:
            done = command(operation_id=key, **kwargs)
        except DomainError as error:
            assert error.code == expected, f"{error.code} instead of {expected}: {error} {error.problems}"
            return None
        assert expected is None, f"not refused: {expected}"
        self.last = (command, key, kwargs)
        return done

    def step(self, command, order: Known, sources: set[str], refusal: str | None = None, **kwargs):
        """A step of an order: refused by the state first, then for the reason the model knows."""
        expected = refusal if order.state in sources else "step_refused"
        public_id = SalesOrder.objects.values_list("public_id", flat=True).get(pk=order.row)
        done = self.asked(command, expected, order_id=public_id, **kwargs)
        return done is not None

    @rule(seed=st.integers(0, 2**64))
    def go(self, seed):
        """One step; the seed decides which, evenly: Hypothesis alone prefers its first choices by far."""
        chance = random.Random(seed)
        self.chance = chance
        name = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        if name in NEEDS_AN_ORDER and not self.model.orders:
            name = "place"
        getattr(self, name)()

    def lines(self) -> dict[str, int]:
        codes = self.chance.sample(CODES, self.chance.randint(1, 2))
        return {code: self.chance.randint(1, 25) for code in codes}

    def placing(self, lines: dict[str, int]) -> str | None:
        if not self.model.is_enabled:
            return "dealer_disabled"
        if self.model.short(lines):
            return "invalid"
        return "insufficient_balance" if sum(self.model.amounts(lines)) + FEE > self.model.balance else None

    def place(self):
        lines = self.lines()
        wanted = self.trade.wanted(lines)
        order = self.asked(place_order, self.placing(lines), actor=self.dora, wanted=wanted, source="pad")
        if order is not None:
            known = Known(order.pk, lines)
            known.goods, known.freight = self.model.amounts(lines)
            self.model.orders.append(known)

    def edit(self):
        lines = self.lines()
        order = self.chosen({"pending_review"})
        wanted = self.trade.wanted(lines)
        if self.step(
            edit_order, order, {"pending_review"}, self.placing(lines), actor=self.dora, wanted=wanted
        ):
            order.lines = lines
            order.goods, order.freight = self.model.amounts(lines)

    def review(self):
        order, model = self.chosen({"pending_review"}), self.model
        refusal = None
        if not model.is_enabled:
            refusal = "dealer_disabled"
        elif model.short(order.lines):
            refusal = "out_of_stock"
        elif order.total > model.balance:
            refusal = "insufficient_balance"
        if self.step(review_order, order, {"pending_review"}, refusal, actor=self.dora):
            order.state = "pending_finance" if model.finance_review else "approved"
            order.is_financed = model.finance_review
            order.charged = order.total
            model.balance -= order.total

    def approve(self):
        order = self.chosen({"pending_finance"})
        if self.step(approve_order, order, {"pending_finance"}, actor=self.olga):
            order.state = "approved"

    def adjust(self):
        kind = self.chance.choice(["goods", "freight"])
        amount = self.chance.choice([-1, 1]) * self.chance.randint(1, 3000)
        order = self.chosen({"pending_finance"})
        refusal = None
        if getattr(order, kind) + amount < 0:
            refusal = "amount_below_zero"
        elif amount > self.model.balance:
            refusal = "insufficient_balance"
        wanted = [AdjustmentWanted(kind, amount, "agreed")]
        if self.step(approve_order, order, {"pending_finance"}, refusal, actor=self.olga, adjustments=wanted):
            order.state, order.adjusted = "approved", amount
            order.charged += amount
            self.model.balance -= amount

    def reject_finance(self):
        order = self.chosen({"approved"})
        refusal = None
        if not order.is_financed:
            refusal = "not_finance_reviewed"
        elif order.is_packed:
            refusal = "stock_out_started"
        elif -order.adjusted > self.model.balance:
            refusal = "insufficient_balance"
        if self.step(reject_finance, order, {"approved"}, refusal, actor=self.olga, reason="again"):
            order.state = "pending_finance"
            order.charged -= order.adjusted
            self.model.balance += order.adjusted
            order.adjusted = 0

    def reject(self):
        order = self.chosen({"pending_finance", "approved"})
        if self.step(
            reject_order,
            order,
            {"pending_finance", "approved"},
            self.started(order),
            actor=self.olga,
            reason="no",
        ):
            self.given_back(order, "pending_review")

    def cancel(self):
        sources = {"pending_review", "pending_finance", "approved"}
        order = self.chosen(sources)
        if self.step(cancel_order, order, sources, self.started(order), actor=self.dora):
            self.given_back(order, "cancelled")

    @staticmethod
    def started(order: Known) -> str | None:
        return "stock_out_started" if order.is_packed else None

    def given_back(self, order: Known, state: str) -> None:
        self.model.balance += order.charged
        order.state, order.charged, order.adjusted, order.is_financed = state, 0, 0, False

    def pack(self):
        packable = [o for o in self.model.orders if o.state == "approved" and not o.is_packed]
        if not packable:
            return
        order = self.chance.choice(packable)
        row = SalesOrder.objects.get(pk=order.row)
        with transaction.atomic(using=shard_alias()):
            inventory.mark_packed(source=source_of(row), packed={row.lines.first().pk: D(1)})
        order.is_packed = True

    def repeat_the_last_request(self):
        if self.last is None:
            return
        command, key, kwargs = self.last
        command(operation_id=key, **kwargs)

    def top_up(self):
        amount = self.chance.randint(1, 30_000)
        dealer = self.trade.dealer
        text = str(D(amount).scaleb(-2))
        posting = Posting(
            "opening", "opening", wallet_code(dealer.pk), money(text), Source("opening", dealer.pk)
        )
        with transaction.atomic(using=shard_alias()):
            post(uuid.uuid4(), [posting])
        self.model.balance += amount

    def count_stock(self):
        code, count = self.chance.choice(CODES), self.chance.randint(0, 120)
        sku = next(s for s in self.trade.skus if s.merchant_code == code)
        with transaction.atomic(using=shard_alias()):
            inventory.put(
                actor=SYSTEM,
                operation_id=uuid.uuid4(),
                warehouse_id=self.trade.warehouse.pk,
                counts={sku.pk: D(count)},
                kind=MovementKind.COUNT,
            )
        self.model.on_hand[code] = count

    def switch_finance_review(self):
        is_on = self.chance.random() < 0.7
        Warehouse.objects.update(finance_review=is_on)
        self.model.finance_review = is_on

    def switch_dealer(self):
        is_on = self.chance.random() < 0.8
        Dealer.objects.filter(pk=self.trade.dealer.pk).update(enabled=is_on)
        self.model.is_enabled = is_on

    @invariant()
    def money_agrees(self):
        assert balance(self.trade.dealer) == str(D(self.model.balance).scaleb(-2))

    @invariant()
    def orders_agree(self):
        rows = SalesOrder.objects.order_by("pk").values_list("pk", "state", "total_minor", "charged_minor")
        assert list(rows) == [(o.row, o.state, o.total, o.charged) for o in self.model.orders]
        raw = RawOrder.objects.values_list("state", flat=True)
        assert list(raw) == [RawOrderState.SUBMITTED] * len(self.model.orders)

    @invariant()
    def stock_agrees(self):
        rows = Stock.objects.values_list("sku__merchant_code", "on_hand", "reserved")
        stored = {code: (on_hand, reserved) for code, on_hand, reserved in rows if code in CODES}
        assert stored == {code: (self.model.on_hand[code], self.model.reserved(code)) for code in CODES}
        held = Reservation.objects.filter(state=ReservationState.ACTIVE).aggregate(held=Sum("quantity"))
        assert (held["held"] or 0) == sum(self.model.reserved(code) for code in CODES)

    @invariant()
    def documents_agree(self):
        live = StockOut.objects.exclude(state=StockOutState.VOID).values_list("source_id", flat=True)
        assert sorted(live) == [o.row for o in self.model.orders if o.state == "approved"]


def test_any_order_of_steps_keeps_money_stock_and_documents_together(dealer, dora, olga):
    Dealer.objects.filter(pk=dealer.pk).update(service_fee_minor=FEE)
    trade = orders.trade(dealer, goods=2, on_hand="60", balance="600", finance_review=True)
    machine = type("OrderLife", (OrderLife,), {"world": (trade, dora, olga)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
