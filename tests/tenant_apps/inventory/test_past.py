"""What lay there at an instant: the movements say it, and a plain model of the same acts agrees."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_core.db.fast import fetched
from platform_core.kernel import clock
from platform_core.kernel.source import Source
from tenant_apps.inventory import operations, queries
from tenant_apps.inventory.models import Movement, Stock
from tests.factories.inventory import SYSTEM, demand, reserve, skus, stocked, warehouse
from tests.factories.stock_documents import count, post, step, take, transfer

START = datetime(2026, 3, 1, tzinfo=UTC)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["put", "reserve", "release", "ship", "count", "transfer"]),
        st.integers(0, 1),
        st.integers(0, 9),
    ),
    max_size=12,
)


@pytest.fixture
def places(acme):
    return warehouse("W1"), warehouse("W2")


class Model:
    """Both warehouses as plain numbers, and what every instant left."""

    def __init__(self, goods) -> None:
        self.here = {sku.pk: [0, 0] for sku in goods}
        self.there = {sku.pk: 0 for sku in goods}
        self.held: dict[int, tuple[int, int]] = {}
        self.past: list[tuple[datetime, dict, dict]] = []

    def keep(self, now: datetime) -> None:
        here = {sku: tuple(map(Decimal, numbers)) for sku, numbers in self.here.items()}
        self.past.append((now, here, {sku: Decimal(number) for sku, number in self.there.items()}))


def play(model: Model, olga, places, goods, number: int, act: tuple[str, int, int]) -> None:
    """One act, in the books and in the model; one that could not be is left out of both."""
    name, which, quantity = act
    sku = goods[which]
    numbers, source = model.here[sku.pk], Source("order", number, f"SO-{number}")
    if name == "put":
        stocked(places[0], [sku], str(quantity))
        numbers[0] = quantity
    elif name == "reserve" and 0 < quantity <= numbers[0] - numbers[1]:
        with transaction.atomic():
            reserve(places[0], [demand(sku, str(quantity), number)], source=source)
        numbers[1] += quantity
        model.held[number] = (sku.pk, quantity)
    elif name in {"release", "ship"} and model.held:
        first = min(model.held)
        held, much = model.held[first]
        asked = {"actor": SYSTEM, "operation_id": uuid.uuid4(), "source": Source("order", first)}
        if name == "ship" and model.here[held][0] < much:
            return
        with transaction.atomic():
            if name == "ship":
                operations.consume(**asked, taken={first: Decimal(much)})
                model.here[held][0] -= much
            else:
                operations.release(**asked)
        model.here[held][1] -= much
        del model.held[first]
    elif name == "count":
        post(olga, count(olga, take(olga, places[0], sku.merchant_code), **{code(sku): str(quantity)}))
        numbers[0] = quantity
    elif name == "transfer" and 0 < quantity <= numbers[0] - numbers[1]:
        row = step(olga, "send", transfer(olga, *places, **{code(sku): str(quantity)}))
        step(olga, "receive", row)
        numbers[0] -= quantity
        model.there[sku.pk] += quantity


def code(sku) -> str:
    return sku.merchant_code.replace("-", "_")


@given(acts=ACTS)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_instant_is_what_a_plain_model_remembers(olga, places, acts):
    with transaction.atomic():
        goods = skus(2, f"P{uuid.uuid4().hex[:6]}")
        model = Model(goods)
        for number, act in enumerate(acts, start=1):
            now = START + timedelta(hours=number)
            with clock.at(now):
                play(model, olga, places, goods, number, act)
            model.keep(now)
        for now, here, there in model.past:
            found = queries.numbers_at(warehouse_id=places[0].pk, at=now)
            assert {sku: found.get(sku, (0, 0)) for sku in here} == here
            found = queries.stock_at(warehouse_id=places[1].pk, at=now)
            assert {sku: found.get(sku, 0) for sku in there} == there
        assert checks() == {}
        transaction.set_rollback(True)


def checks() -> dict[str, int]:
    """What the books contradict, by the sentence of the check."""
    found = {name: fetched(sql, [])[0][0] for name, sql in queries.reconciliation().items()}
    return {name: number for name, number in found.items() if number}


def test_now_is_what_is_stored(olga, places):
    goods = skus(2)
    stocked(places[0], goods, "9")
    step(olga, "send", transfer(olga, *places, A_1="4"))

    (row,) = queries.stock_matching_at(olga, clock.now(), q="a-1", warehouse=places[0].public_id)
    assert (row.on_hand_then, row.reserved_then, row.in_transit_then) == (5, 0, 0)
    (row,) = queries.stock_matching_at(olga, clock.now(), q="a-1", warehouse=places[1].public_id)
    assert (row.on_hand_then, row.in_transit_then, row.orderable_then) == (0, 4, 4)
    (row,) = queries.stock_matching_at(olga, START, q="a-1", warehouse=places[0].public_id)
    assert (row.on_hand_then, row.orderable_then) == (0, 0)


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (
            lambda: Stock.objects.update(on_hand=3),
            {
                "stock rows that do not follow from their movements",
                "stock rows that are not what their last movement left",
            },
        ),
    ],
)
def test_the_books_notice_a_number_that_no_movement_explains(olga, places, spoil, found):
    stocked(places[0], skus(1), "9")
    assert checks() == {}
    spoil()

    assert set(checks()) == found
    assert Movement.objects.count() == 1
