"""What nobody can store, and what breaks, is answered in the reader's form and says whose fault it is."""

from __future__ import annotations

import pytest

from tenant_apps.orders.api import orders as api
from tenant_apps.orders.pages import orders


@pytest.mark.parametrize("path", ["orders?state=%00", "orders/%00", "skus?q=%00"])
def test_a_program_is_told_that_nul_is_no_text(as_olga, path):
    answer = as_olga.get(f"/api/v1/{path}")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["code"] == "malformed"


@pytest.mark.parametrize("path", ["orders/?q=%00", "orders/%00"])
def test_a_reader_is_told_that_the_address_is_wrong(as_olga, path):
    answer = as_olga.get(f"/{path}")

    assert answer.status_code == 400
    assert b"This request cannot be understood" in answer.content


def test_a_nul_in_a_form_is_refused_as_well(as_olga):
    answer = as_olga.post("/orders/bulk", {"action": "review", "ids": "\x00"})

    assert answer.status_code == 400


def test_a_request_that_django_refuses_is_a_problem_too(as_olga, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10

    answer = as_olga.post("/api/v1/brands", '{"name": "Nongfu"}', content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "content_type", "said"),
    [
        ("/api/v1/orders", "application/problem+json", b'"code": "broken"'),
        ("/orders/", "text/html; charset=utf-8", b"Something broke on our side"),
    ],
)
def test_what_breaks_is_told_without_its_cause(as_olga, monkeypatch, path, content_type, said):
    def broken(*_args, **_kwargs):
        raise RuntimeError("a secret cause")

    for door in (api, orders):
        monkeypatch.setattr(door, "orders_matching", broken)
    as_olga.raise_request_exception = False

    answer = as_olga.get(path)

    assert (answer.status_code, answer["Content-Type"]) == (500, content_type)
    assert said in answer.content
    assert b"a secret cause" not in answer.content
