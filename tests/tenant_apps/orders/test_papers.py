"""Orders as PDF: one and many, for those who may see them, in the same number of statements."""

from __future__ import annotations

import uuid

import pytest

from platform_core.kernel.context import serving
from tenant_apps.orders.commands.finance import AdjustmentWanted, approve_order
from tenant_apps.orders.models import SalesOrderLine
from tenant_apps.orders.pages.orders import facts_of
from tenant_apps.orders.pages.papers import order_paper
from tenant_apps.orders.queries.details import whole_order
from tests.factories.orders import place, review
from tests.platform_core.test_papers import pages


def sent(answer):
    return b"".join(answer.streaming_content)


def test_one_order_for_both_sides_and_for_nobody_else(order, as_dora, as_olga, as_xavier):
    for client in (as_dora, as_olga):
        answer = client.get(f"/orders/{order.public_id}/pdf")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
        assert pages(sent(answer)) == 1
    assert as_xavier.get(f"/orders/{order.public_id}/pdf").status_code == 404


def test_it_says_what_the_page_says(trade, dora, olga):
    type(trade.warehouse).objects.update(finance_review=True)
    order = review(
        dora, place(dora, trade.wanted({"A-1": 2, "A-2": 1}, client_ref="PO-7", memo="Ring twice"))
    )
    changes = [AdjustmentWanted("goods", -100, "agreed", 1)]
    approve_order(actor=olga, operation_id=uuid.uuid4(), order_id=order.public_id, adjustments=changes)
    SalesOrderLine.objects.filter(position=1).update(own_code="MINE", own_name="My tea")

    paper = order_paper(facts_of(whole_order(dora, order.public_id), dora))

    assert (paper.title, paper.number, paper.sender) == ("Order", order.number, serving().name)
    facts = dict(paper.facts)
    assert (facts["Your reference"], facts["Memo"]) == ("PO-7", "Ring twice")
    assert facts["Address"] == "浙江省 杭州市 西湖区 文三路 1 号"
    assert "A-1 · MINE My tea" in paper.tables[0].rows[0][1]
    assert [row[-1] for row in paper.tables[0].rows] == ["16.00", "8.00"]
    assert ("Goods adjustment", "-¥1.00") in [(term, text.replace("−", "-")) for term, text in paper.sums]
    assert paper.sums[-1] == ("Total", "¥32.50")


def test_many_in_one_file(trade, dora, as_dora, as_xavier):
    orders = [place(dora, trade.wanted()) for _ in range(3)]
    form = {"ids": [order.public_id for order in orders[:2]], "back": ""}

    assert pages(sent(as_dora.post("/orders/papers", form))) == 2
    assert pages(sent(as_dora.post("/orders/papers", {"scope": "all", "back": "state=pending_review"}))) == 3
    assert as_xavier.post("/orders/papers", form).status_code == 302
    assert as_dora.post("/orders/papers", {}).status_code == 302


def test_more_than_fit_into_one_file_are_refused(trade, dora, as_dora, monkeypatch):
    monkeypatch.setattr("tenant_apps.orders.pages.papers.PAPERS_MAX", 1)
    for _ in range(2):
        place(dora, trade.wanted())

    answer = as_dora.post("/orders/papers", {"scope": "all", "back": ""}, follow=True)

    assert "At most 200 orders go into one file." in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow_with_the_orders(trade, dora, as_dora, count, django_assert_num_queries):
    for _ in range(count):
        place(dora, trade.wanted({"A-1": 1, "A-2": 1}))

    # Session, user, actor; the chosen ones; then the orders with lines, SKUs, adjustments, grants, steps and cancelled lines.
    with django_assert_num_queries(11, using="default"):
        sent(as_dora.post("/orders/papers", {"scope": "all", "back": ""}))
