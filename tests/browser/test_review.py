"""A forced finance review, and a price of the supplier's that reaches the dealer's pad: clicked on both sides."""

from __future__ import annotations

import re

import pytest
from django.test import override_settings
from playwright.sync_api import expect

from platform_core.kernel.context import serve
from tenant_apps.strategies.models import GoodsStrategy
from tests.browser.person import DESKTOP, PHONE, Person, sit_down
from tests.browser.test_lists import HASHERS
from tests.cast import actor_of, make_dealer, make_person
from tests.conftest import sign_up_fresh
from tests.factories import orders
from tests.world import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stage(stack):
    """A dealer, its order to where no freight table reaches; made before the browser, whose loop bars the database.

    The supplier, the order's number and the address of the dealer's goods strategy.
    """
    # The web server knows no quick hash of a test run.
    with override_settings(PASSWORD_HASHERS=HASHERS):
        made = sign_up_fresh()
    with serve(made):
        dealer = make_dealer("D-1", "Dora's Drinks")
        user = make_person(dealer.organisation, "dora", administrator=True)
        with override_settings(PASSWORD_HASHERS=HASHERS):
            user.set_password(PASSWORD)
            user.save()
        trade = orders.trade(dealer)
        order = orders.place(actor_of(user), trade.wanted(address=orders.UNREACHABLE))
        strategy = GoodsStrategy.objects.get().public_id
    return made, order, f"/strategies/goods/{strategy}"


@pytest.fixture
def people(stack, stage, browser, seats, shots):
    """Olga at a desk, Dora on a phone, both logged in."""
    supplier, _order, _strategy = stage
    home = stack.home(supplier.slug)
    found = []
    for name, login, size in (
        ("supplier", f"olga@{supplier.slug}.example", DESKTOP),
        ("dealer", "dora", PHONE),
    ):
        person: Person = sit_down(browser, name, "en", size, shots)
        seats.append(person)
        person.page.goto(f"{home}/login/")
        person.fill(login=login, password=PASSWORD)
        person.press("Log in")
        person.page.wait_for_url(f"{home}/")
        found.append(person)
    return home, *found


def test_an_address_outside_every_freight_table_forces_a_finance_review(people, stage):
    home, olga, dora = people
    order = f"{home}/orders/{stage[1].public_id}"
    dora.page.goto(order)
    dora.sees("Freight to be set", "to be set")
    dora.look("freight-to-be-set")
    dora.press("Review")
    dora.press("Review")
    dora.sees("In finance review")

    olga.page.goto(order)
    olga.sees("No line of the freight table covers this address: freight is to be set.")
    row = olga.page.locator("#adjustments > div").first
    row.locator("[name=kind]").select_option("freight")
    row.locator("[name=amount]").fill("12.50")
    row.locator("[name=why]").fill("Parcel to Kashgar")
    olga.look("forced-review")
    olga.press("Approve order")
    olga.sees("28.50", "Parcel to Kashgar")
    expect(olga.page.locator("#adjustments")).to_have_count(0)

    dora.page.goto(order)
    dora.sees("28.50", "Parcel to Kashgar")
    dora.look("freight-set")
    assert olga.complaints == []
    assert dora.complaints == []


def test_a_changed_price_of_the_strategy_is_the_pads_price(people, stage):
    home, olga, dora = people
    pad = dora.page.locator("[data-pad-row]").filter(has_text="A-1")
    dora.page.goto(f"{home}/orders/pad")
    expect(pad).to_contain_text("8.00")

    olga.page.goto(f"{home}{stage[2]}")
    price = olga.page.get_by_label("Price of A-1")
    price.fill("9.75")
    price.press("Tab")
    expect(olga.page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    olga.look("price-changed")

    dora.page.reload()
    expect(pad).to_contain_text("9.75")
    pad.locator("input").first.fill("4")
    expect(dora.page.locator("[data-pad-total=goods]").first).to_have_text(re.compile("39[.]00"))
    dora.look("new-price-on-the-pad")
    assert olga.complaints == []
    assert dora.complaints == []
