"""Which warehouse takes an order, and why none does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from platform_core.kernel.errors import Invalid, NotFound
from tenant_apps.access.models import SupplierSettings
from tenant_apps.inventory.models import Stock
from tenant_apps.logistics.models import Carrier, MemoRule
from tenant_apps.orders.queries.drafts import draft_of
from tenant_apps.strategies.models import SkuPublication
from tests.factories import inventory, logistics, strategies
from tests.factories.orders import ADDRESS, place
from tests.factories.orders import trade as make_trade
from tests.tenant_apps.orders.refusing import refused

JSON = {"content_type": "application/json"}


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


class TestTheSuppliersRule:
    """The supplier's rule among the warehouses that can serve; the default one is then like any."""

    @pytest.fixture
    def houses(self, dealer):
        """B is the cheapest, C has the most, D is the default one and the nearest."""
        trade = make_trade(dealer, is_default=False, code="1", goods=1, freight=[{"first_fee": 500}])
        places = {"B": ("江苏省", 200, 150), "C": ("江苏省", 900, 5000), "D": ("北京", 800, 100)}
        for code, (province, fee, stock) in places.items():
            house = logistics.make_warehouse(code, region1=province, is_default=code == "D")
            strategies.freight(house, [{"first_fee": fee}])
            inventory.stocked(house, trade.skus, stock)
        return trade

    @pytest.mark.parametrize(
        ("rule", "code"),
        [("first", "D"), ("cheapest", "B"), ("most_stock", "C"), ("nearest", "W-1")],
    )
    def test_each_rule_takes_its_warehouse_and_the_order_says_why(self, houses, dora, rule, code):
        SupplierSettings.objects.update(allocation=rule)

        order = place(dora, houses.wanted({"1-1": 2}))

        assert order.warehouse.code == code
        assert order.chosen["warehouse"]["by"] == ("default" if rule == "first" else rule)

    def test_one_that_cannot_serve_is_passed_by(self, houses, dora):
        SupplierSettings.objects.update(allocation="most_stock")
        Stock.objects.filter(warehouse__code="C").update(reserved=F("on_hand"))

        assert place(dora, houses.wanted({"1-1": 2})).warehouse.code == "B"

    def test_ten_warehouses_take_the_statements_of_two(self, dealer, dora):
        trade = make_trade(dealer, is_default=False)
        SupplierSettings.objects.update(allocation="cheapest")
        counts = set()
        for number in range(2, 11):
            house = logistics.make_warehouse(f"H-{number}")
            strategies.freight(house, [{}])
            inventory.stocked(house, trade.skus)
            with CaptureQueriesContext(connection) as seen:
                draft_of(dora, trade.wanted())
            counts.add(len(seen))

        assert len(counts) == 1


class TestCarrierByMemo:
    """W-044…W-046: the memos set the carrier of an order that names none."""

    @pytest.fixture
    def trade(self, dealer):
        trade = make_trade(dealer)
        for position, (code, keyword, target) in enumerate(
            [("A", "Fast", "memo"), ("B", "slow", "service_memo"), ("C", "fast", "service_memo")], 1
        ):
            MemoRule.objects.create(
                carrier=logistics.make_carrier(code, free_shipping=True),
                keyword=keyword,
                target=target,
                position=position,
                enabled=code != "C",
            )
        return trade

    @pytest.mark.parametrize(
        ("memo", "service_memo", "carrier"),
        [
            pytest.param("please FAST", "slow is fine", "B", id="G-39"),
            pytest.param("please ｆａｓｔ", "", "A", id="G-40"),
            pytest.param("", "fast", "usual", id="disabled-never-runs"),
            pytest.param("as you like", "", "usual", id="no-match"),
        ],
    )
    def test_the_service_memo_comes_before_the_memo(self, trade, dora, memo, service_memo, carrier):
        order = place(dora, trade.wanted(carrier="", memo=memo, service_memo=service_memo))

        usual = trade.carrier.code
        assert order.carrier.code == (usual if carrier == "usual" else carrier)
        assert order.chosen["carrier"]["by"] == {"A": "memo", "B": "service_memo"}.get(carrier, "default")

    def test_a_carrier_that_was_chosen_stays(self, trade, dora):
        assert place(dora, trade.wanted(carrier=trade.carrier.code, memo="fast")).carrier == trade.carrier

    def test_the_order_says_which_word_chose_it(self, trade, dora, as_dora):
        order = place(dora, trade.wanted(carrier="", memo="fast"))

        assert "The memo names “Fast”." in as_dora.get(f"/orders/{order.public_id}").content.decode()
        found = as_dora.get(f"/api/v1/orders/{order.public_id}").json()["chosen"]
        assert found == {"warehouse": "It is the default warehouse.", "carrier": "The memo names “Fast”."}


class TestThePanel:
    """W-131, W-139: each warehouse, whether it can serve, and one of the four named reasons."""

    @pytest.fixture
    def trade(self, dealer):
        trade = make_trade(dealer)
        logistics.make_warehouse("BARE", name="Bare shed")
        far = logistics.make_warehouse("FAR")
        strategies.freight(far, [{"region1": "海南省"}])
        poor = logistics.make_warehouse("POOR")
        strategies.freight(poor, [{}])
        inventory.stocked(poor, trade.skus, "1")
        empty = logistics.make_warehouse("NEVER")
        strategies.freight(empty, [{}])
        return trade

    def test_the_api_names_the_four_reasons_and_what_would_be_chosen(self, trade, as_dora):
        asked = {
            "lines": [{"merchant_code": "A-1", "quantity": "5"}],
            "address": ADDRESS.columns(),
            "shop": trade.shop.code,
        }

        found = as_dora.post("/api/v1/warehouse-query", asked, **JSON).json()["warehouses"]
        quote = as_dora.post("/api/v1/orders/quote?explain=1", asked, **JSON).json()

        assert [(one["code"], one["usable"], one["reason"]) for one in found] == [
            ("W-A", True, ""),
            ("BARE", False, "no_freight_strategy"),
            ("FAR", False, "not_covered"),
            ("NEVER", False, "sku_not_in_warehouse"),
            ("POOR", False, "sku_stock_short"),
        ]
        assert (found[2]["detail"], found[0]["chosen"]) == ("address_not_reachable", True)
        assert quote["warehouses"] == found
        assert quote["chosen"]["warehouse"] == "It is the default warehouse."

    def test_without_goods_only_the_way_counts(self, trade, as_dora):
        asked = {"address": ADDRESS.columns(), "carrier": trade.carrier.code}

        found = as_dora.post("/api/v1/warehouse-query", asked, **JSON).json()["warehouses"]

        assert [one["code"] for one in found if one["usable"]] == ["NEVER", "POOR", "W-A"]
        steps = {one["code"]: [step["amount"] for step in one["freight_steps"]] for one in found}
        assert (steps["POOR"], steps["BARE"]) == (["6", "6.00"], [])

    def test_without_a_carrier_it_is_said_that_one_is_missing(self, trade, as_dora):
        Carrier.objects.update(is_default=False)
        strategies.freight(logistics.make_warehouse("NAMED"), [{"carrier": trade.carrier}])

        found = as_dora.post("/api/v1/warehouse-query", {"address": ADDRESS.columns()}, **JSON).json()

        said = {one["code"]: one["message"] for one in found["warehouses"]}
        assert said["NAMED"] == "It sends with named carriers only. Choose a carrier."
        asked = {"country": "CN", "region1": "浙江省", "weight_kg": "2", "carrier": ""}
        page = as_dora.get("/orders/warehouse-query", asked, headers={"accept-language": "zh-hans"})
        assert "仅支持指定的物流公司" in page.content.decode()

    def test_a_line_that_is_not_the_dealers_is_refused(self, trade, as_dora):
        asked = {"lines": [{"merchant_code": "X", "quantity": "5"}], "address": ADDRESS.columns()}

        assert as_dora.post("/api/v1/warehouse-query", asked, **JSON).status_code == 422

    def test_the_pad_shows_them(self, trade, as_dora):
        page = as_dora.post(
            "/orders/pad/warehouses",
            {f"quantity-{trade.skus[0].public_id}": "5", "address": "new", **ADDRESS.columns()},
        ).content.decode()

        assert "Too little stock of A-1." in page
        assert "It has no freight table." in page
        assert page.index(trade.warehouse.name) < page.index("Bare shed")

    def test_the_tool_asks_carrier_and_address(self, trade, as_dora):
        empty = as_dora.get("/orders/warehouse-query")
        asked = {"country": "CN", "region1": "海南省", "weight_kg": "2", "carrier": trade.carrier.public_id}
        found = as_dora.get("/orders/warehouse-query", asked).content.decode()

        assert empty.status_code == 200
        assert "1 kg more, 1 for each 1 kg" in found
        assert found.index("Warehouse FAR") < found.index("Its freight table does not cover the address.")
        assert as_dora.get("/orders/warehouse-query", {**asked, "weight_kg": "-1"}).status_code == 422
        assert "Understood as" not in found

    def test_w131_the_tool_understands_what_is_roughly_typed(self, trade, as_dora):
        asked = {"country": "CN", "region1": "海南", "weight_kg": "2", "carrier": trade.carrier.public_id}
        found = as_dora.get("/orders/warehouse-query", asked).content.decode()

        assert "Understood as 海南省." in found
        assert found.index("Warehouse FAR") < found.index("Its freight table does not cover the address.")

    def test_an_address_in_one_piece_is_understood_at_both_doors_w131(self, trade, as_dora):
        pasted = "海南海口市 文三路 1 号"
        asked = {"address_text": pasted, "carrier": trade.carrier.code}
        form = {"country": "CN", "weight_kg": "2", "carrier": trade.carrier.public_id}

        found = as_dora.post("/api/v1/warehouse-query", asked, **JSON).json()["warehouses"]
        page = as_dora.get("/orders/warehouse-query", {**form, "address_text": pasted}).content.decode()

        assert "FAR" in [one["code"] for one in found if one["usable"]]
        assert 'value="海南省"' in page
        assert 'value="海口市"' in page

    def test_an_address_that_says_no_place_is_refused_with_the_remedy(self, trade, as_dora):
        form = {"country": "CN", "weight_kg": "2", "address_text": "12 Harbor Road"}

        told = as_dora.post("/api/v1/warehouse-query", {"address_text": "12 Harbor Road"}, **JSON)
        page = as_dora.get("/orders/warehouse-query", form)

        assert (told.status_code, told.json()["errors"][0]["pointer"]) == (422, "/address_text")
        assert (page.status_code, "Write it like 浙江省杭州市西湖区" in page.content.decode()) == (422, True)


class TestDisplayWarehouse:
    """K-14: the stock that is shown and checked is that warehouse's only."""

    @pytest.fixture
    def trade(self, dealer):
        return make_trade(dealer)

    def test_a_sku_with_a_display_warehouse_is_ordered_from_there(self, trade, dora):
        other = logistics.make_warehouse("W-OTHER")
        strategies.freight(other, [{"region1": "浙江省"}])
        inventory.stocked(other, trade.skus, "50")
        publish(trade.skus[0], other)
        SupplierSettings.objects.update(allocation="cheapest")

        assert place(dora, trade.wanted({"A-1": 2})).warehouse == other
        assert place(dora, trade.wanted({"A-2": 2})).warehouse == trade.warehouse

    def test_another_warehouse_counts_as_not_keeping_it(self, trade, dora):
        other = logistics.make_warehouse("W-OTHER")
        strategies.freight(other, [{"region1": "浙江省"}])
        publish(trade.skus[0], other)

        problems = draft_of(dora, trade.wanted({"A-1": 2})).problems
        assert [p.code for p in problems] == ["sku_stock_short"]


def publish(sku, house):
    SkuPublication.objects.create(sku=sku, display_warehouse=house)
