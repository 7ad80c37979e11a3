"""Reserving, giving back and taking out: all lines or none, each once."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.db import transaction

from platform_core.kernel.errors import NotFound
from platform_core.kernel.source import Source
from tenant_apps.inventory import operations
from tenant_apps.inventory.errors import OutOfStock, OverDelivery, StockOutStarted
from tenant_apps.inventory.models import Movement, Reservation, Stock, StockOut
from tests.factories.inventory import (
    ORDER,
    SYSTEM,
    D,
    create_stock_out,
    demand,
    numbers,
    reserve,
    skus,
    stocked,
    warehouse,
)


@pytest.fixture
def place(acme):
    return warehouse()


@pytest.fixture
def tea(place):
    """One SKU, 100 of it in the warehouse."""
    (sku,) = skus(1)
    stocked(place, [sku])
    return sku


def release(source=ORDER):
    operations.release(actor=SYSTEM, operation_id=uuid.uuid4(), source=source)


def consume(taken, source=ORDER):
    operations.consume(
        actor=SYSTEM,
        operation_id=uuid.uuid4(),
        source=source,
        taken={line: D(quantity) for line, quantity in taken.items()},
    )


def refused(error, act):
    """The refusal, and proof that nothing changed."""
    before = snapshot()
    with pytest.raises(error) as caught, transaction.atomic():
        act()
    assert snapshot() == before
    return caught.value


def snapshot():
    stock = list(Stock.objects.order_by("pk").values_list("on_hand", "reserved"))
    reservations = list(Reservation.objects.order_by("pk").values_list("quantity", "state"))
    return stock, reservations, Movement.objects.count(), list(StockOut.objects.values_list("state"))


def stock_out(place, dealer, demands, source=ORDER):
    return create_stock_out(
        source=source,
        warehouse=place,
        carrier=None,
        dealer=dealer,
        address=place,
        demands=demands,
        weight_kg=D("12.5"),
    )


def test_reserving_holds_the_stock_and_says_why(place, tea):
    reserve(place, [demand(tea, "30")])

    assert numbers(tea) == ("100", "30")
    held = Reservation.objects.get()
    assert (held.source_kind, held.source_id, held.source_line_id, held.quantity, held.state) == (
        "order",
        1,
        1,
        30,
        "active",
    )
    moved = Movement.objects.order_by("pk").last()
    assert (moved.kind, moved.reserved_delta, moved.on_hand_after, moved.reserved_after) == (
        "reserve",
        30,
        100,
        30,
    )


def test_g10_a_level_of_90_percent_sees_90_of_100(place, tea):
    reserve(place, [demand(tea, "90")], percent="90")

    assert numbers(tea) == ("100", "90")


def test_g11_synced_80_of_100_at_90_percent_leaves_72(place):
    (sku,) = skus(1)
    stocked(place, [sku], "80")

    refused(OutOfStock, lambda: reserve(place, [demand(sku, "73")], percent="90"))
    reserve(place, [demand(sku, "72")], percent="90")

    assert numbers(sku) == ("80", "72")


def test_g12_91_of_90_is_refused_at_its_line(place, tea):
    error = refused(OutOfStock, lambda: reserve(place, [demand(tea, "91")], percent="90"))

    (problem,) = error.problems
    assert (problem.pointer, problem.code) == ("/lines/0/quantity", "out_of_stock")
    assert problem.facts == {"sku": "A-1", "free": "90", "asked": "91"}


def test_g13_exactly_the_share_is_enough(place, tea):
    reserve(place, [demand(tea, "90")], percent="90")

    assert numbers(tea)[1] == "90"


def test_a_share_of_one_piece_is_none(place):
    (sku,) = skus(1)
    stocked(place, [sku], "1")

    refused(OutOfStock, lambda: reserve(place, [demand(sku, "1")], percent="90"))


def test_all_lines_or_none_and_every_short_line_is_named(place):
    goods = skus(3)
    stocked(place, goods, "5")
    lines = [demand(goods[0], "6", 1), demand(goods[1], "5", 2), demand(goods[2], "7", 3)]

    error = refused(OutOfStock, lambda: reserve(place, lines))

    assert [problem.pointer for problem in error.problems] == ["/lines/0/quantity", "/lines/2/quantity"]


def test_lines_of_one_sku_count_together(place, tea):
    error = refused(OutOfStock, lambda: reserve(place, [demand(tea, "60", 1), demand(tea, "41", 2)]))
    assert error.problems[0].facts["free"] == "40"

    reserve(place, [demand(tea, "60", 1), demand(tea, "40", 2)])

    assert numbers(tea) == ("100", "100")
    assert Movement.objects.filter(kind="reserve").count() == 1


def test_a_sku_the_warehouse_never_had_is_out_of_stock(place, tea):
    other = warehouse("W2")

    refused(OutOfStock, lambda: reserve(other, [demand(tea, "1")]))


@pytest.mark.parametrize("count", [1, 10, 200])
def test_reserving_takes_the_same_statements_for_any_number_of_lines(place, count, django_assert_num_queries):
    goods = skus(count)
    stocked(place, goods)
    lines = [demand(sku, "2", line) for line, sku in enumerate(goods, start=1)]

    with django_assert_num_queries(2):
        reserve(place, lines)

    with django_assert_num_queries(4):
        release()


@pytest.mark.parametrize("count", [1, 200])
def test_shipping_takes_the_same_statements_for_any_number_of_lines(
    place, dealer, count, django_assert_num_queries
):
    goods = skus(count)
    stocked(place, goods)
    lines = [demand(sku, "2", line) for line, sku in enumerate(goods, start=1)]
    reserve(place, lines)
    stock_out(place, dealer, lines)

    with django_assert_num_queries(8):
        consume({line.line_id: "1" for line in lines})


def test_giving_back_happens_once(place, tea):
    reserve(place, [demand(tea, "30")])

    release()
    release()

    assert numbers(tea) == ("100", "0")
    assert Movement.objects.filter(kind="release").count() == 1


def test_a_line_can_be_reserved_again_after_it_was_given_back(place, tea):
    reserve(place, [demand(tea, "30")])
    release()

    reserve(place, [demand(tea, "40")])

    assert numbers(tea) == ("100", "40")


def test_shipping_takes_from_on_hand_and_reserved(place, tea, dealer):
    reserve(place, [demand(tea, "30")])
    document = stock_out(place, dealer, [demand(tea, "30")])

    consume({1: "30"})

    assert numbers(tea) == ("70", "0")
    assert Reservation.objects.get().state == "consumed"
    document.refresh_from_db()
    assert document.state == "done"


def test_a_partly_shipped_line_keeps_its_rest_reserved(place, tea, dealer):
    reserve(place, [demand(tea, "30")])
    document = stock_out(place, dealer, [demand(tea, "30")])

    consume({1: "10"})

    assert numbers(tea) == ("90", "20")
    document.refresh_from_db()
    assert document.state == "open"
    line = document.lines.get()
    assert (line.packed, line.shipped) == (10, 10)

    consume({1: "20"})

    assert numbers(tea) == ("70", "0")
    assert sorted(Reservation.objects.values_list("quantity", "state")) == [
        (Decimal(10), "consumed"),
        (Decimal(20), "consumed"),
    ]
    document.refresh_from_db()
    assert document.state == "done"


def test_the_rest_can_be_given_back_and_the_document_closed(place, tea, dealer):
    reserve(place, [demand(tea, "30")])
    document = stock_out(place, dealer, [demand(tea, "30")])
    consume({1: "10"})

    release()
    operations.close_stock_out(source=ORDER)

    assert numbers(tea) == ("90", "0")
    document.refresh_from_db()
    assert document.state == "done"


def test_over_delivery_is_refused(place, tea, dealer):
    reserve(place, [demand(tea, "30")])
    stock_out(place, dealer, [demand(tea, "30")])

    error = refused(OverDelivery, lambda: consume({1: "31"}))

    assert error.problems[0].facts == {"left": "30", "asked": "31"}


def test_shipping_what_was_never_reserved_is_refused(place, tea):
    refused(OverDelivery, lambda: consume({1: "1"}))


def test_what_is_not_there_cannot_be_shipped(place, tea):
    reserve(place, [demand(tea, "30")])
    stocked(place, [tea], "20")

    error = refused(OutOfStock, lambda: consume({1: "30"}))

    assert error.problems[0].facts == {"free": "20", "asked": "30"}


def test_a_count_below_what_is_reserved_blocks_new_reservations_only(place, tea):
    reserve(place, [demand(tea, "30")])

    stocked(place, [tea], "20")

    assert numbers(tea) == ("20", "30")
    error = refused(OutOfStock, lambda: reserve(place, [demand(tea, "1", 2)], source=Source("order", 2)))
    assert error.problems[0].facts["free"] == "0"


def test_a_count_that_changes_nothing_moves_nothing(place, tea):
    stocked(place, [tea], "100")

    assert Movement.objects.count() == 1


@pytest.mark.parametrize("count", [1, 200])
def test_a_count_takes_the_same_statements_for_any_number_of_skus(place, count, django_assert_num_queries):
    goods = skus(count)

    with django_assert_num_queries(5):  # two of them open and end the savepoint
        stocked(place, goods)


def test_an_untouched_document_can_be_taken_back(place, tea, dealer):
    stock_out(place, dealer, [demand(tea, "30")])

    operations.void_stock_out(source=ORDER)
    operations.void_stock_out(source=ORDER)

    assert StockOut.objects.get().state == "void"
    stock_out(place, dealer, [demand(tea, "10")])


def test_a_packed_document_cannot_be_taken_back(place, tea, dealer):
    stock_out(place, dealer, [demand(tea, "30")])
    operations.mark_packed(source=ORDER, packed={1: D(10)})

    refused(StockOutStarted, lambda: operations.void_stock_out(source=ORDER))
    operations.mark_packed(source=ORDER, packed={1: D(-10)})
    operations.void_stock_out(source=ORDER)

    assert StockOut.objects.get().state == "void"


def test_packing_stays_within_the_document(place, tea, dealer):
    reserve(place, [demand(tea, "30")])
    stock_out(place, dealer, [demand(tea, "30")])

    refused(OverDelivery, lambda: operations.mark_packed(source=ORDER, packed={1: D(31)}))
    refused(NotFound, lambda: operations.mark_packed(source=Source("order", 9), packed={1: D(1)}))
    consume({1: "10"})
    refused(StockOutStarted, lambda: operations.mark_packed(source=ORDER, packed={1: D(-1)}))


def test_what_is_packed_counts_once_when_it_is_shipped(place, tea, dealer):
    reserve(place, [demand(tea, "30")])
    document = stock_out(place, dealer, [demand(tea, "30")])
    operations.mark_packed(source=ORDER, packed={1: D(20)})

    consume({1: "20"})

    line = document.lines.get()
    assert (line.packed, line.shipped) == (20, 20)
