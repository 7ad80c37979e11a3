"""Coupons on an order: used with it, given back with it, and refused with the remedy."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from platform_core.kernel import clock
from platform_core.kernel.errors import Invalid
from tenant_apps.orders.commands.back import cancel_order
from tenant_apps.orders.commands.edit import edit_order
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.queries.drafts import draft_of
from tenant_apps.strategies.models import CouponUse
from tests.factories.orders import fresh, place
from tests.factories.promotions import coupon, promotion

D = Decimal


def refused(actor, wanted) -> list[str]:
    before = SalesOrder.objects.count()
    with pytest.raises(Invalid) as error:
        place(actor, wanted)
    assert SalesOrder.objects.count() == before
    assert [problem.pointer for problem in error.value.problems] == ["/coupon"]
    return [problem.code for problem in error.value.problems]


def test_a_coupon_is_used_with_the_order_and_given_back_when_it_is_cancelled(trade, dora):
    save = coupon(uses_max=1)

    order = fresh(place(dora, trade.wanted(coupon=" save 10 ")))

    assert (order.coupon_code, order.discount_minor) == ("SAVE10", 160)
    assert CouponUse.objects.get().source == order.public_id
    assert refused(dora, trade.wanted(coupon="SAVE10")) == ["coupon_used_up"]
    cancel_order(actor=dora, operation_id=uuid.uuid4(), order_id=order.public_id)
    assert not save.uses.exists()
    place(dora, trade.wanted(coupon="SAVE10"))


def test_an_edit_keeps_its_own_use_of_the_last_coupon(trade, dora):
    coupon(uses_max=1, uses_per_dealer=1)
    order = place(dora, trade.wanted(coupon="SAVE10"))

    edit_order(
        actor=dora,
        operation_id=uuid.uuid4(),
        order_id=order.public_id,
        wanted=trade.wanted({"A-1": 3}, coupon="SAVE10"),
    )

    assert (fresh(order).discount_minor, CouponUse.objects.count()) == (240, 1)


def test_an_edit_without_the_code_gives_it_back(trade, dora):
    coupon(uses_max=1)
    order = place(dora, trade.wanted(coupon="SAVE10"))

    edit_order(actor=dora, operation_id=uuid.uuid4(), order_id=order.public_id, wanted=trade.wanted())

    assert (fresh(order).coupon_code, fresh(order).discount_minor) == ("", 0)
    assert not CouponUse.objects.exists()


def test_nobody_counts_anothers_use_as_its_own_by_naming_that_order(trade, dora):
    coupon(uses_max=1)
    order = place(dora, trade.wanted(coupon="SAVE10"))

    assert refused(dora, replace(trade.wanted(coupon="SAVE10"), order=order.public_id)) == ["coupon_used_up"]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"ends_at": clock.now() - timedelta(hours=1)}, "coupon_over"),
        ({"ended_at": clock.now()}, "coupon_over"),
        ({"starts_at": clock.now() + timedelta(hours=1)}, "coupon_planned"),
        ({"enabled": False}, "coupon_unknown"),
        ({"uses_max": 0}, "coupon_used_up"),
        ({"uses_per_dealer": 0}, "coupon_used_by_you"),
        ({"off_minor": 1000, "threshold_minor": 1601}, "coupon_below_threshold"),
    ],
)
def test_a_coupon_that_cannot_be_used_refuses_with_the_remedy(columns, code, trade, dora):
    coupon(**columns)

    assert refused(dora, trade.wanted(coupon="SAVE10")) == [code]
    assert not CouponUse.objects.exists()


def test_a_coupon_of_others_does_not_exist(trade, dora, stranger):
    coupon(dealers=[stranger])

    assert refused(dora, trade.wanted(coupon="SAVE10")) == ["coupon_unknown"]
    assert refused(dora, trade.wanted(coupon="NONE")) == ["coupon_unknown"]


def test_a_coupon_for_other_goods_says_so(trade, dora):
    coupon(skus=[trade.skus[2]])

    assert refused(dora, trade.wanted(coupon="SAVE10")) == ["coupon_other_goods"]


def test_a_coupon_that_saves_nothing_is_kept_and_noted(trade, dora):
    promotion(percent=D(20))
    coupon(combines=False, uses_max=1)

    draft = draft_of(dora, trade.wanted(coupon="SAVE10"))
    order = fresh(place(dora, trade.wanted(coupon="SAVE10")))

    assert [note.code for note in draft.notes] == ["coupon_beaten"]
    assert (order.discount_minor, order.coupon_code, CouponUse.objects.count()) == (320, "", 0)
