"""The one rule of precedence between price rules, a dealer's own row and the strategy."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_apps.strategies.pricing import (
    Rank,
    Rule,
    Source,
    Terms,
    Tier,
    Verdict,
    price_of,
    tiers_of,
)

D = Decimal
TODAY = date(2026, 5, 10)
DAY = timedelta(days=1)


def asked(*rules, own=None, quantity=1, base=100, places=2):
    return price_of(D(base), own and D(own), rules, D(quantity), TODAY, places)


def fixed(rank, price, **facts):
    facts = {key: D(value) if key == "from_quantity" else value for key, value in facts.items()}
    return Rule(rank, fixed=D(price), **facts)


@pytest.mark.parametrize(
    ("rule", "price"),
    [
        pytest.param(Rule(Rank.LEVEL, rate=D("0.85")), "85", id="G-68-rate"),
        pytest.param(Rule(Rank.LEVEL, fixed=D(80)), "80", id="G-68-fixed"),
    ],
)
def test_a_rate_or_a_fixed_price_on_the_base(rule, price):
    assert asked(rule).price == D(price)


EVERY = [
    fixed(Rank.DEALER_SKU, 1),
    fixed(Rank.DEALER, 3),
    fixed(Rank.LEVEL_SKU, 4),
    fixed(Rank.LEVEL, 5),
]


@pytest.mark.parametrize(
    ("rules", "own", "source"),
    [
        (EVERY, "2", Source.DEALER_SKU),
        (EVERY[1:], "2", Source.OWN),
        (EVERY[1:], None, Source.DEALER),
        (EVERY[2:], None, Source.LEVEL_SKU),
        (EVERY[3:], None, Source.LEVEL),
        ([], "2", Source.OWN),
        ([], None, Source.BASE),
    ],
)
def test_the_finer_rank_wins_whatever_the_price(rules, own, source):
    assert asked(*reversed(rules), own=own).source is source


@pytest.mark.parametrize(
    ("quantity", "price"), [(1, 9), (10, 8), (99, 8), (100, 7)], ids=["one", "ten", "99", "hundred"]
)
def test_in_a_rank_the_largest_quantity_reached_wins(quantity, price):
    rules = [
        fixed(Rank.LEVEL, 8, from_quantity=10),
        fixed(Rank.LEVEL, 9),
        fixed(Rank.LEVEL, 7, from_quantity=100),
    ]

    assert asked(*rules, quantity=quantity).price == price


def test_a_tier_of_a_coarser_rank_does_not_beat_a_finer_rule():
    assert asked(fixed(Rank.LEVEL_SKU, 9), fixed(Rank.LEVEL, 1, from_quantity=5), quantity=5).price == 9


def test_of_the_same_quantity_the_later_first_day_wins():
    lasting = fixed(Rank.LEVEL, 9)
    early = fixed(Rank.LEVEL, 8, valid_from=TODAY - 9 * DAY)
    late = fixed(Rank.LEVEL, 7, valid_from=TODAY - DAY)

    assert asked(lasting, late, early).rule is late
    assert asked(lasting, early).rule is early


@pytest.mark.parametrize(
    ("begin", "end", "counts"),
    [
        (TODAY, TODAY, True),
        (TODAY + DAY, None, False),
        (None, TODAY - DAY, False),
        (None, TODAY, True),
    ],
    ids=["its-one-day", "tomorrow", "since-yesterday-over", "last-day"],
)
def test_both_days_are_included(begin, end, counts):
    rule = fixed(Rank.DEALER_SKU, 1, valid_from=begin, valid_until=end)

    assert (asked(rule).source is Source.DEALER_SKU) is counts


def test_a_rate_is_rounded_half_up_once():
    answer = asked(Rule(Rank.LEVEL, rate=D("0.855")), base="9.99")

    assert (answer.price, answer.exact, answer.is_rounded) == (D("8.54"), D("8.54145"), True)


def test_the_answer_says_what_became_of_every_candidate():
    answer = asked(
        fixed(Rank.LEVEL, 5),
        fixed(Rank.DEALER_SKU, 1, from_quantity=10),
        fixed(Rank.LEVEL_SKU, 4, valid_from=TODAY + DAY),
        fixed(Rank.DEALER, 3, valid_until=TODAY - DAY),
        quantity=2,
    )

    assert [(one.source, one.verdict) for one in answer.considered] == [
        (Source.DEALER_SKU, Verdict.NOT_REACHED),
        (Source.DEALER, Verdict.OVER),
        (Source.LEVEL_SKU, Verdict.NOT_YET),
        (Source.LEVEL, Verdict.WINS),
        (Source.BASE, Verdict.BEHIND),
    ]


def test_tiers_say_where_the_price_changes():
    rules = (
        fixed(Rank.LEVEL, 9, from_quantity=10),
        fixed(Rank.LEVEL, 9, from_quantity=20),
        fixed(Rank.LEVEL, 8, from_quantity=50),
        fixed(Rank.LEVEL, 1, from_quantity=60, valid_until=TODAY - DAY),
    )

    assert tiers_of(Terms(D(10), None, rules, TODAY, 2), D(1)) == (Tier(D(10), D(9)), Tier(D(50), D(8)))
    assert tiers_of(Terms(D(10), None, rules, TODAY, 2), D(12)) == (Tier(D(50), D(8)),)


DAYS = st.none() | st.integers(-2, 2).map(lambda n: TODAY + n * DAY)
RULES = st.builds(
    Rule,
    st.sampled_from(Rank),
    fixed=st.decimals(0, 100, places=2),
    from_quantity=st.integers(0, 4).map(D),
    valid_from=DAYS,
    valid_until=DAYS,
)


@given(rules=st.lists(RULES, max_size=8), own=st.none() | st.just(D(50)), quantity=st.integers(1, 5))
def test_the_winner_is_always_in_force_and_nothing_finer_was(rules, own, quantity):
    answer = price_of(D(100), own, rules, D(quantity), TODAY, 2)

    (winner,) = [one for one in answer.considered if one.verdict is Verdict.WINS]
    assert (winner.price, winner.source) == (answer.price, answer.source)
    before = answer.considered[: answer.considered.index(winner)]
    assert all(one.verdict is not Verdict.BEHIND for one in before)
    assert price_of(D(100), own, rules[::-1], D(quantity), TODAY, 2).source is answer.source
