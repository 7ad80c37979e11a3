"""Granting less in finance review (K-21, G-60): money, tax, weight and stock move together, and back exactly."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_core.kernel.errors import Invalid, NotPermitted
from tenant_apps.inventory.errors import OutOfStock
from tenant_apps.inventory.models import Reservation, Stock, StockOut, StockOutLine
from tenant_apps.ledger.errors import InsufficientBalance
from tenant_apps.ledger.models import Transfer
from tenant_apps.ledger.verify import reconcile
from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders.commands.back import cancel_order, reject_order
from tenant_apps.orders.commands.finance import AdjustmentWanted, approve_order, reject_finance
from tenant_apps.orders.commands.granting import GrantWanted, Terms
from tenant_apps.orders.commands.lines import cancel_line
from tenant_apps.orders.models import ApprovalChain, ApprovalLevel, LineGrant, OrderAdjustment, SalesOrder
from tenant_apps.strategies.models import DealerOrganisation, OrderingOrganisation
from tests.factories.orders import fresh, place, review
from tests.factories.orders import settings as supplier_settings
from tests.factories.orders import trade as make_trade
from tests.tenant_apps.orders.test_review import facts
from tests.tenant_apps.orders.test_statements import statements

D = Decimal


@pytest.fixture
def trade(dealer):
    """Goods at 20.00, freight 10.00 whatever the weight."""
    flat = {"first_kg": D(100), "first_fee": D(10)}
    return make_trade(dealer, price="20", balance="1000", freight=[flat], finance_review=True)


@pytest.fixture
def held(trade, dora):
    """Five of A-1 and three of A-2: goods 160.00, total 170.00, in finance review."""
    return review(dora, place(dora, trade.wanted({"A-1": 5, "A-2": 3})))


def approve(actor, order, *grants, adjustments=(), terms=None, **asked):
    approve_order(
        actor=actor,
        operation_id=uuid.uuid4(),
        order_id=order.public_id,
        grants=[GrantWanted(D(str(quantity)), reason, line) for line, quantity, reason in grants],
        adjustments=[AdjustmentWanted(*row) for row in adjustments],
        **({"terms": terms} if terms else {}),
        **asked,
    )
    return fresh(order)


def whole(order):
    """Everything that a rejection has to restore."""
    order = fresh(order)
    columns = ("position", "quantity", "demanded", "amount_minor", "net_minor", "tax_minor", "gross_minor")
    head = ("goods_minor", "discount_minor", "goods_adjustment_minor", "freight_minor", "tax_minor")
    return (
        [getattr(order, name) for name in (*head, "freight_adjustment_minor", "total_minor", "weight_kg")],
        [order.organisation, order.organisation_name, order.delivery_day, order.before_finance],
        list(order.lines.order_by("position").values_list(*columns, "discount_minor")),
    )


def refused(error, trade, order, act, *args, **kwargs):
    before = facts(order, trade), whole(order), LineGrant.objects.count(), OrderAdjustment.objects.count()
    with pytest.raises(error) as caught:
        act(*args, **kwargs)
    assert before == (
        facts(order, trade),
        whole(order),
        LineGrant.objects.count(),
        OrderAdjustment.objects.count(),
    )
    return caught.value


@pytest.mark.parametrize(("demanded", "granted"), [(5, 3)], ids=["G-60"])
def test_of_five_demanded_three_are_granted(trade, olga, held, demanded, granted):
    order = approve(olga, held, (1, granted, "short"))

    line = order.lines.get(position=1)
    assert (line.demanded, line.quantity, line.amount_minor) == (demanded, granted, 6000)
    assert (order.state, str(order.goods.amount), str(order.freight.amount)) == (
        "approved",
        "120.00",
        "10.00",
    )
    assert (str(order.total.amount), str(order.charged.amount), trade.balance()) == (
        "130.00",
        "130.00",
        "870.00",
    )
    assert trade.stock()["A-1"] == (D(100), D(granted))
    assert order.weight_kg == held.weight_kg * 6 / 8
    assert StockOutLine.objects.get(merchant_code="A-1").quantity == granted
    assert StockOut.objects.get().weight_kg == order.weight_kg
    step = order.steps.order_by("pk").last()
    assert (step.name, step.actor_name, step.reason) == ("adjust", olga.name, "A-1 × 5 → 3: short")
    assert (step.before["total"], step.after["total"]) == ("170.00", "130.00")


def test_decision_11_a_granted_quantity_need_not_keep_multiple_and_minimum(trade, dora, olga):
    type(trade.skus[0]).objects.update(multiple=D(5), minimum=D(5))
    order = review(dora, place(dora, trade.wanted({"A-1": 10})))

    assert approve(olga, order, (1, 3, "short")).lines.get().quantity == 3


def test_more_than_the_order_holds_nothing_and_what_is_no_line_are_refused(trade, olga, held):
    error = refused(
        Invalid,
        trade,
        held,
        approve,
        olga,
        held,
        *((1, 6, "x"), (1, 2, "x"), (2, 0, "x"), (7, 1, "x"), (2, "1.5", "x"), (2, 1, " ")),
    )

    assert [(p.pointer, p.code) for p in error.problems] == [
        ("/grants/0/quantity", "beyond_demand"),
        ("/grants/1/line", "line_repeated"),
        ("/grants/2/quantity", "quantity_not_positive"),
        ("/grants/3/line", "no_such_line"),
        ("/grants/4/quantity", "quantity_not_whole"),
        ("/grants/5/reason", "required"),
    ]


def test_a_dealer_grants_nothing(trade, dora, held):
    refused(NotPermitted, trade, held, approve, dora, held, (1, 3, "x"))


def test_adjustments_are_checked_against_what_is_granted_and_move_with_it(trade, olga, held):
    too_much = [("goods", -6001, "x", 1)]
    refused(Invalid, trade, held, approve, olga, held, (1, 3, "short"), adjustments=too_much)

    order = approve(
        olga, held, (1, 3, "short"), adjustments=[("goods", -6000, "x", 1), ("freight", 200, "lift")]
    )

    assert (str(order.total.amount), trade.balance()) == ("72.00", "928.00")


def test_what_is_granted_less_pays_for_what_is_adjusted_more(trade, olga, dora):
    order = review(dora, place(dora, trade.wanted({"A-1": 49})))
    assert trade.balance() == "10.00"
    refused(InsufficientBalance, trade, order, approve, olga, order, adjustments=[("goods", 1100, "dearer")])

    order = approve(olga, order, (1, 48, "short"), adjustments=[("goods", 3000, "dearer")])

    assert (str(order.charged.amount), trade.balance()) == ("1000.00", "0.00")


@pytest.mark.parametrize("included", [True, False])
def test_tax_goes_with_the_goods(dealer, dora, olga, included):
    supplier_settings(prices_include_tax=included)
    trade = make_trade(dealer, price="20", balance="1000", finance_review=True)
    type(trade.skus[0]).objects.update(tax_rate=D(13))
    order = review(dora, place(dora, trade.wanted({"A-1": 5, "A-2": 3})))
    before = whole(order), facts(order, trade)

    after = approve(olga, order, (1, 3, "short"))

    line = after.lines.get(position=1)
    gross, tax = ("60.00", 690) if included else ("67.80", 780)
    assert (D(line.gross_minor) / 100, line.tax_minor) == (D(gross), tax)
    assert trade.balance() == str(D(1000) - after.total.amount)
    reject_finance(actor=olga, operation_id=uuid.uuid4(), order_id=order.public_id, reason="x")
    # All but the state, the history and the documents.
    assert (whole(order), facts(order, trade)[1:6]) == (before[0], before[1][1:6])


@pytest.mark.parametrize("stage", [reject_finance, reject_order])
def test_w156_w157_rejecting_restores_what_was_before_the_finance_review(trade, dora, olga, held, stage):
    before, balance = whole(held), trade.balance()
    east = OrderingOrganisation.objects.create(code="EAST", name="East")
    day = date.today() + timedelta(days=900)
    terms = Terms(organisation="EAST", delivery_day=day)
    order = approve(
        olga, held, (1, 3, "short"), (2, 1, "short"), adjustments=[("goods", -500, "x", 1)], terms=terms
    )
    assert (order.organisation, order.delivery_day) == (east.public_id, day)

    stage(actor=olga, operation_id=uuid.uuid4(), order_id=held.public_id, reason="wrong")

    assert whole(held) == before
    assert all(one.undone_at for one in LineGrant.objects.all())
    if stage is reject_finance:
        assert (trade.balance(), trade.stock()["A-1"], trade.stock()["A-2"]) == (
            balance,
            (D(100), D(5)),
            (D(100), D(3)),
        )
        assert str(approve(olga, held, (1, 4, "now right")).total.amount) == "150.00"
    else:
        assert (trade.balance(), trade.stock()["A-1"]) == ("1000.00", (D(100), D(0)))
        assert str(review(dora, fresh(held)).total.amount) == "170.00"


def test_back_to_finance_is_refused_when_what_was_cut_is_gone(trade, olga, held):
    order = approve(olga, held, (1, 3, "short"))
    Stock.objects.filter(sku__merchant_code="A-1").update(on_hand=4)
    asked = {"actor": olga, "operation_id": uuid.uuid4(), "order_id": order.public_id, "reason": "x"}

    refused(OutOfStock, trade, order, reject_finance, **asked)

    reject_order(**{**asked, "operation_id": uuid.uuid4()})
    assert trade.balance() == "1000.00"


def test_a_line_that_was_granted_less_is_cancelled_with_what_it_costs(trade, dora, olga, held):
    approve(olga, held, (1, 3, "short"))

    cancel_line(actor=olga, operation_id=uuid.uuid4(), order_id=held.public_id, line=1)
    assert (str(fresh(held).total.amount), trade.balance()) == ("70.00", "930.00")
    reject_finance(actor=olga, operation_id=uuid.uuid4(), order_id=held.public_id, reason="x")
    assert (str(fresh(held).total.amount), trade.balance()) == ("70.00", "930.00")
    cancel_order(actor=dora, operation_id=uuid.uuid4(), order_id=held.public_id)
    assert trade.balance() == "1000.00"


def test_by_merchant_code_one_request_serves_many_orders(trade, dora, olga, held):
    other = review(dora, place(dora, trade.wanted({"A-1": 2})))
    third = review(dora, place(dora, trade.wanted({"A-2": 2})))
    asked = [GrantWanted(D(3), "short", sku="A-1")]
    for order in (held, other):
        approve_order(actor=olga, operation_id=uuid.uuid4(), order_id=order.public_id, grants=asked)

    assert [line.quantity for line in fresh(held).lines.order_by("position")] == [3, 3]
    assert fresh(other).lines.get().quantity == 2
    with pytest.raises(Invalid):
        approve_order(actor=olga, operation_id=uuid.uuid4(), order_id=third.public_id, grants=asked)


def test_delivery_day_and_organisation_are_checked(trade, olga, held):
    refused(Invalid, trade, held, approve, olga, held, terms=Terms(delivery_day=date(2020, 1, 1)))
    refused(Invalid, trade, held, approve, olga, held, terms=Terms(organisation="NOWHERE"))
    east, west = (OrderingOrganisation.objects.create(code=c, name=c.title()) for c in ("EAST", "WEST"))
    DealerOrganisation.objects.create(dealer=trade.dealer, organisation=east)
    refused(Invalid, trade, held, approve, olga, held, terms=Terms(organisation=west.public_id))

    order = approve(olga, held, terms=Terms(organisation=east.public_id))

    assert (order.organisation, order.organisation_name) == (east.public_id, "East")
    assert order.steps.order_by("pk").last().reason == "– → East"


@pytest.fixture
def chain(olga):
    row = ApprovalChain.objects.create(name="Two levels")
    for place_, name in enumerate(("Clerk", "Head")):
        ApprovalLevel.objects.create(chain=row, position=place_, name=name, people=[olga.id])


def test_a_later_level_may_give_back_up_to_what_was_held_and_adjustments_go_in_proportion(
    trade, dora, olga, held, chain
):
    order = review(dora, place(dora, trade.wanted({"A-1": 5})))
    assert order.approval
    order = approve(olga, order, (1, 2, "short"), adjustments=[("goods", -1000, "old box", 1)])
    assert (order.state, trade.stock()["A-1"][1], str(order.total.amount)) == ("pending_finance", 7, "40.00")
    SalesOrder.objects.filter(pk=order.pk).update(
        approval={**order.approval, "levels": [{**v, "by": "x"} for v in order.approval["levels"]]}
    )

    refused(Invalid, trade, order, approve, olga, order, (1, 6, "more"))
    order = approve(olga, order, (1, 1, "shorter"))

    assert (str(order.goods.amount), str(order.goods_adjustment.amount)) == ("20.00", "-5.00")
    assert (str(order.total.amount), order.state) == ("25.00", "approved")
    assert order.lines.get().demanded == 5
    reject_order(actor=olga, operation_id=uuid.uuid4(), order_id=order.public_id, reason="x")
    assert (str(fresh(order).total.amount), fresh(order).lines.get().quantity) == ("110.00", 5)


def test_it_takes_the_same_statements_for_any_number_of_lines(dealer, dora, olga):
    big = make_trade(dealer, goods=200, balance="1000000", finance_review=True)
    granted, undone = set(), set()
    for size in (1, 10, 200):
        order = review(dora, place(dora, big.wanted({f"A-{n}": 5 for n in range(1, size + 1)})))
        rows = [(n, 3, "short") for n in range(1, size + 1)]
        granted.add(statements(lambda o=order, r=rows: approve(olga, o, *r)))
        asked = {"actor": olga, "order_id": order.public_id, "reason": "x"}
        undone.add(statements(lambda a=asked: reject_finance(operation_id=uuid.uuid4(), **a)))

    assert len(granted) == 1, granted
    assert len(undone) == 1, undone


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_wallet_order_and_ledger_agree_to_the_cent_whatever_is_done(trade, dora, olga, data):
    with transaction.atomic():
        done_in_any_order(trade, dora, olga, data)
        transaction.set_rollback(True)


def done_in_any_order(trade, dora, olga, data):
    """Grants, adjustments, cancelled lines, rejections to either stage, in any order; then the end."""
    Warehouse.objects.update(finance_review=True)
    quantities = data.draw(st.lists(st.integers(1, 9), min_size=1, max_size=3))
    order = place(dora, trade.wanted({f"A-{n}": q for n, q in enumerate(quantities, 1)}))
    asked = whole(order)
    cancelled = False
    for _ in range(data.draw(st.integers(1, 6))):
        order = fresh(order)
        if order.state == "pending_review":
            assert cancelled or whole(order)[2] == asked[2]
            order = review(dora, order)
        elif order.state == "pending_finance":
            lines = list(order.lines.order_by("position"))
            chosen = [one for one in lines if data.draw(st.booleans())]
            grants = [(one.position, data.draw(st.integers(1, int(one.quantity))), "why") for one in chosen]
            cuts = [("goods", -data.draw(st.integers(1, 2000)), "why", one.position) for one in chosen]
            order = approve(olga, order, *grants, adjustments=cuts)
        else:
            act = data.draw(st.sampled_from(["reject", "reject_finance", "cancel_line"]))
            key = {"actor": olga, "operation_id": uuid.uuid4(), "order_id": order.public_id}
            if act == "cancel_line" and order.lines.count() > 1:
                cancel_line(**key, line=order.lines.order_by("position").first().position)
                cancelled = True
            else:
                (reject_order if act == "reject" else reject_finance)(**key, reason="x")
        agree(trade, order)
    cancel_order(actor=dora, operation_id=uuid.uuid4(), order_id=order.public_id)
    agree(trade, order)
    assert trade.balance() == "1000.00"
    paid = Transfer.objects.filter(source_kind="order", source_id=order.pk, refunds=None)
    back = Transfer.objects.filter(source_kind="order", source_id=order.pk, refunds__isnull=False)
    assert sum(paid.values_list("amount_minor", flat=True)) == sum(
        back.values_list("amount_minor", flat=True)
    )


def agree(trade, order):
    """Wallet, order, lines and reservations tell one story."""
    order = fresh(order)
    lines = list(order.lines.all())
    assert D(trade.balance()) == D(1000) - order.charged.amount
    assert order.goods_minor == sum(line.amount_minor for line in lines)
    assert order.tax_minor == sum(line.tax_minor for line in lines)
    assert order.weight_kg == sum(line.weight_kg * line.quantity for line in lines)
    standing = sum(a.amount_minor for a in order.adjustments.filter(undone_at=None))
    assert standing == order.goods_adjustment_minor + order.freight_adjustment_minor
    if order.state in {"pending_finance", "approved"}:
        assert order.charged_minor == order.total_minor
        held = Reservation.objects.filter(source_id=order.pk, state="active")
        assert {one.source_line_id: one.quantity for one in held} == {x.pk: x.quantity for x in lines}
    assert [finding for finding in reconcile() if finding.found] == []
