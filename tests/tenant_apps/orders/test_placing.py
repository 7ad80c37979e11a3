"""Placing: every check on every path, and nothing stored when one refuses."""

from __future__ import annotations

import uuid
from dataclasses import replace
from decimal import Decimal

import pytest

from platform_core.commands import KeyReused
from platform_core.kernel.errors import Invalid, NotFound, NotPermitted
from platform_core.outbox.models import OutboxEntry
from tenant_apps.access.models import SupplierSettings
from tenant_apps.catalog.models import Pack, Sku
from tenant_apps.dealers.models import Dealer, Shop
from tenant_apps.ledger.errors import InsufficientBalance
from tenant_apps.logistics.models import Carrier
from tenant_apps.orders.errors import DealerDisabled, ReferenceTaken
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.queries.orders import raw_orders_visible_to
from tenant_apps.orders.rules import WantedLine
from tenant_apps.orders.states import OrderState, RawOrderState
from tests.factories import strategies
from tests.factories.orders import ADDRESS, UNREACHABLE, fresh, place, settings
from tests.factories.orders import trade as make_trade
from tests.refusals import problems_of
from tests.tenant_apps.orders.refusing import refused

D = Decimal


def test_an_order_is_stored_with_its_amounts_and_frozen_facts(trade, dora):
    order = fresh(place(dora, trade.wanted({"A-1": 2, "A-3": 3}, memo="  ring \n twice ", client_ref="PO-7")))

    assert order.state == OrderState.PENDING_REVIEW
    assert order.raw_order.state == RawOrderState.SUBMITTED
    assert (order.goods.amount, order.freight.amount, order.fee.amount) == (D("40.00"), D("12.50"), D("0.00"))
    assert order.total.amount == D("52.50")
    assert order.charged.amount == D("0.00")
    assert order.weight_kg == D("7.500")
    assert order.memo == "ring twice"
    assert order.client_ref == "PO-7"
    assert order.nickname == "Dora's Drinks王小明"
    line = order.lines.get(position=2)
    assert (line.merchant_code, line.name, line.unit) == ("A-3", "Tea 3", "box")
    assert (line.quantity, line.settlement_price, line.amount_minor) == (D(3), D(8), 2400)
    assert (line.wholesale_price, line.retail_price, line.sales_price) == (D(3), D(12), D(12))


def test_placing_leaves_a_step_and_an_event_but_moves_neither_money_nor_stock(trade, dora):
    order = place(dora, trade.wanted())

    step = order.steps.get()
    assert (step.name, step.source, step.target) == ("submit", "", "pending_review")
    assert (step.actor_name, step.actor_on_behalf_of) == ("Dora", "")
    assert step.after["total"] == "24.00"
    event = OutboxEntry.objects.get(name="orders.moved")
    assert event.body["order_id"] == order.public_id
    assert trade.balance() == "1000.00"
    assert trade.stock()["A-1"] == (D(100), D(0))


def test_the_supplier_places_on_behalf_of_the_dealer(trade, olga):
    order = place(olga, trade.wanted())

    assert order.steps.get().actor_on_behalf_of == "Dora's Drinks"
    assert order.raw_order.actor_on_behalf_of == "Dora's Drinks"


def test_staff_without_the_permission_does_not_place(trade, sam):
    refused(NotPermitted, sam, trade.wanted())


def test_the_supplier_must_say_for_which_shop(trade, olga):
    refused(NotFound, olga, trade.wanted(shop=""))


def test_a_dealer_does_not_order_for_anothers_shop(trade, stranger, dora):
    shop = Shop.objects.create(dealer=stranger, code="X", name="X")

    refused(NotFound, dora, trade.wanted(shop=shop.public_id))


@pytest.mark.parametrize("named", ["carrier", "warehouse"])
def test_an_unknown_carrier_or_warehouse_is_not_found(trade, dora, named):
    refused(NotFound, dora, trade.wanted(**{named: "nope"}))


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        ("0", "quantity_not_positive"),
        ("-1", "quantity_not_positive"),
        ("0.5", "quantity_not_whole"),
        ("101", "sku_stock_short"),
        ("7", "quantity_not_multiple"),
        ("5", "quantity_below_minimum"),
        ("1e30", "quantity_too_large"),
        ("NaN", "quantity_invalid"),
        ("Infinity", "quantity_invalid"),
    ],
)
def test_a_wrong_quantity_is_named_at_its_line(trade, dora, quantity, code):
    if code in {"quantity_not_multiple", "quantity_below_minimum"}:
        Sku.objects.filter(merchant_code="A-2").update(multiple=5, minimum=10 if quantity == "5" else 0)

    error = refused(Invalid, dora, trade.wanted({"A-1": 1, "A-2": quantity}))

    assert problems_of(error) == [("/lines/1/quantity", code)]


def test_unknown_foreign_disabled_and_repeated_goods_are_named(trade, dora):
    strategies.skus(1, "B", name="Juice")
    Sku.objects.filter(merchant_code="A-2").update(enabled=False)
    lines = [WantedLine(code, D(1)) for code in ("nope", "B-1", "A-2", "A-1", "A-1")]

    error = refused(Invalid, dora, replace(trade.wanted(), lines=tuple(lines)))

    assert problems_of(error) == [
        ("/lines/0/sku", "not_offered"),
        ("/lines/1/sku", "not_offered"),
        ("/lines/2/sku", "not_orderable"),
        ("/lines/4/sku", "line_repeated"),
    ]


def test_an_order_needs_lines_and_at_most_a_thousand(trade, dora):
    lines = tuple(WantedLine(f"N-{n}", D(1)) for n in range(1001))

    assert problems_of(refused(Invalid, dora, replace(trade.wanted(), lines=()))) == [("/lines", "no_lines")]
    assert problems_of(refused(Invalid, dora, replace(trade.wanted(), lines=lines))) == [
        ("/lines", "too_many_lines")
    ]


def test_a_pack_is_taken_as_its_units_and_an_unknown_one_refused(trade, dora):
    Pack.objects.create(sku=trade.skus[0], name="case", units=12)
    cases = replace(trade.wanted(), lines=(WantedLine("A-1", D(2), pack="case"),))

    line = place(dora, cases).lines.get()

    assert (line.quantity, line.pack_name, line.pack_units, line.amount_minor) == (
        D(24),
        "case",
        D(12),
        19200,
    )
    error = refused(Invalid, dora, replace(cases, lines=(WantedLine("A-1", D(2), pack="pallet"),)))
    assert problems_of(error) == [("/lines/0/pack", "no_such_pack")]


@pytest.mark.parametrize(
    ("golden", "phone", "code"),
    [
        ("G-30a", "010-1234567", None),
        ("G-30b", "010-12345678", None),
        ("G-30c", "0101234567", "phone_wrong"),
        ("G-30d", "010-123456", "phone_wrong"),
    ],
)
def test_phones_of_china(trade, dora, golden, phone, code):
    wanted = trade.wanted(address=replace(ADDRESS, phone=phone))

    if code is None:
        assert place(dora, wanted).phone == phone
    else:
        assert problems_of(refused(Invalid, dora, wanted)) == [("/address/phone", code)]


def test_g31_a_blank_district_is_accepted(trade, dora):
    assert place(dora, trade.wanted(address=replace(ADDRESS, region3=""))).region3 == ""


def test_g32_a_blank_city_is_refused(trade, dora):
    error = refused(Invalid, dora, trade.wanted(address=replace(ADDRESS, region2="")))

    assert problems_of(error) == [("/address/region2", "required")]


def test_too_long_texts_and_wrong_sales_prices_are_named(trade, dora):
    line = WantedLine("A-1", D(1), sales_price=D("-1"), note="n" * 201)
    wanted = trade.wanted(memo="m" * 501, address=replace(ADDRESS, line1="x" * 201))

    error = refused(Invalid, dora, replace(wanted, lines=(line,)))

    assert problems_of(error) == [
        ("/memo", "too_long"),
        ("/address/line1", "too_long"),
        ("/lines/0/note", "too_long"),
        ("/lines/0/sales_price", "price_wrong"),
    ]


def test_too_little_balance_says_what_is_missing(dealer, dora):
    trade = make_trade(dealer, balance="23.99")

    error = refused(InsufficientBalance, dora, trade.wanted())

    assert (error.facts["missing"], error.facts["available"]) == ("0.01", "23.99")


def test_a_disabled_dealer_cannot_order(trade, olga):
    Dealer.objects.filter(pk=trade.dealer.pk).update(enabled=False)

    refused(DealerDisabled, olga, trade.wanted())


def test_one_reference_of_a_dealer_is_one_order(trade, dora):
    first = place(dora, trade.wanted(client_ref="PO-1"))

    error = refused(ReferenceTaken, dora, trade.wanted(client_ref="PO-1"))

    assert error.facts["number"] == first.number


@pytest.mark.parametrize(("golden", "asked", "fits"), [("G-12", 91, False), ("G-13", 90, True)])
def test_the_level_share_binds(trade, dora, golden, asked, fits):
    trade.dealer.level.stock_percent = 90
    trade.dealer.level.save()

    if fits:
        assert place(dora, trade.wanted({"A-1": asked})).lines.get().quantity == asked
    else:
        error = refused(Invalid, dora, trade.wanted({"A-1": asked}))
        assert problems_of(error) == [("/lines/0/quantity", "sku_stock_short")]
        assert error.problems[0].facts == {"sku": "A-1", "free": "90", "asked": "91", "unit": "box"}


def test_an_uncovered_address_is_accepted_by_the_default_warehouse_with_freight_to_be_set(trade, dora):
    order = place(dora, trade.wanted(address=UNREACHABLE))

    assert (order.freight_known, order.freight.minor, order.total.amount) == (False, 0, D("16.00"))


def test_a_carrier_is_needed_when_the_supplier_says_so(trade, dora):
    Carrier.objects.update(is_default=False)

    assert problems_of(refused(Invalid, dora, trade.wanted())) == [("/carrier", "required")]

    settings(carrier_required=False)
    assert place(dora, trade.wanted()).carrier is None


def test_prices_without_tax_add_it_once_per_line(trade, dora):
    Sku.objects.update(tax_rate=13)
    settings(prices_include_tax=False, freight_tax_rate=9)

    order = place(dora, trade.wanted())

    assert (order.goods.amount, order.freight.amount, order.tax.amount) == (D("16.00"), D("8.00"), D("2.80"))
    assert order.total.amount == D("26.80")
    line = order.lines.get()
    assert (line.amount_minor, line.net_minor, line.tax_minor, line.gross_minor) == (1600, 1600, 208, 1808)


def test_prices_with_tax_contain_it(trade, dora):
    Sku.objects.update(tax_rate=13)

    order = place(dora, trade.wanted())

    assert (order.total.amount, order.tax.amount) == (D("24.00"), D("1.84"))


def test_the_first_order_fixes_the_tax_mode(trade, dora):
    assert not SupplierSettings.objects.get().tax_mode_fixed

    place(dora, trade.wanted())

    assert SupplierSettings.objects.get().tax_mode_fixed


class TestOnce:
    """Two clicks, a resent key."""

    def test_the_same_key_places_one_order(self, trade, dora):
        key = uuid.uuid4()

        first, second = place(dora, trade.wanted(), key), place(dora, trade.wanted(), key)

        assert first.pk == second.pk
        assert SalesOrder.objects.count() == 1

    def test_the_same_key_with_other_goods_is_refused(self, trade, dora):
        key = uuid.uuid4()
        place(dora, trade.wanted(), key)

        with pytest.raises(KeyReused):
            place(dora, trade.wanted({"A-1": 3}), key)

        assert SalesOrder.objects.count() == 1


def test_w136_the_supplier_sees_no_raw_orders(trade, dora, olga, xavier):
    place(dora, trade.wanted())

    assert raw_orders_visible_to(dora).count() == 1
    assert raw_orders_visible_to(olga).count() == 0
    assert raw_orders_visible_to(xavier).count() == 0
