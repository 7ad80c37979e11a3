"""Stock set by hand, by workbook and by another system."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from platform_core.kernel import clock
from platform_core.kernel.errors import Invalid, NotFound, NotPermitted
from tenant_apps.access.models import SupplierSettings
from tenant_apps.inventory import queries
from tenant_apps.inventory.commands import Counted, adjust_stock, import_stock, set_stock
from tenant_apps.inventory.errors import StockSynced
from tenant_apps.inventory.models import Movement, Stock
from tests.factories.inventory import D, numbers, skus, stocked, warehouse


@pytest.fixture
def place(acme):
    return warehouse()


@pytest.fixture
def tea(place):
    (sku,) = skus(1)
    return sku


def adjust(actor, place, sku, on_hand, reason="counted"):
    return adjust_stock(
        actor=actor,
        operation_id=uuid.uuid4(),
        warehouse=place.public_id,
        sku=sku.public_id,
        on_hand=on_hand,
        reason=reason,
    )


def take_over(actor, place, *rows):
    return import_stock(
        actor=actor,
        operation_id=uuid.uuid4(),
        warehouse=place.public_id,
        rows=[Counted(count, code) for code, count in rows],
    )


def tell(actor, place, *items):
    return set_stock(actor=actor, operation_id=uuid.uuid4(), warehouse=place.public_id, items=list(items))


def test_adjusting_sets_the_number_and_keeps_the_reason(olga, place, tea):
    adjust(olga, place, tea, "12", "broken box found")

    assert numbers(tea) == ("12", "0")
    moved = Movement.objects.get()
    assert (moved.kind, moved.note, moved.actor_name) == ("adjust", "broken box found", "Olga Owner")


@pytest.mark.parametrize(
    ("on_hand", "code"),
    [
        ("-1", "count_negative"),
        ("0.5", "count_too_fine"),
        ("many", "count_not_a_number"),
        ("1000000001", "count_too_large"),
        ("NaN", "count_not_a_number"),
    ],
)
def test_a_wrong_count_is_named_and_nothing_moves(olga, place, tea, on_hand, code):
    with pytest.raises(Invalid) as caught:
        adjust(olga, place, tea, on_hand)

    assert [(p.pointer, p.code) for p in caught.value.problems] == [("/on_hand", code)]
    assert Movement.objects.count() == 0


def test_the_quantity_precision_decides_about_fractions(olga, place, tea):
    SupplierSettings.objects.update(quantity_precision=1)

    adjust(olga, place, tea, "0.5")

    assert numbers(tea)[0] == "0.5"


def test_an_adjustment_needs_a_reason(olga, place, tea):
    with pytest.raises(Invalid) as caught:
        adjust(olga, place, tea, "1", " ")

    assert caught.value.problems[0].pointer == "/reason"


def test_an_erp_warehouse_is_not_adjusted_by_hand(olga, tea):
    erp = warehouse("ERP", kind="erp")

    with pytest.raises(StockSynced):
        adjust(olga, erp, tea, "1")
    with pytest.raises(StockSynced):
        take_over(olga, erp, ("A-1", "1"))


def test_an_import_sets_what_it_names_and_leaves_the_rest(olga, place):
    goods = skus(3)
    stocked(place, goods[:2], "5")

    changed = take_over(olga, place, ("A-2", "5"), ("A-3", "7"))

    assert changed == 1
    assert [numbers(sku)[0] for sku in goods] == ["5", "5", "7"]


def test_an_import_is_stored_whole_or_not_at_all(olga, place, tea):
    with pytest.raises(Invalid) as caught:
        take_over(olga, place, ("A-1", "5"), ("A-1", "6"), ("NO", "1"), ("A-1", "-1"))

    assert [(p.pointer, p.code) for p in caught.value.problems] == [
        ("/rows/1/merchant_code", "sku_twice"),
        ("/rows/2/merchant_code", "sku_unknown"),
        ("/rows/3/merchant_code", "sku_twice"),
        ("/rows/3/on_hand", "count_negative"),
    ]
    assert Stock.objects.count() == 0


@pytest.mark.parametrize("count", [1, 200])
def test_an_import_takes_the_same_statements_for_any_number_of_rows(
    olga, place, count, django_assert_num_queries
):
    goods = skus(count)
    rows = [(sku.merchant_code, "3") for sku in goods]

    with django_assert_num_queries(11):
        take_over(olga, place, *rows)


def test_another_system_gets_a_result_per_row(olga, place, tea):
    tea.external_id = "ERP-7"
    tea.save()

    results = tell(olga, place, Counted("4", external_id="ERP-7"), Counted("1", "NO"), Counted("x", "A-1"))

    assert results[0] == {"index": 0, "status": 200, "on_hand": "4"}
    assert [(r["status"], r["errors"][0]["code"]) for r in results[1:]] == [
        (422, "sku_unknown"),
        (422, "sku_twice"),
    ]
    assert numbers(tea)[0] == "4"


def test_g11_an_erp_warehouse_stores_the_synced_share(olga, tea):
    SupplierSettings.objects.update(stock_sync_percent=80)
    erp = warehouse("ERP", kind="erp")

    tell(olga, erp, Counted("101", "A-1"))

    assert numbers(tea)[0] == "80"
    assert Movement.objects.get().kind == "sync"


def test_the_scope_of_warehouses_binds(olga, sam, place, tea):
    from dataclasses import replace

    elsewhere = replace(olga, warehouse_ids=frozenset({place.pk + 1}))

    with pytest.raises(NotFound):
        adjust(elsewhere, place, tea, "1")
    with pytest.raises(NotPermitted):
        adjust(sam, place, tea, "1")
    stocked(place, [tea])

    assert queries.stock_visible_to(elsewhere).count() == 0
    assert queries.stock_visible_to(olga).count() == 1


def test_a_dealer_sees_no_stock_rows(dora, place, tea):
    with pytest.raises(NotPermitted):
        queries.stock_visible_to(dora)


def test_available_is_never_below_nothing(olga, place):
    goods = skus(2)
    stocked(place, goods, "5")
    Stock.objects.filter(sku=goods[1]).update(reserved=7)
    ids = [sku.pk for sku in goods]

    free = queries.available(warehouse_ids=[place.pk], sku_ids=ids)

    assert free == {(place.pk, ids[0]): D(5), (place.pk, ids[1]): D(0)}
    assert [row.available for row in queries.stock_matching(olga, sort="sku")] == [D(5), D(0)]


def test_stock_of_a_past_instant_comes_from_the_movements(olga, place):
    goods = skus(2)
    then = datetime(2026, 1, 1, tzinfo=UTC)
    with clock.at(then):
        stocked(place, goods[:1], "5")
    with clock.at(then + timedelta(days=2)):
        stocked(place, goods, "9")

    found = queries.stock_at(warehouse_id=place.pk, at=then + timedelta(days=1))

    assert found == {goods[0].pk: D(5), goods[1].pk: D(0)}


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"q": "a-1"}, ["A-1"]),
        ({"q": "lü"}, []),
        ({"state": "short"}, ["A-2"]),
        ({"state": "none"}, ["A-2"]),
        ({"state": "some"}, ["A-1", "A-3"]),
        ({"sort": "-sku"}, ["A-3", "A-2", "A-1"]),
    ],
)
def test_stock_is_found_and_sorted(olga, place, asked, codes):
    goods = skus(3)
    stocked(place, goods, "5")
    Stock.objects.filter(sku=goods[1]).update(reserved=7)

    found = [row.sku.merchant_code for row in queries.stock_matching(olga, **asked)]

    assert found == codes
