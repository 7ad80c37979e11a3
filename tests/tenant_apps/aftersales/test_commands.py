"""Receiving: what arrived is said once, differences stay visible, the last receipt ends the order."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from platform_core.kernel import clock
from platform_core.kernel.errors import Invalid, NotFound, NotPermitted
from platform_core.outbox.models import OutboxEntry
from tenant_apps.access.models import SupplierSettings
from tenant_apps.aftersales import queries
from tenant_apps.aftersales.commands import confirm_receipt
from tenant_apps.aftersales.errors import AlreadyReceived
from tenant_apps.aftersales.models import Receipt
from tenant_apps.aftersales.rules import ReceivedLine
from tenant_apps.aftersales.tasks import confirm_overdue
from tenant_apps.orders.models import SalesOrderStep
from tests.factories.dealers import make_shop
from tests.factories.fulfilment import approved, ship

D = Decimal


def confirm(actor, shipment, *lines, operation=None, **asked):
    return confirm_receipt(
        actor=actor,
        operation_id=operation or uuid.uuid4(),
        shipment_id=shipment.public_id,
        lines=tuple(ReceivedLine(position, D(received), more) for position, received, more in lines),
        **asked,
    )


def picture(made):
    made.order.refresh_from_db()
    return (
        made.order.state,
        made.order.version,
        [line.received for line in made.lines()],
        Receipt.objects.count(),
        OutboxEntry.objects.count(),
    )


def refused(error, made, act):
    before = picture(made)
    with pytest.raises(error) as caught, transaction.atomic():
        act()
    assert picture(made) == before
    return caught.value


def test_shipped_100_received_98_leaves_a_difference_of_2(olga, dora, dealer):
    made = approved(dealer, ("100", "5"))
    shipment = ship(olga, made)

    receipt = confirm(dora, shipment, (1, "98", True), note=" two broken ")

    lines = [(x.shipped, x.received, x.difference, x.replenish) for x in receipt.lines.order_by("pk")]
    assert lines == [(100, 98, 2, True), (5, 5, 0, False)]
    assert (receipt.note, receipt.actor_name, receipt.automatic) == ("two broken", dora.name, False)
    assert [line.received for line in made.lines()] == [98, 5]
    told = OutboxEntry.objects.get(name="aftersales.receipt_confirmed").body
    assert (told["shipment_number"], told["short"], told["automatic"]) == (shipment.number, True, False)


def test_the_last_receipt_completes_the_order(olga, dora, dealer):
    made = approved(dealer, ("10",))
    first, second = ship(olga, made, {1: "4"}), ship(olga, made)

    confirm(dora, second)
    made.order.refresh_from_db()
    assert made.order.state == "shipped"
    confirm(dora, first)

    made.order.refresh_from_db()
    first.refresh_from_db()
    assert (made.order.state, first.state) == ("completed", "received")
    assert made.order.completed_at is not None
    names = SalesOrderStep.objects.filter(order=made.order).order_by("pk").values_list("name", "actor_name")
    assert list(names) == [("ship", olga.name), ("ship", olga.name), ("complete", dora.name)]


def test_what_was_not_shipped_keeps_the_order_open(olga, dora, dealer):
    made = approved(dealer, ("10",))

    confirm(dora, ship(olga, made, {1: "4"}))

    made.order.refresh_from_db()
    assert made.order.state == "partly_shipped"


def test_the_rest_shipped_later_still_completes(olga, dora, dealer):
    made = approved(dealer, ("10",))
    confirm(dora, ship(olga, made, {1: "4"}))

    confirm(dora, ship(olga, made))

    made.order.refresh_from_db()
    assert (made.order.state, [line.received for line in made.lines()]) == ("completed", [10])


def test_a_second_receipt_is_refused(olga, dora, dealer):
    made = approved(dealer, ("10",))
    shipment = ship(olga, made)
    confirm(dora, shipment)

    refused(AlreadyReceived, made, lambda: confirm(dora, shipment))


def test_the_same_operation_receives_once(olga, dora, dealer):
    made = approved(dealer, ("10",))
    shipment, operation = ship(olga, made), uuid.uuid4()

    first = confirm(dora, shipment, (1, "9", False), operation=operation)

    assert confirm(dora, shipment, (1, "9", False), operation=operation) == first
    assert [line.received for line in made.lines()] == [9]


def test_more_than_was_shipped_is_a_difference_too(olga, dora, dealer):
    made = approved(dealer, ("10",))

    receipt = confirm(dora, ship(olga, made), (1, "12", True))

    assert [(x.difference, x.replenish) for x in receipt.lines.all()] == [(-2, False)]


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ([(1, "-1", False)], "/lines/0/received", "quantity_negative"),
        ([(1, "0.5", False)], "/lines/0/received", "quantity_not_whole"),
        ([(1, "NaN", False)], "/lines/0/received", "quantity_invalid"),
        ([(1, "99999999999", False)], "/lines/0/received", "quantity_too_large"),
        ([(1, "1", False), (3, "1", False)], "/lines/1/position", "no_such_line"),
        ([(1, "1", False), (1, "1", False)], "/lines/1/position", "line_twice"),
    ],
)
def test_what_cannot_have_arrived_is_refused(olga, dora, dealer, said, pointer, code):
    made = approved(dealer, ("10",))
    shipment = ship(olga, made)

    error = refused(Invalid, made, lambda: confirm(dora, shipment, *said))

    assert [(p.pointer, p.code) for p in error.problems] == [(pointer, code)]


def test_nobody_confirms_for_another_dealer(olga, xavier, dealer, dora):
    made = approved(dealer, ("10",))
    shipment = ship(olga, made)

    refused(NotFound, made, lambda: confirm(xavier, shipment))
    refused(NotPermitted, made, lambda: confirm(replace(dora, grants=frozenset()), shipment))


def test_a_person_of_one_shop_sees_only_its_deliveries(olga, dora, dealer):
    mine, other = make_shop(dealer, "A"), make_shop(dealer, "B")
    own, foreign = approved(dealer, ("1",), shop=mine), approved(dealer, ("1",), shop=other)
    shipment, hidden = ship(olga, own), ship(olga, foreign)
    person = replace(dora, shop_ids=frozenset({mine.pk}))

    assert list(queries.to_receive(person)) == [shipment]
    refused(NotFound, foreign, lambda: confirm(person, hidden))
    confirm(dora, hidden)
    assert list(queries.receipts_visible_to(person)) == []


def test_staff_sees_the_receipts_of_its_warehouses_and_dealers(olga, dora, dealer):
    made = approved(dealer, ("1",))
    receipt = confirm(dora, ship(olga, made))
    here, there = made.order.warehouse_id, made.order.warehouse_id + 1

    assert list(queries.receipts_visible_to(replace(olga, warehouse_ids=frozenset({here})))) == [receipt]
    assert list(queries.receipts_visible_to(replace(olga, warehouse_ids=frozenset({there})))) == []
    assert list(queries.receipts_visible_to(replace(olga, dealer_ids=frozenset({dealer.pk})))) == [receipt]
    assert list(queries.receipts_visible_to(replace(olga, dealer_ids=frozenset({dealer.pk + 1})))) == []


def overdue():
    """What the beat's task does for the served supplier."""
    return confirm_overdue.run()


def test_a_shipment_nobody_confirms_confirms_itself_after_n_days(olga, dealer):
    made = approved(dealer, ("10", "5"))
    SupplierSettings.objects.update(complete_after_days=7)
    start = clock.now()
    with clock.at(start):
        shipment = ship(olga, made)

    with clock.at(start + timedelta(days=7)):
        assert overdue() == 0
    with clock.at(start + timedelta(days=7, seconds=1)):
        assert overdue() == 1
        assert overdue() == 0

    receipt = Receipt.objects.get()
    made.order.refresh_from_db()
    shipment.refresh_from_db()
    assert (receipt.shipment, receipt.automatic, receipt.actor_name) == (shipment, True, "automatic receipt")
    assert receipt.created_at == shipment.received_at == start + timedelta(days=7, seconds=1)
    assert [(x.shipped, x.received) for x in receipt.lines.order_by("pk")] == [(10, 10), (5, 5)]
    assert made.order.state == "completed"


def test_automatic_receipt_leaves_what_was_confirmed_alone(olga, dora, dealer):
    made = approved(dealer, ("10",))
    start = clock.now()
    with clock.at(start):
        confirm(dora, ship(olga, made), (1, "9", False))

    with clock.at(start + timedelta(days=365)):
        assert overdue() == 0

    assert [line.received for line in made.lines()] == [9]


def test_one_line_and_two_hundred_take_the_same_number_of_statements(olga, dora, dealer):
    counts = []
    for size in (1, 200):
        made = approved(dealer, ("10",) * size)
        shipment = ship(olga, made)
        said = [(line.position, "9", True) for line in made.lines()]
        with CaptureQueriesContext(connection) as statements:
            confirm(dora, shipment, *said)
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_locks_go_from_the_order_to_the_shipment(olga, dora, dealer):
    made = approved(dealer, ("10",))
    shipment = ship(olga, made)

    with CaptureQueriesContext(connection) as statements:
        confirm(dora, shipment)

    locks = [q["sql"].split('FROM "')[1].split('"')[0] for q in statements if "FOR NO KEY UPDATE" in q["sql"]]
    assert locks == ["orders_salesorder", "fulfilment_shipment", "orders_salesorder"]
