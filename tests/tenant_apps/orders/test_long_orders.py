"""An order of 200 lines asks the database as often as one of 3, on every page, paper and answer."""

from __future__ import annotations

import pytest

from tests.factories.orders import place
from tests.factories.orders import trade as make_trade
from tests.tenant_apps.orders.test_statements import statements


@pytest.fixture
def big(dealer):
    return make_trade(dealer, goods=200, balance="1000000")


@pytest.mark.parametrize(
    "path",
    [
        *(f"/orders/{{id}}{page}" for page in ("", "/edit", "/print", "/pdf", "/profit")),
        *("/api/v1/orders/{id}", "/orders/export/lines"),
    ],
)
def test_it_takes_the_same_statements_for_any_number_of_lines(big, dora, as_dora, path):
    counts = set()
    for size in (3, 200):
        order = place(dora, big.wanted({f"A-{n}": 1 for n in range(1, size + 1)}))
        where = path.format(id=order.public_id)
        assert as_dora.get(where).status_code == 200
        counts.add(statements(lambda to=where: as_dora.get(to)))

    assert len(counts) == 1, counts
