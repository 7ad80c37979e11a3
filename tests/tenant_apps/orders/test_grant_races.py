"""Granting less, raced by a cancel, another grant and a rejection: one effect, and nothing lost."""

from __future__ import annotations

import uuid
from decimal import Decimal

from tenant_apps.access.models import Membership
from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders.commands.back import cancel_order, reject_order
from tenant_apps.orders.commands.finance import approve_order
from tenant_apps.orders.commands.granting import GrantWanted
from tests.cast import actor_of
from tests.factories.orders import fresh, place, review
from tests.factories.orders import trade as make_trade
from tests.tenant_apps.orders.test_grants import agree
from tests.tenant_apps.orders.test_races import ROUNDS, stage

__all__ = ["stage"]


def test_one_grant_wins_and_whatever_follows_finds_it_done(stage):
    race, dealer, dora = stage
    olga = actor_of(Membership.objects.get(is_administrator=True, organisation__kind="supplier").user)
    trade = make_trade(dealer)
    Warehouse.objects.update(finance_review=True)
    for _ in range(2 * ROUNDS):
        order = review(dora, place(dora, trade.wanted({"A-1": 5, "A-2": 3})))

        def granting(quantity, order=order):
            grants = [GrantWanted(Decimal(quantity), "short", 1)]
            key = uuid.uuid4()
            return lambda: approve_order(
                actor=olga, operation_id=key, order_id=order.public_id, grants=grants
            )

        def ending(command, order=order):
            key = uuid.uuid4()
            return lambda: command(actor=olga, operation_id=key, order_id=order.public_id, reason="x")

        outcome = race.run([granting(3), granting(2), ending(reject_order), ending(cancel_order)])

        assert set(outcome) <= {"done", "step_refused"}
        assert fresh(order).state == "cancelled"
        agree(trade, order)
        assert (trade.balance(), trade.stock()["A-1"]) == ("1000.00", (100, 0))
