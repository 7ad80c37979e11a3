"""Who approves a level: pure rules of chains, delegates and limits (WK-07, WK-19)."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_apps.orders.approval import (
    Approver,
    Capacity,
    Chain,
    Facts,
    Level,
    Limit,
    Panel,
    capacity_of,
    chain_for,
    empty_levels,
    frozen,
    is_above,
    may_review,
    returned,
    share_of,
    signed,
    unfilled_level,
)
from tenant_apps.orders.errors import ConfirmAlone, FirstLevel, NotYourLevel, OwnOrder, SecondLevel

ANN, BEN, CAT, ADA = (
    Approver("ann", "Ann"),
    Approver("ben", "Ben", roles=frozenset({"heads"})),
    Approver("cat", "Cat", roles=frozenset({"heads"})),
    Approver("ada", "Ada", is_administrator=True),
)
BRANCH, HEADS = Level("Branch", people=("ann",)), Level("Heads", roles=("heads",))
CHAIN = Chain("apc_1", "Large", (BRANCH, HEADS))


def panel(*approvers, **fields):
    return Panel(approvers or (ANN, BEN, CAT, ADA), **fields)


def after_ann(**fields):
    return signed(frozen(CHAIN), Capacity("Branch", **fields), by="ann", by_name="Ann", at="now")


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (Facts(9_999, 1, 1, 1), "rest"),
        (Facts(10_000, 1, 1, 1), "large"),
        (Facts(10_000, 2, 1, 1), "rest"),
        (Facts(10_000, None, 1, 1), "rest"),
        (Facts(10_000, 1, 1, 2), "rest"),
    ],
)
def test_the_first_fitting_chain_holds(facts, found):
    chains = [
        Chain("large", "", (BRANCH,), amount_from=10_000, groups=(1,), warehouses=(1,)),
        Chain("rest", "", (BRANCH,)),
    ]

    assert chain_for(chains, facts, is_asked=True).id == found


def test_only_a_forcing_chain_brings_an_order_to_finance():
    facts = Facts(1, None, 1, 1)
    plain, forcing = Chain("plain", "", (BRANCH,)), Chain("forcing", "", (BRANCH,), forces=True)

    assert chain_for([plain], facts, is_asked=False) is None
    assert chain_for([plain, forcing], facts, is_asked=False).id == "forcing"
    assert chain_for([plain, forcing], facts, is_asked=True).id == "plain"


def test_each_level_is_for_its_people_and_the_last_one_ends_the_chain():
    first = frozen(CHAIN)
    assert capacity_of(first, "ann", panel()) == Capacity("Branch")
    with pytest.raises(NotYourLevel):
        capacity_of(first, "ben", panel())

    second = after_ann()
    assert second["current"] == {"people": [], "roles": ["heads"]}
    assert capacity_of(second, "ben", panel()) == Capacity("Heads")

    done = signed(second, Capacity("Heads"), by="ben", by_name="Ben", at="now")
    assert done["current"] is None
    assert [level["by"] for level in done["levels"]] == ["ann", "ben"]


def test_back_by_one_level_forgets_that_level_only():
    back = returned(after_ann())

    assert (back["level"], "by" in back["levels"][0]) == (0, False)
    with pytest.raises(FirstLevel):
        returned(back)


def test_an_administrator_is_not_asked_while_somebody_of_the_level_is_there():
    with pytest.raises(NotYourLevel):
        capacity_of(frozen(CHAIN), "ada", panel())


def test_an_empty_level_is_approved_by_an_administrator_and_says_so():
    there = panel(BEN, ADA)

    assert capacity_of(frozen(CHAIN), "ada", there) == Capacity("Branch", "administrator")
    with pytest.raises(NotYourLevel):
        capacity_of(frozen(CHAIN), "ben", there)
    assert empty_levels(CHAIN.levels, there.approvers) == ["Branch"]


def test_nobody_approves_their_own_order_while_another_may():
    there = panel(involved=frozenset({"ben"}))

    with pytest.raises(OwnOrder):
        capacity_of(after_ann(), "ben", there, is_confirmed=True)
    assert capacity_of(after_ann(), "cat", there) == Capacity("Heads")


def test_the_only_one_who_may_is_asked_twice_and_marked():
    there = panel(involved=frozenset({"ann"}))

    with pytest.raises(ConfirmAlone):
        capacity_of(frozen(CHAIN), "ann", there)
    assert capacity_of(frozen(CHAIN), "ann", there, is_confirmed=True) == Capacity("Branch", "alone")


def test_nobody_approves_two_levels():
    both = Chain("c", "", (Level("One", people=("ann", "ben")), Level("Two", people=("ann", "ben"))))
    second = signed(frozen(both), Capacity("One"), by="ann", by_name="Ann", at="now")

    with pytest.raises(SecondLevel):
        capacity_of(second, "ann", panel(), is_confirmed=True)
    assert capacity_of(second, "ben", panel()) == Capacity("Two")


def test_when_only_who_signed_is_left_an_administrator_approves_the_next_level():
    both = Chain("c", "", (Level("One", people=("ann",)), Level("Two", people=("ann",))))
    second = signed(frozen(both), Capacity("One"), by="ann", by_name="Ann", at="now")

    with pytest.raises(SecondLevel):
        capacity_of(second, "ann", panel(), is_confirmed=True)
    assert capacity_of(second, "ada", panel()) == Capacity("Two", "administrator")


def test_a_delegate_acts_in_the_absent_persons_place():
    there = panel(stand_ins={"ben": frozenset({"ann"})})

    assert capacity_of(frozen(CHAIN), "ben", there) == Capacity("Branch", "delegate", "Ann", "ann")
    # For Ann Ben signed the first level: neither of them signs the second.
    second = signed(
        frozen(CHAIN), Capacity("Branch", "delegate", "Ann", "ann"), by="ben", by_name="Ben", at="now"
    )
    with pytest.raises(SecondLevel):
        capacity_of(second, "ben", there)
    assert capacity_of(second, "cat", there) == Capacity("Heads")


@pytest.mark.parametrize("involved", ["ann", "ben"])
def test_a_delegate_does_not_approve_what_either_of_the_two_placed(involved):
    there = panel(stand_ins={"ben": frozenset({"ann"})}, involved=frozenset({involved}))

    with pytest.raises((OwnOrder, ConfirmAlone)):
        capacity_of(frozen(CHAIN), "ben", there)


def test_a_delegate_of_somebody_who_is_gone_has_nothing_to_approve():
    there = panel(BEN, ADA, stand_ins={"ben": frozenset({"ann"})})

    with pytest.raises(NotYourLevel):
        capacity_of(frozen(CHAIN), "ben", there)


def test_levels_need_different_people():
    one_and_both = [Level("One", people=("ann", "ben")), Level("Two", people=("ann",))]

    assert unfilled_level(one_and_both, [ANN, BEN]) is None
    assert unfilled_level([BRANCH, Level("Two", people=("ann",))], [ANN, BEN]) == 1


PEOPLE = [f"p{n}" for n in range(4)]


@given(
    st.lists(st.sets(st.sampled_from(PEOPLE), min_size=1), min_size=1, max_size=4),
    st.sets(st.sampled_from(PEOPLE)),
    st.randoms(use_true_random=False),
)
def test_a_chain_that_is_signed_to_its_end_was_signed_by_different_people_without_a_part(
    names, involved, random
):
    levels = tuple(Level(f"L{n}", people=tuple(sorted(one))) for n, one in enumerate(names))
    there = Panel(tuple(Approver(one, one) for one in PEOPLE), involved=frozenset(involved))
    approval, signs = frozen(Chain("c", "", levels)), defaultdict(list)
    while approval["current"] is not None:
        for actor in random.sample(PEOPLE, len(PEOPLE)):
            try:
                capacity = capacity_of(approval, actor, there)
            except (NotYourLevel, OwnOrder, SecondLevel, ConfirmAlone):
                continue
            signs[actor].append(capacity.level)
            approval = signed(approval, capacity, by=actor, by_name=actor, at="now")
            break
        else:
            return  # Nobody may without confirming: the chain stands still, it is never skipped.

    assert all(len(one) == 1 for one in signs.values())
    assert not involved & set(signs)


@pytest.mark.parametrize(
    ("limit", "total", "above"),
    [
        (None, 10**9, False),
        (Limit(order=100), 100, False),
        (Limit(order=100), 101, True),
        (Limit(month=100, spent=40), 60, False),
        (Limit(month=100, spent=40), 61, True),
        (Limit(always=True), 0, True),
    ],
)
def test_a_limit_binds_above_and_not_at_its_amount(limit, total, above):
    assert is_above(limit, total) is above


@pytest.mark.parametrize(
    ("reviewer", "limits", "may"),
    [
        ("bob", {"bob": Limit(order=100)}, False),
        ("ann", {"bob": Limit(order=100)}, False),
        ("ann", {"bob": Limit(order=100), "ann": Limit(is_approver=True)}, True),
        ("ann", {"bob": Limit(order=100), "ann": Limit(order=120, is_approver=True)}, False),
        ("", {"bob": Limit(order=100)}, False),
        ("bob", {"bob": Limit(order=100, is_approver=True)}, False),
        ("bob", {"bob": Limit(order=200)}, True),
        ("ann", {"ann": Limit(order=100)}, False),
        ("", {}, True),
    ],
)
def test_who_reviews_bobs_order_of_150(reviewer, limits, may):
    assert may_review(reviewer, "bob", limits, 150) is may


@given(st.lists(st.integers(0, 500), min_size=1, max_size=8), st.data())
def test_shares_of_an_adjustment_never_give_back_more_than_the_line_costs(costs, data):
    whole = data.draw(st.integers(-sum(costs), 500))
    left, paid = list(costs), sum(costs) + whole
    while len(left) > 1:
        line = data.draw(st.integers(0, len(left) - 1))
        share = share_of(whole, left[line], sum(left))
        back = left[line] + share
        assert back >= 0
        paid, whole = paid - back, whole - share
        left.pop(line)
        assert paid == sum(left) + whole >= 0
