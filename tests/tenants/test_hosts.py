"""Whose host is this: without SQL when nobody has it, and whatever happens to Redis."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from platform_core.redis_client import redis_client
from tenants import hosts
from tenants.models import Supplier
from tenants.states import SupplierState


@pytest.fixture(autouse=True)
def known_hosts(database):
    """Redis holds the committed hosts at the start and at the end; this process remembers none."""
    hosts.forget()
    hosts.reload_all()
    yield
    hosts.forget()
    redis_client().delete(hosts.KEY)


def test_an_unknown_host_is_404_without_sql():
    with (
        CaptureQueriesContext(connections["control"]) as control,
        CaptureQueriesContext(connections["default"]) as shard,
    ):
        answer = Client().get("/", HTTP_HOST="nobody.localhost")

    assert answer.status_code == 404
    assert (len(control), len(shard)) == (0, 0)
    assert "form-action" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "host",
    [
        "",
        "ALL",
        "*",
        "acme.localhost.evil.example",
        "localhost.evil.example",
        "a b",
        "[::1]:8000",
        "127.0.0.1",
    ],
)
def test_a_forged_host_is_404(host):
    assert Client().get("/", HTTP_HOST=host).status_code == 404


def test_the_unknown_host_speaks_the_browsers_language():
    answer = Client().get("/", HTTP_HOST="nobody.localhost", headers={"accept-language": "zh-CN"})

    assert "zh-CN" in answer.content.decode()


def test_a_known_host_needs_no_sql_to_be_found():
    with CaptureQueriesContext(connections["control"]) as control:
        found = hosts.find("acme.localhost")

    assert found is not None
    assert found.slug == "acme"
    assert len(control) == 0


def test_a_suspended_supplier_is_403_with_its_name():
    row = Supplier.objects.get(slug="acme")
    Supplier.objects.filter(pk=row.pk).update(state=SupplierState.SUSPENDED)
    hosts.publish(row.public_id)

    answer = Client().get("/", HTTP_HOST="acme.localhost")

    assert answer.status_code == 403
    assert "Acme Wholesale" in answer.content.decode()


@pytest.mark.parametrize("state", [SupplierState.PROVISIONING, SupplierState.CLOSED])
def test_a_half_made_or_closed_supplier_is_404(state):
    Supplier.objects.filter(slug="acme").update(state=state)
    hosts.reload_all()

    assert Client().get("/", HTTP_HOST="acme.localhost").status_code == 404


def test_hosts_are_found_after_redis_lost_its_memory():
    redis_client().delete(hosts.KEY)

    found = hosts.find("acme.localhost")

    assert found is not None
    assert redis_client().hget(hosts.KEY, hosts.COMPLETE) == "1"


def test_hosts_are_found_without_redis(no_redis):
    assert hosts.find("acme.localhost") is not None
    assert hosts.find("nobody.localhost") is None


def test_publishing_into_an_empty_redis_does_not_hide_the_others():
    redis_client().delete(hosts.KEY)
    hosts.publish(Supplier.objects.get(slug="acme").public_id)

    assert hosts.find("rival.localhost") is not None


def test_a_host_published_while_the_table_is_read_is_not_lost(monkeypatch):
    read = hosts.queries.hosts
    rounds = []

    def read_while_another_publishes(*args, **kwargs):
        picture = list(read(*args, **kwargs))
        rounds.append(1)
        if len(rounds) == 1:
            redis_client().hset(hosts.KEY, "late.localhost", hosts._pack(picture[0][1]))
        return iter(picture)

    monkeypatch.setattr(hosts.queries, "hosts", read_while_another_publishes)

    hosts.reload_all()

    assert len(rounds) == 2


def test_the_public_host_is_known_by_the_base_host():
    assert hosts.bare(settings.BASE_HOST) == "localhost"
    assert Client().get("/", HTTP_HOST="LOCALHOST:8000").status_code == 200
