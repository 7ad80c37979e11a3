"""Chapters of the story from the dealer's goods to the received order, with every amount."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.play import IN_PACK, PACK, PACKED, TRADE, Play, voucher
from tests.browser.stack import Stack

# 120 × 1.35 + 30 × 2.80 + 10 × 3.20 = 278.00; 125 kg: 12.00 + 115 × 0.50 = 69.50; service fee 2.00.
GOODS, FREIGHT, FEE, TOTAL = "278.00", "69.50", "2.00", "349.50"
# Finance takes 3.00 off the freight and 15.00 off the goods.
FINAL_TOTAL, LEFT = "331.50", "168.50"


def see_own_goods(dora: Person, play: Play) -> None:
    """Three of four goods, at the dealer's price (of a pack too), with 60 % of the stock."""
    dora.go("Goods")
    shown = {row[1]: (row[4], row[5]) for row in dora.rows()}
    assert {
        code: tuple(value.split(":")[-1].strip() for value in cells) for code, cells in shown.items()
    } == {
        "W-550": (play.money("1.35"), "600"),
        "W-1500": (f"{play.money('2.80')} {play.money('16.80')}/case (6)", "180"),
        "T-500": (play.money("3.20"), "54"),
    }
    dora.look("own-goods")


def add_address(dora: Person, play: Play) -> None:
    """Where orders may go."""
    dora.go("Own company")
    dora.look("own-company")
    dora.follow("Addresses")
    dora.follow("New address")
    dora.fill(country=play.country_label, **play.address)
    dora.look("new-address")
    dora.press("Save")
    dora.sees(play.address["line1"])
    dora.look("addresses")


def top_up(dora: Person, olga: Person, play: Play) -> None:
    """The dealer records 500.00 with a picture of the slip; the supplier sees it and approves."""
    dora.go("Account")
    dora.look("empty-account")
    dora.follow("Top up")
    dora.fill(amount="500", paid_from=play.dealer)
    dora.attach("voucher", "slip.png", voucher(), "image/png")
    dora.look("top-up")
    dora.press("Submit for review")
    dora.sees(play.money("500.00"))
    dora.look("top-up-recorded")

    olga.go("Top-ups")
    olga.look("top-ups")
    olga.page.locator("main table.data tbody tr a").first.click()
    picture = olga.page.locator("main img[src*=voucher]").first
    expect(picture).to_be_visible()
    picture.evaluate("image => image.decode()")  # refuses what is no picture
    olga.look("top-up-review")
    olga.press("Approve")
    olga.sees(olga.word("Available after"), play.money("500.00"))
    olga.look("top-up-approved")


def order(dora: Person, play: Play) -> str:
    """The pad by keyboard alone: search key, arrows, Enter; an error at its field; totals live. The number."""
    page = dora.page
    dora.go("New order")
    expect(page.locator("[data-pad-row]")).to_have_count(3)
    dora.look("pad")
    codes = [code.strip() for code in page.locator("[data-pad-row] .sub .code").all_inner_texts()]
    assert sorted(codes) == sorted(TRADE)
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    for place, code in enumerate(codes):
        row = page.locator("[data-pad-row]").nth(place)
        expect(row.locator("input")).to_be_focused()
        if code == "W-550":
            page.keyboard.type("13")
            expect(row.locator(".pad-error")).to_contain_text("12")
            expect(row.locator("input")).to_have_attribute("aria-invalid", "true")
            dora.look("pad-not-a-multiple")
            page.keyboard.press("Escape")
        wanted = TRADE[code][6]
        if code == PACKED:
            page.keyboard.type(str(int(wanted) // IN_PACK))
            page.keyboard.press("Tab")
            page.keyboard.type(PACK[0])
            expect(row.locator("[data-pad-pack]")).to_have_value(PACK)
            expect(row.locator("[data-pad-base]")).to_have_text(f"= {wanted} {play.goods[code][3]}")
        else:
            page.keyboard.type(wanted)
        expect(row.locator(".pad-error")).to_be_empty()
        page.keyboard.press("Enter" if place else "ArrowDown")
    expect(dora.button("Place order")).to_be_focused()
    page.locator("select[name=carrier]").select_option(label=play.carrier)
    total = page.locator("[data-pad-total=total]")
    expect(total).to_have_text(play.money(TOTAL))
    expect(page.locator("[data-pad-total=freight]")).to_have_text(play.money(FREIGHT))
    assert page.locator("[data-pad-total=goods]").text_content() == play.money(GOODS)
    assert page.locator("[data-pad-total=weight]").text_content() == "125"
    dora.look("pad-filled")
    dora.press("Place order")

    expect(page.locator("h1")).to_contain_text("SO")
    dora.sees(play.money(TOTAL), play.address["line1"], play.carrier)
    dora.look("placed")
    return page.locator("h1").inner_text().strip()


def review(dora: Person, play: Play) -> None:
    """The dealer lets the order go: money and stock move, and the warehouse's finance review holds it."""
    dora.press("Review")
    dora.look("review-asked")
    dora.press("Review")
    dora.sees(dora.word("In finance review"))
    dora.look("reviewed")
    dora.go("Account")
    dora.sees(play.money("150.50"))
    dora.look("account-charged")


def finance(olga: Person, play: Play, number: str) -> None:
    """Freight −3 and goods −15, each with its reason; with that the order is approved."""
    page = olga.page
    olga.go("Sales orders")
    olga.look("orders")
    page.get_by_role("link", name=number).locator("visible=true").first.click()
    olga.titled(number)
    olga.press("Another adjustment")
    rows = page.locator("#adjustments > div")
    expect(rows).to_have_count(2)
    for place, (kind, amount, why) in enumerate(
        [("freight", "-3", play.reasons[0]), ("goods", "-15", play.reasons[1])]
    ):
        rows.nth(place).locator("[name=kind]").select_option(kind)
        rows.nth(place).locator("[name=amount]").fill(amount)
        rows.nth(place).locator("[name=why]").fill(why)
    olga.look("finance-review")
    olga.press("Approve order")
    olga.sees(play.money(FINAL_TOTAL), *play.reasons)
    expect(page.locator("#adjustments")).to_have_count(0)
    olga.look("approved")


def ship(olga: Person, play: Play, number: str) -> None:
    """The stock-out is there; its goods leave with carrier and tracking number."""
    page = olga.page
    olga.go("Stock-outs")
    olga.look("stock-outs")
    assert [number in " ".join(row) for row in olga.rows()] == [True]
    page.locator("main table.data tbody tr a").first.click()
    page.locator("[name=tracking_number]").wait_for()
    olga.fill(carrier=play.carrier, tracking_number="QP-2026-7")
    olga.look("stock-out")
    olga.press("Ship")
    olga.sees("QP-2026-7")
    olga.look("shipped")


def receive(dora: Person, play: Play, number: str) -> None:
    """Two bottles are missing: the dealer says so."""
    page = dora.page
    dora.go("To receive")
    dora.look("to-receive")
    dora.follow("Confirm receipt")
    line = page.locator("main li.box").filter(has_text="W-550")
    expect(line.locator("input[type=text], input[type=number]").first).to_have_value("120")
    line.locator("input[type=text], input[type=number]").first.fill("118")
    dora.fill(note=play.reasons[1])
    dora.look("receipt")
    dora.press("Confirm receipt")
    page.wait_for_load_state("load")
    dora.look("received")
    dora.go("Orders")
    dora.look("own-orders")
    page.get_by_role("link", name=number).locator("visible=true").first.click()
    dora.titled(number)


def read_history(reader: Person, play: Play) -> None:
    """Newest first: every step with who and when, and the amounts before and after where they changed."""
    moments = reader.page.locator("main .timeline-list").last.locator("li.moment")
    expect(moments).to_have_count(5)
    steps = [
        ("Completed", play.dealer_person),
        ("Shipped", play.owner),
        ("Adjusted and approved", play.owner),
        ("Reviewed", play.dealer_person),
        ("Placed", play.dealer_person),
    ]
    for place, (label, who) in enumerate(steps):
        moment = moments.nth(place)
        expect(moment.locator("strong").first).to_have_text(reader.word(label))
        expect(moment.locator(".moment-line span").first).to_contain_text(who)
        at = datetime.fromisoformat(moment.locator("time").get_attribute("datetime"))
        assert abs(datetime.now(UTC) - at) < timedelta(minutes=30)
        # The supplier's clock, which is not the server's.
        expect(moment.locator("time")).to_contain_text(f"{at.astimezone(ZoneInfo(play.time_zone)):%H:%M}")
    changed = {
        change.locator("dt").inner_text(): [
            change.locator("dd.num").nth(side).inner_text().split("\n")[-1].split(" ")[-1] for side in (0, 1)
        ]
        for change in moments.nth(2).locator(".change-list > div").all()
    }
    assert changed[reader.word("Total")] == [play.money(TOTAL), play.money(FINAL_TOTAL)]
    assert changed[reader.word("Charged")] == [play.money(TOTAL), play.money(FINAL_TOTAL)]
    for reason in play.reasons:
        expect(moments.nth(2)).to_contain_text(reason)
    reader.look("history")


def count_up(olga: Person, dora: Person, play: Play, stack: Stack) -> None:
    """Wallet and stock to the last cent and bottle, on both sides' pages and by `reconcile`."""
    dora.go("Account")
    dora.sees(play.money(LEFT))
    dora.look("statement")
    olga.go("Wallets")
    assert [play.money(LEFT) in " ".join(row) for row in olga.rows()] == [True]
    olga.look("wallets")
    olga.go("Stock")
    assert {row[1]: (row[4], row[5], row[6]) for row in olga.rows()} == {
        "W-550": ("880", "0", "880"),
        "W-1500": ("270", "0", "270"),
        "T-500": ("80", "0", "80"),
        "S-100": ("50", "0", "50"),
    }
    olga.look("stock-left")
    dora.go("Goods")
    assert {row[1]: row[5].split(":")[-1].strip() for row in dora.rows()} == {
        "W-550": "528",
        "W-1500": "162",
        "T-500": "48",
    }
    assert f"{play.slug}: " in stack.manage("reconcile", "--supplier", play.slug)
