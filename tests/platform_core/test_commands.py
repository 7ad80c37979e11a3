"""The seam of all writes: one operation, one effect, and the same answer however often it is asked."""

from __future__ import annotations

import threading
import time
import uuid
from decimal import Decimal

import pytest
from django.db import OperationalError, connection, connections, transaction
from psycopg import errors as pg

from platform_core.api.errors import problem, to_problem
from platform_core.commands import InFlight, KeyReused, StoredRefusal, command
from platform_core.idempotency.keys import fingerprint, operation_id, part_of
from platform_core.idempotency.models import Operation
from platform_core.kernel.actor import Actor, ActorKind
from platform_core.kernel.context import serve
from platform_core.kernel.errors import DomainError, FieldProblem, NotFound, NotPermitted
from platform_core.kernel.words import noop
from tenant_apps.dealers.models import DealerLevel

ACTOR = Actor(ActorKind.USER, "usr_1", "Olga", frozenset({"test.write"}))
RUNS: list[str] = []
FAILURES: list[Exception] = []


class Full(DomainError):
    """No room."""

    code = "full"
    status = 409
    message = noop("No room for {name}.")


@command("test.write", moves=True)
def add(*, actor, operation_id, name, wait=0):
    """Write one row; fail first, as often as the test says."""
    RUNS.append(name)
    row = DealerLevel.objects.create(name=name, position=50)
    if FAILURES:
        raise FAILURES.pop(0)
    time.sleep(wait)
    return row


@command("test.write", moves=True)
def add_other(*, actor, operation_id, name):
    """Another command."""
    RUNS.append(name)


def keep_note(error, *, name, **asked):
    DealerLevel.objects.create(name=f"refused {name}", position=51)


@command("test.write", moves=True, on_refusal=keep_note)
def add_noting(*, actor, operation_id, name):
    """Always refused, but the refusal leaves a mark."""
    DealerLevel.objects.create(name=name, position=50)
    raise Full(name=name)


@command("test.write", moves=True)
def add_many(*, actor, operation_id, names):
    """Several rows, and a value."""
    RUNS.extend(names)
    return [DealerLevel.objects.create(name=name, position=50) for name in names], len(names)


@command("test.write")
def rename(*, actor, name):
    """A plain command: no operation."""
    DealerLevel.objects.create(name=name, position=50)
    if FAILURES:
        raise FAILURES.pop(0)


@pytest.fixture(autouse=True)
def fresh():
    RUNS.clear()
    FAILURES.clear()


def ask(name="A", operation=None, actor=ACTOR, **more):
    return add(actor=actor, operation_id=operation or uuid.uuid4(), name=name, **more)


def names():
    return list(DealerLevel.objects.filter(position=50).order_by("pk").values_list("name", flat=True))


def test_the_same_operation_has_one_effect(acme):
    operation = uuid.uuid4()

    first, again = ask(operation=operation), ask(operation=operation)

    assert again == first
    assert (names(), RUNS) == (["A"], ["A"])
    row = Operation.objects.get(pk=operation)
    assert (row.kind, row.actor_id, row.actor_name) == ("test_commands.add", "usr_1", "Olga")


def test_the_answer_is_kept_as_it_was_given(acme):
    operation = uuid.uuid4()

    def render(row):
        return {"id": row.pk, "name": row.name, "levels": len(names())}

    first = add.answer(render, actor=ACTOR, operation_id=operation, name="A")
    ask("B")
    again = add.answer(render, actor=ACTOR, operation_id=operation, name="A")

    assert (first.replayed, again.replayed) == (False, True)
    assert again.body == first.body
    assert again.body["levels"] == 1


def test_lists_and_values_are_answered_again(acme):
    operation = uuid.uuid4()

    first = add_many(actor=ACTOR, operation_id=operation, names=["A", "B"])
    again = add_many(actor=ACTOR, operation_id=operation, names=["A", "B"])

    assert again == list(first)
    assert RUNS == ["A", "B"]


def test_the_same_key_for_something_else_is_refused(acme):
    operation = uuid.uuid4()
    ask("A", operation)

    with pytest.raises(KeyReused) as other_input:
        ask("B", operation)
    with pytest.raises(KeyReused):
        add_other(actor=ACTOR, operation_id=operation, name="A")

    assert (other_input.value.status, other_input.value.code) == (422, "idempotency_key_reused")
    assert (names(), RUNS) == (["A"], ["A"])


def test_a_refusal_is_kept_and_nothing_else(acme):
    operation = uuid.uuid4()
    problem_ = FieldProblem("/lines/0/quantity", "short", noop("{free} free."), {"free": "3"})
    FAILURES.append(Full(problems=[problem_], name="A {braces}"))

    with pytest.raises(Full) as first:
        ask(operation=operation)
    with pytest.raises(StoredRefusal) as again:
        ask(operation=operation)

    assert problem(again.value) == problem(first.value)
    assert [str(p) for p in again.value.problems] == ["3 free."]
    assert str(again.value) == "No room for A {braces}."
    assert (names(), RUNS) == ([], ["A"])


def test_a_replayed_refusal_is_marked_as_such(acme):
    operation = uuid.uuid4()
    FAILURES.append(Full(name="A"))
    with pytest.raises(Full) as first:
        ask(operation=operation)
    with pytest.raises(StoredRefusal) as again:
        ask(operation=operation)

    told = [to_problem(caught.value, {}) for caught in (first, again)]

    assert [answer.headers.get("Idempotent-Replayed") for answer in told] == [None, "true"]
    assert told[0].data == told[1].data


def test_a_refusal_may_leave_a_mark(acme):
    operation = uuid.uuid4()

    for error in (Full, StoredRefusal):
        with pytest.raises(error):
            add_noting(actor=ACTOR, operation_id=operation, name="A")

    assert names() == []
    assert DealerLevel.objects.filter(name="refused A").count() == 1


@pytest.mark.parametrize("error", [RuntimeError("bug"), NotFound(noun="x"), OperationalError("timeout")])
def test_what_is_no_business_refusal_is_not_kept(acme, error):
    operation = uuid.uuid4()
    FAILURES.append(error)

    with pytest.raises(type(error)):
        ask(operation=operation)
    assert not Operation.objects.filter(pk=operation).exists()
    ask(operation=operation)

    assert (names(), RUNS) == (["A"], ["A", "A"])


def test_without_the_permission_nothing_is_written(acme):
    operation = uuid.uuid4()
    nobody = Actor(ActorKind.USER, "usr_2", "Nil")

    with pytest.raises(NotPermitted):
        ask(operation=operation, actor=nobody)

    assert (names(), RUNS) == ([], [])
    assert not Operation.objects.filter(pk=operation).exists()


def test_a_plain_command_is_one_transaction(acme):
    FAILURES.append(Full(name="A"))

    with pytest.raises(Full):
        rename(actor=ACTOR, name="A")

    assert names() == []


def test_an_operation_belongs_to_its_caller_key_and_row():
    ids = {
        operation_id("usr_1", "k"),
        operation_id("usr_2", "k"),
        operation_id("usr_1", "l"),
        operation_id("usr_1", "k", "0"),
        part_of(operation_id("usr_1", "k"), "0"),
    }

    assert len(ids) == 5
    assert operation_id("usr_1", "k") in ids


def test_the_fingerprint_sees_values_not_spelling():
    mark = fingerprint("a.b", {"x": Decimal("1.50"), "y": {2, 1}})

    assert mark == fingerprint("a.b", {"y": {1, 2}, "x": Decimal("1.5")})
    assert mark != fingerprint("a.c", {"x": Decimal("1.50"), "y": {2, 1}})
    assert mark != fingerprint("a.b", {"x": Decimal("1.51"), "y": {2, 1}})


def in_threads(supplier, *acts):
    """Run each in a thread with a connection of its own; what they gave or raised, in order."""
    found = [None] * len(acts)

    def run(place, act):
        try:
            with serve(supplier):
                found[place] = act()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


@pytest.mark.slow
def test_sixteen_at_once_have_one_effect(committed):
    operation = uuid.uuid4()

    found = in_threads(committed, *[lambda: ask(operation=operation, wait=0.05).pk] * 16)

    assert len(set(found)) == 1
    assert found[0] == DealerLevel.objects.get(position=50).pk
    assert RUNS == ["A"]


@pytest.mark.slow
def test_a_duplicate_waits_for_the_first_answer_then_asks_for_patience(committed):
    operation = uuid.uuid4()
    started, release = threading.Event(), threading.Event()

    @command("test.write", moves=True)
    def slow(*, actor, operation_id):
        RUNS.append("slow")
        started.set()
        release.wait(20)

    def first():
        return slow(actor=ACTOR, operation_id=operation)

    def second():
        started.wait(10)
        begun = time.monotonic()
        try:
            slow(actor=ACTOR, operation_id=operation)
        except InFlight as error:
            return error, time.monotonic() - begun
        finally:
            release.set()

    _, (refusal, waited) = in_threads(committed, first, second)

    assert 2.5 < waited < 8
    answer = to_problem(refusal, {})
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")
    assert RUNS == ["slow"]
    assert slow(actor=ACTOR, operation_id=operation) is None
    assert RUNS == ["slow"]


@pytest.mark.slow
def test_two_that_block_each_other_both_succeed(committed):
    one, two = (DealerLevel.objects.create(name=name, position=40) for name in ("one", "two"))
    met = threading.Barrier(2)

    @command("test.write", moves=True)
    def cross(*, actor, operation_id, order):
        RUNS.append(order[0])
        DealerLevel.objects.filter(pk=order[0]).update(position=41)
        if len(RUNS) <= 2:
            met.wait(10)
        DealerLevel.objects.filter(pk=order[1]).update(position=42)

    found = in_threads(
        committed,
        lambda: cross(actor=ACTOR, operation_id=uuid.uuid4(), order=[one.pk, two.pk]),
        lambda: cross(actor=ACTOR, operation_id=uuid.uuid4(), order=[two.pk, one.pk]),
    )

    assert found == [None, None]
    assert len(RUNS) == 3


@pytest.mark.slow
def test_serialisation_failures_are_repeated_until_there_is_no_use(committed):
    def failure():
        error = OperationalError("could not serialize access")
        error.__cause__ = pg.SerializationFailure()
        return error

    FAILURES.extend([failure(), failure(), failure()])
    ask()
    assert (names(), RUNS) == (["A"], ["A"] * 4)

    FAILURES.extend([failure() for _ in range(4)])
    with pytest.raises(OperationalError):
        ask("B")
    assert names() == ["A"]


@pytest.mark.slow
def test_a_moving_command_survives_a_lost_connection(committed):
    @command("test.write", moves=True)
    def unlucky(*, actor, operation_id):
        RUNS.append("unlucky")
        DealerLevel.objects.create(name="unlucky", position=50)
        if len(RUNS) == 1:
            connection.connection.close()
            DealerLevel.objects.count()

    unlucky(actor=ACTOR, operation_id=uuid.uuid4())

    assert (names(), RUNS) == (["unlucky"], ["unlucky", "unlucky"])


@pytest.mark.slow
def test_a_killed_session_is_a_lost_connection(committed):
    @command("test.write", moves=True)
    def killed(*, actor, operation_id):
        RUNS.append("killed")
        DealerLevel.objects.create(name="killed", position=50)
        if len(RUNS) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    killed(actor=ACTOR, operation_id=uuid.uuid4())

    assert (names(), RUNS) == (["killed"], ["killed", "killed"])


@pytest.mark.slow
def test_a_plain_command_is_not_repeated_after_a_lost_connection(committed):
    @command("test.write")
    def plain(*, actor):
        RUNS.append("plain")
        connection.connection.close()
        DealerLevel.objects.count()

    with pytest.raises(Exception, match="closed"):
        plain(actor=ACTOR)

    assert RUNS == ["plain"]


@pytest.mark.slow
def test_inside_another_transaction_nothing_is_repeated(committed):
    error = OperationalError("deadlock detected")
    error.__cause__ = pg.DeadlockDetected()
    FAILURES.append(error)

    with pytest.raises(OperationalError), transaction.atomic(using=committed.shard):
        ask()

    assert RUNS == ["A"]
