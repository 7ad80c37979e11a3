"""A dealer's shops as a list (W-100)."""

from __future__ import annotations

import re

import pytest

from tests.factories import dealers as make
from tests.tenant_apps.orders.test_statements import statements


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["S-1", "S-2"]),
        ("q=s-1", ["S-1"]),
        ("q=corner", ["S-2"]),
        ("enabled=yes", ["S-1"]),
        ("enabled=no", ["S-2"]),
        ("q=other", []),
    ],
)
def test_w100_a_dealers_shops_are_searched(as_dora, dealer, query, found):
    dealer.shops.all().delete()
    make.make_shop(dealer, "S-1")
    corner = make.make_shop(dealer, "S-2", enabled=False)
    corner.name = "Corner"
    corner.save()
    make.make_shop(make.make_dealer("D-2"), "S-1-other")

    page = as_dora.get(f"/dealers/{dealer.public_id}/shops?{query}").content.decode()

    assert re.findall(r">(S-[^<]*)</td>", page) == found
    assert ("No shop fits" in page) is (not found)


def test_a_list_of_three_shops_costs_the_statements_of_a_list_of_one(as_dora, dealer):
    dealer.shops.all().delete()
    make.make_shop(dealer, "S-1")
    here = f"/dealers/{dealer.public_id}/shops"
    one = statements(lambda: as_dora.get(here))
    for code in ("S-2", "S-3"):
        make.make_shop(dealer, code)

    assert statements(lambda: as_dora.get(here)) == one
