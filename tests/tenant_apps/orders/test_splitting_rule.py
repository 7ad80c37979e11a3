"""Which warehouses share a request, and who sends what: the rule alone."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_apps.orders.allocation import Allocation, Candidate, Demand
from tenant_apps.orders.splitting import BEYOND, PARTS_MAX, portions, split, step_of

D = Decimal
HERE = SimpleNamespace(country="CN", region1="浙江省", region2="", region3="")
FAR = SimpleNamespace(country="CN", region1="北京市", region2="", region3="")


def house(code, freight=0, place=FAR, covered="", is_default=False, **visible):
    seen = {int(name[1:]): D(str(quantity)) for name, quantity in visible.items()}
    return Candidate(code, place, covered, freight, seen, is_default=is_default)


def asked(*quantities, **more):
    return [Demand(n, f"S{n}", D(str(one)), **more) for n, one in enumerate(quantities, 1)]


def by_table(candidate, weight_kg):
    return candidate.freight


def shared(houses, demands, rule=Allocation.FIRST, freight=by_table):
    found = split(houses, demands, rule, HERE, freight)
    return [(one.candidate.code, [(p.demand + 1, str(p.quantity)) for p in one.pieces]) for one in found]


def test_two_warehouses_are_better_than_three():
    houses = [house("A", s1=5), house("B", s2=5), house("C", s3=5), house("D", s2=5, s3=5)]

    assert shared(houses, asked(5, 5, 5)) == [("A", [(1, "5")]), ("D", [(2, "5"), (3, "5")])]


def test_a_line_goes_whole_to_the_first_that_has_it():
    houses = [house("A", s1=9, s2=9), house("B", s2=9, s3=9)]

    assert shared(houses, asked(2, 2, 2)) == [("A", [(1, "2"), (2, "2")]), ("B", [(3, "2")])]


def test_by_code_the_default_warehouse_comes_first():
    houses = [house("A", s1=9, s2=1), house("B", s1=1, s2=9), house("Z", s1=9, s2=1, is_default=True)]

    assert shared(houses, asked(2, 2)) == [("Z", [(1, "2")]), ("B", [(2, "2")])]


@pytest.mark.parametrize(
    ("rule", "codes"),
    [("first", "AB"), ("cheapest", "BC"), ("most_stock", "AD"), ("nearest", "CD")],
)
def test_among_sets_of_one_size_the_suppliers_rule_decides(rule, codes):
    houses = [
        house("A", freight=900, s1=90, s2=1),
        house("B", freight=100, s1=1, s2=9),
        house("C", freight=200, place=HERE, s1=9, s2=1),
        house("D", freight=800, place=HERE, s1=1, s2=90),
    ]

    found = shared(houses, asked(5, 5), Allocation(rule))

    assert sorted(code for code, _lines in found) == list(codes)


def test_only_a_line_that_none_has_whole_is_divided_and_by_its_step():
    houses = [house("A", s1=29, s2=4), house("B", s1=20, s2=4)]

    assert shared(houses, asked(36, 4, step=D(12))) == [("A", [(1, "24"), (2, "4")]), ("B", [(1, "12")])]


def test_no_piece_is_below_the_minimum():
    houses = [house("A", s1=9), house("B", s1=9)]

    assert shared(houses, asked(10, minimum=D(4))) == [("A", [(1, "6")]), ("B", [(1, "4")])]
    assert shared(houses, asked(10, minimum=D(6))) == []


def test_packs_that_cannot_be_divided_are_not():
    assert shared([house("A", s1=11), house("B", s1=11)], asked(12, step=D(12))) == []


def test_who_does_not_send_there_has_no_part():
    houses = [house("A", s1=5), house("B", s2=5, covered="address_not_reachable"), house("C", s2=5)]

    assert [code for code, _lines in shared(houses, asked(5, 5))] == ["A", "C"]


def test_a_set_that_a_freight_table_does_not_carry_is_passed_over():
    houses = [house("A", s1=5), house("B", s2=5, covered=BEYOND), house("C", s2=5)]

    def at_most_ten_kg(candidate, weight_kg):
        return None if candidate.code == "B" and weight_kg > 10 else 100

    heavy = asked(5, 5, weight_kg=D(3))
    assert [code for code, _lines in shared(houses, heavy, freight=at_most_ten_kg)] == ["A", "C"]
    light = asked(5, 5, weight_kg=D(1))
    assert shared(houses[:2], light, freight=at_most_ten_kg) != []


def test_more_than_five_orders_are_never_made():
    houses = [house(f"H{n}", **{f"s{n}": 1}) for n in range(1, 7)]

    assert len(shared(houses[:PARTS_MAX], asked(*[1] * PARTS_MAX))) == PARTS_MAX
    assert shared(houses, asked(*[1] * 6)) == []


stocks = st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=2, max_size=6)


@given(stocks, st.lists(st.integers(1, 15), min_size=3, max_size=3), st.sampled_from(Allocation))
def test_the_parts_are_the_whole_and_nobody_sends_what_it_has_not(stock, wanted, rule):
    houses = [house(f"H{n}", freight=n, s1=row[0], s2=row[1], s3=row[2]) for n, row in enumerate(stock)]
    demands = asked(*wanted, step=D(2), minimum=D(1))

    found = split(houses, demands, rule, HERE, by_table)

    assert found == split(list(reversed(houses)), demands, rule, HERE, by_table)
    for part in found:
        assert part.pieces
        for piece in part.pieces:
            assert 1 <= piece.quantity <= part.candidate.visible[demands[piece.demand].sku_id]
    if found:
        for place, demand in enumerate(demands):
            pieces = [p.quantity for one in found for p in one.pieces if p.demand == place]
            assert sum(pieces) == demand.quantity
            assert sum(bool(piece % 2) for piece in pieces) <= (demand.quantity % 2)


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**6), min_size=1, max_size=5))
def test_portions_add_up_and_none_is_above_its_weight(whole, weights):
    whole = min(whole, sum(weights))

    found = portions(whole, weights)

    assert sum(found) == whole
    assert all(0 <= one <= weight for one, weight in zip(found, weights, strict=True))


@pytest.mark.parametrize(
    ("multiple", "pack", "precision", "step"),
    [
        ("1", "1", 0, "1"),
        ("4", "6", 0, "12"),
        ("0.5", "1", 1, "1"),
        ("0.3", "1", 1, "3"),
        ("0.25", "0.25", 2, "0.25"),
    ],
)
def test_the_step_is_whole_packs_and_whole_multiples(multiple, pack, precision, step):
    assert step_of(D(multiple), D(pack), precision) == D(step)
