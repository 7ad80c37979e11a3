"""The API describes itself completely: OpenAPI 3.1, every address, every answer."""

from __future__ import annotations

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from tests.architecture.routes import supplier_routes

ROUTES = [r for r in supplier_routes() if r.template.startswith("/api/v1/")]


@pytest.fixture(scope="module")
def description():
    from django.conf import settings

    GENERATOR_STATS.reset()
    return SchemaGenerator(urlconf=settings.SUPPLIER_URLCONF).get_schema(request=None, public=True)


def test_it_is_openapi_3_1(description):
    assert description["openapi"].startswith("3.1")


def test_every_address_is_described(description):
    described = {path.rstrip("/") for path in description["paths"]}

    assert {route.template for route in ROUTES} - described == set()


def test_every_operation_says_what_it_does_and_answers(description):
    silent = [
        f"{method} {path}"
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
        if not operation.get("description") or not operation.get("responses")
    ]
    assert silent == []


def test_nothing_had_to_be_guessed(description):
    assert {kind: dict(found) for kind, found in GENERATOR_STATS._error_cache.items()} == {}


def test_the_description_is_served(acme, client):
    answer = client.get("/api/openapi.json", HTTP_HOST="acme.localhost")

    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")


def test_the_reference_page_names_every_error(acme, client):
    answer = client.get("/api/docs/errors", HTTP_HOST="acme.localhost")

    for code in ("insufficient_balance", "step_refused", "out_of_stock", "idempotency_key_reused"):
        assert code in answer.content.decode()
