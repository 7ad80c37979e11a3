"""The one seam through which every write passes: permission, one transaction, one effect."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar

import psycopg
import structlog
from django.apps import apps
from django.db import InterfaceError, NotSupportedError, OperationalError, models, transaction
from psycopg import errors as pg

from platform_core.db.fast import prepared_cursor
from platform_core.db.models import actor_columns
from platform_core.db.router import CONTROL, shard_alias
from platform_core.idempotency.keys import fingerprint
from platform_core.idempotency.models import Operation
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError, FieldProblem
from platform_core.kernel.words import finished, noop

P = ParamSpec("P")
R = TypeVar("R")
log = structlog.get_logger(__name__)
_TRIES = 4
# The last one is a plan that was made before a migration changed a column's type.
_RETRIED = (pg.DeadlockDetected, pg.SerializationFailure, pg.FeatureNotSupported)


class KeyReused(DomainError):
    """The idempotency key came again with other input (draft-ietf-httpapi-idempotency-key)."""

    code = "idempotency_key_reused"
    status = 422
    message = noop("This key was already used for another request. Send a new key.")


class InFlight(DomainError):
    """The same act, or one holding the same rows, is still running."""

    code = "in_flight"
    status = 409
    message = noop("The same request is still being worked on. Try again in a moment.")


class StoredRefusal(DomainError):
    """A refusal told again: the repeated request gets the first answer."""

    def __init__(self, stored: dict[str, Any]) -> None:
        self.stored_problems = stored["problems"]
        told = [FieldProblem(p["pointer"], p["code"], finished(p["message"])) for p in self.stored_problems]
        super().__init__(problems=told, **stored["facts"])
        self.code = stored["code"]  # type: ignore[misc]
        self.status = stored["status"]  # type: ignore[misc]
        self.message = finished(stored["message"])  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a door answers: the body, and whether it is the stored one of an earlier request."""

    body: Any
    replayed: bool


class Command(Generic[P, R]):
    """A verb that a person may ask for. Call it, or let `answer` remember what was answered.

    Keyword-only; the first argument is `actor`. Whoever gives an `operation_id: UUID` gets one effect
    for it, however often it is asked. With `moves` the command demands and receives it.
    """

    def __init__(
        self,
        run: Callable[P, R],
        permission: str | None,
        *,
        moves: bool,
        on_refusal: Callable[..., None] | None = None,
    ) -> None:
        functools.update_wrapper(self, run)
        self.run, self.permission, self.moves = run, permission, moves
        self.on_refusal = on_refusal
        self.kind = f"{_app_of(run.__module__)}.{run.__name__}"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run once; on a repeat return what the first run returned. Raises its DomainErrors."""
        result, _ = self._guarded(None, args, kwargs)
        return result  # type: ignore[no-any-return]

    def answer(self, render: Callable[[R], Any], /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        """Run once and keep the rendered answer beside the effect, for the same request again."""
        body, replayed = self._guarded(render, args, kwargs)
        return Answer(body, replayed)

    def _guarded(self, render: Any, args: Any, kwargs: Any) -> tuple[Any, bool]:
        actor: Actor = kwargs["actor"]
        if self.permission is not None:
            actor.require(self.permission)
        has_one_effect = self.moves or "operation_id" in kwargs
        work = self._once if has_one_effect else self._plainly
        return _retried(lambda: work(actor, render, args, kwargs), has_one_effect=has_one_effect)

    def _plainly(self, actor: Actor, render: Any, args: Any, kwargs: Any) -> tuple[Any, bool]:
        with transaction.atomic(using=shard_alias()):
            result = self.run(*args, **kwargs)
            return (render(result) if render else result), False

    def _once(self, actor: Actor, render: Any, args: Any, kwargs: Any) -> tuple[Any, bool]:
        asked = {k: v for k, v in kwargs.items() if k not in {"actor", "operation_id"}}
        mark = fingerprint(self.kind, asked)
        id_ = kwargs["operation_id"]
        needed = kwargs if self.moves else {"actor": actor, **asked}
        body: Any = None
        result: Any = None
        try:
            with transaction.atomic(using=shard_alias()):
                earlier = _begin(id_, self.kind, mark, actor)
                if earlier is None:
                    result = self.run(*args, **needed)
                    body = render(result) if render else None
                    _keep(id_, {"result": _reference(result), "answer": body})
        except DomainError as error:
            if error.status not in {409, 422} or isinstance(error, InFlight):
                raise
            earlier = self._refuse(error, mark, args, kwargs)
            if earlier is None:
                raise
        if earlier is not None:
            return _replay(earlier, self.kind, mark, render)
        return (body if render else result), False

    def _refuse(self, error: DomainError, mark: bytes, args: Any, kwargs: Any) -> Operation | None:
        """Keep a refusal in a transaction of its own, as it undid the one it came from.

        So the accepted act needs no savepoint. In between a duplicate of the act may have begun and
        ended: its operation is returned then, and what it answered is the answer.
        """
        id_ = kwargs["operation_id"]
        with transaction.atomic(using=shard_alias()):
            earlier = _begin(id_, self.kind, mark, kwargs["actor"])
            if earlier is None:
                if self.on_refusal is not None:
                    self.on_refusal(error, *args, **kwargs)
                _keep(id_, {"refusal": _stored(error)})
        return earlier


def _app_of(module: str) -> str:
    """The app a command belongs to: what stands before `commands`, a file or a folder."""
    words = module.split(".")
    return words[words.index("commands") - 1] if "commands" in words else words[-1]


def command(
    permission: str | None,
    *,
    moves: bool = False,
    on_refusal: Callable[..., None] | None = None,
) -> Callable[[Callable[P, R]], Command[P, R]]:
    """Declare a command: who may, and whether it moves money, stock or documents.

    `on_refusal(error, **asked)` runs after a moving command's refusal undid everything else, in
    the transaction that keeps the refusal: for a mark that must stay.
    """

    def decorate(run: Callable[P, R]) -> Command[P, R]:
        return Command(run, permission, moves=moves, on_refusal=on_refusal)

    return decorate


def control_command(run: Callable[P, R]) -> Callable[P, R]:
    """A write of the control schema: one transaction, retried like a supplier's."""

    @functools.wraps(run)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        def work() -> R:
            with transaction.atomic(using=CONTROL):
                return run(*args, **kwargs)

        return _retried(work, CONTROL)

    return guarded


def _retried(work: Callable[[], R], alias: str | None = None, *, has_one_effect: bool = False) -> R:
    """Repeat after a deadlock or a serialisation failure, never inside somebody's transaction.

    A lost connection leaves open whether the commit arrived, so only what has one effect however
    often it is asked is repeated then.
    """
    connection = transaction.get_connection(alias or shard_alias())
    nested = connection.in_atomic_block
    for attempt in range(1, _TRIES + 1):
        connection.ensure_connection()
        held = connection.connection
        try:
            return work()
        except (OperationalError, InterfaceError, NotSupportedError, psycopg.OperationalError) as error:
            cause = error.__cause__
            if isinstance(cause, pg.LockNotAvailable):
                raise InFlight from error
            # Django opens another connection as the broken block ends, so ask for the one we held.
            is_lost = has_one_effect and held.closed
            if nested or attempt == _TRIES or not (is_lost or isinstance(cause, _RETRIED)):
                raise
            log.warning("command_retried", attempt=attempt, cause=type(cause or error).__name__)
            time.sleep(0.01 * 2**attempt)
    raise AssertionError("unreachable")


def _begin(id_: Any, kind: str, mark: bytes, actor: Actor) -> Operation | None:
    """Insert the operation's row; None when it is ours, else the earlier one.

    A duplicate in flight makes the insert wait on the unique index, up to the lock timeout.
    """
    table = Operation._meta.db_table
    with prepared_cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (id, kind, fingerprint, created_at, actor_kind, actor_id,"  # noqa: S608
            " actor_name, actor_on_behalf_of) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (id) DO NOTHING",
            [id_, kind, mark, clock.now(), *actor_columns(actor).values()],
        )
        if cursor.rowcount:
            return None
    return Operation.objects.get(pk=id_)


def _keep(id_: Any, told: dict[str, Any]) -> None:
    """Write what became of an operation beside its effect."""
    names = ", ".join(f"{name} = %s" for name in told)
    values = [None if value is None else json.dumps(value) for value in told.values()]
    with prepared_cursor() as cursor:
        cursor.execute(
            f"UPDATE {Operation._meta.db_table} SET {names} WHERE id = %s",  # noqa: S608
            [*values, id_],
        )


def _replay(earlier: Operation, kind: str, mark: bytes, render: Any) -> tuple[Any, bool]:
    if earlier.kind != kind or bytes(earlier.fingerprint) != mark:
        raise KeyReused
    if earlier.refusal is not None:
        raise StoredRefusal(earlier.refusal)
    if render and earlier.answer is not None:
        return earlier.answer, True
    result = _resolve(earlier.result)
    return (render(result) if render else result), True


def _reference(result: Any) -> Any:
    if isinstance(result, models.Model):
        return {"model": result._meta.label, "pk": result.pk}
    if isinstance(result, (list, tuple)):
        return {"many": [_reference(one) for one in result]}
    return {"value": result}


def _resolve(reference: Any) -> Any:
    if "model" in reference:
        return apps.get_model(reference["model"])._base_manager.get(pk=reference["pk"])
    if "many" in reference:
        return [_resolve(one) for one in reference["many"]]
    return reference["value"]


def _stored(error: DomainError) -> dict[str, Any]:
    return {
        "code": error.code,
        "status": error.status,
        "message": str(error),
        "problems": [{"pointer": p.pointer, "code": p.code, "message": str(p)} for p in error.problems],
        "facts": {k: v for k, v in error.facts.items() if isinstance(v, (str, int, bool))},
    }
