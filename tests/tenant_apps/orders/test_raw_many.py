"""One step for many raw orders by the worker: progress, a result per row, and nothing twice."""

from __future__ import annotations

import uuid

import pytest

from platform_core.imports import operations, working
from platform_core.imports.models import Import
from tenant_apps.orders.commands.raw import cancel_raw_order
from tenant_apps.orders.commands.taking import take_order
from tenant_apps.orders.models import RawOrder, SalesOrder
from tenant_apps.strategies.models import StrategyItem

BULK = "/orders/raw/bulk"


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Two raw orders are done at once, more by the worker."""
    monkeypatch.setattr("tenant_apps.orders.pages.raw_many.DIRECT_MAX", 2)


@pytest.fixture
def waiting(trade, dora):
    """Four raw orders that wait; the last one's goods stay unknown."""
    StrategyItem.objects.filter(sku=trade.skus[0]).update(enabled=False)
    wanted = [*(trade.wanted({"A-1": 1}, client_ref=f"T-{n}") for n in range(3)), trade.wanted({"NONE": 1})]
    rows = [take_order(actor=dora, operation_id=uuid.uuid4(), wanted=one) for one in wanted]
    StrategyItem.objects.update(enabled=True)
    return RawOrder.objects.filter(pk__in=[row.pk for row in rows]).order_by("id")


def ask(client, action, rows, **fields):
    ids = [row.public_id for row in rows]
    asked = {"action": action, "ids": ids, "operation": str(uuid.uuid4()), **fields}
    return asked, client.post(BULK, asked)


def report():
    row = Import.objects.get()
    lines = row.lines.order_by("number").values_list("code", "outcome", "message")
    return row, [(code, str(outcome), message) for code, outcome, message in lines]


def test_more_than_a_few_are_submitted_by_the_worker_with_a_result_each(waiting, as_dora, dora):
    cancelled = waiting[2]
    cancel_raw_order(actor=dora, operation_id=uuid.uuid4(), raw_id=cancelled.public_id)

    _asked, answer = ask(as_dora, "submit", waiting)
    assert not SalesOrder.objects.exists()
    working.work(Import.objects.get().public_id)

    row, lines = report()
    assert answer.url == f"/imports/{row.public_id}"
    assert (row.state, row.rows_done, row.rows_total) == ("done", 4, 4)
    numbers = list(SalesOrder.objects.order_by("id").values_list("number", flat=True))
    assert lines[:2] == [("T-0", "created", numbers[0]), ("T-1", "created", numbers[1])]
    assert [(code, outcome) for code, outcome, _ in lines[2:]] == [
        ("T-2", "failed"),
        (waiting[3].number, "waits"),
    ]
    assert "NONE is not among your goods." in lines[3][2]
    page = as_dora.get(answer.url).content.decode()
    assert "4 raw orders: 2 submitted, 1 wait with a mark, 1 refused." in page
    for shown in (page, as_dora.get("/imports/").content.decode()):
        assert "raw-orders.json" not in shown


def test_the_same_click_twice_is_one_step(waiting, as_dora):
    asked, first = ask(as_dora, "submit", waiting)

    assert as_dora.post(BULK, asked).url == first.url
    working.work(Import.objects.get().public_id)
    assert as_dora.post(BULK, asked).url == first.url
    assert SalesOrder.objects.count() == 3


def test_a_worker_that_goes_on_does_nothing_twice(waiting, as_dora, monkeypatch):
    ask(as_dora, "submit", waiting)
    row = Import.objects.get()
    monkeypatch.setattr(operations, "TURN_SECONDS", -1)
    working.work(row.public_id)
    assert Import.objects.get().state == "running"
    monkeypatch.undo()

    working.work(row.public_id)
    working.work(row.public_id)

    assert Import.objects.get().state == "done"
    assert SalesOrder.objects.count() == 3


def test_many_are_cancelled_and_their_references_are_free(waiting, as_dora):
    ask(as_dora, "cancel", waiting)
    working.work(Import.objects.get().public_id)

    assert set(RawOrder.objects.values_list("state", flat=True)) == {"cancelled"}
    assert {outcome for _, outcome, _ in report()[1]} == {"changed"}
    assert as_dora.get(f"/imports/{Import.objects.get().public_id}").status_code == 200


def test_delivery_is_set_on_many(trade, waiting, as_dora):
    RawOrder.objects.update(warehouse_code="GONE")

    ask(as_dora, "set", waiting, set_warehouse="", set_carrier="keep")
    working.work(Import.objects.get().public_id)

    assert [outcome for _, outcome, _ in report()[1]] == ["created"] * 3 + ["waits"]
    assert set(RawOrder.objects.values_list("warehouse_code", flat=True)) == {""}


def test_all_that_the_filter_leaves_are_meant(waiting, as_dora):
    ask(as_dora, "submit", [], scope="all", back="q=T-")
    assert not Import.objects.exists()
    ask(as_dora, "submit", [], scope="all", back="state=pending")

    assert Import.objects.get().rows_total == 4


def test_another_dealers_orders_are_left_out(waiting, as_xavier, as_olga):
    ask(as_xavier, "submit", waiting)

    assert not Import.objects.exists()
    assert ask(as_olga, "submit", waiting)[1].status_code == 404
    assert set(RawOrder.objects.values_list("state", flat=True)) == {"pending"}


def test_nobody_else_sees_the_report(waiting, as_dora, as_xavier, as_olga):
    ask(as_dora, "submit", waiting)
    here = f"/imports/{Import.objects.get().public_id}"

    assert (as_xavier.get(here).status_code, as_olga.get(here).status_code) == (404, 404)


def test_too_many_are_refused(waiting, as_dora, monkeypatch):
    monkeypatch.setattr("tenant_apps.orders.pages.raw_many.MANY_MAX", 3)

    assert ask(as_dora, "submit", waiting)[1].url.startswith("/orders/raw/")
    assert not Import.objects.exists()


def test_the_form_suggests_regions(waiting, as_dora):
    page = as_dora.get(f"/orders/raw/{waiting[0].public_id}/edit").content.decode()

    assert 'list="provinces"' in page
    assert '<option value="浙江省">' in page
