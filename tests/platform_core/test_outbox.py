"""What must be told later: written with its cause, delivered at least once, outside of transactions."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from celery import Celery
from django.db import connection, connections, transaction

from platform_core.commands import command
from platform_core.jobs import base
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serve, serving
from platform_core.kernel.errors import DomainError
from platform_core.kernel.events import Event
from platform_core.outbox import relay, tasks
from platform_core.outbox.models import OutboxEntry
from platform_core.outbox.record import RELAY, forget_wake_up, record

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SYSTEM = Actor.system("test")
TOLD: list[tuple[str, object]] = []
REFUSING: set[str] = set()


@dataclass(frozen=True, slots=True)
class Rung(Event):
    """A bell rang."""

    name: ClassVar[str] = "test.rung"

    bell: str


def first(event):
    """A handler that may be told to fail."""
    if event["bell"] in REFUSING:
        raise OSError(f"no {event['bell']}")
    TOLD.append(("first", event["bell"]))


def second(event):
    """Another handler of the same event."""
    TOLD.append(("second", event["bell"]))


def looking(event):
    """A handler that notes whether a transaction is open, and whom it serves."""
    TOLD.append((serving().slug, connection.in_atomic_block))


def draining(event):
    """A handler during which another relay looks for work."""
    TOLD.append(("inner", relay.drain()))


@command(None)
def ring(*, actor, bell, error=None):
    """Ring, and perhaps fail afterwards."""
    record(Rung(bell))
    if error:
        raise error


@pytest.fixture(autouse=True)
def wired(settings):
    """The handlers of this file, and nothing told yet."""
    settings.EVENT_HANDLERS = {"test.rung": [f"{__name__}.first", f"{__name__}.second"]}
    TOLD.clear()
    REFUSING.clear()


@pytest.fixture
def woken(monkeypatch):
    """Whom wake-ups would go to: a broker's queue in memory."""
    app = Celery("listening", broker="memory://")
    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, **how: sent.append((name, how["headers"])))
    monkeypatch.setattr(base, "app", app)
    return sent


def waiting():
    return list(OutboxEntry.objects.filter(done_at=None).order_by("id").values_list("body__bell", "attempts"))


def test_an_event_is_written_with_its_cause_and_wakes_the_relay(
    acme, woken, django_capture_on_commit_callbacks
):
    forget_wake_up()
    with django_capture_on_commit_callbacks(using=acme.shard, execute=True):
        ring(actor=SYSTEM, bell="door")
        assert woken == []

    assert waiting() == [("door", 0)]
    assert woken == [(RELAY, {"supplier": acme.id})]


def test_one_wake_up_waits_until_the_relay_looks(acme, woken, django_capture_on_commit_callbacks):
    forget_wake_up()
    for bell in ("one", "two"):
        with django_capture_on_commit_callbacks(using=acme.shard, execute=True):
            ring(actor=SYSTEM, bell=bell)
    assert woken == [(RELAY, {"supplier": acme.id})]

    assert tasks.drain.run() == 2
    with django_capture_on_commit_callbacks(using=acme.shard, execute=True):
        ring(actor=SYSTEM, bell="three")

    assert woken == [(RELAY, {"supplier": acme.id})] * 2


@pytest.mark.parametrize("error", [DomainError(), RuntimeError()])
def test_an_event_goes_with_its_cause(acme, woken, django_capture_on_commit_callbacks, error):
    with django_capture_on_commit_callbacks(using=acme.shard, execute=True), pytest.raises(type(error)):
        ring(actor=SYSTEM, bell="door", error=error)

    assert waiting() == []
    assert woken == []


def test_an_event_is_delivered_once_to_each_handler(acme):
    ring(actor=SYSTEM, bell="one")
    ring(actor=SYSTEM, bell="two")

    assert relay.drain() == 2
    assert relay.drain() == 0

    assert TOLD == [("first", "one"), ("second", "one"), ("first", "two"), ("second", "two")]
    assert waiting() == []


def test_an_event_nobody_listens_to_is_done(acme, settings):
    settings.EVENT_HANDLERS = {}
    ring(actor=SYSTEM, bell="one")

    assert relay.drain() == 1
    assert waiting() == []


def test_a_failing_handler_delays_only_itself(acme):
    REFUSING.add("bad")
    with clock.at(NOON):
        ring(actor=SYSTEM, bell="bad")
        ring(actor=SYSTEM, bell="good")

        assert relay.drain() == 1

    assert TOLD == [("second", "bad"), ("first", "good"), ("second", "good")]
    assert waiting() == [("bad", 1)]
    assert OutboxEntry.objects.get(done_at=None).error == "OSError('no bad')"


def test_a_failed_delivery_is_repeated_ever_more_slowly(acme):
    REFUSING.add("bad")
    with clock.at(NOON):
        ring(actor=SYSTEM, bell="bad")
    tried = []
    for seconds in range(71):
        with clock.at(NOON + timedelta(seconds=seconds)):
            relay.drain()
        entry = OutboxEntry.objects.get()
        if entry.attempts > len(tried):
            tried.append(seconds)

    assert tried == [0, 10, 30, 70]


def test_the_slowest_repeat_is_six_hours(acme):
    REFUSING.add("bad")
    with clock.at(NOON):
        ring(actor=SYSTEM, bell="bad")
        OutboxEntry.objects.update(attempts=40)
        relay.drain()

    assert OutboxEntry.objects.get().next_at == NOON + timedelta(hours=6)


def test_after_the_failure_only_the_failed_handler_is_asked(acme):
    REFUSING.add("bad")
    with clock.at(NOON):
        ring(actor=SYSTEM, bell="bad")
        relay.drain()
    REFUSING.clear()

    with clock.at(NOON + timedelta(seconds=10)):
        assert relay.drain() == 1

    assert TOLD == [("second", "bad"), ("first", "bad")]
    done = OutboxEntry.objects.get()
    assert (done.attempts, done.error, done.done_at) == (2, "", NOON + timedelta(seconds=10))


def test_a_handler_that_does_not_exist_stops_nobody_else(acme, settings):
    settings.EVENT_HANDLERS = {"test.rung": ["nowhere.at_all", f"{__name__}.second"]}
    ring(actor=SYSTEM, bell="one")

    assert relay.drain() == 0

    assert TOLD == [("second", "one")]


def test_nobody_else_takes_an_event_that_is_being_handled(acme, settings):
    settings.EVENT_HANDLERS = {"test.rung": [f"{__name__}.draining"]}
    ring(actor=SYSTEM, bell="one")

    assert relay.drain() == 1

    assert TOLD == [("inner", 0)]


def test_an_event_whose_relay_died_is_taken_again_when_the_lease_ends(acme):
    with clock.at(NOON):
        ring(actor=SYSTEM, bell="one")
        assert relay._claim() is not None
    with clock.at(NOON + timedelta(seconds=relay.LEASE_SECONDS - 1)):
        assert relay.drain() == 0
    with clock.at(NOON + timedelta(seconds=relay.LEASE_SECONDS)):
        assert relay.drain() == 1

    assert TOLD == [("first", "one"), ("second", "one")]


def test_who_lost_its_lease_does_not_delay_who_has_it(acme):
    with clock.at(NOON):
        ring(actor=SYSTEM, bell="one")
        slow = relay._claim()
    with clock.at(NOON + timedelta(seconds=relay.LEASE_SECONDS)):
        relay._claim()
        lease = OutboxEntry.objects.get().next_at
        relay._postpone(slow, "too late")

    assert OutboxEntry.objects.get().next_at == lease


def test_the_sweep_wakes_only_suppliers_with_something_due(acme, rival, woken):
    with clock.at(NOON):
        ring(actor=SYSTEM, bell="one")
        relay.drain()
        ring(actor=SYSTEM, bell="two")
    woken.clear()

    with clock.at(NOON + timedelta(seconds=1)), serve(None):
        assert tasks.sweep() == 1

    assert woken == [(RELAY, {"supplier": acme.id})]


def test_the_sweep_leaves_what_is_not_due_yet(acme, rival, woken):
    REFUSING.add("bad")
    with clock.at(NOON):
        ring(actor=SYSTEM, bell="bad")
        relay.drain()
    woken.clear()

    with clock.at(NOON + timedelta(seconds=9)), serve(None):
        assert tasks.sweep() == 0

    assert woken == []


def test_without_redis_the_event_stays_and_the_sweep_finds_it(
    acme, monkeypatch, django_capture_on_commit_callbacks, request
):
    nobody_there = Celery("away", broker="redis://127.0.0.1:1/0")
    with monkeypatch.context() as away:
        away.setattr(base, "app", nobody_there)
        with django_capture_on_commit_callbacks(using=acme.shard, execute=True):
            ring(actor=SYSTEM, bell="one")
    assert waiting() == [("one", 0)]

    woken = request.getfixturevalue("woken")
    with serve(None):
        tasks.sweep()
    assert woken == [(RELAY, {"supplier": acme.id})]
    assert relay.drain() == 1


def test_the_task_serves_the_supplier_of_its_header(acme, settings):
    settings.EVENT_HANDLERS = {"test.rung": [f"{__name__}.looking"]}
    ring(actor=SYSTEM, bell="one")

    with serve(None):
        tasks.drain.apply(headers={"supplier": acme.id}, throw=True)

    assert [slug for slug, _ in TOLD] == ["acme"]


@pytest.mark.slow
def test_handlers_run_outside_of_transactions_and_relays_share_the_work(committed, settings):
    settings.EVENT_HANDLERS = {"test.rung": [f"{__name__}.looking", f"{__name__}.second"]}
    relay.drain()
    TOLD.clear()
    with transaction.atomic(using=committed.shard):
        record(*[Rung(str(number)) for number in range(40)])
    delivered = []

    def relaying():
        try:
            with serve(committed):
                delivered.append(relay.drain())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=relaying) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sum(delivered) == 40
    assert sorted(int(bell) for who, bell in TOLD if who == "second") == list(range(40))
    assert {inside for who, inside in TOLD if who == committed.slug} == {False}
