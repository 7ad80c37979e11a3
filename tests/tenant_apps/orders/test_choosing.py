"""Which warehouse takes an order, and why none does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from platform_core.kernel.errors import Invalid, NotFound
from tenant_apps.orders.queries.drafts import draft_of
from tests.factories import inventory, logistics, strategies
from tests.factories.orders import place
from tests.factories.orders import trade as make_trade
from tests.tenant_apps.orders.refusing import refused


class TestChoosingAWarehouse:
    """W-033, W-139: the named one, the default one, else the first that serves everything."""

    @pytest.fixture
    def trade(self, dealer):
        return make_trade(dealer, is_default=False)

    def test_the_first_by_code_that_can_serve_is_taken(self, trade, dora):
        logistics.make_warehouse("A-EMPTY")

        assert place(dora, trade.wanted()).warehouse == trade.warehouse

    def test_the_default_one_beats_the_rest_even_when_it_cannot_serve(self, trade, dora):
        empty = logistics.make_warehouse("Z", is_default=True)

        draft = draft_of(dora, trade.wanted())

        assert draft.warehouse == empty
        assert [p.code for p in draft.problems] == ["sku_stock_short"]

    def test_a_named_one_is_taken(self, trade, dora):
        other = logistics.make_warehouse("Z")
        inventory.stocked(other, trade.skus)

        assert place(dora, trade.wanted(warehouse="Z")).warehouse == other

    def test_four_reasons_say_why_none_serves(self, trade, dora):
        bare = logistics.make_warehouse("B")
        far = logistics.make_warehouse("F")
        strategies.freight(far, [{"region1": "海南省"}])
        other_carrier = logistics.make_warehouse("O")
        strategies.freight(other_carrier, [{"carrier": logistics.make_carrier("YTO")}])
        missing = logistics.make_warehouse("M")
        strategies.freight(missing, [{}])
        short = trade.warehouse

        error = refused(Invalid, dora, trade.wanted({"A-1": 101}))

        assert [(p.code, p.facts["warehouse"]) for p in error.problems] == [
            ("no_freight_strategy", bare.name),
            ("address_not_reachable", far.name),
            ("sku_not_in_warehouse", missing.name),
            ("carrier_not_supported", other_carrier.name),
            ("sku_stock_short", short.name),
        ]

    def test_staff_does_not_place_in_a_warehouse_it_cannot_see(self, trade, olga):
        blind = replace(olga, warehouse_ids=frozenset())

        refused(NotFound, blind, trade.wanted(warehouse=trade.warehouse.code))
