"""The API answers as its description says, whatever is sent: schemathesis thinks right and wrong requests up.

`DEALERDESK_EXAMPLES` says how many of each an operation gets; the same ones in every run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tenant_apps.access.commands.keys import create_key
from tenant_apps.access.commands.roles import create_role
from tests.architecture.objects import WORDS, kind_of, make_everything

EXAMPLES = int(os.environ.get("DEALERDESK_EXAMPLES", "2"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
Send = Callable[[Case], Response]


@pytest.fixture
def operations(client, acme) -> list[APIOperation]:
    """Every operation that the served description holds."""
    described = client.get("/api/openapi.json", HTTP_HOST="acme.localhost").json()
    return [found.ok() for found in schemathesis.openapi.from_dict(described).get_all_operations()]


@pytest.fixture
def made(olga, sam_user) -> dict[str, str]:
    """Something for every id in an address that the owner may touch."""
    return {
        **make_everything("zebra4711"),
        "person": sam_user.public_id,
        "role": create_role(actor=olga, name="Clerk", permissions=["orders.read"]).public_id,
        "key": create_key(actor=olga, name="ERP", permissions=["orders.read"]).key.public_id,
    }


@pytest.fixture
def send(olga) -> Iterator[Send]:
    """Ask as the owner's program, through WSGI, and leave nothing behind."""
    key = create_key(actor=olga, name="Program", permissions=sorted(olga.grants)).secret
    application = WSGIHandler()

    def ask(case: Case) -> Response:
        with transaction.atomic("control"), transaction.atomic("default"):
            answer = case.call(
                app=application, base_url="http://acme.localhost", headers={"Authorization": f"Bearer {key}"}
            )
            for alias in ("control", "default"):
                transaction.set_rollback(True, alias)
        return answer

    # As Django's own test client does: the end of a request must not close the test's connections.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield ask
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def named(operation: APIOperation, made: dict[str, str]) -> dict[str, str]:
    """What the address' parameters name: things that exist."""
    kinds = {found.name: kind_of(operation.path, found.name) for found in operation.path_parameters}
    return {name: WORDS[name] if kind == "word" else made[str(kind)] for name, kind in kinds.items()}


def answers(operation: APIOperation, mode: GenerationMode, ids: dict[str, str], send: Send) -> set[int]:
    """Send some requests of a kind; the statuses. Raises FailureGroup for what is not as described."""
    statuses = set()

    @given(case=operation.as_strategy(mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Case) -> None:
        place = case.meta.components.get(ParameterLocation.PATH)
        if place is not None and place.mode is GenerationMode.POSITIVE:
            case.path_parameters = ids
        answer = send(case)
        statuses.add(answer.status_code)
        # `?fields=` leaves members out that are described as always there.
        whole = [] if "fields" in (case.query or {}) else [response_schema_conformance]
        case.validate_response(answer, checks=CHECKS + whole)

    ask()
    return statuses


def can_be_wrong(operation: APIOperation) -> bool:
    """Whether more than a path is described: any text is a right path."""
    return bool(operation.body or operation.query)


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_operation_answers_as_described(operations, made, send, mode):
    statuses, failures = {}, []
    for operation in operations:
        if mode is GenerationMode.NEGATIVE and not can_be_wrong(operation):
            continue
        try:
            statuses[operation.label] = answers(operation, mode, named(operation, made), send)
        except FailureGroup as failure:
            failures.append(f"{operation.label}\n{failure}")

    assert failures == [], "\n\n".join(failures)
    # Strangers' requests would all be refused as described, and prove nothing.
    assert [label for label, found in statuses.items() if 401 in found] == []
    if mode is GenerationMode.POSITIVE:
        done = [label for label, found in statuses.items() if found & {200, 201, 204, 207}]
        assert len(done) > len(statuses) / 2, sorted(set(statuses) - set(done))
