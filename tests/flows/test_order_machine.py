"""An order's life in any order of steps, against a plain Python model: money, stock and documents agree.

`DEALERDESK_ROUNDS` multiplies the runs: 80 rounds are the 2,000 runs of a release. A failing run prints
its steps and the seed that repeats it.
"""

from __future__ import annotations

import os
import random
import uuid
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
from tenant_apps.orders.approval import share_of
from tenant_apps.orders.commands.back import cancel_order, reject_order
from tenant_apps.orders.commands.edit import edit_order
from tenant_apps.orders.commands.finance import AdjustmentWanted, approve_order, reject_finance
from tenant_apps.orders.commands.granting import GrantWanted
from tenant_apps.orders.commands.lines import cancel_line
from tenant_apps.orders.commands.place import place_order
from tenant_apps.orders.commands.raw import cancel_raw_order, submit_raw_order
from tenant_apps.orders.commands.review import review_order
from tenant_apps.orders.commands.taking import take_order
from tenant_apps.orders.models import RawOrder, SalesOrder
from tenant_apps.orders.operations import source_of
from tests.factories import orders
from tests.factories.inventory import SYSTEM
from tests.factories.ledger import balance, money
from tests.flows.order_model import CODES, FEE, MARKS, PRICE, Known, KnownRaw, Model

RUNS = 25 * int(os.environ.get("DEALERDESK_ROUNDS", "1"))
STEPS = 40
WEIGHTS = {
    "place": 4,
    "take": 3,
    "submit_raw": 3,
    "cancel_raw": 1,
    "edit": 2,
    "review": 8,
    "approve": 2,
    "adjust": 4,
    "grant": 3,
    "reject_finance": 3,
    "reject": 2,
    "cancel": 2,
    "cancel_line": 3,
    "pack": 1,
    "repeat_the_last_request": 2,
    "top_up": 2,
    "count_stock": 2,
    "switch_finance_review": 1,
    "switch_dealer": 1,
}
NEEDS_AN_ORDER = {"edit", "review", "approve", "adjust", "grant", "reject_finance", "reject", "cancel"}
NEEDS_AN_ORDER |= {"cancel_line"}
NEEDS_A_RAW = {"submit_raw", "cancel_raw"}
D = Decimal


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
        if name in NEEDS_A_RAW and not self.model.raws:
            name = "take"
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
            self.stored(order, lines)
            self.model.raws.append(KnownRaw(order.raw_order_id, lines, "submitted"))

    def stored(self, order: SalesOrder, lines: dict[str, int]) -> None:
        known = Known(order.pk, dict(lines))
        known.goods, known.freight = self.model.amounts(lines)
        self.model.orders.append(known)

    def take(self):
        """Never refused: what may not be an order yet waits with its mark (W-133)."""
        lines = self.lines()
        expected = self.placing(lines)
        raw = self.asked(take_order, None, actor=self.dora, wanted=self.trade.wanted(lines))
        known = KnownRaw(raw.pk, lines)
        self.model.raws.append(known)
        self.submitted(known, expected)

    def submitted(self, known: KnownRaw, refusal: str | None) -> None:
        known.marks = [MARKS[refusal]] if refusal else []
        if refusal is None:
            known.state = "submitted"
            self.stored(SalesOrder.objects.get(raw_order=known.row), known.lines)

    def chosen_raw(self) -> tuple[KnownRaw, str]:
        waiting = [raw for raw in self.model.raws if raw.state == "pending"]
        known = self.chance.choice(waiting if waiting and self.chance.random() < 0.75 else self.model.raws)
        return known, RawOrder.objects.values_list("public_id", flat=True).get(pk=known.row)

    def submit_raw(self):
        known, public_id = self.chosen_raw()
        is_waiting = known.state == "pending"
        refusal = self.placing(known.lines) if is_waiting else "step_refused"
        self.asked(submit_raw_order, refusal, actor=self.dora, raw_id=public_id)
        if is_waiting:
            self.submitted(known, refusal)

    def cancel_raw(self):
        known, public_id = self.chosen_raw()
        refusal = None if known.state == "pending" else "step_refused"
        if self.asked(cancel_raw_order, refusal, actor=self.dora, raw_id=public_id) is not None:
            known.state, known.marks = "cancelled", []

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
        goods, freight = model.amounts(order.lines)
        total = goods + freight + FEE
        refusal = None
        if not model.is_enabled:
            refusal = "dealer_disabled"
        elif model.short(order.lines):
            refusal = "out_of_stock"
        elif total > model.balance:
            refusal = "insufficient_balance"
        if self.step(review_order, order, {"pending_review"}, refusal, actor=self.dora):
            order.state = "pending_finance" if model.finance_review else "approved"
            order.is_financed = model.finance_review
            # A line may have been cancelled since the freight was computed.
            order.goods, order.freight, order.charged = goods, freight, total
            model.balance -= total

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
            order.goods_adjusted = amount if kind == "goods" else 0
            order.charged += amount
            self.model.balance -= amount

    def grant(self):
        """Less of the first line than was demanded: never more than the order holds (G-60)."""
        order = self.chosen({"pending_finance"})
        line = SalesOrder.objects.get(pk=order.row).lines.order_by("position")[0]
        code = line.merchant_code
        pieces = self.chance.randint(1, order.lines[code] + 1)
        refusal = "invalid" if pieces > order.lines[code] else None
        wanted = [GrantWanted(D(pieces), "short", line.position)]
        if self.step(approve_order, order, {"pending_finance"}, refusal, actor=self.olga, grants=wanted):
            order.state, back = "approved", order.grant(code, pieces)
            order.charged -= back
            self.model.balance += back

    def reject_finance(self):
        order = self.chosen({"approved"})
        refusal = self.model.back_to_finance(order) if order.is_financed else "not_finance_reviewed"
        if self.step(reject_finance, order, {"approved"}, refusal, actor=self.olga, reason="again"):
            order.state = "pending_finance"
            back = order.adjusted - order.restore()
            order.charged -= back
            self.model.balance += back
            order.adjusted = order.goods_adjusted = 0

    def reject(self):
        order = self.chosen({"pending_finance", "approved"})
        sources = {"pending_finance", "approved"}
        if self.step(reject_order, order, sources, order.started, actor=self.olga, reason="no"):
            self.model.given_back(order, "pending_review")

    def cancel(self):
        sources = {"pending_review", "pending_finance", "approved"}
        order = self.chosen(sources)
        if self.step(cancel_order, order, sources, order.started, actor=self.dora):
            self.model.given_back(order, "cancelled")

    def cancel_line(self):
        """One line with its money and its share of adjustments (decision 13); another's packing is no matter."""
        sources = {"pending_review", "pending_finance", "approved"}
        order = self.chosen({"pending_finance", "approved"})
        place = self.chance.randint(1, 2)
        row = SalesOrder.objects.get(pk=order.row)
        code = dict(row.lines.values_list("position", "merchant_code")).get(place)
        rest = {name: pieces for name, pieces in order.lines.items() if name != code}
        if code is None:
            refusal = "no_such_line"
        elif order.state == "pending_review":
            refusal = self.placing(rest) if rest else None
        else:
            refusal = "stock_out_started" if code == order.packed else None
        if not self.step(cancel_line, order, sources, refusal, actor=self.dora, line=place):
            return
        if not rest:
            self.model.given_back(order, "cancelled")
        elif order.state == "pending_review":
            order.lines = rest
            order.goods, order.freight = self.model.amounts(rest)
        else:
            cost = PRICE * order.lines[code]
            share = share_of(order.goods_adjusted, cost, order.goods)
            order.lines = rest
            order.goods -= cost
            order.adjusted -= share
            order.goods_adjusted -= share
            order.charged -= cost + share
            self.model.balance += cost + share

    def pack(self):
        packable = [o for o in self.model.orders if o.state == "approved" and not o.is_packed]
        if not packable:
            return
        order = self.chance.choice(packable)
        row = SalesOrder.objects.get(pk=order.row)
        with transaction.atomic(using=shard_alias()):
            line = row.lines.order_by("position").first()
            inventory.mark_packed(source=source_of(row), packed={line.pk: D(1)})
        order.packed = line.merchant_code

    def repeat_the_last_request(self):
        if self.last is not None:
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
                kind=MovementKind.ADJUST,
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
        raws = RawOrder.objects.order_by("pk").values_list("pk", "state", "marks")
        stored = [(pk, state, [one["mark"] for one in marks]) for pk, state, marks in raws]
        assert stored == sorted((raw.row, raw.state, raw.marks) for raw in self.model.raws)

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
