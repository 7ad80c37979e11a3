"""The pages of promotions: list, form, sentence, duplicate, end; and what a dealer sees."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from platform_core.kernel import clock
from tenant_apps.strategies.models import Promotion
from tests.factories import strategies
from tests.factories.catalog import category
from tests.factories.promotions import DAY, coupon, gift, group_of, promotion

LIST = "/strategies/promotions"
LIST_STATEMENTS = 15
TYPED = {
    "name": "Autumn",
    "kind": "line_discount",
    "percent": "12.5",
    "starts_at": "2026-01-01T08:00",
    "ends_at": "2099-01-01T08:00",
}


def test_a_promotion_is_made_by_the_form_in_the_suppliers_time(as_olga, dealer):
    cafes = group_of(dealer)

    answer = as_olga.post(f"{LIST}/new", {**TYPED, "groups": [cafes.public_id]})

    assert (answer.status_code, answer.url) == (302, LIST)
    made = Promotion.objects.get()
    assert (made.starts_at.isoformat(), made.every_dealer) == ("2026-01-01T00:00:00+00:00", False)


def test_a_refused_form_keeps_what_was_typed_and_says_it_at_the_field(as_olga):
    answer = as_olga.post(f"{LIST}/new", {**TYPED, "percent": "101", "skus": "Z-9"})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"percent", "skus"}
    assert 'value="101"' in answer.content.decode()
    assert not Promotion.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "12.5 % off — on all goods, for all dealers, from 1 Jan 2026"),
        ({"skus": "A-1\nA-2"}, "on 2 SKUs"),
        ({"percent": ""}, "It has no effect yet."),
        (
            {"kind": "coupon", "code": "X1", "uses_max": "5"},
            "With the code X1, instead of other discounts, at most 5 times.",
        ),
        (
            {"kind": "gift", "every": "10", "gift_quantity": "1", "gift_sku": "A-1"},
            "For every 10 bought, 1 × A-1 free",
        ),
    ],
)
def test_the_sentence_says_what_is_typed_and_stores_nothing(typed, said, as_olga):
    answer = as_olga.post(f"{LIST}/explain", {**TYPED, **typed})

    assert said in answer.content.decode()
    assert not Promotion.objects.exists()


def test_a_duplicate_starts_from_the_other_without_its_code_and_time(as_olga):
    made = coupon(name="Spring", uses_max=7)

    form = as_olga.get(f"{LIST}/new?from={made.public_id}").context["form"]

    assert (form.kind, form["name"].value(), form["uses_max"].value()) == ("coupon", "Spring", 7)
    assert (form["code"].value(), form["starts_at"].value()) == ("", "")


def test_it_is_changed_by_its_page_and_a_stale_page_is_refused(as_olga):
    made = promotion()
    url = f"{LIST}/{made.public_id}"

    assert as_olga.post(url, {**TYPED, "version": "1"}).status_code == 302
    assert as_olga.post(url, {**TYPED, "name": "Late", "version": "1"}).status_code == 412
    assert Promotion.objects.get().name == "Autumn"


def test_one_that_ended_shows_no_form_but_can_be_duplicated(as_olga):
    made = promotion(ended_at=clock.now())

    shown = as_olga.get(f"{LIST}/{made.public_id}").content.decode()

    assert 'id="promotion-form"' not in shown
    assert f"new?from={made.public_id}" in shown


def test_many_are_ended_at_once_with_a_result_each(as_olga):
    first, second = promotion(), promotion(ended_at=clock.now())

    answer = as_olga.post(f"{LIST}/bulk", {"action": "end", "ids": [first.public_id, second.public_id]})

    assert [one.is_done for one in answer.context["results"]] == [False, True]
    assert not Promotion.objects.filter(ended_at=None).exists()


def test_the_tabs_count_every_state(as_olga):
    promotion()
    promotion(enabled=False)
    promotion(starts_at=clock.now() + DAY / 2)

    tabs = as_olga.get(f"{LIST}?view=all").context["tabs"]

    assert [tab["count"] for tab in tabs] == [3, 1, 1, 1, 0]


def queries_of(client, url):
    with CaptureQueriesContext(connections["default"]) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_list_takes_the_same_statements_for_one_and_three(as_olga, dealer):
    skus, tea = strategies.skus(2), category("Tea")
    named = {"groups": [group_of(dealer)], "levels": [dealer.level], "dealers": [dealer]}
    gift(skus[0], skus=skus, categories=[tea], **named)
    one = queries_of(as_olga, f"{LIST}?view=all")
    coupon(dealers=[dealer])
    promotion(skus=skus, **named)

    assert (one, queries_of(as_olga, f"{LIST}?view=all")) == (LIST_STATEMENTS, LIST_STATEMENTS)


def test_a_dealer_sees_its_own_page_and_not_the_console(as_dora, dealer, stranger):
    promotion(name="For Dora", dealers=[dealer])
    promotion(name="For Xavier", dealers=[stranger])

    shown = as_dora.get("/strategies/my-promotions").content.decode()

    assert "For Dora" in shown
    assert "For Xavier" not in shown
    assert as_dora.get(LIST).status_code == 403
