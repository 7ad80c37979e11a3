"""An address that does not exist is answered in the reader's form, on every host."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("host", ["acme.localhost", "localhost"])
def test_a_page_says_so(acme, client, host):
    answer = client.get("/no/such/page/", HTTP_HOST=host)

    assert answer.status_code == 404
    assert b"<html" in answer.content


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_a_program_gets_a_problem(acme, client, method):
    answer = getattr(client, method)("/api/v1/nothing", HTTP_HOST="acme.localhost")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not_found"


def test_a_forgotten_slash_is_added(acme, client):
    answer = client.get("/login?next=/orders/", HTTP_HOST="acme.localhost")

    assert (answer.status_code, answer["Location"]) == (301, "/login/?next=/orders/")
