"""A list is made one's own: columns chosen, the view saved, opened by itself, left and deleted; also without scripts."""

from __future__ import annotations

import re

import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect

from platform_core.kernel.context import serve
from tests.browser.person import DESKTOP, PHONE, Person, sit_down
from tests.cast import make_dealer
from tests.conftest import sign_up_fresh
from tests.world import PASSWORD

pytestmark = pytest.mark.browser
HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
USUAL = ["Code", "Name", "Level", "Contact", "Phone", "Shops", "Created", "State"]
OWN = ["Code", "Name", "Level", "Contact", "Phone", "E-mail", "Shops", "State"]


def log_in(person: Person, home: str, slug: str) -> None:
    """To the list of dealers."""
    person.page.goto(f"{home}/login/")
    person.fill(login=f"olga@{slug}.example", password=PASSWORD)
    person.press("Log in")
    person.page.wait_for_url(f"{home}/")
    person.page.goto(f"{home}/dealers/")


def heads(page: Page) -> list[str]:
    """The words of the table's heads."""
    return [word.strip() for word in page.locator("main thead th:not(.select-cell)").all_inner_texts()]


def columns_form(page: Page, *, tick: str, untick: str) -> None:
    """Choose in the open menu."""
    page.get_by_role("checkbox", name=tick, exact=True).check()
    page.get_by_role("checkbox", name=untick, exact=True).uncheck()
    page.locator(".menu-foot").get_by_role("button", name="Apply").locator("visible=true").click()
    page.wait_for_url(re.compile("columns="))


@pytest.fixture(scope="module")
def supplier(stack):
    """A supplier with two dealers, one of them disabled; made before the browser, whose loop bars the database."""
    # The web server knows no quick hash of a test run.
    with override_settings(PASSWORD_HASHERS=HASHERS):
        made = sign_up_fresh()
    with serve(made):
        make_dealer("D-1", "First Dealer")
        second = make_dealer("D-2", "Second Dealer")
        type(second).objects.filter(pk=second.pk).update(enabled=False)
    return made


def test_a_view_of_own_columns_opens_the_list(stack, supplier, browser, seats, shots):
    olga = sit_down(browser, "lists", "en", DESKTOP, shots)
    seats.append(olga)
    page, home = olga.page, stack.home(supplier.slug)
    log_in(olga, home, supplier.slug)
    assert heads(page) == USUAL

    # By keyboard alone: the menu opens, its boxes are ticked, its form is sent.
    page.locator("summary", has_text="Columns").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    olga.look("columns")
    columns_form(page, tick="E-mail", untick="Created")
    assert heads(page) == OWN
    page.locator("select[name=enabled]").select_option("no")
    page.wait_for_url(re.compile("enabled=no"))
    assert heads(page) == OWN
    assert [row[2] for row in olga.rows()] == ["Second Dealer"]

    page.locator("summary", has_text="Save view").click()
    page.get_by_label("Name of the view").locator("visible=true").fill("Asleep")
    page.get_by_role("checkbox", name="Open this list with it").check()
    olga.look("save-view")
    page.keyboard.press("Enter")
    expect(page.locator(".view-chip [aria-current]")).to_have_text("Asleep")
    page.goto(f"{home}/dealers/levels")
    olga.go("Dealers")
    page.wait_for_url(re.compile("columns=.*enabled=no"))
    assert heads(page) == OWN

    # Every way out of the default leads to everything.
    page.get_by_role("link", name="Show all", exact=True).click()
    page.wait_for_url(f"{home}/dealers/?view=all")
    assert (heads(page), len(olga.rows())) == (USUAL, 2)
    page.locator(".filters [type=search]").fill("nothing")
    page.wait_for_url(re.compile("q=nothing"))
    page.get_by_role("link", name="Clear all", exact=True).click()
    page.wait_for_url(re.compile(r"/dealers/\?view=all$"))

    page.get_by_label("Change the view Asleep").click()
    olga.look("view-menu")
    page.get_by_role("button", name="Delete", exact=True).locator("visible=true").click()
    page.locator("dialog[open]").get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".toast-box")).to_contain_text("The view Asleep is deleted.")
    expect(page.locator(".view-bar")).to_have_count(0)
    olga.go("Dealers")
    page.wait_for_url(f"{home}/dealers/")
    assert heads(page) == USUAL
    assert olga.complaints == []


def test_columns_are_chosen_on_a_phone_and_without_scripts(stack, supplier, browser, seats, shots):
    home = stack.home(supplier.slug)
    olga = sit_down(browser, "lists-phone", "en", PHONE, shots)
    seats.append(olga)
    log_in(olga, home, supplier.slug)
    olga.page.locator("summary", has_text="Columns").click()
    olga.look("columns")
    columns_form(olga.page, tick="E-mail", untick="Contact")
    labels = olga.page.locator("main tbody tr").first.locator("td[data-label]")
    assert [one.get_attribute("data-label") for one in labels.all()] == [
        "Code", "Name", "Level", "Phone", "E-mail", "Shops", "Created", "State",
    ]  # fmt: skip

    bare = browser.new_context(
        java_script_enabled=False, storage_state=olga.page.context.storage_state(), locale="en-GB"
    )
    page = bare.new_page()
    page.goto(f"{home}/dealers/?enabled=no")
    page.locator("summary", has_text="Columns").click()
    columns_form(page, tick="E-mail", untick="Created")
    assert heads(page) == OWN
    assert "enabled=no" in page.url
    bare.close()
    assert olga.complaints == []
