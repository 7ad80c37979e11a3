"""Keeping promotions: what is refused at save, ending, who sees which, and the doors."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from platform_core.audit.record import lines_of
from platform_core.kernel import clock
from platform_core.kernel.errors import Conflict, Invalid, NotFound, NotPermitted
from tenant_apps.strategies.commands.promotions import (
    change_promotion,
    create_promotion,
    disable_promotion,
    enable_promotion,
    end_promotion,
)
from tenant_apps.strategies.errors import PromotionEnded
from tenant_apps.strategies.models import DealerItem, PriceRule, Promotion, PromotionAudience, PromotionScope
from tenant_apps.strategies.queries.promotions_list import (
    PromotionFilter,
    promotions_by_state,
    promotions_matching,
    promotions_visible_to,
)
from tests.factories import strategies
from tests.factories.catalog import category
from tests.factories.promotions import DAY, coupon, gift, group_of, promotion

D = Decimal
API = "/api/v1/promotions"


def said(**values):
    now = clock.now()
    plain = {"name": "Autumn", "kind": "line_discount", "starts_at": now, "ends_at": now + DAY}
    if values.get("kind", "line_discount") == "line_discount" and "unit_off" not in values:
        plain["percent"] = D(10)
    return {**plain, **values}


@pytest.fixture
def goods(dealer):
    """Dora buys A-1 and A-2 at 8, A-2 at 5 by her own price."""
    skus = strategies.skus(2)
    strategies.assign(dealer, strategies.strategy("Standard", skus, "8"))
    DealerItem.objects.create(dealer=dealer, sku=skus[1], settlement_price=D(5))
    return skus


def test_it_is_kept_with_whom_and_what_it_is_for(olga, goods, dealer):
    cafes, tea = group_of(dealer), category("Tea")

    made = create_promotion(
        actor=olga,
        values=said(groups=["Cafés"], dealers=["D-DORA"], skus=["A-1"], categories=[tea.public_id]),
    )

    assert (made.every_dealer, made.every_sku, made.percent) == (False, False, 10)
    assert set(PromotionAudience.objects.values_list("group", "dealer")) == {
        (cafes.pk, None),
        (None, dealer.pk),
    }
    assert set(PromotionScope.objects.values_list("sku", "category")) == {(goods[0].pk, None), (None, tea.pk)}
    assert [line.verb for line in lines_of("promotion", made.public_id)] == ["created"]


GIFT = {"kind": "gift", "every": D(10), "gift_sku": "A-1", "gift_quantity": D(1)}
OFF = {"kind": "order_discount", "off": D(10), "threshold": D(100)}
COUPON = {"kind": "coupon", "code": "save 10", "percent": D(10)}
BAD = [
    ("no name", {"name": " "}, "/name", "required"),
    ("no kind", {"kind": "lottery"}, "/kind", "kind_unknown"),
    ("ends before it starts", {"ends_at": clock.now() - DAY}, "/ends_at", "ends_before_start"),
    ("over already", {"starts_at": clock.now() - 2 * DAY, "ends_at": clock.now() - DAY}, "/ends_at", "over"),
    ("no end", {"ends_at": None}, "/ends_at", "required"),
    ("no effect", {"percent": None}, "/percent", "no_effect"),
    ("percent over 100", {"percent": D("100.5")}, "/percent", "percent_wrong"),
    ("percent 0", {"percent": D(0)}, "/percent", "percent_wrong"),
    ("no number", {"percent": D("NaN")}, "/percent", "percent_wrong"),
    ("two effects", {"percent": D(10), "unit_off": D(1)}, "/unit_off", "two_effects"),
    ("more off than a price", {"unit_off": D("8.01"), "skus": ["A-1"]}, "/unit_off", "below_zero"),
    ("more off than a dealer's own price", {"unit_off": D("5.5")}, "/unit_off", "below_zero"),
    ("nothing off", {"unit_off": D(0)}, "/unit_off", "not_positive"),
    ("threshold not above the discount", {**OFF, "threshold": D(10)}, "/threshold", "threshold_too_low"),
    ("no threshold", {**OFF, "threshold": None}, "/threshold", "required"),
    ("finer than a cent", {**OFF, "off": D("1.005")}, "/off", "too_precise"),
    ("gift quantity 0", {**GIFT, "gift_quantity": D(0)}, "/gift_quantity", "not_positive"),
    ("for every 0", {**GIFT, "every": D(0)}, "/every", "not_positive"),
    ("half a gift", {**GIFT, "gift_quantity": D("0.5")}, "/gift_quantity", "too_precise"),
    ("no gift", {**GIFT, "gift_sku": ""}, "/gift_sku", "required"),
    ("unknown gift", {**GIFT, "gift_sku": "Z-9"}, "/gift_sku", "unknown"),
    ("no code", {**COUPON, "code": " "}, "/code", "required"),
    ("a coupon without effect", {**COUPON, "percent": None}, "/percent", "no_effect"),
    ("no use at all", {**COUPON, "uses_max": 0}, "/uses_max", "uses_wrong"),
    ("unknown group", {"groups": ["Bars"]}, "/groups", "unknown"),
    ("unknown SKU", {"skus": ["A-1", "Z-9"]}, "/skus", "unknown"),
]


@pytest.mark.parametrize(("values", "pointer", "code"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD])
def test_what_it_may_not_say_is_refused_at_the_field(values, pointer, code, olga, goods):
    with pytest.raises(Invalid) as error:
        create_promotion(actor=olga, values=said(**values))

    assert [(one.pointer, one.code) for one in error.value.problems] == [(pointer, code)]
    assert not Promotion.objects.exists()


def test_a_refused_threshold_names_the_amount_as_pages_write_it(olga, goods):
    with pytest.raises(Invalid) as error:
        create_promotion(actor=olga, values=said(**{**OFF, "off": D(2000)}))

    assert str(error.value.problems[0]).endswith("more than ¥2,000.00.")


def test_a_fixed_price_of_the_level_counts_as_the_lowest_price(olga, goods, dealer):
    PriceRule.objects.create(level=dealer.level, sku=goods[0], fixed=D(3))

    with pytest.raises(Invalid) as error:
        create_promotion(actor=olga, values=said(unit_off=D("3.5"), skus=["A-1"]))

    assert [(one.pointer, one.code) for one in error.value.problems] == [("/unit_off", "below_zero")]


@pytest.mark.parametrize("whose", ["dealer", "level"])
@pytest.mark.parametrize("named", [True, False])
def test_a_rate_lowers_the_lowest_price(whose, named, olga, goods, dealer):
    """8.00 at 45 % is 3.60: more may not be taken off, so much may."""
    owner = {"dealer": dealer} if whose == "dealer" else {"level": dealer.level}
    PriceRule.objects.create(sku=goods[0] if named else None, rate=D("0.45"), **owner)

    with pytest.raises(Invalid) as error:
        create_promotion(actor=olga, values=said(unit_off=D("3.61"), skus=["A-1"]))

    assert [(one.pointer, one.code) for one in error.value.problems] == [("/unit_off", "below_zero")]
    assert error.value.problems[0].facts == {"lowest": "¥3.60"}
    create_promotion(actor=olga, values=said(unit_off=D("3.6"), skus=["A-1"]))


def test_a_rate_for_another_sku_or_a_past_one_lowers_nothing(olga, goods, dealer):
    PriceRule.objects.create(sku=goods[1], rate=D("0.1"), dealer=dealer)
    PriceRule.objects.create(
        sku=goods[0], rate=D("0.1"), dealer=dealer, valid_until=clock.today("Asia/Shanghai") - timedelta(1)
    )

    create_promotion(actor=olga, values=said(unit_off=D("5"), skus=["A-1"]))


def test_a_gift_that_is_not_sold_is_refused(olga, goods):
    goods[0].enabled = False
    goods[0].save()

    with pytest.raises(Invalid) as error:
        create_promotion(actor=olga, values=said(**GIFT))

    assert [one.code for one in error.value.problems] == ["disabled"]


def test_an_audience_of_nobody_is_refused(olga, goods):
    group_of(name="Empty")

    with pytest.raises(Invalid) as error:
        create_promotion(actor=olga, values=said(groups=["Empty"]))

    assert [(one.pointer, one.code) for one in error.value.problems] == [("/groups", "nobody")]


def test_a_code_is_kept_in_capitals_and_taken_once(olga, goods):
    assert create_promotion(actor=olga, values=said(**COUPON)).code == "SAVE10"

    with pytest.raises(Invalid) as error:
        create_promotion(actor=olga, values=said(**{**COUPON, "code": "ｓave10"}))

    assert [(one.pointer, one.code) for one in error.value.problems] == [("/code", "taken")]


def test_what_a_change_does_not_name_stays(olga, goods, dealer):
    made = create_promotion(actor=olga, values=said(dealers=["D-DORA"], skus=["A-1"]))

    changed = change_promotion(
        actor=olga, promotion_id=made.public_id, changes={"percent": D(20)}, version=made.version
    )

    assert (changed.percent, changed.every_dealer, changed.every_sku, changed.version) == (
        20,
        False,
        False,
        2,
    )
    with pytest.raises(Conflict):
        change_promotion(actor=olga, promotion_id=made.public_id, changes={"name": "X"}, version=1)


def test_ending_is_for_good_and_pausing_is_not(olga):
    made = promotion()
    disable_promotion(actor=olga, promotion_id=made.public_id)
    assert promotions_by_state(olga, PromotionFilter()) == {"paused": 1}
    enable_promotion(actor=olga, promotion_id=made.public_id)
    assert promotions_by_state(olga, PromotionFilter()) == {"running": 1}

    end_promotion(actor=olga, promotion_id=made.public_id)

    assert promotions_by_state(olga, PromotionFilter()) == {"ended": 1}
    for act in (enable_promotion, disable_promotion, end_promotion):
        with pytest.raises(PromotionEnded):
            act(actor=olga, promotion_id=made.public_id)


def test_a_dealer_sees_its_own_running_ones_and_no_coupon(olga, dora, xavier, dealer, stranger):
    promotion(name="for all")
    promotion(name="Dora's", dealers=[dealer])
    promotion(name="Xavier's group", groups=[group_of(stranger)])
    promotion(name="planned", starts_at=clock.now() + DAY / 2)
    promotion(name="paused", enabled=False)
    coupon()

    def seen(actor):
        return sorted(row.name for row in promotions_visible_to(actor))

    assert len(seen(olga)) == 6
    assert seen(dora) == ["Dora's", "for all"]
    assert seen(xavier) == ["Xavier's group", "for all"]


def test_a_dealer_cannot_change_any(dora):
    made = promotion()
    with pytest.raises(NotPermitted):
        end_promotion(actor=dora, promotion_id=made.public_id)


def test_one_of_another_supplier_does_not_exist(olga):
    with pytest.raises(NotFound):
        end_promotion(actor=olga, promotion_id="prm_elsewhere")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "save"}, ["c"]),
        ({"kind": "gift"}, ["g"]),
        ({"state": "planned"}, ["p"]),
        ({"state": "nonsense", "sort": "name"}, ["c", "g", "p"]),
    ],
)
def test_the_list_is_narrowed(asked, found, olga, goods):
    coupon(name="c")
    gift(goods[0], name="g")
    promotion(name="p", starts_at=clock.now() + timedelta(hours=1))

    rows = promotions_matching(olga, PromotionFilter.of({"sort": "name", **asked}))

    assert [row.name for row in rows] == found


# The API


def sent(client, method, path, body, **headers):
    return getattr(client, method)(path, json.dumps(body), content_type="application/json", headers=headers)


def test_the_api_creates_changes_and_ends(as_olga, goods):
    body = {
        "name": "Ten and one",
        "kind": "gift",
        "every": "10",
        "gift_sku": "A-1",
        "gift_quantity": "1",
        "skus": ["A-2"],
        "starts_at": "2026-01-01T00:00:00Z",
        "ends_at": "2099-01-01T00:00:00Z",
    }

    made = sent(as_olga, "post", API, body)
    assert made.status_code == 201, made.content
    found = made.json()
    assert (found["effect"], found["state"], found["skus"]) == (
        "For every 10 bought, 1 × A-1 free",
        "running",
        [goods[1].public_id],
    )
    changed = sent(as_olga, "patch", f"{API}/{found['id']}", {"gift_quantity": "2"}, **{"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["gift_quantity"]) == (200, "2")
    ended = sent(as_olga, "post", f"{API}/{found['id']}/end", {})
    assert (ended.status_code, ended.json()["state"]) == (200, "ended")
    again = sent(as_olga, "patch", f"{API}/{found['id']}", {"name": "X"})
    assert (again.status_code, again.json()["code"]) == (409, "promotion_ended")


def test_the_api_points_at_what_is_wrong(as_olga, goods):
    body = {**said(percent="101"), "starts_at": "2026-01-01T00:00:00Z", "ends_at": "2025-01-01T00:00:00Z"}

    answer = sent(as_olga, "post", API, body)

    assert answer.status_code == 422
    assert {one["pointer"] for one in answer.json()["errors"]} >= {"/percent", "/ends_at"}


def test_a_dealer_reads_what_it_gets_and_not_who_else(as_dora, dealer, stranger):
    promotion(name="mine", dealers=[dealer, stranger])
    promotion(name="not mine", dealers=[stranger])

    [row] = as_dora.get(API).json()["items"]

    assert row["name"] == "mine"
    assert not {"dealers", "groups", "levels", "code", "uses", "external_id"} & set(row)
    assert sent(as_dora, "post", API, {}).status_code in {403, 422}
