"""A dealer's goods and its share of the stock."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.kernel.quantity import share
from tenant_apps.strategies.goods import (
    Offer,
    OverrideRow,
    StockVerdict,
    StrategyRow,
    effective,
    stock_verdict,
    synced_on_hand,
    unreserved,
)

D = Decimal


@pytest.mark.parametrize(
    ("strategy", "own", "offer"),
    [
        (None, None, None),
        (StrategyRow(D(8)), None, Offer(D(8), True, False, False)),
        (StrategyRow(D(8), enabled=False), None, Offer(D(8), False, False, False)),
        (StrategyRow(D(8), enabled=False), OverrideRow(price=D(7)), Offer(D(7), False, True, False)),
        (StrategyRow(D(8)), OverrideRow(enabled=False), Offer(D(8), False, False, True)),
        (StrategyRow(D(8), enabled=False), OverrideRow(enabled=True), Offer(D(8), True, False, True)),
        (StrategyRow(D(8)), OverrideRow(price=D(0)), Offer(D(0), True, True, False)),
        (None, OverrideRow(price=D(9), added=True), Offer(D(9), True, True, False)),
        (None, OverrideRow(price=D(9), enabled=False, added=True), Offer(D(9), False, True, True)),
        (None, OverrideRow(price=D(9)), None),
        (None, OverrideRow(added=True), None),
        (StrategyRow(D(8)), OverrideRow(added=True), Offer(D(8), True, False, False)),
    ],
)
def test_a_dealers_row_is_laid_over_the_strategy_field_by_field(
    strategy: StrategyRow | None, own: OverrideRow | None, offer: Offer | None
) -> None:
    assert effective(strategy, own) == offer


def test_a_field_that_is_not_overridden_follows_the_strategy_at_once() -> None:
    own = OverrideRow(enabled=True)

    assert effective(StrategyRow(D(8)), own) == Offer(D(8), True, False, True)
    assert effective(StrategyRow(D("8.5")), own) == Offer(D("8.5"), True, False, True)


@pytest.mark.parametrize(
    ("stock", "percent", "precision", "expected"),
    [
        pytest.param("100", "90", 0, "90", id="G-10"),
        pytest.param("1", "90", 0, "0", id="the-last-piece"),
        pytest.param("1", "90", 1, "0.9", id="one-decimal"),
        pytest.param("10.999", "33.33", 3, "3.665", id="three-decimals"),
        pytest.param("-5", "90", 0, "0", id="more-reserved-than-there"),
        pytest.param("100", "0", 0, "0", id="nothing"),
        pytest.param("999999999999999.999", "100", 3, "999999999999999.999", id="all-of-the-largest"),
    ],
)
def test_a_level_sees_its_share_cut_down(stock: str, percent: str, precision: int, expected: str) -> None:
    assert share(D(stock), D(percent), precision) == D(expected)


def test_erp_stock_is_shared_twice_g11() -> None:
    on_hand = synced_on_hand(D(100), D(80), 0)

    assert on_hand == D(80)
    assert share(unreserved(on_hand, D(0)), D(90), 0) == D(72)


def test_reserved_pieces_are_not_available() -> None:
    assert unreserved(D(80), D(30)) == D(50)
    assert unreserved(D(80), D(81)) == D(0)


@pytest.mark.parametrize(
    ("ordered", "verdict"),
    [
        pytest.param("91", StockVerdict.SHORT, id="G-12"),
        pytest.param("90", StockVerdict.ENOUGH, id="G-13"),
        pytest.param("90.001", StockVerdict.SHORT, id="a-gram-more"),
    ],
)
def test_what_is_seen_may_be_ordered(ordered: str, verdict: StockVerdict) -> None:
    assert stock_verdict(share(D(100), D(90), 0), D(ordered)) is verdict


def test_a_sku_that_the_warehouse_has_not_is_told_apart_from_a_short_one() -> None:
    assert stock_verdict(None, D(1)) is StockVerdict.NOT_IN_WAREHOUSE


@pytest.mark.parametrize("percent", ["-1", "100.01"])
def test_a_percentage_outside_its_range_is_our_mistake(percent: str) -> None:
    with pytest.raises(ValueError, match="percentage"):
        share(D(1), D(percent), 0)


@given(
    st.decimals(min_value=0, max_value=10**12, places=3),
    st.decimals(min_value=0, max_value=100, places=2),
    st.integers(0, 3),
)
def test_the_share_never_exceeds_the_stock_and_misses_less_than_one_step(
    stock: Decimal, percent: Decimal, precision: int
) -> None:
    exact = stock * percent / 100

    visible = share(stock, percent, precision)

    assert exact - D(1).scaleb(-precision) < visible <= exact <= stock
