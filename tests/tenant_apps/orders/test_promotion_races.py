"""The last use of a coupon, wanted by many at the same moment: one gets it."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from tenant_apps.orders.commands.place import place_order
from tenant_apps.orders.models import SalesOrder
from tenant_apps.strategies.models import CouponUse
from tests.factories.orders import place
from tests.factories.orders import trade as make_trade
from tests.factories.promotions import coupon
from tests.tenant_apps.orders.test_races import ROUNDS, stage  # noqa: F401 - a fixture


@pytest.mark.parametrize("limit", ["uses_max", "uses_per_dealer"])
def test_the_last_use_of_a_coupon_goes_to_one_order(limit, stage):  # noqa: F811 - the fixture
    race, dealer, dora = stage
    trade = make_trade(dealer, balance="1000000")
    place(dora, trade.wanted())
    for round_ in range(ROUNDS):
        made = coupon(f"LAST{round_}", **{limit: 1})
        wanted = replace(trade.wanted(), coupon=made.code)

        def ordering(asked=wanted):
            place_order(actor=dora, operation_id=uuid.uuid4(), wanted=asked, source="pad")

        results = race.run([ordering] * 8)

        assert results == {"done": 1, "invalid": 7}
        assert CouponUse.objects.filter(promotion=made).count() == 1
        assert SalesOrder.objects.filter(coupon_code=made.code).count() == 1
