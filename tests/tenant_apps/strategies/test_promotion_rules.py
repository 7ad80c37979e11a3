"""What promotions take off an order: the stacking rule, its rounding, and that parts always add up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.kernel.money import Currency, Money
from tenant_apps.strategies.promotions import (
    COUPON,
    GIFT,
    LINE_DISCOUNT,
    ORDER_DISCOUNT,
    Bought,
    Rule,
    State,
    Verdict,
    settle,
    state_of,
)

D = Decimal
CNY = Currency.CNY


def line(sku: int, quantity: str, price: str) -> Bought:
    return Bought(sku, D(quantity), D(price), Money.rounded(D(quantity) * D(price), CNY).minor)


def percent(age: int, share: str, **more) -> Rule:
    return Rule(f"p{age}", age, f"{share} %", LINE_DISCOUNT, percent=D(share), **more)


def unit_off(age: int, amount: str, **more) -> Rule:
    return Rule(f"u{age}", age, f"{amount} each", LINE_DISCOUNT, unit_off=D(amount), **more)


def off(age: int, minor: int, threshold: int, **more) -> Rule:
    return Rule(f"o{age}", age, f"{minor} off", ORDER_DISCOUNT, off=minor, threshold=threshold, **more)


def gift(age: int, every: str, count: str, **more) -> Rule:
    return Rule(f"g{age}", age, "gift", GIFT, every=D(every), gift_quantity=D(count), **more)


def coupon(**more) -> Rule:
    return Rule("c", 99, "coupon", COUPON, **more)


TEA = line(1, "10", "8")  # 80.00
MUG = line(2, "3", "5.555")  # 16.665 → 16.67

STACKING = {
    "nothing runs": ([], None, {}, Verdict.NONE),
    "10 % of 80.00 are 8.00": ([percent(1, "10")], None, {1: 800, 2: 167}, Verdict.NONE),
    "one line discount, the one that leaves the least": (
        [percent(1, "10"), unit_off(2, "1", skus=frozenset({1}))],
        None,
        {1: 1000, 2: 167},
        Verdict.NONE,
    ),
    "only the SKUs it is about": ([percent(1, "10", skus=frozenset({2}))], None, {2: 167}, Verdict.NONE),
    "an amount per unit above the price leaves 0, not less": (
        [unit_off(1, "9", skus=frozenset({1}))],
        None,
        {1: 8000},
        Verdict.NONE,
    ),
    "an amount off is spread in proportion": ([off(1, 1000, 5000)], None, {1: 828, 2: 172}, Verdict.NONE),
    "below the threshold nothing is taken off": ([off(1, 1000, 9668)], None, {}, Verdict.NONE),
    "at the threshold it is": ([off(1, 1000, 9667)], None, {1: 828, 2: 172}, Verdict.NONE),
    "the threshold asks for what is left after line discounts": (
        [percent(1, "10"), off(2, 1000, 9667)],
        None,
        {1: 800, 2: 167},
        Verdict.NONE,
    ),
    "one amount off, the largest": (
        [off(1, 500, 1000), off(2, 1000, 5000), off(3, 9000, 20000)],
        None,
        {1: 828, 2: 172},
        Verdict.NONE,
    ),
    "a coupon on what is left": (
        [percent(1, "10", skus=frozenset({1}))],
        coupon(percent=D(50), skus=frozenset({1})),
        {1: 800 + 3600},
        Verdict.USED,
    ),
    "a coupon that may not be combined and is better": (
        [percent(1, "10", skus=frozenset({1}))],
        coupon(percent=D(50), skus=frozenset({1}), combines=False),
        {1: 4000},
        Verdict.USED,
    ),
    "a coupon that may not be combined and is worse": (
        [percent(1, "10", skus=frozenset({1}))],
        coupon(percent=D(5), skus=frozenset({1}), combines=False),
        {1: 800},
        Verdict.BEATEN,
    ),
    "an equal coupon is kept for another order": (
        [percent(1, "10", skus=frozenset({1}))],
        coupon(percent=D(10), skus=frozenset({1}), combines=False),
        {1: 800},
        Verdict.BEATEN,
    ),
    "a coupon below its threshold": ([], coupon(off=1000, threshold=9700), {}, Verdict.SHORT),
    "a coupon over its threshold": ([], coupon(off=1000, threshold=9600), {1: 828, 2: 172}, Verdict.USED),
    "a coupon for other goods": ([], coupon(percent=D(10), skus=frozenset({7})), {}, Verdict.NO_GOODS),
}


@pytest.mark.parametrize("case", STACKING.values(), ids=STACKING)
def test_the_stacking_rule(case):
    rules, used, expected, verdict = case

    found = settle([TEA, MUG], rules, used, CNY)

    assert {sku: found.off(sku) for sku in found.parts} == expected
    assert found.coupon is verdict


def test_of_equal_line_discounts_the_older_one_is_named():
    found = settle([TEA], [unit_off(2, "0.8"), percent(1, "10")], None, CNY)

    assert [part.rule.id for part in found.parts[1]] == ["p1"]


def test_of_equal_amounts_off_the_older_one_is_named():
    found = settle([TEA], [off(5, 500, 1000), off(4, 500, 2000)], None, CNY)

    assert [part.rule.id for part in found.parts[1]] == ["o4"]


@pytest.mark.parametrize(("bought", "given"), [("9", None), ("10", 1), ("19.5", 1), ("20", 2), ("105", 10)])
def test_for_every_ten_one_comes_along(bought, given):
    found = settle([line(1, bought, "8")], [gift(1, "10", "1")], None, CNY)

    assert [due.quantity for due in found.gifts] == ([] if given is None else [given])


def test_the_skus_of_a_gift_count_together_and_gifts_come_beside_everything():
    rules = [gift(1, "5", "2"), percent(2, "10"), gift(3, "13", "1")]
    found = settle([TEA, MUG], rules, coupon(percent=D(50), combines=False), CNY)

    assert [(due.rule.id, due.quantity) for due in found.gifts] == [("g1", 4), ("g3", 1)]
    assert found.coupon is Verdict.USED


NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "more", "state"),
    [
        (NOON - HOUR, {}, State.PLANNED),
        (NOON, {}, State.RUNNING),
        (NOON + HOUR, {}, State.ENDED),
        (NOON, {"enabled": False}, State.PAUSED),
        (NOON, {"ended_at": NOON}, State.ENDED),
        (NOON + HOUR, {"enabled": False}, State.ENDED),
    ],
)
def test_it_runs_from_its_start_until_just_before_its_end(now, more, state):
    asked = {"enabled": True, "starts_at": NOON, "ends_at": NOON + HOUR, "ended_at": None, **more}

    assert state_of(**asked, now=now) is state


prices = st.decimals(0, 500, places=3)
quantities = st.decimals("0.001", 300, places=3)
some_skus = st.none() | st.frozensets(st.integers(1, 6))
lines = st.dictionaries(st.integers(1, 6), st.tuples(quantities, prices), min_size=1).map(
    lambda found: [line(sku, str(q), str(p)) for sku, (q, p) in found.items()]
)
amounts_off = st.integers(1, 20_000).flatmap(lambda o: st.tuples(st.just(o), st.integers(o + 1, o * 3 + 1)))


def kinds(age: int):
    return st.one_of(
        st.builds(lambda p, s: percent(age, str(p), skus=s), st.decimals("0.001", 100, places=3), some_skus),
        st.builds(lambda u, s: unit_off(age, str(u), skus=s), prices, some_skus),
        st.builds(lambda o, s: off(age, *o, skus=s), amounts_off, some_skus),
        st.builds(lambda e, s: gift(age, str(e), "1", skus=s), quantities, some_skus),
    )


rules = st.integers(0, 6).flatmap(lambda count: st.tuples(*map(kinds, range(count)))).map(list)
coupons = st.none() | st.one_of(
    st.builds(
        lambda p, s, c: coupon(percent=p, skus=s, combines=c),
        st.decimals("0.001", 100, places=3),
        some_skus,
        st.booleans(),
    ),
    st.builds(
        lambda o, s, c: coupon(off=o[0], threshold=o[1], skus=s, combines=c),
        amounts_off,
        some_skus,
        st.booleans(),
    ),
)


@given(lines, rules, coupons)
def test_no_line_ever_falls_below_zero_and_each_promotion_kind_applies_once(bought, running, used):
    found = settle(bought, running, used, CNY)

    for one in bought:
        parts = found.parts.get(one.sku_id, ())
        assert 0 <= found.off(one.sku_id) <= one.amount
        assert all(part.minor > 0 and part.rule.covers(one.sku_id) for part in parts)
        kinds_used = [part.rule.kind for part in parts]
        assert len(kinds_used) == len(set(kinds_used))


@given(lines, rules, coupons)
def test_an_amount_off_is_spread_to_the_last_cent(bought, running, used):
    found = settle(bought, running, used, CNY)

    taken: dict[Rule, int] = {}
    for parts in found.parts.values():
        for part in parts:
            taken[part.rule] = taken.get(part.rule, 0) + part.minor
    amounts = {rule: minor for rule, minor in taken.items() if rule.off}
    assert all(minor == rule.off for rule, minor in amounts.items())
    assert len([rule for rule in taken if rule.kind == ORDER_DISCOUNT]) <= 1


@given(lines, rules, coupons, st.randoms())
def test_the_order_of_lines_and_promotions_makes_no_difference(bought, running, used, random):
    shuffled, others = list(bought), list(running)
    random.shuffle(shuffled)
    random.shuffle(others)

    assert settle(shuffled, others, used, CNY) == settle(bought, running, used, CNY)


@given(lines, rules, coupons)
def test_a_coupon_never_makes_an_order_dearer(bought, running, used):
    assert settle(bought, running, used, CNY).total >= settle(bought, running, None, CNY).total
