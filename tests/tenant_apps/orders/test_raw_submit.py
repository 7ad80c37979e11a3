"""Raw orders: submitted at once, or waiting with marks until they are corrected (W-130…W-137)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from decimal import Decimal

import pytest

from platform_core.kernel.errors import DomainError, Invalid, NotFound
from tenant_apps.inventory.models import Stock
from tenant_apps.ledger.models import LedgerAccount
from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders.commands.raw import cancel_raw_order, edit_raw_order, submit_raw_order
from tenant_apps.orders.commands.taking import take_order
from tenant_apps.orders.errors import ReferenceTaken
from tenant_apps.orders.models import RawOrder, SalesOrder
from tenant_apps.orders.queries.raw import wanted_of_raw, whole_raw
from tests.factories import logistics
from tests.factories.orders import UNREACHABLE, place, settings


def take(actor, wanted, **asked):
    raw = take_order(actor=actor, operation_id=asked.pop("key", uuid.uuid4()), wanted=wanted, **asked)
    return RawOrder.objects.get(pk=raw.pk)


def marks(raw):
    return [one["mark"] for one in RawOrder.objects.get(pk=raw.pk).marks]


def submit(actor, raw, key=None):
    return submit_raw_order(actor=actor, operation_id=key or uuid.uuid4(), raw_id=raw.public_id)


def test_w132_what_passes_every_check_is_a_sales_order_at_once(trade, dora):
    raw = take(dora, trade.wanted(client_ref="TB-1", invoice_kind=2, nickname="小明"))

    order = SalesOrder.objects.get(raw_order=raw)
    assert (raw.state, raw.marks, raw.source) == ("submitted", [], "api")
    assert (order.state, str(order.total.amount), order.client_ref) == ("pending_review", "24.00", "TB-1")
    assert (order.invoice_kind, order.nickname) == (2, "小明")
    assert raw.lines.get().sku.merchant_code == "A-1"
    assert [step.name for step in raw.steps.order_by("id")] == ["take", "submit"]


def test_g29_a_raw_order_without_number_gets_one_that_begins_with_d(trade, dora):
    assert take(dora, trade.wanted()).number.startswith("D")


def test_g28_a_blank_nickname_is_the_dealers_name_and_the_consignee(trade, dora):
    trade.dealer.name = "甲公司"
    trade.dealer.save()
    raw = take(dora, trade.wanted(address=replace(trade.wanted().address, consignee="张三")))

    assert raw.nickname == "甲公司张三"


def too_little(trade):
    return trade.wanted({"A-1": 101})


def chosen_and_short(trade):
    return trade.wanted({"A-1": 101}, warehouse=trade.warehouse.code)


def unreached(trade):
    logistics.make_warehouse("W-2")
    Warehouse.objects.update(is_default=False)
    return trade.wanted(address=UNREACHABLE)


def poor(trade):
    LedgerAccount.objects.filter(dealer=trade.dealer).update(balance_minor=100)
    return trade.wanted()


CASES = {
    "goods": (lambda trade: trade.wanted({"NOT-MINE": 1}), ["goods"]),
    "stock": (too_little, ["stock"]),
    "W-135-1": (chosen_and_short, ["warehouse"]),
    "W-135-2": (unreached, ["warehouse"]),
    "phone": (lambda trade: trade.wanted(address=replace(trade.wanted().address, phone="1")), ["import"]),
    "carrier": (lambda trade: trade.wanted(carrier="NOBODY"), ["import"]),
    "several": (lambda trade: trade.wanted({"X": 1, "A-1": 101}), ["goods", "stock"]),
    "balance": (poor, ["balance"]),
}


@pytest.mark.parametrize(("make", "expected"), CASES.values(), ids=CASES)
def test_w133_what_fails_waits_with_a_mark_a_remedy_and_a_line_of_history(trade, dora, olga, make, expected):
    raw = take(dora, make(trade))

    assert (raw.state, marks(raw)) == ("pending", expected)
    assert not SalesOrder.objects.exists()
    step = raw.steps.get(name="submit_failed")
    assert (step.source, step.target) == ("pending", "pending")
    assert step.reason
    assert whole_raw(dora, raw.public_id) == raw
    with pytest.raises(NotFound):
        whole_raw(olga, raw.public_id)


def test_what_was_typed_stays_as_it_was_typed(trade, dora):
    wanted = trade.wanted({"NOT-MINE": "2.5"}, carrier="SF?", warehouse="W-99", client_ref="TB-2", memo="x")
    raw = take(dora, wanted)

    again = wanted_of_raw(RawOrder.objects.get(pk=raw.pk))
    assert (again.lines, again.carrier, again.warehouse) == (wanted.lines, "SF?", "W-99")
    assert (again.client_ref, again.memo, again.address) == ("TB-2", "x", wanted.address)
    assert raw.lines.get().sku is None


@pytest.mark.parametrize(
    "fields",
    [{"lines": ()}, {"invoice_kind": 9}, {"client_ref": "x" * 81}, {"carrier": "x" * 41}],
    ids=["no lines", "invoice", "reference", "carrier"],
)
def test_what_could_not_be_stored_is_refused(trade, dora, fields):
    with pytest.raises(Invalid):
        take(dora, trade.wanted(**fields))
    assert not RawOrder.objects.exists()


def test_a_request_sent_again_is_taken_once(trade, dora):
    key = uuid.uuid4()

    assert take(dora, trade.wanted({"X": 1}), key=key) == take(dora, trade.wanted({"X": 1}), key=key)
    assert RawOrder.objects.count() == 1


def test_corrected_and_submitted_it_becomes_an_order(trade, dora):
    raw = take(dora, trade.wanted({"X": 1, "A-1": 101}))
    edit_raw_order(
        actor=dora,
        operation_id=uuid.uuid4(),
        raw_id=raw.public_id,
        wanted=trade.wanted({"A-2": 3}),
        version=1,
    )
    assert marks(raw) == ["goods", "stock"]  # until it is submitted again

    order = submit(dora, raw)

    raw.refresh_from_db()
    assert (raw.state, raw.marks, raw.version) == ("submitted", [], 3)
    assert [(line.merchant_code, line.quantity) for line in order.lines.all()] == [("A-2", Decimal(3))]
    names = [step.name for step in raw.steps.order_by("id")]
    assert names == ["take", "submit_failed", "edit", "submit"]


def test_submitted_again_with_new_stock_it_passes_and_a_failure_renews_its_marks(trade, dora):
    raw = take(dora, trade.wanted({"A-1": 101}))
    Stock.objects.update(on_hand=200)
    LedgerAccount.objects.filter(dealer=trade.dealer).update(balance_minor=100)
    with pytest.raises(DomainError):
        submit(dora, raw)
    assert marks(raw) == ["balance"]

    LedgerAccount.objects.filter(dealer=trade.dealer).update(balance_minor=1_000_00)
    submit(dora, raw)
    assert SalesOrder.objects.count() == 1


def test_a_shop_that_reviews_by_itself_does_so_for_raw_orders(trade, dora):
    trade.shop.auto_review = True
    trade.shop.save()

    raw = take(dora, trade.wanted())

    assert SalesOrder.objects.get(raw_order=raw).state == "approved"


def test_a_reference_is_used_once_and_free_again_when_the_raw_order_is_given_up(trade, dora):
    raw = take(dora, trade.wanted({"X": 1}, client_ref="TB-7"))
    with pytest.raises(ReferenceTaken):
        take(dora, trade.wanted(client_ref="TB-7"))
    with pytest.raises(ReferenceTaken):
        place(dora, trade.wanted(client_ref="TB-7"))

    cancel_raw_order(actor=dora, operation_id=uuid.uuid4(), raw_id=raw.public_id)

    assert take(dora, trade.wanted(client_ref="TB-7")).state == "submitted"
    with pytest.raises(ReferenceTaken):
        place(dora, trade.wanted(client_ref="TB-7"))


def test_w136_other_dealers_and_the_supplier_can_do_nothing_to_it(trade, dora, olga, xavier):
    raw = take(dora, trade.wanted({"X": 1}))
    asked = {"operation_id": uuid.uuid4(), "raw_id": raw.public_id}

    for stranger in (olga, xavier):
        for act in (
            lambda a: submit_raw_order(actor=a, **asked),
            lambda a: cancel_raw_order(actor=a, **asked),
            lambda a: edit_raw_order(actor=a, wanted=trade.wanted(), **asked),
        ):
            with pytest.raises(NotFound):
                act(stranger)
    assert (marks(raw), raw.steps.count()) == (["goods"], 2)


def test_a_mark_tells_no_stock_that_the_dealer_may_not_see_whoever_took_the_order(trade, olga):
    settings(show_stock="yes_no")
    Stock.objects.update(on_hand=4711)

    raw = take(olga, trade.wanted({"A-1": 5000}))

    assert raw.marks
    assert "4711" not in str(raw.marks)
    assert "4711" not in str(list(raw.steps.values_list("reason", flat=True)))
