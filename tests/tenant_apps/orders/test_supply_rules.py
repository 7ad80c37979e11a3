"""Sharing a total out: the parts add up, and nobody is far from its due (TA-02, G-60)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_apps.orders.supply import granted, shared_by, shared_equally

D = Decimal
PLACES = st.integers(0, 3)
WEIGHTS = st.dictionaries(
    st.integers(1, 50), st.decimals(0, 10**6, places=3, allow_nan=False), min_size=1, max_size=20
)


@given(units=st.integers(0, 10**9), weights=WEIGHTS, places=PLACES)
def test_the_parts_add_up_and_nobody_is_a_unit_from_its_due(units, weights, places):
    unit = D(1).scaleb(-places)
    total = units * unit

    parts = shared_by(total, weights, places)

    assert sum(parts.values()) == total
    assert set(parts) == set(weights)
    assert all(part >= 0 and part % unit == 0 for part in parts.values())
    whole = sum(weights.values()) or D(len(weights))
    for dealer, part in parts.items():
        due = total * (weights[dealer] if any(weights.values()) else 1) / whole
        assert abs(part - due) < unit + unit / 1000


@pytest.mark.parametrize(
    ("total", "precision", "parts"),
    [
        ("10", 0, ["4", "3", "3"]),
        ("10", 1, ["3.4", "3.3", "3.3"]),
        ("2", 0, ["1", "1", "0"]),
        ("0", 0, "000"),
    ],
)
def test_equal_parts_give_the_rest_to_the_first(total, precision, parts):
    found = shared_equally(D(total), [7, 8, 9], precision)
    assert list(found.values()) == [D(part) for part in parts]


@pytest.mark.parametrize(("total", "weights"), [("0.5", {1: D(1)}), ("-1", {1: D(1)}), ("1", {1: D(-1)})])
def test_what_cannot_be_shared_is_refused(total, weights):
    with pytest.raises(ValueError, match="whole units"):
        shared_by(D(total), weights, 0)


@pytest.mark.parametrize(
    ("demanded", "left", "gets"),
    [(5, 3, 3), (5, 8, 5), (5, 0, 0), (5, -2, 0), (5, None, 5)],
    ids=["G-60", "enough", "nothing", "over-ordered", "not shared out"],
)
def test_a_demand_is_granted_what_is_left(demanded, left, gets):
    assert granted(D(demanded), None if left is None else D(left)) == gets
