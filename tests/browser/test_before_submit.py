"""What the pad says before an order is sent, and what is stored of it: a promotion, and a split over warehouses."""

from __future__ import annotations

import pytest
from django.test import override_settings
from playwright.sync_api import expect

from platform_core.kernel.context import serve
from tests.browser.person import PHONE, sit_down
from tests.browser.test_lists import HASHERS
from tests.cast import make_dealer, make_person
from tests.conftest import sign_up_fresh
from tests.factories import inventory, logistics, orders, strategies
from tests.factories.promotions import promotion
from tests.world import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def supplier(stack):
    """A-1 lies in one warehouse, A-2 in another; 10 % off all goods. Made before the browser's loop bars it."""
    with override_settings(PASSWORD_HASHERS=HASHERS):
        made = sign_up_fresh()
    with serve(made):
        dealer = make_dealer("D-1", "Dora's Drinks")
        user = make_person(dealer.organisation, "dora", administrator=True)
        with override_settings(PASSWORD_HASHERS=HASHERS):
            user.set_password(PASSWORD)
            user.save()
        trade = orders.trade(dealer, goods=2, on_hand="0", is_default=False)
        other = logistics.make_warehouse("W-B")
        strategies.freight(other, [{"first_fee": 9}])
        for house, sku in zip((trade.warehouse, other), trade.skus, strict=True):
            inventory.stocked(house, [sku])
        orders.settings(may_split=True)
        promotion(name="Autumn days")
    return made


def test_what_the_pad_says_before_is_what_is_stored(stack, supplier, browser, seats, shots):
    home = stack.home(supplier.slug)
    dora = sit_down(browser, "dealer", "en", PHONE, shots)
    seats.append(dora)
    page = dora.page
    page.goto(f"{home}/login/")
    dora.fill(login="dora", password=PASSWORD)
    dora.press("Log in")
    page.wait_for_url(f"{home}/")

    page.goto(f"{home}/orders/pad")
    facts = orders.ADDRESS.columns()
    dora.fill(
        **{name: facts[name] for name in ("region1", "region2", "region3", "line1", "consignee", "phone")}
    )
    for code, quantity in (("A-1", "2"), ("A-2", "1")):
        page.locator("[data-pad-row]").filter(has_text=code).locator("input").first.fill(quantity)
    said = page.locator("[data-pad-extras]")
    expect(said).to_contain_text("Autumn days: -¥2.40")
    expect(said).to_contain_text("split over 2")
    expect(said).to_contain_text("1. Warehouse W-A: A-1 · goods ¥14.40, freight ¥8.00")
    expect(said).to_contain_text("2. Warehouse W-B: A-2 · goods ¥7.20, freight ¥9.50")
    expect(page.locator("[data-pad-total=total]")).to_have_text("¥39.10")
    dora.look("before-submit")
    dora.press("Place order")

    expect(page.locator("h1")).to_contain_text("-1")
    dora.sees("Autumn days", "¥22.40", "W-B")
    dora.look("split-order")
    page.locator("main").get_by_role("link", name="-2").first.click()
    dora.sees("Autumn days", "¥16.70", "W-A")
    assert dora.complaints == []
