"""A dealer orders by its own item codes (K-06), and its lines keep them."""

from __future__ import annotations

import pytest

from platform_core.kernel.errors import Invalid
from tenant_apps.access.models import SupplierSettings
from tenant_apps.orders.models import SalesOrder, SalesOrderLine
from tenant_apps.strategies.models import DealerCode
from tests.factories.orders import place
from tests.factories.orders import trade as make_trade
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
