"""Substitutes: what the supplier says, and what is proposed when a line is short (TA-03)."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from platform_core.kernel.errors import Invalid, NotPermitted
from tenant_apps.catalog.models import Sku
from tenant_apps.inventory.models import Stock
from tenant_apps.orders.commands.substitutes import put_substitutes
from tenant_apps.orders.models import Substitute
from tenant_apps.orders.queries.drafts import draft_of
from tenant_apps.orders.queries.proposing import shortages_of
from tenant_apps.orders.queries.substitutes import SubstituteChange
from tenant_apps.orders.substitution import orderable_up_to, stands_in
from tenant_apps.strategies.models import StrategyItem
from tests.factories import orders as factory
from tests.factories import strategies
from tests.imports import confirmed, import_id
from tests.tenant_apps.orders.test_calendars import calendar  # noqa: F401 - a fixture
from tests.tenant_apps.orders.test_statements import statements
from tests.tenant_apps.orders.test_supply import board  # noqa: F401 - a fixture

D = Decimal


def put(actor, lists, **more):
    changes = [SubstituteChange(sku, tuple(others)) for sku, others in lists.items()]
    return put_substitutes(actor=actor, items=changes, **more)


def stored():
    rows = Substitute.objects.order_by("sku__merchant_code", "position")
    return [(row.sku.merchant_code, row.substitute.merchant_code) for row in rows]


def proposed(actor, wanted):
    """By short SKU: what is met of the demand, and per substitute what for the rest and for the whole line."""
    found = shortages_of(actor, draft_of(actor, wanted))
    return {
        one.sku.merchant_code: (
            one.met,
            [(two.sku.merchant_code, two.rest, two.whole, two.available) for two in one.proposals],
        )
        for one in found
    }


@pytest.fixture
def named(trade, olga):
    """For A-1 A-3 is proposed first, then A-2; for A-2 A-3."""
    put(olga, {"A-1": ["A-3", "A-2"], "A-2": ["A-3"]})
    return trade


def test_a_list_is_kept_in_its_order_and_replaced_whole(trade, olga):
    put(olga, {"A-1": ["A-3", trade.skus[1].public_id]})
    assert stored() == [("A-1", "A-3"), ("A-1", "A-2")]
    assert [one.outcome for one in put(olga, {"A-1": ["A-2", "A-3"], "A-2": []})] == ["updated", "unchanged"]
    assert stored() == [("A-1", "A-2"), ("A-1", "A-3")]
    assert put(olga, {"A-1": []})[0].outcome == "removed"
    assert stored() == []


@pytest.mark.parametrize(
    ("lists", "pointer", "code"),
    [
        ({"NONE": ["A-1"]}, "/items/0/sku", "sku_unknown"),
        ({"A-1": ["A-2", "NONE"]}, "/items/0/substitutes/1", "sku_unknown"),
        ({"A-1": ["A-1"]}, "/items/0/substitutes/0", "itself"),
        ({"A-1": ["A-2", "A-2"]}, "/items/0/substitutes/1", "repeated"),
        ({"A-1": ["A-2"] * 11}, "/items/0/substitutes", "too_many"),
    ],
)
def test_a_wrong_list_is_refused_at_its_place_and_nothing_changes(named, olga, lists, pointer, code):
    before = stored()
    with pytest.raises(Invalid) as error:
        put(olga, lists)
    assert (pointer, code) in [(one.pointer, one.code) for one in error.value.problems]
    assert stored() == before


def test_good_rows_are_stored_beside_bad_ones_where_that_is_asked(trade, olga):
    rows = put(olga, {"NONE": ["A-1"], "A-1": ["A-2"]}, partly=True)
    assert [one.outcome for one in rows] == ["refused", "added"]
    assert stored() == [("A-1", "A-2")]


def test_a_dealer_says_nothing_of_substitutes(trade, dora):
    with pytest.raises(NotPermitted):
        put(dora, {"A-1": ["A-2"]})


def test_what_a_board_grants_too_little_of_is_proposed_elsewhere(named, dora, board):  # noqa: F811
    assert proposed(dora, named.wanted({"A-1": 5})) == {"A-1": (3, [("A-3", 2, 5, 100)])}


def test_what_is_granted_nothing_can_be_swapped_whole(named, dora, board):  # noqa: F811
    assert proposed(dora, named.wanted({"A-2": 4, "A-1": 1})) == {"A-2": (0, [("A-3", 4, 4, 100)])}


def test_a_rest_that_a_substitute_makes_up_is_proposed_no_more(named, dora, board):  # noqa: F811
    assert proposed(dora, named.wanted({"A-1": 5, "A-3": 1})) == {"A-1": (4, [("A-3", 1, 5, 99)])}
    assert proposed(dora, named.wanted({"A-1": 5, "A-3": 2})) == {}


def test_what_is_short_of_stock_is_proposed_in_the_suppliers_order(named, dora):
    Stock.objects.filter(sku=named.skus[0]).update(on_hand=2)
    assert proposed(dora, named.wanted({"A-1": 5})) == {
        "A-1": (2, [("A-3", 3, 5, 100), ("A-2", 3, 5, 100)]),
    }


def test_a_substitute_keeps_its_own_multiple_and_its_stock(named, dora):
    Stock.objects.filter(sku=named.skus[0]).update(on_hand=1)
    Stock.objects.filter(sku=named.skus[1]).update(on_hand=3)
    Sku.objects.filter(pk=named.skus[2].pk).update(multiple=6)
    assert proposed(dora, named.wanted({"A-1": 8})) == {
        "A-1": (1, [("A-3", 12, 12, 100), ("A-2", 3, 3, 3)]),
    }


def test_stock_that_is_not_told_is_not_told_by_a_proposal(named, dora):
    factory.settings(show_stock="yes_no")
    Stock.objects.filter(sku=named.skus[0]).update(on_hand=2)
    Stock.objects.filter(sku=named.skus[1]).update(on_hand=4)
    assert proposed(dora, named.wanted({"A-1": 5})) == {"A-1": (None, [("A-3", None, 5, None)])}


def test_where_stock_is_left_to_the_review_nothing_is_proposed(named, dora):
    factory.settings(check_stock_at_submit=False)
    Stock.objects.filter(sku=named.skus[0]).update(on_hand=2)
    assert proposed(dora, named.wanted({"A-1": 5})) == {}


def test_what_the_dealer_may_not_see_is_never_proposed(named, dora, olga):
    """Neither another's goods, nor what is disabled, nor what is used up."""
    Stock.objects.filter(sku=named.skus[0]).update(on_hand=2)
    (hidden,) = strategies.skus(1, "HIDDEN")
    put(olga, {"A-1": [hidden.merchant_code, "A-2", "A-3"]})
    StrategyItem.objects.filter(sku=named.skus[1]).update(enabled=False)
    assert [one[0] for one in proposed(dora, named.wanted({"A-1": 5}))["A-1"][1]] == ["A-3"]
    Stock.objects.filter(sku=named.skus[2]).update(on_hand=0)
    assert proposed(dora, named.wanted({"A-1": 5})) == {}


def test_nothing_short_costs_no_statement_and_many_lines_as_much_as_one(named, dora, board):  # noqa: F811
    def asks(quantities):
        draft = draft_of(dora, named.wanted(quantities))
        return statements(lambda: shortages_of(dora, draft))

    assert asks({"A-1": 1}) == 0
    assert asks({"A-1": 5}) == asks({"A-1": 5, "A-2": 1, "A-3": 1}) <= 5


@pytest.mark.parametrize(
    ("asked", "available", "minimum", "multiple", "found"),
    [
        (2, None, None, None, 2),
        (2, 5, None, 6, 0),
        (7, 20, None, 6, 12),
        (7, 11, None, 6, 6),
        (2, 9, 4, None, 4),
        (5, 3, 4, None, 0),
    ],
)
def test_what_stands_in_may_be_ordered_and_is_there(asked, available, minimum, multiple, found):
    bounds = [None if one is None else D(one) for one in (available, minimum, multiple)]
    assert stands_in(D(asked), bounds[0], 0, *bounds[1:]) == found
    assert orderable_up_to(D("-1"), 0) == 0


def test_the_api_and_the_pad_propose(named, as_dora, dora, board):  # noqa: F811
    lines = [{"sku": "A-1", "quantity": "5"}]
    body = {"lines": lines, "address": {}, "shop": named.shop.code}
    said = as_dora.post("/api/v1/orders/quote", json.dumps(body), content_type="application/json").json()
    (short,) = said["substitutes"]
    assert (short["merchant_code"], short["demanded"], short["met"]) == ("A-1", "5", "3")
    assert [(one["merchant_code"], one["price"], one["for_missing"]) for one in short["proposals"]] == [
        ("A-3", "8", "2")
    ]
    pad = {"lines": [{"sku": named.skus[0].public_id, "quantity": "5"}], "fields": {"shop": named.shop.code}}
    answer = as_dora.post("/orders/pad/quote", json.dumps(pad), content_type="application/json").json()
    (swaps,) = [line["swaps"] for line in answer["lines"] if "swaps" in line]
    assert swaps["reason"] == "2 box of A-1 cannot be had. Your supplier proposes instead:"
    assert (swaps["keep"], swaps["options"][0]["rest"], swaps["options"][0]["whole"]) == ("", "2", "5")


def test_the_pages_list_order_and_change(named, as_olga, as_dora):
    one = f"/orders/substitutes/{named.skus[0].public_id}"
    said = as_olga.get("/orders/substitutes").content.decode()
    assert said.index("A-1") < said.index("A-3")
    assert "A-3" not in as_olga.get("/orders/substitutes?q=nothing").content.decode()
    assert as_olga.get("/orders/substitutes?q=A-2").status_code == 200
    assert "A-3" in as_olga.get("/orders/substitutes?listed=no").content.decode()
    seen = f"{named.skus[2].public_id},{named.skus[1].public_id}"
    as_olga.post(one, {"seen": seen, "code": "A-2", "act": "up"})
    assert stored()[:2] == [("A-1", "A-2"), ("A-1", "A-3")]
    as_olga.post(one, {"seen": seen, "code": "A-2", "act": "remove"})
    assert stored()[:2] == [("A-1", "A-2"), ("A-1", "A-3")], "somebody else changed it meanwhile"
    seen = f"{named.skus[1].public_id},{named.skus[2].public_id}"
    as_olga.post(one, {"seen": seen, "code": "A-2", "act": "remove"})
    assert stored() == [("A-1", "A-3"), ("A-2", "A-3")]
    (more,) = strategies.skus(1, "MORE")
    assert more.merchant_code in as_olga.get(f"{one}?q=MORE").content.decode()
    as_olga.post(f"{one}?q=MORE", {"seen": named.skus[2].public_id, "code": more.merchant_code, "act": "add"})
    assert stored()[:2] == [("A-1", "A-3"), ("A-1", more.merchant_code)]
    assert as_olga.get(one).status_code == 200
    for url in (one, "/orders/substitutes", "/orders/substitutes/import", "/orders/substitutes/export"):
        assert as_dora.get(url).status_code == 404


def test_an_export_is_imported_again(named, as_olga):
    kept = as_olga.get("/orders/substitutes/export?format=csv")
    content = b"".join(kept.streaming_content)
    wrong = SimpleUploadedFile("lists.csv", content + b"NONE,A-1,,\r\n")
    refused = as_olga.post("/orders/substitutes/import", {"file": wrong})
    assert (refused.status_code, "NONE" in refused.content.decode()) == (422, True)
    Substitute.objects.all().delete()
    sent = as_olga.post("/orders/substitutes/import", {"file": SimpleUploadedFile("lists.csv", content)})
    assert sent.status_code == 302, sent.content.decode()
    preview = as_olga.get(sent["Location"])
    assert "A-3, A-2" in preview.content.decode()
    confirmed(as_olga, import_id(preview.content.decode()))
    assert stored() == [("A-1", "A-3"), ("A-1", "A-2"), ("A-2", "A-3")]


def test_the_api_lists_and_replaces(named, as_olga, as_dora):
    def post(client, items):
        return client.post(
            "/api/v1/substitutes", json.dumps({"items": items}), content_type="application/json"
        )

    rows = as_olga.get("/api/v1/substitutes?merchant_code=A-1").json()["items"]
    assert sorted((row["position"], row["substitute_code"]) for row in rows) == [(1, "A-3"), (2, "A-2")]
    assert as_dora.get("/api/v1/substitutes").status_code == 403
    assert post(as_dora, []).status_code == 403
    said = post(as_olga, [{"sku": "A-1", "substitutes": ["A-2"]}, {"sku": "A-2", "substitutes": ["A-2"]}])
    assert [one["outcome"] for one in said.json()["results"]] == ["updated", "refused"]
    assert said.json()["results"][1]["problems"][0]["code"] == "itself"
    assert stored() == [("A-1", "A-2"), ("A-2", "A-3")]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_every_number_of_rows(trade, olga, as_olga, count):
    put(olga, {sku: ["A-2" if sku != "A-2" else "A-1"] for sku in ("A-1", "A-2", "A-3")[:count]})
    assert statements(lambda: as_olga.get("/orders/substitutes?view=all")) == 7
