"""Bundles: their parts share the price to the cent; each dealer has its own."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.kernel.errors import Invalid, NotFound, NotPermitted
from platform_core.kernel.money import Currency, Money
from tenant_apps.strategies.bundles import Part, expanded
from tenant_apps.strategies.commands import bundles as commands
from tenant_apps.strategies.models import Bundle
from tests.factories import orders

D = Decimal
CNY = Currency.CNY
prices = st.decimals(0, 5000, places=2)


@given(
    parts=st.lists(st.tuples(st.integers(1, 40), prices), min_size=1, max_size=8),
    count=st.integers(1, 200),
    price=prices,
)
def test_the_parts_amounts_add_up_to_the_bundles_amount(parts, count, price):
    lines = expanded([Part(f"S{i}", D(q), p) for i, (q, p) in enumerate(parts)], D(count), price, CNY)

    amounts = [Money.rounded(line.sales_price * line.quantity, CNY) for line in lines]
    assert Money.total(amounts, CNY) == Money.rounded(price * count, CNY)
    assert [line.quantity for line in lines] == [q * count for q, _ in parts]


def test_the_price_is_shared_by_retail_value():
    lines = expanded([Part("TEA", D(2), D(30)), Part("CUP", D(1), D(40))], D(1), D(75), CNY)

    assert [(line.sku, line.sales_price) for line in lines] == [("TEA", D("22.5")), ("CUP", D(30))]


def test_without_a_price_each_sku_keeps_its_retail_price():
    assert [line.sales_price for line in expanded([Part("TEA", D(2), D(30))], D(3), None, CNY)] == [None]


@pytest.fixture
def trade(dealer):
    return orders.trade(dealer)


def values(**changed):
    items = [("A-1", D(2)), ("A-2", D(1))]
    return {"code": "SET", "name": "Tea set", "items": items, "sales_price": D("50"), **changed}


class TestEditing:
    def test_a_dealer_makes_changes_and_deletes_a_bundle(self, trade, dora):
        row = commands.add_bundle(actor=dora, values=values())
        assert list(row.items.values_list("sku__merchant_code", "quantity")) == [("A-1", 2), ("A-2", 1)]

        commands.change_bundle(actor=dora, bundle_id=row.public_id, changes={"items": [("A-3", D(5))]})
        assert list(row.items.values_list("sku__merchant_code", "quantity")) == [("A-3", 5)]

        commands.delete_bundle(actor=dora, bundle_id=row.public_id)
        assert not Bundle.objects.exists()

    @pytest.mark.parametrize(
        ("changed", "pointer", "code"),
        [
            ({"items": []}, "/items", "no_items"),
            ({"items": [("A-1", D(1)), ("A-1", D(1))]}, "/items/1/sku", "item_repeated"),
            ({"items": [("A-1", D("1.5"))]}, "/items/0/quantity", "quantity_not_whole"),
            ({"items": [("A-1", D(0))]}, "/items/0/quantity", "quantity_not_positive"),
            ({"items": [("NO-1", D(1))]}, "/items/0/sku", "not_offered"),
            ({"code": ""}, "/code", "required"),
            ({"code": "A-1"}, "/code", "code_of_a_sku"),
            ({"sales_price": D("1.234")}, "/sales_price", "price_too_precise"),
        ],
    )
    def test_bad_input_is_refused_at_its_field(self, trade, dora, changed, pointer, code):
        with pytest.raises(Invalid) as error:
            commands.add_bundle(actor=dora, values=values(**changed))
        assert [(p.pointer, p.code) for p in error.value.problems] == [(pointer, code)]
        assert not Bundle.objects.exists()

    def test_a_code_is_used_once_by_a_dealer(self, trade, dora):
        commands.add_bundle(actor=dora, values=values())
        with pytest.raises(Invalid):
            commands.add_bundle(actor=dora, values=values())

    def test_nobody_else_sees_or_changes_it(self, trade, dora, xavier, olga):
        row = commands.add_bundle(actor=dora, values=values())
        with pytest.raises(NotFound):
            commands.change_bundle(actor=xavier, bundle_id=row.public_id, changes={"name": "Mine"})
        with pytest.raises(NotFound):
            commands.delete_bundle(actor=olga, bundle_id=row.public_id)
        with pytest.raises(NotPermitted):
            commands.add_bundle(actor=olga, values=values())

    def test_a_table_adds_and_updates_all_or_none(self, trade, dora):
        commands.add_bundle(actor=dora, values=values())
        rows = [values(name="Better"), values(code="SET-2", name="Second")]
        assert commands.put_bundles(actor=dora, rows=rows) == {"added": 1, "updated": 1}
        with pytest.raises(Invalid):
            commands.put_bundles(actor=dora, rows=[values(name="Third"), values(code="X", items=[])])
        assert sorted(Bundle.objects.values_list("name", flat=True)) == ["Better", "Second"]
