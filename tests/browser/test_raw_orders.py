"""A dealer imports orders: one waits with its mark, is corrected in place and submitted."""

from __future__ import annotations

import re

import pytest
from django.test import override_settings
from playwright.sync_api import expect

from platform_core.kernel.context import serve
from tests.browser.person import DESKTOP, sit_down
from tests.browser.test_lists import HASHERS
from tests.cast import make_dealer, make_person
from tests.conftest import sign_up_fresh
from tests.factories import orders
from tests.world import PASSWORD

pytestmark = pytest.mark.browser
ROWS = """number\tshop\tcarrier\tregion1\tregion2\tline1\tconsignee\tmobile\tcode\tquantity
TB-1\tSHOP-A\tC-A\t浙江省\t杭州市\t文三路 1 号\t张三\t13800138000\tA-1\t2
TB-2\tSHOP-A\tC-A\t浙江省\t杭州市\t文三路 2 号\t李四\t13800138001\tNOT-MINE\t3
"""


@pytest.fixture(scope="module")
def supplier(stack):
    """A dealer with goods, stock and money; made before the browser, whose loop bars the database."""
    # The web server knows no quick hash of a test run.
    with override_settings(PASSWORD_HASHERS=HASHERS):
        made = sign_up_fresh()
    with serve(made):
        dealer = make_dealer("D-1", "Dora's Drinks")
        user = make_person(dealer.organisation, "dora", administrator=True)
        with override_settings(PASSWORD_HASHERS=HASHERS):
            user.set_password(PASSWORD)
            user.save()
        orders.trade(dealer)
    return made


def test_from_a_paste_over_marks_to_an_order(stack, supplier, browser, seats, shots):
    dora = sit_down(browser, "raw", "en", DESKTOP, shots)
    seats.append(dora)
    home = stack.home(supplier.slug)
    dora.page.goto(f"{home}/login/")
    dora.fill(login="dora", password=PASSWORD)
    dora.press("Log in")
    dora.page.wait_for_url(f"{home}/")
    dora.page.goto(f"{home}/orders/raw/import")
    dora.fill(rows=ROWS)
    dora.press("Check the rows")
    dora.sees("NOT-MINE", "TB-1", "TB-2")
    dora.look("raw-preview")
    dora.press("Take these orders")
    dora.page.get_by_role("link", name="To the orders").click(timeout=60_000)
    dora.sees("NOT-MINE is not among your goods.")
    dora.look("raw-list")

    dora.page.get_by_role("link", name=re.compile("^D[0-9]")).first.click()
    dora.follow("Edit")
    dora.page.locator('input[name="code"]').first.fill("A-2")
    dora.look("raw-edit")
    dora.press("Save and submit")

    expect(dora.page).to_have_url(re.compile("/orders/ord_"))
    dora.sees("TB-2", "A-2")
