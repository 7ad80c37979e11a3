"""A dealer orders by its own item codes (K-06), and its lines keep them."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from platform_core.kernel.errors import Invalid
from tenant_apps.access.models import SupplierSettings
from tenant_apps.fulfilment.commands import ship_stock_out
from tenant_apps.inventory.models import StockOut
from tenant_apps.inventory.pages.papers import _paper
from tenant_apps.orders.models import SalesOrder, SalesOrderLine
from tenant_apps.strategies.models import DealerCode
from tests.factories.orders import place, review
from tests.factories.orders import trade as make_trade
from tests.platform_core.test_papers import pages
from tests.refusals import problems_of


@pytest.fixture
def trade(dealer):
    """A trade whose dealer calls `A-1` `MINE`, and a supplier that shows it."""
    made = make_trade(dealer)
    DealerCode.objects.create(dealer=dealer, sku=made.skus[0], code="MINE", name="My tea")
    SupplierSettings.objects.update(show_own_codes=True)
    return made


def test_a_line_named_by_the_own_code_is_the_suppliers_sku(trade, dora):
    order = place(dora, trade.wanted({"MINE": 2}))

    line = order.lines.get()
    assert (line.merchant_code, line.own_code, line.own_name) == ("A-1", "MINE", "My tea")


def test_what_a_line_was_called_stays(trade, dora):
    order = place(dora, trade.wanted({"A-1": 2, "A-2": 1}))
    DealerCode.objects.update(code="NEW")

    lines = SalesOrderLine.objects.filter(order=order).order_by("position")
    assert [(line.own_code, line.own_name) for line in lines] == [("MINE", "My tea"), ("", "")]


def test_own_and_suppliers_code_are_one_sku(trade, dora):
    with pytest.raises(Invalid) as refused:
        place(dora, trade.wanted({"MINE": 2, "A-1": 1}))

    assert [(p.pointer, p.code) for p in refused.value.problems] == [("/lines/1/sku", "line_repeated")]
    assert not SalesOrder.objects.exists()


@pytest.mark.parametrize("shows", [True, False], ids=["another dealer's", "switched off"])
def test_a_code_that_is_not_its_own_is_not_offered(trade, xavier, dora, stranger, shows):
    SupplierSettings.objects.update(show_own_codes=shows)
    other = make_trade(stranger, code="X", is_default=False)
    asked = (xavier, other.wanted({"MINE": 1})) if shows else (dora, trade.wanted({"MINE": 1}))

    with pytest.raises(Invalid) as refused:
        place(*asked)

    assert [pointer for pointer, _ in problems_of(refused.value)] == ["/lines/0/sku"]
    assert not SalesOrder.objects.exists()


@pytest.fixture
def sent(trade, dora, olga):
    """An order by own code, approved and shipped: its order, stock-out and shipment."""
    order = review(dora, place(dora, trade.wanted({"MINE": 2, "A-2": 1})))
    stock_out = StockOut.objects.get(source_id=order.pk)
    shipment = ship_stock_out(
        actor=olga, operation_id=uuid.uuid4(), stock_out_id=stock_out.public_id, quantities={1: Decimal(1)}
    )
    return order, stock_out, shipment


def test_stock_out_and_delivery_note_name_the_own_code(sent, as_olga, as_dora):
    _order, stock_out, shipment = sent
    assert list(stock_out.lines.order_by("position").values_list("own_code", "own_name")) == [
        ("MINE", "My tea"),
        ("", ""),
    ]
    for client, path in (
        (as_olga, f"/inventory/stock-outs/{stock_out.public_id}"),
        (as_dora, f"/fulfilment/{shipment.public_id}"),
        (as_dora, f"/fulfilment/{shipment.public_id}/delivery-note"),
    ):
        assert "MINE</span> My tea" in client.get(path).content.decode(), path
    found = as_olga.get(f"/api/v1/stock-outs/{stock_out.public_id}").json()
    assert [line["own_code"] for line in found["lines"]] == ["MINE", ""]
    assert as_dora.get(f"/api/v1/shipments/{shipment.public_id}").json()["lines"][0]["own_name"] == "My tea"


def test_delivery_note_and_pick_lists_as_pdf(sent, as_olga, as_dora, as_xavier):
    _order, stock_out, shipment = sent
    note = f"/fulfilment/{shipment.public_id}/delivery-note.pdf"
    for client in (as_olga, as_dora):
        assert pages(b"".join(client.get(note).streaming_content)) == 1
    assert as_xavier.get(note).status_code == 404
    one = as_olga.get(f"/inventory/stock-outs/{stock_out.public_id}/pick-list")
    assert pages(b"".join(one.streaming_content)) == 1
    many = as_olga.post("/inventory/stock-outs/pick-lists", {"ids": [stock_out.public_id]})
    assert pages(b"".join(many.streaming_content)) == 1
    every = as_olga.post("/inventory/stock-outs/pick-lists", {"scope": "all", "back": "state=void"})
    assert every.status_code == 302
    assert as_dora.get(f"/inventory/stock-outs/{stock_out.public_id}/pick-list").status_code == 403


def test_a_pick_list_holds_what_is_not_shipped_yet(sent):
    _order, stock_out, _shipment = sent
    paper = _paper(stock_out, list(stock_out.lines.all()))

    rows = paper.tables[0].rows
    assert [(row[1], row[2].split("\n")[1:], row[3].split()[0]) for row in rows] == [
        ("A-1", ["MINE My tea"], "1"),
        ("A-2", [], "1"),
    ]
