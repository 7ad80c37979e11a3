"""A supplier's pages and tasks tell time as its clock on the wall does."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpResponse
from django.test import RequestFactory

from platform_core.jobs.base import supplier_task
from platform_core.kernel.context import serve
from platform_core.web.formats import moment_text
from tenants.middleware import ServeSupplier

EVENING = datetime(2026, 11, 21, 21, 5, tzinfo=UTC)


def asked(host: str) -> str:
    answer = ServeSupplier(lambda request: HttpResponse(moment_text(EVENING)))
    return answer(RequestFactory().get("/", HTTP_HOST=host)).content.decode()


def test_a_page_tells_time_in_the_suppliers_zone_and_the_next_one_in_its_own(database, suppliers):
    assert suppliers["acme"].timezone == "Asia/Shanghai"

    assert asked("acme.localhost") == "22 Nov 2026, 05:05"
    assert asked("localhost") == "21 Nov 2026, 21:05"


def test_a_task_tells_time_in_the_suppliers_zone(acme):
    told = []

    @supplier_task(name="tests.tell_time")
    def tell_time() -> None:
        told.append(moment_text(EVENING))

    with serve(acme):
        tell_time.apply(headers={"supplier": acme.id})

    assert told == ["22 Nov 2026, 05:05"]
    assert moment_text(EVENING) == "21 Nov 2026, 21:05"
