"""Prices of packs: kept exactly or refused with the nearest that can be; shown beside the unit's price."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from platform_core.kernel.errors import FieldProblem, Invalid
from tenant_apps.access.models import SupplierSettings
from tenant_apps.catalog.models import Pack
from tenant_apps.strategies import commands, queries
from tenant_apps.strategies.models import DealerItem, PriceRule, StrategyItem
from tenant_apps.strategies.packs import Packs, pack_prices, unit_price
from tenant_apps.strategies.queries import price_rules_sheet
from tenant_apps.strategies.rules import ItemChange
from tests.factories import strategies as make

D = Decimal
BOTTLE = Packs("A-1", "bottle", {"case": D(12), "half": D("0.5")})


@pytest.mark.parametrize(
    ("price", "pack", "unit"),
    [
        ("118.80", "case", "9.90"),
        ("118.80", "", "118.80"),
        ("118.80", "bottle", "118.80"),
        ("0", "case", "0"),
        ("1.25", "half", "2.5"),
    ],
)
def test_a_price_for_a_pack_is_that_of_a_unit_times_what_it_holds(price, pack, unit):
    assert unit_price(D(price), pack, BOTTLE, 2) == D(unit)


@pytest.mark.parametrize(
    ("price", "places", "said"),
    [
        ("118.90", 2, "makes no exact price of one bottle, as prices have 2 decimals. Take 118.8 or 118.92."),
        (
            "118.86",
            2,
            "makes 9.905 for one bottle, and prices have 2 decimals. Take 118.8 or 118.92, or more",
        ),
        ("119", 0, "Take 108 or 120."),
    ],
)
def test_what_a_unit_cannot_express_is_refused_with_the_nearest_that_it_can(price, places, said):
    problem = unit_price(D(price), "case", BOTTLE, places)

    assert problem.code == "pack_price_inexact"
    assert said in str(problem)


@pytest.mark.parametrize(
    ("price", "pack", "of", "code", "pointer"),
    [
        ("1", "crate", BOTTLE, "no_such_pack", "/pack"),
        ("1", "case", None, "pack_without_sku", "/pack"),
        ("-12", "case", BOTTLE, "price_negative", "/price"),
        ("NaN", "case", BOTTLE, "price_invalid", "/price"),
        ("1e30", "case", BOTTLE, "price_too_large", "/price"),
    ],
)
def test_what_else_is_refused(price, pack, of, code, pointer):
    problem = unit_price(D(price), pack, of, 2)

    assert (problem.code, problem.pointer) == (code, pointer)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.decimals(0, 10**9, places=6),
    st.decimals("0.001", 10**6, places=3),
    st.integers(0, 6),
)
def test_a_pack_price_is_kept_to_the_last_digit_or_refused(price, units, places):
    found = unit_price(price, "case", Packs("A", "piece", {"case": units}), places)

    if isinstance(found, FieldProblem):
        assume(found.code == "pack_price_inexact")
        lower, upper = D(found.facts["lower"]), D(found.facts["upper"])
        assert lower < price < upper
        assert not isinstance(
            unit_price(lower, "case", Packs("A", "piece", {"case": units}), places), FieldProblem
        )
    else:
        assert pack_prices([("case", units)], lambda _quantity: found)[0].price == price
        assert -found.normalize().as_tuple().exponent <= places


@pytest.fixture
def cased(olga, dealer):
    """Two SKUs sold in cases of 12, in a strategy that the dealer buys by."""
    SupplierSettings.objects.update(unit_price_precision=2)
    goods = make.skus(2)
    for sku in goods:
        Pack.objects.create(sku=sku, name="case", units=D(12))
    strategy = make.strategy(goods=goods, price="10")
    make.assign(dealer, strategy)
    return strategy, goods


class TestOnEveryPath:
    def test_a_strategys_price(self, olga, cased):
        strategy, _goods = cased
        items = [ItemChange("A-1", D("118.80"), pack="case"), ItemChange("A-2", D(9))]

        commands.put_items(actor=olga, strategy_id=strategy.public_id, items=items)

        assert sorted(StrategyItem.objects.values_list("settlement_price", flat=True)) == [D(9), D("9.9")]

    def test_a_dealers_own_price(self, olga, dealer, cased):
        items = [ItemChange("A-1", D("114"), pack="case")]

        commands.put_own_items(actor=olga, dealer_id=dealer.public_id, items=items)

        assert DealerItem.objects.get().settlement_price == D("9.5")

    @pytest.mark.parametrize(("price", "pack"), [("118.90", "case"), ("12", "crate"), (None, "case")])
    def test_refused_and_nothing_changed(self, olga, dealer, cased, price, pack):
        strategy, _goods = cased
        items = [ItemChange("A-2", D(1)), ItemChange("A-1", price and D(price), pack=pack)]

        for asked in (
            lambda: commands.put_items(actor=olga, strategy_id=strategy.public_id, items=items),
            lambda: commands.put_own_items(actor=olga, dealer_id=dealer.public_id, items=items),
        ):
            with pytest.raises(Invalid) as refused:
                asked()
            assert [one.pointer.startswith("/items/1/") for one in refused.value.problems] == [True]
        assert set(StrategyItem.objects.values_list("settlement_price", flat=True)) == {D(10)}
        assert not DealerItem.objects.exists()

    def test_a_price_rule(self, olga, dealer, cased):
        values = {"dealer": dealer.code, "sku": "A-1", "fixed": D("118.8"), "pack": "case"}

        rule = commands.add_price_rule(actor=olga, values=values)
        commands.change_price_rule(
            actor=olga, rule_id=rule.public_id, changes={"fixed": D("117.6"), "pack": "case"}
        )

        assert PriceRule.objects.get().fixed == D("9.8")

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"fixed": D("118.9"), "pack": "case"}, "/fixed"),
            ({"fixed": D(12), "pack": "crate"}, "/pack"),
            ({"rate": D("0.9"), "pack": "case"}, "/pack"),
            ({"sku": None, "fixed": D(12), "pack": "case"}, "/pack"),
        ],
    )
    def test_a_wrong_price_rule_names_the_field(self, olga, dealer, cased, changes, pointer):
        values = {"dealer": dealer.code, "sku": "A-1", **changes}

        with pytest.raises(Invalid) as refused:
            commands.add_price_rule(actor=olga, values=values)

        assert [one.pointer for one in refused.value.problems] == [pointer]
        assert not PriceRule.objects.exists()

    def test_workbooks(self, olga, dealer, cased):
        strategy, _goods = cased
        book = b"Merchant code,Settlement price,Price is for\nA-1,118.80,case\nA-2,118.90,case\n"
        rules = f"Dealer code,Merchant code,Fixed price,Price is for\n{dealer.code},A-1,118.8,case\n"

        prices = queries.goods_preview(strategy, io.BytesIO(book), "p.csv", places=2, locale="en")
        found = price_rules_sheet.rules_preview(olga, io.BytesIO(rules.encode()), "r.csv", locale="en")

        assert [(one.row, one.column_letter) for one in prices.table.errors] == [(3, "B")]
        assert prices.table.errors[0].facts["upper"] == "118.92"
        assert [line.rule.fixed for line in found.lines] == [D("9.9")]

    def test_over_the_api(self, as_olga, cased, dealer):
        strategy, _goods = cased
        items = {"items": [{"merchant_code": "A-1", "price": "118.80", "pack": "case"}]}
        address = f"/api/v1/goods-strategies/{strategy.public_id}/items"

        stored = as_olga.post(address, items, content_type="application/json")
        rule = {"dealer": dealer.code, "sku": "A-2", "fixed": "118.9", "pack": "case"}
        refused = as_olga.post("/api/v1/price-rules", rule, content_type="application/json")

        assert stored.json()["results"][0]["outcome"] == "updated"
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["code"] == "pack_price_inexact"

    def test_on_the_pages(self, as_olga, cased, dealer):
        strategy, _goods = cased
        item = {"merchant_code": "A-1", "price": "118.80", "pack": "case"}
        rule = {"dealer": dealer.code, "sku": "A-2", "fixed": "118.9", "pack": "case"}

        added = as_olga.post(f"/strategies/goods/{strategy.public_id}/items/add", item)
        refused = as_olga.post("/strategies/prices/new", rule)

        assert added.status_code == 302
        assert StrategyItem.objects.get(sku__merchant_code="A-1").settlement_price == D("9.9")
        assert refused.status_code == 422
        assert "Take 118.8 or 118.92" in refused.content.decode()

    def test_one_statement_more_for_any_number_of_packs(self, olga, cased):
        strategy, _goods = cased
        counts = []
        for count in (1, 2):
            items = [ItemChange(f"A-{n}", D(12 * n), pack="case") for n in range(1, count + 1)]
            with CaptureQueriesContext(connection) as asked:
                commands.put_items(actor=olga, strategy_id=strategy.public_id, items=items)
            counts.append(len(asked))
        assert counts[0] == counts[1]


class TestShown:
    def test_a_case_costs_what_so_many_units_cost(self, dora, dealer, cased):
        """From 12 bottles on one costs 9.90, so a case is 118.80, not 120."""
        _strategy, goods = cased
        PriceRule.objects.create(dealer=dealer, sku=goods[0], fixed=D("9.90"), from_quantity=12)

        rows = queries.offered_skus(dora, dealer)[0:10]

        assert [[(one.name, one.units, one.price) for one in row["pack_prices"]] for row in rows] == [
            [("case", 12, D("118.80"))],
            [("case", 12, D(120))],
        ]

    def test_on_my_goods_and_the_suppliers_page(self, as_dora, as_olga, dealer, cased):
        pages = [
            as_dora.get("/strategies/my-goods"),
            as_olga.get(f"/strategies/dealers/{dealer.public_id}"),
        ]

        for page in pages:
            assert "120.00/case" in page.content.decode().replace("¥", "").replace("\xa0", "")
