"""Who sees which dealers, and how they are found."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from platform_core.kernel.errors import NotFound
from tenant_apps.dealers import commands, queries
from tenant_apps.dealers.queries import DealerFilter
from tests.factories import dealers as make


def test_everybody_sees_the_dealers_of_its_scope(olga, sam, dora, dealer, stranger):
    scoped = replace(olga, dealer_ids=frozenset({stranger.pk}))

    assert set(queries.dealers_visible_to(olga)) == {dealer, stranger}
    assert list(queries.dealers_visible_to(sam)) == []
    assert list(queries.dealers_visible_to(scoped)) == [stranger]
    assert list(queries.dealers_visible_to(dora)) == [dealer]
    assert queries.own_dealer(dora) == dealer
    with pytest.raises(NotFound):
        queries.own_dealer(olga)
    with pytest.raises(NotFound):
        queries.dealer_for(dora, stranger.public_id)


def test_shops_and_addresses_follow_the_dealer_and_the_shop_scope(olga, dora, dealer, stranger):
    mine, other, theirs = (
        make.make_shop(dealer, "A"),
        make.make_shop(dealer, "B"),
        make.make_shop(stranger, "C"),
    )
    address = make.make_address(stranger)

    assert list(queries.shops_visible_to(olga)) == [mine, other, theirs]
    assert list(queries.shops_visible_to(dora)) == [mine, other]
    assert list(queries.shops_visible_to(replace(dora, shop_ids=frozenset({mine.pk})))) == [mine]
    assert list(queries.shops_visible_to(replace(olga, dealer_ids=frozenset({stranger.pk})))) == [theirs]
    assert list(queries.addresses_of(dora, stranger)) == []
    assert list(queries.addresses_of(olga, stranger)) == [address]


def test_a_dealer_reads_no_levels(dora, olga):
    assert list(queries.levels_visible_to(dora)) == []
    assert [level.name for level in queries.levels_visible_to(olga)] == ["Standard", "Silver", "Gold"]


@pytest.mark.parametrize(
    "q", ["农夫", "nongfu", "nfsq", "FX001", "fx00", "wang", "王经理", "0571", "nfsq 0571", "SALES@nongfu"]
)
def test_a_dealer_is_found_by_what_people_remember(olga, stranger, q):
    dealer = commands.create_dealer(
        actor=olga,
        operation_id=uuid4(),
        dealer=make.facts(
            "FX001", name="农夫山泉", contact="王经理", phone="0571-12345678", email="sales@nongfu.example"
        ),
        administrator=make.administrator(),
    )

    assert list(queries.dealers_matching(olga, DealerFilter(q=q))) == [dealer]
    assert list(queries.dealers_matching(olga, DealerFilter(q=f"{q} nothing"))) == []


def test_the_list_is_filtered_and_sorted(olga, dealer, stranger):
    gold = queries.levels_visible_to(olga).last()
    commands.change_dealer(actor=olga, dealer_id=stranger.public_id, changes={"level": gold.public_id})
    commands.disable_dealer(actor=olga, dealer_id=stranger.public_id)

    def found(**wanted: str) -> list[str]:
        return [row.code for row in queries.dealers_matching(olga, DealerFilter(**wanted))]

    assert found(sort="-code") == ["D-XAVIER", "D-DORA"]
    assert found(sort="-level") == ["D-XAVIER", "D-DORA"]
    assert found(level=gold.public_id) == ["D-XAVIER"]
    assert found(enabled="yes") == ["D-DORA"]
    assert found(sort="nonsense") == found()
