"""No supplier takes all workers: one task too many comes again later, and a dead worker blocks nobody."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from celery.exceptions import Retry

from platform_core.jobs import slots
from platform_core.jobs.base import HEADER, SupplierTask
from platform_core.jobs.celery import app
from platform_core.kernel import clock
from platform_core.kernel.context import serving, serving_or_none
from platform_core.redis_client import redis_client

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
QUEUE = "celery"


class Work(SupplierTask):
    """Notes for whom it ran, and does what it is told meanwhile."""

    name = "tests.work"
    ran: list[str] = []

    def run(self, meanwhile=None):
        self.ran.append(serving().slug)
        if meanwhile:
            meanwhile()


WORK = app.register_task(Work())


@pytest.fixture(autouse=True)
def two_at_once(settings, acme, rival):
    """Two tasks of a supplier may run; no slot is taken and no task waits."""
    settings.TASKS_RUNNING_PER_SUPPLIER = 2
    Work.ran.clear()
    redis_client().delete(QUEUE, *[f"dd:running:{one.id}" for one in (acme, rival)])
    yield
    redis_client().delete(QUEUE)


def work(supplier, task_id, meanwhile=None, retries=0):
    """Run the task as a worker does."""
    WORK.push_request(
        id=task_id,
        headers={HEADER: supplier.id},
        args=[],
        kwargs={},
        retries=retries,
        called_directly=False,
        delivery_info={},
    )
    try:
        return WORK(meanwhile)
    finally:
        WORK.pop_request()


def waiting():
    """What waits in the broker's queue: task, supplier, how often it was put back."""
    sent = [json.loads(text)["headers"] for text in redis_client().lrange(QUEUE, 0, -1)]
    return [(one["id"], one[HEADER], one["retries"]) for one in sent]


def test_the_task_after_the_last_slot_is_put_back_and_another_suppliers_runs(acme, rival):
    seen = []

    def third_and_another_suppliers():
        with pytest.raises(Retry) as put_back:
            work(acme, "third")
        seen.append(put_back.value.when)
        work(rival, "other")

    work(acme, "first", lambda: work(acme, "second", third_and_another_suppliers))

    assert Work.ran == ["acme", "acme", "rival"]
    assert seen == [1]
    assert waiting() == [("third", acme.id, 1)]
    assert serving_or_none() == acme


def test_a_task_put_back_again_and_again_comes_ever_later(acme):
    assert slots.take(acme.id, "first")
    assert slots.take(acme.id, "second")
    waits = []
    for times in range(7):
        with pytest.raises(Retry) as put_back:
            work(acme, "third", retries=times)
        waits.append(put_back.value.when)

    assert waits == [1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize("error", [None, ZeroDivisionError])
def test_a_task_that_ended_leaves_its_slot(acme, error):
    def end():
        if error:
            raise error

    for number in range(5):
        with suppress(ZeroDivisionError):
            work(acme, f"task {number}", end)

    assert Work.ran == ["acme"] * 5
    assert waiting() == []


def test_the_slot_of_a_killed_worker_is_free_after_five_minutes(acme):
    with clock.at(NOON):
        assert [slots.take(acme.id, dead) for dead in ("one", "two")] == [True, True]
    with clock.at(NOON + timedelta(seconds=slots.SLOT_SECONDS - 1)):
        assert not slots.take(acme.id, "three")

    with clock.at(NOON + timedelta(seconds=slots.SLOT_SECONDS)):
        assert slots.take(acme.id, "three")


def test_a_task_delivered_twice_holds_one_slot(acme):
    with clock.at(NOON):
        taken = [slots.take(acme.id, name) for name in ("one", "one", "two", "one", "three")]

    assert taken == [True, True, True, True, False]


def test_slots_are_forgotten_with_their_last_task(acme):
    assert slots.take(acme.id, "one")
    assert 0 < redis_client().ttl(f"dd:running:{acme.id}") <= slots.SLOT_SECONDS

    slots.give_back(acme.id, "one")

    assert not redis_client().exists(f"dd:running:{acme.id}")


def test_without_redis_a_task_that_is_here_runs(acme, no_redis):
    for number in range(3):
        work(acme, f"task {number}")

    assert Work.ran == ["acme"] * 3
