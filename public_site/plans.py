"""What using the platform costs, as data. Billing will read the same table from its own rows later."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from platform_core.kernel.money import Currency, Money

TRIAL_DAYS = 14  # decisions.md §3 "Plans"
EXTRA_USER_YEARLY = Money(5000, Currency.CNY)  # G-50: 50 CNY a year for each user above the plan


@dataclass(frozen=True, slots=True)
class Plan:
    """A paid plan; its price is per year, tax excluded. Counts are what is included."""

    code: str
    name: str | Promise
    for_whom: str | Promise
    yearly: Money
    users: int
    dealers: int
    skus: int
    orders_a_month: int


PLANS = (
    Plan(
        "start",
        pgettext_lazy("plan", "Start"),
        _("One warehouse, the first dealers"),
        Money(240_000, Currency.CNY),
        5,
        50,
        2_000,
        1_000,
    ),
    Plan(
        "grow",
        pgettext_lazy("plan", "Grow"),
        _("A sales team and a region"),
        Money(600_000, Currency.CNY),
        15,
        300,
        10_000,
        5_000,
    ),
    Plan(
        "scale",
        pgettext_lazy("plan", "Scale"),
        _("Several warehouses, many dealers"),
        Money(1_800_000, Currency.CNY),
        50,
        2_000,
        50_000,
        30_000,
    ),
)
TRIAL_LIKE = PLANS[1]


def yearly_price(plan: Plan, users: int) -> Money:
    """What a plan costs a year with so many users, tax excluded: 50 CNY for each one above it (G-50)."""
    extra = max(0, users - plan.users)
    return Money(plan.yearly.minor + extra * EXTRA_USER_YEARLY.minor, Currency.CNY)
