"""A saved order in the browser: bought in time it stands; what lies there at the cut-off the clock voids (G-58)."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.test import override_settings
from playwright.sync_api import expect

from platform_core.kernel import clock
from platform_core.kernel.context import serve
from tenant_apps.dealers.models import Dealer, DealerGroup
from tenant_apps.orders.models import OrderingCalendar
from tenant_apps.orders.tasks import void_lapsed
from tests.browser.person import PHONE, sit_down
from tests.browser.test_lists import HASHERS
from tests.cast import make_dealer, make_person
from tests.conftest import sign_up_fresh
from tests.factories import orders
from tests.world import PASSWORD

pytestmark = pytest.mark.browser
EVERY_DAY = list(range(7))


@pytest.fixture(scope="module")
def supplier(stack):
    """A dealer that saves first: each day is an order day, open from the days before it; two orders saved."""
    # The web server knows no quick hash of a test run.
    with override_settings(PASSWORD_HASHERS=HASHERS):
        made = sign_up_fresh()
    with serve(made):
        group = DealerGroup.objects.create(name="Daily round")
        dealer = make_dealer("D-1", "Dora's Drinks")
        Dealer.objects.filter(pk=dealer.pk).update(group=group)
        OrderingCalendar.objects.create(group=group, weekdays=EVERY_DAY, two_phase=True)
        user = make_person(dealer.organisation, "dora", administrator=True)
        with override_settings(PASSWORD_HASHERS=HASHERS):
            user.set_password(PASSWORD)
            user.save()
        orders.trade(dealer)
    return made


def elsewhere(supplier, act: Callable[[], int]) -> int:
    """In a thread of its own: the browser's loop bars the database from this one."""

    def run() -> int:
        try:
            with serve(supplier):
                return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def voided_at(supplier, instant: datetime) -> int:
    """What the task that comes by every ten minutes voids at an instant; nobody sleeps until then."""

    def act() -> int:
        with clock.at(instant):
            done: int = void_lapsed.run()
            return done

    return elsewhere(supplier, act)


def test_what_is_not_bought_by_the_cut_off_is_void(stack, supplier, browser, seats, shots):
    dora = sit_down(browser, "saved", "en", PHONE, shots)
    seats.append(dora)
    home = stack.home(supplier.slug)
    dora.page.goto(f"{home}/login/")
    dora.fill(login="dora", password=PASSWORD)
    dora.press("Log in")
    dora.page.wait_for_url(f"{home}/")
    dora.page.goto(f"{home}/orders/pad")
    row = dora.page.locator("[data-pad-row]").filter(has_text="A-1")
    row.locator("input").first.fill("3")
    dora.page.locator("[name=address]:visible").first.wait_for()
    dora.fill(**{name: value for name, value in ADDRESS.items() if value})
    dora.look("to-save")
    dora.press("Save for later")
    expect(dora.page).to_have_url(re.compile("/orders/saved/raw_"))
    dora.look("saved")

    # The order day is one of the next two: a minute is not enough, three days are.
    assert voided_at(supplier, clock.now() + timedelta(minutes=1)) == 0
    assert voided_at(supplier, clock.now() + timedelta(days=3)) == 1

    dora.page.goto(f"{home}/orders/raw/")
    expect(dora.page.locator("main table.data tbody tr").first).to_contain_text("void")
    dora.look("void")
    assert dora.complaints == []


ADDRESS = {
    "consignee": orders.ADDRESS.consignee,
    "phone": orders.ADDRESS.phone,
    "region1": orders.ADDRESS.region1,
    "region2": orders.ADDRESS.region2,
    "region3": orders.ADDRESS.region3,
    "line1": orders.ADDRESS.line1,
}
