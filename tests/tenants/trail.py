"""Really committed sign-ups and suppliers for tests of races and resumption, dropped afterwards."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections

from platform_core.kernel.context import Serving
from tenants import hosts, queries
from tenants.commands import confirm_sign_up, request_sign_up
from tenants.models import Domain, HandOver, Provisioning, SignUp, Supplier, SupplierSchema
from tenants.schemas import replay
from tenants.schemas.connect import owner_connection
from tests.world import facts


def fresh_slug() -> str:
    return f"t{secrets.token_hex(6)}"


def confirmed(slug: str) -> Provisioning:
    _, token = request_sign_up(facts(slug))
    return confirm_sign_up(token)


def serving(slug: str) -> Serving:
    return queries.serving_of(Supplier.objects.get(slug=slug))


@contextmanager
def left_behind_nothing() -> Iterator[None]:
    """Whatever the block commits to the control schema and the shard is dropped."""
    before = {model: _highest(model) for model in (SignUp, Supplier, SupplierSchema)}
    try:
        yield
    finally:
        _close()
        _drop_after(before)
        hosts.forget()
        hosts.reload_all()
        _close()


def in_threads(*works: Callable[[], object]) -> list[object]:
    """Run all at once, each with its own connections; what they returned or raised, in their order."""
    answers: list[object] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(place: int) -> None:
        try:
            gate.wait()
            answers[place] = works[place]()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            answers[place] = error
        finally:
            _close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def _highest(model) -> int:
    return model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _drop_after(before: dict) -> None:
    suppliers = Supplier.objects.filter(pk__gt=before[Supplier])
    sign_ups = SignUp.objects.filter(pk__gt=before[SignUp])
    schemas = SupplierSchema.objects.filter(pk__gt=before[SupplierSchema])
    for row in schemas:
        with owner_connection(row.shard) as connection:
            replay.drop(connection, row.name)
    HandOver.objects.filter(supplier__in=suppliers).delete()
    Provisioning.objects.filter(sign_up__in=sign_ups).delete()
    sign_ups.delete()
    schemas.delete()
    Domain.objects.filter(tenant__in=suppliers).delete()
    Supplier.objects.filter(pk__in=list(suppliers.values_list("pk", flat=True))).delete()


def _close() -> None:
    for connection in connections.all():
        connection.close()
