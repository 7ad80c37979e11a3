"""Transfers: what leaves one warehouse is in transit until it arrives, comes back or is lost."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from django.db import transaction

from platform_core.kernel.errors import Conflict, Invalid, NotFound
from platform_core.kernel.flow import StepRefused
from tenant_apps.inventory import commands, queries
from tenant_apps.inventory.errors import NotYourWarehouse, OutOfStock, StockSynced
from tenant_apps.inventory.models import Movement, Stock, StockTransfer, StockTransferLine
from tenant_apps.inventory.states import TRANSFER_FLOW, TransferState
from tenant_apps.logistics.models import Warehouse
from tests.cast import actor_of, make_person
from tests.factories.inventory import demand, reserve, skus, stocked, warehouse
from tests.factories.stock_documents import arrived, on_hand, step, transfer


@pytest.fixture
def here(acme):
    return warehouse("W1")


@pytest.fixture
def there(acme):
    return warehouse("W2")


@pytest.fixture
def goods(here):
    goods = skus(2)
    stocked(here, goods, "10")
    return goods


def kept():
    stock = list(Stock.objects.order_by("pk").values_list("on_hand", "reserved"))
    lines = list(StockTransferLine.objects.order_by("pk").values_list("quantity", "received"))
    return stock, lines, Movement.objects.count(), list(StockTransfer.objects.values_list("state", "version"))


def refused(error, act):
    before = kept()
    with pytest.raises(error) as caught:
        act()
    assert kept() == before
    return caught.value


def told(error):
    return [(problem.pointer, problem.code) for problem in error.problems]


def lie(here, there, goods):
    return [(int(on_hand(here, sku)), int(on_hand(there, sku))) for sku in goods]


def test_sent_goods_lie_in_neither_warehouse_until_they_arrive(olga, here, there, goods):
    row = transfer(olga, here, there, A_1="4", A_2="1")
    assert lie(here, there, goods) == [(10, 0), (10, 0)]

    step(olga, "send", row)

    assert lie(here, there, goods) == [(6, 0), (9, 0)]
    coming = queries.stock_visible_to(olga).get(warehouse=there, sku=goods[0])
    assert (coming.available, coming.in_transit, coming.orderable) == (0, 4, 4)

    step(olga, "receive", row)

    assert lie(here, there, goods) == [(6, 4), (9, 1)]
    coming = queries.stock_visible_to(olga).get(warehouse=there, sku=goods[0])
    assert (coming.available, coming.in_transit, coming.orderable) == (4, 0, 4)
    kinds = Movement.objects.filter(source_kind="stock_transfer").values_list("kind", "on_hand_delta")
    assert sorted(kinds) == [
        ("transfer_in", 1),
        ("transfer_in", 4),
        ("transfer_out", -4),
        ("transfer_out", -1),
    ]


def test_what_does_not_arrive_is_lost_and_stays_named(olga, here, there, goods):
    row = step(olga, "send", transfer(olga, here, there, A_1="4", A_2="1"))

    step(olga, "receive", row, received=arrived(A_1="3", A_2="0"))

    assert lie(here, there, goods) == [(6, 3), (9, 0)]
    assert [(line.quantity, line.received, line.lost) for line in queries.lines_of_transfer(row)] == [
        (4, 3, 1),
        (1, 0, 1),
    ]
    notes = Movement.objects.filter(kind="transfer_in").order_by("pk").values_list("note", flat=True)
    assert list(notes) == [f"{row.number}: 1 of 4 lost on the way", f"{row.number}: 1 of 1 lost on the way"]


def test_returned_goods_lie_where_they_lay(olga, here, there, goods):
    row = step(olga, "send", transfer(olga, here, there, A_1="4"))

    step(olga, "return", row)

    assert lie(here, there, goods) == [(10, 0), (10, 0)]
    assert queries.stock_visible_to(olga).get(warehouse=there).orderable == 0


def test_what_is_reserved_is_not_sent(olga, here, there, goods):
    with transaction.atomic():
        reserve(here, [demand(goods[1], "8")])
    row = transfer(olga, here, there, A_1="10", A_2="3")

    error = refused(OutOfStock, lambda: step(olga, "send", row))

    assert told(error) == [("/lines/1/quantity", "out_of_stock")]
    assert error.problems[0].facts == {"sku": "A-2", "free": "2", "asked": "3"}


def test_not_more_arrives_than_was_sent(olga, here, there, goods):
    row = step(olga, "send", transfer(olga, here, there, A_1="4"))

    error = refused(Invalid, lambda: step(olga, "receive", row, received=arrived(A_1="5", A_2="1", NO="1")))

    assert sorted(told(error)) == [
        ("/received/0/quantity", "more_than_sent"),
        ("/received/1/merchant_code", "not_sent"),
        ("/received/2/merchant_code", "sku_unknown"),
    ]


def test_wrong_lines_are_named(olga, here, there, goods):
    error = refused(Invalid, lambda: transfer(olga, here, there, A_1="0", A_2="-1", NO="1"))
    assert told(error) == [
        ("/lines/0/quantity", "quantity_not_positive"),
        ("/lines/1/quantity", "count_negative"),
        ("/lines/2/merchant_code", "sku_unknown"),
    ]
    assert told(refused(Invalid, lambda: transfer(olga, here, here, A_1="1"))) == [
        ("/destination", "same_warehouse")
    ]
    assert told(refused(Invalid, lambda: transfer(olga, here, there))) == [("/lines", "no_lines")]


def test_an_erp_warehouse_is_no_end_of_a_transfer(olga, here, there, goods):
    erp = warehouse("ERP", kind="erp")
    refused(StockSynced, lambda: transfer(olga, here, erp, A_1="1"))
    refused(StockSynced, lambda: transfer(olga, erp, here, A_1="1"))
    row = transfer(olga, here, there, A_1="1")
    Warehouse.objects.filter(pk=there.pk).update(kind="erp")
    refused(StockSynced, lambda: step(olga, "send", row))


def change(actor, row, version=None, **quantities):
    return commands.change_transfer(
        actor=actor,
        operation_id=uuid.uuid4(),
        transfer_id=row.public_id,
        lines=arrived(**quantities),
        version=version,
    )


def test_a_draft_is_changed_by_whoever_read_it_last(olga, here, there, goods):
    row = transfer(olga, here, there, A_1="4")

    changed = change(olga, row, version=1, A_2="3")

    assert [(line.sku, line.quantity) for line in queries.lines_of_transfer(changed)] == [(goods[1], 3)]
    refused(Conflict, lambda: change(olga, row, version=1, A_1="1"))


STEPS = {
    "change": lambda actor, row: change(actor, row, A_2="3"),
    **{
        name: lambda actor, row, name=name: step(actor, name, row)
        for name in ("send", "receive", "return", "cancel")
    },
}


def test_every_step_is_tried():
    assert set(STEPS) == set(TRANSFER_FLOW.steps)


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("state", TransferState.values)
def test_every_step_in_every_state(olga, here, there, goods, state, name):
    row = transfer(olga, here, there, A_1="4")
    StockTransfer.objects.update(state=state)
    allowed = TRANSFER_FLOW.steps[name]

    if state in allowed.sources:
        assert STEPS[name](olga, row).state == allowed.targets[0]
    else:
        refused(StepRefused, lambda: STEPS[name](olga, row))


def test_each_end_is_up_to_its_own_people(olga, here, there, goods, supplier_organisation):
    person = make_person(supplier_organisation, "kim", administrator=True)
    sender = replace(actor_of(person), warehouse_ids=frozenset({here.pk}))
    receiver = replace(actor_of(person), warehouse_ids=frozenset({there.pk}))
    stranger = replace(actor_of(person), warehouse_ids=frozenset({warehouse("W3").pk}))
    row = transfer(olga, here, there, A_1="4")

    for name, act in STEPS.items():
        refused(NotFound, lambda act=act: act(stranger, row))
        if name != "receive":
            refused(NotYourWarehouse, lambda act=act: act(receiver, row))
    step(sender, "send", row)
    refused(NotYourWarehouse, lambda: step(sender, "receive", row))
    step(receiver, "receive", row)

    assert lie(here, there, goods) == [(6, 4), (10, 0)]
    assert list(queries.transfers_visible_to(stranger)) == []


@pytest.mark.parametrize("lines", [1, 200])
def test_sending_and_receiving_take_the_same_statements(olga, here, there, lines, django_assert_num_queries):
    goods = skus(lines)
    stocked(here, goods, "10")
    row = transfer(olga, here, there, **{sku.merchant_code.replace("-", "_"): "8" for sku in goods})

    with django_assert_num_queries(12):
        step(olga, "send", row)
    with django_assert_num_queries(13):
        step(olga, "receive", row)
