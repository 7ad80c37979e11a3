"""How many requests a program may send: told in every answer, refused beyond, never counted for others."""

from __future__ import annotations

import re

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from platform_core.redis_client import redis_client
from tenant_apps.access.commands.keys import create_key
from tenant_apps.access.models import Role
from tests.cast import HOST

ME = "/api/v1/me"
pytestmark = pytest.mark.usefixtures("nothing_counted")


@pytest.fixture(autouse=True)
def three_a_minute(settings):
    settings.API_REQUESTS_PER_MINUTE = 3
    settings.API_REQUESTS_PER_MINUTE_OF_SUPPLIER = 5


@pytest.fixture
def ask(client, olga):
    """Asks as a program with a key of its own, each name another one."""
    headers = {}

    def asking(name, path=ME):
        if name not in headers:
            key = create_key(actor=olga, name=name, permissions=["access.read"])
            headers[name] = {"Authorization": f"Bearer {key.secret}"}
        return client.get(path, headers=headers[name], HTTP_HOST=HOST)

    return asking


def standing(answer):
    """What `RateLimit` says is left, by policy."""
    found = re.findall(r'"(\w+)";r=(\d+);t=(\d+)', answer["RateLimit"])
    assert all(0 < int(seconds) <= 60 for _, _, seconds in found)
    return {name: int(left) for name, left, _ in found}


def test_every_answer_says_what_is_allowed_and_what_is_left(ask):
    answers = [ask("ERP"), ask("ERP", "/api/v1/people/usr_nobody")]

    assert [a.status_code for a in answers] == [200, 404]
    assert {a["RateLimit-Policy"] for a in answers} == {'"credential";q=3;w=60, "supplier";q=5;w=60'}
    assert [standing(a) for a in answers] == [
        {"credential": 2, "supplier": 4},
        {"credential": 1, "supplier": 3},
    ]


def test_one_request_too_many_is_refused_and_does_nothing(as_olga):
    for _ in range(3):
        as_olga.get(ME)

    answer = as_olga.post("/api/v1/roles", {"name": "Pickers"}, content_type="application/json")

    assert answer.status_code == 429
    assert answer["Content-Type"] == "application/problem+json"
    assert standing(answer) == {"credential": 0}
    seconds = int(answer["Retry-After"])
    assert 0 < seconds <= 60
    problem = answer.json()
    assert (problem["code"], problem["facts"]) == ("too_many_requests", {"seconds": seconds})
    assert problem["detail"] == f"Too many requests. Send the next one in {seconds} seconds."
    assert not Role.objects.filter(name="Pickers").exists()


def test_counting_begins_anew_when_the_minute_is_over(ask):
    for _ in range(4):
        ask("ERP")
    for key in redis_client().scan_iter("dd:rate:*:credential:*"):
        assert 0 < redis_client().ttl(key) <= 60
        redis_client().expire(key, 0)

    assert standing(ask("ERP"))["credential"] == 2


def test_a_key_that_is_refused_takes_nothing_from_the_suppliers_others(ask):
    refused = [ask("wild").status_code for _ in range(10)]
    quiet = [ask("ERP"), ask("ERP")]

    assert refused == [200] * 3 + [429] * 7
    assert [a.status_code for a in quiet] == [200, 200]
    assert [standing(a) for a in quiet] == [
        {"credential": 2, "supplier": 1},
        {"credential": 1, "supplier": 0},
    ]


def test_a_supplier_cannot_ask_more_by_more_keys_and_takes_nothing_from_another(ask, rival_olga):
    answers = [ask(name) for name in ("one", "two", "three") for _ in range(2)]

    assert [a.status_code for a in answers] == [200] * 5 + [429]
    assert standing(answers[-1]) == {"credential": 1, "supplier": 0}
    assert standing(rival_olga.get(ME)) == {"credential": 2, "supplier": 4}


def test_whoever_is_not_known_is_not_counted(anonymous):
    answer = anonymous.get(ME)

    assert answer.status_code == 401
    assert "RateLimit" not in answer
    assert list(redis_client().scan_iter("dd:rate:*")) == []


def test_a_refusal_asks_the_database_only_who_it_is(as_olga, settings):
    settings.API_REQUESTS_PER_MINUTE = 0

    with CaptureQueriesContext(connections["default"]) as session_user_and_membership:
        assert as_olga.get("/api/v1/people").status_code == 429

    assert len(session_user_and_membership) == 3


def test_without_redis_every_request_is_allowed(as_olga, no_redis):
    answers = [as_olga.get(ME) for _ in range(4)]

    assert [a.status_code for a in answers] == [200] * 4
    assert answers[-1]["RateLimit-Policy"] == '"credential";q=3;w=60, "supplier";q=5;w=60'
    assert "RateLimit" not in answers[-1]


def test_the_description_tells_it_of_every_operation(client, acme):
    said = client.get("/api/openapi.json", HTTP_HOST=HOST).json()
    operations = [o for path in said["paths"].values() for o in path.values()]

    assert {o["responses"]["429"]["$ref"] for o in operations} == {"#/components/responses/TooManyRequests"}
    assert set(said["components"]["responses"]["TooManyRequests"]["headers"]) == {
        "RateLimit",
        "RateLimit-Policy",
        "Retry-After",
    }
    assert all(
        {"RateLimit", "RateLimit-Policy"} <= set(answer["headers"])
        for o in operations
        for status, answer in o["responses"].items()
        if status != "429"
    )
