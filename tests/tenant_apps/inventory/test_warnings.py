"""Warning lines: which rows are low, and that each fall is told once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import transaction

from platform_core.kernel.errors import Invalid, NotFound
from platform_core.outbox.models import OutboxEntry
from tenant_apps.access.models import SupplierSettings
from tenant_apps.inventory import queries
from tenant_apps.inventory.commands import WarningLine, set_warning_line, set_warning_lines, tell_low_stock
from tenant_apps.inventory.models import Stock
from tests.cast import actor_of, make_person
from tests.factories.inventory import D, demand, reserve, skus, stocked, warehouse


@pytest.fixture
def place(acme):
    return warehouse()


@pytest.fixture
def goods(place):
    goods = skus(3)
    stocked(place, goods, "10")
    return goods


def line(actor, sku, text):
    return set_warning_line(actor=actor, stock_id=Stock.objects.get(sku=sku).pk, warning_line=text)


def low(actor):
    return [row.sku.merchant_code for row in queries.stock_matching(actor, state="low", sort="sku")]


def told():
    rows = OutboxEntry.objects.filter(name="inventory.stock_low").order_by("pk")
    return [(row.body["merchant_code"], row.body["available"], row.body["warning_line"]) for row in rows]


def test_a_row_has_its_own_line_or_the_suppliers(olga, goods):
    assert low(olga) == []
    SupplierSettings.objects.update(stock_warning=10)
    assert low(olga) == ["A-1", "A-2", "A-3"]
    line(olga, goods[0], "9")
    line(olga, goods[1], "0")

    assert low(olga) == ["A-3"]
    assert queries.low_count(olga) == 1
    line(olga, goods[0], "")
    assert low(olga) == ["A-1", "A-3"]


def test_what_is_reserved_no_longer_counts(olga, place, goods):
    line(olga, goods[0], "5")
    assert low(olga) == []
    with transaction.atomic():
        reserve(place, [demand(goods[0], "5")])

    assert low(olga) == ["A-1"]


def test_a_fall_is_told_once_and_again_only_after_it_rose(olga, place, goods):
    line(olga, goods[0], "5")
    assert tell_low_stock(actor=olga) == 0
    stocked(place, goods[:1], "5")
    assert (tell_low_stock(actor=olga), told()) == (1, [("A-1", "5", "5")])
    stocked(place, goods[:1], "3")
    assert (tell_low_stock(actor=olga), told()) == (0, [("A-1", "5", "5")])
    stocked(place, goods[:1], "6")
    assert (tell_low_stock(actor=olga), len(told())) == (1, 1)
    stocked(place, goods[:1], "2")
    assert (tell_low_stock(actor=olga), told()) == (1, [("A-1", "5", "5"), ("A-1", "2", "5")])


@pytest.mark.parametrize(
    ("text", "code"), [("-1", "count_negative"), ("x", "count_not_a_number"), ("0.5", "count_too_fine")]
)
def test_a_wrong_line_is_refused(olga, goods, text, code):
    with pytest.raises(Invalid) as caught:
        line(olga, goods[0], text)

    assert [(p.pointer, p.code) for p in caught.value.problems] == [("/warning_line", code)]
    assert Stock.objects.filter(warning_line__isnull=False).count() == 0


def test_many_lines_have_a_result_each(olga, place, goods):
    skus(1, "B")
    items = [
        WarningLine("4", "A-1"),
        WarningLine("x", "A-2"),
        WarningLine("4", "B-1"),
        WarningLine(None, "A-3"),
    ]

    found = set_warning_lines(actor=olga, warehouse=place.public_id, items=items)

    assert [one["status"] for one in found] == [200, 422, 422, 200]
    assert [one["errors"][0]["code"] for one in found if "errors" in one] == [
        "count_not_a_number",
        "no_stock",
    ]
    assert list(Stock.objects.order_by("sku").values_list("warning_line", flat=True)) == [D(4), None, None]


def test_only_rows_of_the_ticked_warehouses(olga, place, goods, supplier_organisation):
    person = make_person(supplier_organisation, "kim", administrator=True)
    keeper = replace(actor_of(person), warehouse_ids=frozenset({warehouse("W2").pk}))

    with pytest.raises(NotFound):
        line(keeper, goods[0], "5")
    with pytest.raises(NotFound):
        set_warning_lines(actor=keeper, warehouse=place.public_id, items=[])
    assert Stock.objects.filter(warning_line__isnull=False).count() == 0
