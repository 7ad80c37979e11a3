"""Shipping: stock, order and shipment move together, once, and never beyond what was promised."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from platform_core.commands import KeyReused, StoredRefusal
from platform_core.kernel.errors import Invalid, NotFound, NotPermitted
from platform_core.kernel.flow import StepRefused
from platform_core.outbox.models import OutboxEntry
from tenant_apps.fulfilment.errors import NothingToShip, StockOutClosed
from tenant_apps.fulfilment.models import Shipment
from tenant_apps.inventory import operations as inventory
from tenant_apps.inventory.errors import OutOfStock, StockOutStarted
from tenant_apps.inventory.models import Movement, Stock
from tenant_apps.orders.commands.back import cancel_order, reject_order
from tenant_apps.orders.models import SalesOrderStep
from tests.factories.fulfilment import approved, carrier, ship

D = Decimal


def numbers(made):
    """(on hand, reserved) of each line's stock."""
    skus = [line.sku_id for line in made.lines()]
    return [
        (int(row.on_hand), int(row.reserved)) for row in Stock.objects.filter(sku__in=skus).order_by("sku_id")
    ]


def picture(made):
    """Everything that shipping may change."""
    made.order.refresh_from_db()
    made.stock_out.refresh_from_db()
    return (
        made.order.state,
        made.order.version,
        made.stock_out.state,
        [(line.shipped, line.received) for line in made.lines()],
        numbers(made),
        Shipment.objects.count(),
        Movement.objects.count(),
        OutboxEntry.objects.count(),
    )


def refused(error, made, act):
    before = picture(made)
    with pytest.raises(error) as caught, transaction.atomic():
        act()
    assert picture(made) == before
    return caught.value


def test_shipping_everything_moves_order_stock_and_document(olga, dealer):
    made = approved(dealer, ("10", "5"))

    shipment = ship(olga, made, tracking_number=" SF100 ")

    made.order.refresh_from_db()
    made.stock_out.refresh_from_db()
    assert shipment.number.startswith("SH")
    assert (shipment.state, shipment.tracking_number, shipment.carrier) == ("shipped", "SF100", carrier())
    assert [(x.stock_out_line.position, x.quantity) for x in shipment.lines.order_by("pk")] == [
        (1, 10),
        (2, 5),
    ]
    assert (made.order.state, made.stock_out.state) == ("shipped", "done")
    assert made.order.shipped_at is not None
    assert [line.shipped for line in made.lines()] == [10, 5]
    assert numbers(made) == [(99990, 0), (99995, 0)]
    step = SalesOrderStep.objects.get(order=made.order)
    assert (step.name, step.source, step.target, step.actor_name) == (
        "ship",
        "approved",
        "shipped",
        olga.name,
    )
    names = OutboxEntry.objects.order_by("id").values_list("name", flat=True)
    assert list(names) == ["fulfilment.shipment_sent", "orders.moved"]


def test_shipping_a_part_leaves_the_rest_promised(olga, dealer):
    made = approved(dealer, ("10", "5"))

    ship(olga, made, {1: "4"})

    made.order.refresh_from_db()
    made.stock_out.refresh_from_db()
    assert (made.order.state, made.stock_out.state) == ("partly_shipped", "open")
    assert made.order.shipped_at is None
    assert [line.shipped for line in made.lines()] == [4, 0]
    assert numbers(made) == [(99996, 6), (100000, 5)]


def test_the_rest_ships_afterwards(olga, dealer):
    made = approved(dealer, ("10", "5"))
    ship(olga, made, {1: "4", 2: "0"})

    ship(olga, made)

    made.order.refresh_from_db()
    made.stock_out.refresh_from_db()
    assert (made.order.state, made.stock_out.state) == ("shipped", "done")
    assert numbers(made) == [(99990, 0), (99995, 0)]
    assert Shipment.objects.count() == 2
    last = Shipment.objects.order_by("pk").last()
    assert [x.quantity for x in last.lines.order_by("pk")] == [6, 5]


def test_over_delivery_is_refused_at_its_line(olga, dealer):
    made = approved(dealer, ("10", "5"))
    ship(olga, made, {1: "4"})

    error = refused(Invalid, made, lambda: ship(olga, made, {2: "5", 1: "7"}))

    assert [(p.pointer, p.code, str(p)) for p in error.problems] == [
        ("/lines/1/quantity", "over_delivery", "Only 6 are left to ship.")
    ]


@pytest.mark.parametrize(
    ("quantities", "pointer", "code"),
    [
        ({1: "-1"}, "/lines/0/quantity", "quantity_negative"),
        ({1: "1.5"}, "/lines/0/quantity", "quantity_not_whole"),
        ({1: "NaN"}, "/lines/0/quantity", "quantity_invalid"),
        ({1: "Infinity"}, "/lines/0/quantity", "quantity_invalid"),
        ({1: "1", 7: "1"}, "/lines/1/position", "no_such_line"),
    ],
)
def test_a_quantity_that_cannot_leave_is_refused(olga, dealer, quantities, pointer, code):
    made = approved(dealer, ("10",))

    error = refused(Invalid, made, lambda: ship(olga, made, quantities))

    assert [(p.pointer, p.code) for p in error.problems] == [(pointer, code)]


def test_nothing_is_no_shipment(olga, dealer):
    made = approved(dealer, ("10",))

    refused(NothingToShip, made, lambda: ship(olga, made, {1: "0"}))


def test_texts_that_are_too_long_are_refused(olga, dealer):
    made = approved(dealer, ("10",))

    error = refused(Invalid, made, lambda: ship(olga, made, tracking_number="x" * 61, note="y" * 301))

    assert [p.pointer for p in error.problems] == ["/tracking_number", "/note"]


def test_goods_that_are_not_there_cannot_leave(olga, dealer):
    made = approved(dealer, ("10", "5", "8"))
    third = made.lines()[2].sku_id
    with transaction.atomic():
        inventory.put(
            actor=olga,
            operation_id=uuid.uuid4(),
            warehouse_id=made.order.warehouse_id,
            counts={third: D(3)},
            kind="count",
        )

    error = refused(OutOfStock, made, lambda: ship(olga, made, {1: "1", 2: "0", 3: "8"}))

    assert [p.pointer for p in error.problems] == ["/lines/2/quantity"]


def test_the_same_operation_ships_once(olga, dealer):
    made = approved(dealer, ("10",))
    operation = uuid.uuid4()

    first = ship(olga, made, {1: "4"}, operation_id=operation)
    again = ship(olga, made, {1: "4"}, operation_id=operation)

    assert again == first
    assert numbers(made) == [(99996, 6)]
    assert Shipment.objects.count() == 1


def test_the_same_operation_with_other_quantities_is_refused(olga, dealer):
    made = approved(dealer, ("10",))
    operation = uuid.uuid4()
    ship(olga, made, {1: "4"}, operation_id=operation)

    refused(KeyReused, made, lambda: ship(olga, made, {1: "5"}, operation_id=operation))


def test_a_refusal_is_remembered(olga, dealer):
    made = approved(dealer, ("10",))
    operation = uuid.uuid4()
    with pytest.raises(Invalid):
        ship(olga, made, {1: "11"}, operation_id=operation)

    error = refused(StoredRefusal, made, lambda: ship(olga, made, {1: "11"}, operation_id=operation))

    assert (error.code, error.status) == ("invalid", 422)
    assert [str(p) for p in error.problems] == ["Only 10 are left to ship."]


def test_nothing_more_leaves_a_finished_document(olga, dealer):
    made = approved(dealer, ("10",))
    ship(olga, made)

    refused(StockOutClosed, made, lambda: ship(olga, made))


def test_the_carrier_may_be_another(olga, dealer):
    made = approved(dealer, ("10",))
    other = carrier("YTO", "YTO Express")

    assert ship(olga, made, {1: "1"}, carrier="YTO").carrier == other
    assert ship(olga, made, {1: "1"}, carrier=other.public_id).carrier == other
    refused(NotFound, made, lambda: ship(olga, made, carrier="nobody"))


@pytest.mark.parametrize("act", [reject_order, cancel_order])
def test_a_shipped_order_is_not_taken_back(olga, dealer, act):
    made = approved(dealer, ("10",))
    ship(olga, made, {1: "1"})

    refused(
        StepRefused,
        made,
        lambda: act(actor=olga, operation_id=uuid.uuid4(), order_id=made.order.public_id, reason="no"),
    )


@pytest.mark.parametrize("act", [reject_order, cancel_order])
def test_a_packed_order_is_not_taken_back(olga, dealer, act):
    made = approved(dealer, ("10",))
    with transaction.atomic():
        inventory.mark_packed(
            source=inventory.Source("order", made.order.pk, made.order.number),
            packed={made.lines()[0].pk: D(1)},
        )

    refused(
        StockOutStarted,
        made,
        lambda: act(actor=olga, operation_id=uuid.uuid4(), order_id=made.order.public_id, reason="no"),
    )


def test_a_dealer_ships_nothing(dora, dealer):
    made = approved(dealer, ("10",))

    refused(NotPermitted, made, lambda: ship(dora, made))


def test_staff_of_another_warehouse_finds_no_stock_out(olga, dealer):
    made = approved(dealer, ("10",))
    from dataclasses import replace

    refused(NotFound, made, lambda: ship(replace(olga, warehouse_ids=frozenset({1})), made))
    refused(NotFound, made, lambda: ship(replace(olga, dealer_ids=frozenset({1})), made))


@pytest.mark.parametrize("part", [False, True])
def test_one_line_and_two_hundred_take_the_same_number_of_statements(olga, dealer, part):
    small, large = approved(dealer, ("10",)), approved(dealer, ("10",) * 200)

    counts = []
    for made in (small, large):
        quantities = {line.position: "3" for line in made.lines()} if part else None
        with CaptureQueriesContext(connection) as queries:
            ship(olga, made, quantities)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert Shipment.objects.order_by("pk").last().lines.count() == 200


def test_locks_are_taken_from_the_document_down_to_the_stock(olga, dealer):
    made = approved(dealer, ("10", "5", "3"))

    with CaptureQueriesContext(connection) as queries:
        ship(olga, made)

    locks = [q["sql"].split('FROM "')[1].split('"')[0] for q in queries if "FOR NO KEY UPDATE" in q["sql"]]
    order, out, stock = "orders_salesorder", "inventory_stockout", "inventory_stock"
    assert locks == [order, out, order, out, stock]
    ordered = next(q["sql"] for q in queries if f'FROM "{stock}"' in q["sql"] and "FOR NO KEY" in q["sql"])
    assert 'ORDER BY "inventory_stock"."id" ASC' in ordered
