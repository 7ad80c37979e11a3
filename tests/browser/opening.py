"""Chapters of the story before the first order: signing up, goods, warehouse, stock, freight, prices, dealer."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.play import OWN_PASSWORD, PASSWORD, TRADE, XLSX, Play
from tests.browser.stack import Stack


def sign_up(olga: Person, play: Play, stack: Stack) -> None:
    """From the public site to the first steps on the own host, logged in."""
    page = olga.page
    page.goto(stack.site)
    olga.look("public-site")
    olga.follow("Sign up")
    olga.fill(company=play.company, name=play.owner, email=play.email, password=PASSWORD)
    olga.box("slug").fill("admin")
    expect(page.locator("#address-state .text-error")).to_be_visible()
    olga.look("reserved-address")
    olga.box("slug").fill(play.slug)
    expect(page.locator("#address-state .text-success")).to_contain_text(f"{play.slug}.localhost")
    olga.fill(language=play.language_name, timezone=play.time_zone)
    olga.box("currency").select_option(play.currency)
    olga.look("sign-up")
    olga.press("Sign up")

    olga.titled(olga.word("Read your mail"))
    olga.look("read-mail")
    olga.follow("Open the development inbox")
    page.get_by_role("link").filter(has_text=play.email).first.click()
    olga.look("mail")
    page.locator("main a[href*='/sign-up/confirm/']").click()
    olga.titled(olga.word("Confirm your e-mail address"))
    olga.look("confirm")
    olga.press("Confirm and prepare the account")
    # Short as it is, the way there is shown: the steps stand on the page until the account opens by itself.
    expect(page.locator("#progress .stage")).to_have_count(4)
    page.wait_for_url(f"{stack.home(play.slug)}/", timeout=60_000)
    expect(page.locator("h1")).to_contain_text(play.company)
    expect(page.locator("main ol li.box")).to_have_count(5)
    olga.look("first-steps")


def import_goods(olga: Person, play: Play) -> None:
    """A wrong workbook changes nothing and names every place; the right one is looked at, then stored."""
    page = olga.page
    olga.follow("Import goods")
    olga.attach("file", "wrong.xlsx", play.wrong_goods_workbook(), XLSX)
    olga.press("Check the file")
    found = olga.rows()
    assert [(row[0], row[1][0]) for row in found] == [("2", "E"), ("3", "B"), ("4", "A")], found
    assert [row[2] for row in found[:2]] == ["cheap", "A-1"]
    olga.look("wrong-goods")
    olga.go("Goods")
    olga.sees(olga.word("No goods yet"))
    olga.look("no-goods")

    olga.follow("Import goods")
    olga.attach("file", "goods.xlsx", play.goods_workbook(), XLSX)
    olga.press("Check the file")
    olga.titled(olga.word("Check the import"))
    assert sorted(row[1] for row in olga.rows()) == sorted([*TRADE, "S-100"])
    olga.look("goods-preview")
    olga.press("Store it")
    olga.look("goods-stored")
    olga.follow("To the goods")
    olga.sees(*(goods[0] for goods in play.goods.values()))
    olga.look("goods")
    assert urlsplit(page.url).path == "/catalog/"


def set_up_warehouse(olga: Person, play: Play) -> None:
    """A warehouse with finance review, a carrier, the counted stock."""
    olga.go("Warehouses")
    olga.look("no-warehouse")
    olga.follow("New warehouse")
    olga.fill(code="MAIN", name=play.warehouse, country=play.country_label, finance_review="yes")
    olga.look("warehouse")
    olga.press("Save")
    olga.sees(play.warehouse)
    olga.look("warehouses")
    olga.go("Carriers")
    olga.follow("New carrier")
    olga.fill(code="QUICK", name=play.carrier)
    olga.press("Save")
    olga.sees(play.carrier)
    olga.look("carriers")

    olga.go("Home")
    olga.look("first-steps-goods-done")
    olga.follow("Import stock")
    olga.fill(warehouse=play.warehouse)
    olga.attach("file", "stock.xlsx", play.stock_workbook(), XLSX)
    olga.look("stock-import")
    olga.press("Check the file")
    olga.sees(olga.word("Nothing is stored yet"))
    olga.look("stock-preview")
    olga.press("Import")
    olga.follow("To the stock")
    olga.sees(*TRADE)
    assert _stock(olga) == {"W-550": "1,000", "W-1500": "300", "T-500": "90", "S-100": "50"}
    olga.look("stock")


def _stock(olga: Person) -> dict[str, str]:
    return {row[1]: row[6] for row in olga.rows()}


def set_up_prices(olga: Person, play: Play) -> None:
    """The freight table, the level's share of the stock, the strategy with its prices."""
    olga.go("Freight tables")
    olga.look("no-freight")
    olga.follow("Import")
    olga.fill(warehouse=play.warehouse)
    olga.attach("file", "freight.xlsx", play.freight_workbook(), XLSX)
    olga.press("Check the file")
    olga.titled(olga.word("Check before storing"))
    olga.look("freight-preview")
    olga.press("Store this table")
    olga.follow("To the freight table")
    olga.sees(play.money("12.00"), play.money("0.50"))
    olga.look("freight")

    olga.go("Levels")
    olga.look("levels")
    olga.page.get_by_role("link", name=play.level, exact=True).click()
    olga.fill(stock_percent="60")
    olga.press("Save")
    olga.sees("60 %")

    olga.go("Goods strategies")
    olga.look("no-strategy")
    olga.press("New strategy")
    olga.fill(name=play.strategy)
    olga.look("new-strategy")
    olga.press("Create")
    olga.titled(play.strategy)
    olga.look("empty-strategy")
    olga.follow("Import prices")
    olga.attach("file", "prices.xlsx", play.price_workbook(), XLSX)
    olga.press("Check the file")
    olga.titled(olga.word("Check before storing"))
    olga.look("prices-preview")
    olga.press("Store these prices")
    olga.follow("To the goods strategy")
    olga.titled(play.strategy)
    expect(olga.page.locator("main table.data tbody tr")).to_have_count(3)
    olga.look("strategy")


def create_dealer(olga: Person, play: Play) -> str:
    """The dealer with its administrator; the issued password, which is shown once. Then its strategy."""
    olga.go("Dealers")
    olga.look("no-dealer")
    olga.follow("New dealer")
    olga.fill(code="D-1", name=play.dealer, level=play.level, service_fee="2")
    olga.fill(administrator_name=play.dealer_person, administrator_login="dora")
    olga.look("new-dealer")
    olga.press("Create dealer")
    olga.sees(olga.word("This password is shown only now"), "dora")
    password = olga.page.locator("output[data-copy-value]").inner_text().strip()
    assert len(password) >= 10
    olga.look("issued-password")
    olga.follow("To the dealer")
    olga.sees(olga.word("none: the dealer sees no goods"))
    olga.look("dealer")
    olga.follow("Goods and prices")
    olga.fill(strategy=play.strategy)
    olga.look("assign")
    olga.press("Assign")
    olga.sees(*(play.goods[code][0] for code in TRADE))
    olga.look("dealer-goods")
    return password


def log_in_first(dora: Person, play: Play, stack: Stack, issued: str) -> None:
    """With the issued password nothing opens but the page that changes it."""
    page = dora.page
    page.goto(f"{stack.home(play.slug)}/")
    dora.look("login")
    dora.fill(login="dora", password=issued)
    dora.press("Log in")
    dora.titled(dora.word("Choose your own password"))
    page.goto(f"{stack.home(play.slug)}/orders/pad")
    dora.titled(dora.word("Choose your own password"))
    dora.look("own-password")
    dora.fill(password=OWN_PASSWORD, repeated=OWN_PASSWORD)
    dora.press("Save the password")
    page.wait_for_url(f"{stack.home(play.slug)}/")
    expect(page.locator("h1")).to_contain_text(play.dealer_person)
    dora.look("home")
