"""A shop that reviews its orders at once: the charge with the order, or a mark."""

from __future__ import annotations

import uuid
from decimal import Decimal

from tenant_apps.dealers.models import Shop
from tenant_apps.orders.states import OrderState
from tests.factories.orders import fresh, place

D = Decimal


class TestAutomaticReview:
    """W-104, W-152."""

    def test_a_shop_may_review_at_once(self, trade, dora):
        Shop.objects.update(auto_review=True)

        order = place(dora, trade.wanted())

        assert fresh(order).state == OrderState.APPROVED
        assert trade.balance() == "976.00"
        assert [(s.name, s.actor_name) for s in order.steps.order_by("pk")] == [
            ("submit", "Dora"),
            ("review", "auto review"),
        ]

    def test_a_failed_one_keeps_the_order_with_a_mark(self, trade, dora, monkeypatch):
        Shop.objects.update(auto_review=True)
        # The wallet is emptied between the check and the charge.
        monkeypatch.setattr(
            "tenant_apps.orders.queries.parties.ledger.available_in", lambda _: draft_total(trade)
        )
        make_poor(trade)

        order = fresh(place(dora, trade.wanted()))

        assert order.state == OrderState.PENDING_REVIEW
        assert [m["mark"] for m in order.marks] == ["balance"]
        assert order.steps.order_by("pk").last().name == "review_failed"
        assert trade.stock()["A-1"] == (D(100), D(0))


def draft_total(trade):
    from platform_core.kernel.money import Currency, Money

    return Money(10**9, Currency("CNY"))


def make_poor(trade):
    from tenant_apps.ledger.operations import Charge, charge
    from tests.factories.ledger import ORDER, money

    charge(
        operation_id=uuid.uuid4(),
        dealer_id=trade.dealer.pk,
        source=ORDER,
        charges=[Charge("goods", money("999.00"))],
    )
