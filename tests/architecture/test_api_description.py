"""The API describes itself completely: OpenAPI 3.1, every address, every answer."""

from __future__ import annotations

import json

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
    guesses = [
        told
        for told in GENERATOR_STATS._warn_cache
        if "could not resolve" in told or "identical names" in told
    ]

    assert [*GENERATOR_STATS._error_cache, *guesses] == []


def test_every_operation_says_how_to_be_known_and_how_it_refuses(description):
    operations = [one for path in description["paths"].values() for one in path.values()]

    assert {json.dumps(one["security"]) for one in operations} == {'[{"Key": []}, {"Session": []}]'}
    assert {tuple(one["responses"]["4XX"]["content"]) for one in operations} == {
        ("application/problem+json",)
    }


def test_a_refusal_is_what_the_description_calls_a_problem(description, as_dora):
    answer = as_dora.post("/api/v1/orders", "{}", content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    problem = description["components"]["schemas"]["Problem"]
    assert set(problem["required"]) == set(answer.json())
    assert set(problem["properties"]["errors"]["items"]["required"]) == set(answer.json()["errors"][0])


def test_the_description_is_served(acme, client):
    answer = client.get("/api/openapi.json", HTTP_HOST="acme.localhost")

    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")


def test_the_reference_page_names_every_error(acme, client):
    answer = client.get("/api/docs/errors", HTTP_HOST="acme.localhost")

    for code in ("insufficient_balance", "step_refused", "out_of_stock", "idempotency_key_reused"):
        assert code in answer.content.decode()
