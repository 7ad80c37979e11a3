"""What the platform costs."""

from __future__ import annotations

from itertools import pairwise

import pytest

from platform_core.kernel.money import Currency, Money
from public_site.plans import PLANS, TRIAL_DAYS, yearly_price


@pytest.mark.parametrize(("above", "extra"), [(-4, 0), (0, 0), (1, 5_000), (3, 15_000)])
def test_each_user_above_the_plan_costs_50_yuan_a_year(above, extra):
    """G-50: n + 3 users cost 150 more."""
    plan = PLANS[0]

    assert yearly_price(plan, plan.users + above) == Money(plan.yearly.minor + extra, Currency.CNY)


def test_there_are_three_paid_plans_that_grow_and_a_trial_of_14_days():
    assert TRIAL_DAYS == 14
    assert len(PLANS) == 3
    for one, next_one in pairwise(PLANS):
        for counted in ("users", "dealers", "skus", "orders_a_month"):
            assert getattr(one, counted) < getattr(next_one, counted)
        assert one.yearly.minor < next_one.yearly.minor
