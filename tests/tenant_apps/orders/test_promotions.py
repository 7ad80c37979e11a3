"""Promotions on an order: what is taken off, what comes along, what is frozen, and what a coupon allows."""

from __future__ import annotations

import json
import uuid
from decimal import Decimal

import pytest

from platform_core.kernel import clock
from tenant_apps.access.models import SupplierSettings
from tenant_apps.inventory.models import Stock, StockOutLine
from tenant_apps.ledger.models import LedgerAccount
from tenant_apps.orders.commands.back import reject_order
from tenant_apps.orders.commands.edit import edit_order
from tenant_apps.orders.commands.lines import cancel_line
from tenant_apps.orders.errors import NoSuchLine
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.queries.details import wanted_of, whole_order
from tenant_apps.orders.queries.drafts import draft_of
from tenant_apps.strategies.models import Promotion
from tests.factories.catalog import category
from tests.factories.orders import fresh, place, review, settings
from tests.factories.promotions import DAY, coupon, gift, group_of, promotion
from tests.tenant_apps.orders.test_statements import some, statements

D = Decimal


def lines(order):
    """SKU, quantity, discount, amount and gift of each line."""
    return [
        (x.merchant_code, x.quantity, x.discount_minor, x.amount_minor, x.is_gift)
        for x in order.lines.order_by("position")
    ]


def test_a_discount_is_taken_off_the_line_and_frozen_with_its_name(trade, dora):
    autumn = promotion()

    order = fresh(place(dora, trade.wanted({"A-1": 2, "A-2": 1})))

    assert lines(order) == [("A-1", 2, 160, 1440, False), ("A-2", 1, 80, 720, False)]
    assert (order.goods_minor, order.discount_minor, order.total_minor) == (2160, 240, 2160 + 950)
    [first, _second] = order.lines.order_by("position")
    assert first.promotions == [
        {"id": autumn.public_id, "name": "Autumn line_discount", "kind": "line_discount", "amount": "1.60"}
    ]
    assert first.settlement_price == 8


@pytest.mark.parametrize(
    ("included", "net", "tax", "gross"), [(True, 1274, 166, 1440), (False, 1440, 187, 1627)]
)
def test_tax_is_that_of_the_discounted_line(trade, dora, included, net, tax, gross):
    trade.skus[0].tax_rate = D(13)
    trade.skus[0].save()
    settings(prices_include_tax=included)
    promotion()

    line = place(dora, trade.wanted({"A-1": 2})).lines.get()

    assert (line.net_minor, line.tax_minor, line.gross_minor) == (net, tax, gross)


def test_an_amount_off_is_spread_over_its_lines_to_the_last_cent(trade, dora):
    promotion("order_discount", off_minor=1000, threshold_minor=4000, skus=trade.skus[:3])

    order = fresh(place(dora, trade.wanted({"A-1": 2, "A-2": 2, "A-3": 1})))

    assert [discount for _sku, _q, discount, *_ in lines(order)] == [400, 400, 200]
    assert order.goods_minor == sum(amount for *_, amount, _gift in lines(order)) == 3000


def test_a_category_means_what_is_below_it_too(trade, dora):
    drinks = category("Drinks")
    tea = category("Tea", drinks)
    trade.skus[0].product.category = tea
    trade.skus[0].product.save()
    promotion(categories=[drinks])

    order = place(dora, trade.wanted({"A-1": 1, "A-2": 1}))

    assert [discount for _sku, _q, discount, *_ in lines(order)] == [80, 0]


def test_only_the_dealers_of_its_group_get_it(trade, dealer, stranger, dora):
    promotion(groups=[group_of(stranger)])

    assert fresh(place(dora, trade.wanted())).discount_minor == 0


@pytest.mark.parametrize("by", ["groups", "levels", "dealers"])
def test_a_group_a_level_or_a_dealer_may_be_named(by, trade, dealer, dora):
    named = {"groups": lambda: group_of(dealer), "levels": lambda: dealer.level, "dealers": lambda: dealer}
    promotion(**{by: [named[by]()]})

    assert fresh(place(dora, trade.wanted())).discount_minor == 160


@pytest.mark.parametrize(
    "columns",
    [
        {"enabled": False},
        {"ended_at": clock.now()},
        {"starts_at": clock.now() + DAY / 2},
        {"ends_at": clock.now() - DAY / 2},
    ],
    ids=["paused", "ended by hand", "planned", "over"],
)
def test_one_that_does_not_run_does_nothing(columns, trade, dora):
    promotion(**columns)

    assert fresh(place(dora, trade.wanted())).discount_minor == 0


# Gifts


def test_a_gift_is_a_line_that_costs_nothing_and_is_reserved_and_sent(trade, dora):
    settings(prices_include_tax=False)
    gift(trade.skus[1])

    order = review(dora, place(dora, trade.wanted({"A-1": 25})))

    assert lines(order) == [("A-1", 25, 0, 20000, False), ("A-2", 2, 0, 0, True)]
    assert order.weight_kg == D("40.5")
    assert trade.stock()["A-2"] == (100, 2)
    assert sorted(StockOutLine.objects.values_list("sku__merchant_code", "quantity")) == [
        ("A-1", 25),
        ("A-2", 2),
    ]


def test_a_gift_may_be_a_sku_that_the_dealer_cannot_buy(trade, dora):
    from tests.factories import inventory, strategies

    [mug] = strategies.skus(1, "MUG")
    inventory.stocked(trade.warehouse, [mug], "5")
    gift(mug, every="2")

    order = review(dora, place(dora, trade.wanted({"A-1": 2})))

    assert (order.state, lines(order)[1]) == ("approved", ("MUG-1", 1, 0, 0, True))


def test_a_gift_without_stock_is_left_out_with_a_note_not_a_refusal(trade, dora):
    gift(trade.skus[1], every="1", count="30")
    wanted = trade.wanted({"A-1": 2, "A-2": 50})

    draft = draft_of(dora, wanted)

    # 52 × 30 are due; of 100 in stock 50 are bought in the same order.
    assert (draft.gifts, draft.problems) == ([], [])
    assert [(note.code, str(note)) for note in draft.notes] == [
        ("gift_missing", "Autumn gift: the gift Tea 2 is out of stock and was left out.")
    ]
    assert [x.is_gift for x in place(dora, wanted).lines.all()] == [False, False]


def test_the_same_sku_bought_and_given_shares_the_stock(trade, dora):
    gift(trade.skus[0], every="90")

    order = review(dora, place(dora, trade.wanted({"A-1": 90})))

    assert lines(order) == [("A-1", 90, 0, 72000, False), ("A-1", 1, 0, 0, True)]
    assert trade.stock()["A-1"] == (100, 91)


# Editing, reviewing, cancelling


def test_an_edit_computes_discounts_and_gifts_anew_from_what_was_asked(trade, dora):
    gift(trade.skus[1], every="2")
    order = place(dora, trade.wanted({"A-1": 2}))
    promotion()

    asked = wanted_of(whole_order(dora, order.public_id))
    edit_order(actor=dora, operation_id=uuid.uuid4(), order_id=order.public_id, wanted=asked)

    assert lines(order) == [("A-1", 2, 160, 1440, False), ("A-2", 1, 0, 0, True)]


def test_what_was_seen_at_submit_holds_at_review_though_the_promotion_ended(trade, dora):
    promotion()
    gift(trade.skus[1], every="2")
    order = place(dora, trade.wanted({"A-1": 2}))
    Promotion.objects.update(ended_at=clock.now())

    reviewed = review(dora, order)

    assert (reviewed.state, reviewed.marks, reviewed.charged_minor) == ("approved", [], 1440 + 950)
    assert trade.stock()["A-2"] == (100, 1)


def test_a_rejected_order_keeps_its_discount(trade, dora, olga):
    promotion()
    order = review(dora, place(dora, trade.wanted()))

    reject_order(actor=olga, operation_id=uuid.uuid4(), order_id=order.public_id, reason="")

    assert (fresh(order).state, fresh(order).discount_minor) == ("pending_review", 160)
    assert LedgerAccount.objects.get(dealer=trade.dealer).balance_minor == 100_000


def cancelling(actor, order, line):
    cancel_line(actor=actor, operation_id=uuid.uuid4(), order_id=order.public_id, line=line)
    return fresh(order)


def test_a_line_that_is_taken_out_after_the_review_takes_its_discount_along(trade, dora):
    promotion()
    order = review(dora, place(dora, trade.wanted({"A-1": 2, "A-2": 1})))

    after = cancelling(dora, order, 1)

    assert (after.goods_minor, after.discount_minor, after.charged_minor) == (720, 80, 720 + 950)


def test_gifts_alone_are_no_order(trade, dora):
    gift(trade.skus[1], every="2")
    order = review(dora, place(dora, trade.wanted({"A-1": 2})))

    assert cancelling(dora, order, 1).state == "cancelled"
    assert trade.stock()["A-2"] == (100, 0)


def test_a_gift_cannot_be_taken_out_before_the_review(trade, dora):
    gift(trade.skus[1], every="2")
    order = place(dora, trade.wanted({"A-1": 2}))

    with pytest.raises(NoSuchLine):
        cancelling(dora, order, 2)

    assert len(lines(order)) == 2


# Every road gives the same


def test_pad_api_quote_and_edit_come_to_the_same(trade, dora, as_dora):
    promotion(skus=trade.skus[:1])
    promotion("order_discount", off_minor=500, threshold_minor=1000)
    gift(trade.skus[2], every="3")
    coupon(combines=True, uses_max=9)
    wanted = trade.wanted({"A-1": 3, "A-2": 2}, coupon="SAVE10")
    address = wanted.address.columns()
    body = {
        "lines": [{"merchant_code": "A-1", "quantity": "3"}, {"merchant_code": "A-2", "quantity": "2"}],
        "address": address,
        "coupon": "SAVE10",
    }

    def sent(path, data):
        return as_dora.post(path, json.dumps(data), content_type="application/json")

    quoted = sent("/api/v1/orders/quote", body).json()
    padded = sent(
        "/orders/pad/quote",
        {
            "lines": [
                {"sku": trade.skus[0].public_id, "quantity": "3"},
                {"sku": trade.skus[1].public_id, "quantity": "2"},
            ],
            "fields": {**address, "address": "new", "coupon": "SAVE10", "shop": trade.shop.public_id},
        },
    ).json()
    placed = sent("/api/v1/orders", body).json()
    typed = {f"quantity-{trade.skus[0].public_id}": "3", f"quantity-{trade.skus[1].public_id}": "2"}
    as_dora.post(
        "/orders/place",
        {**typed, **address, "address": "new", "coupon": "SAVE10", "shop": trade.shop.public_id},
    )
    posted = SalesOrder.objects.latest("id")
    edited = place(dora, trade.wanted())
    edit_order(actor=dora, operation_id=uuid.uuid4(), order_id=edited.public_id, wanted=wanted)

    expected = lines(posted)
    assert [quoted[name] for name in ("goods", "discount", "total")] == [
        padded[name] for name in ("goods", "discount", "total")
    ]
    assert quoted["goods"] == placed["goods"] == str(fresh(posted).goods.amount)
    assert quoted["discount"] == placed["discount"] == str(fresh(posted).discount.amount)
    assert lines(SalesOrder.objects.get(public_id=placed["id"])) == expected == lines(edited)
    assert expected[2] == ("A-3", 1, 0, 0, True)


# Statements


def test_placing_with_promotions_takes_a_fixed_number_more(dealer, dora):
    from tests.factories.orders import trade as make_trade

    big = make_trade(dealer, goods=200, balance="1000000", on_hand="1000")
    place(dora, some(big, 1))
    quiet = statements(lambda: draft_of(dora, some(big, 1)))
    promotion()
    gift(big.skus[199], every="1")

    counts = {statements(lambda n=size: draft_of(dora, some(big, n))) for size in (1, 10, 150)}

    # Which promotions; the gift's stock comes with that of the lines, its freight from the same tables.
    assert counts == {quiet + 1}


def test_a_coupon_that_runs_costs_nothing_until_somebody_enters_it(trade, dora):
    quiet = statements(lambda: draft_of(dora, trade.wanted()))
    coupon()

    assert statements(lambda: draft_of(dora, trade.wanted())) == quiet
    assert SupplierSettings.objects.count() == 1
    assert Stock.objects.exists()


# The pad


def test_the_pad_shows_what_runs_on_its_rows_and_on_all_goods_to_its_dealer_only(trade, as_dora, stranger):
    promotion(skus=trade.skus[:1])
    promotion("order_discount", off_minor=1000, threshold_minor=4000)
    promotion(percent=D(77), dealers=[stranger])
    coupon()

    page = as_dora.get("/orders/pad")

    assert [row["badges"] for row in page.context["rows"]] == [["10 % off"], [], []]
    assert page.context["pad"].everywhere == ["¥10.00 off from ¥40.00"]
    assert "77" not in "".join(page.context["pad"].everywhere)
    assert 'name="coupon"' in page.content.decode()


def test_without_a_promotion_the_pad_asks_for_no_coupon_and_nothing_more(trade, as_dora):
    assert 'name="coupon"' not in as_dora.get("/orders/pad").content.decode()
