"""A supplier signs up and its dealer's order is received: the whole story, clicked, in both languages and widths."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from tests.browser import opening, trade
from tests.browser.person import DESKTOP, PHONE, sit_down
from tests.browser.play import CHINESE, ENGLISH

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("play", "console", "portal"),
    [
        pytest.param(ENGLISH, DESKTOP, PHONE, id="english-supplier-at-a-desk-dealer-on-a-phone"),
        pytest.param(CHINESE, PHONE, DESKTOP, id="chinese-supplier-on-a-phone-dealer-at-a-desk"),
    ],
)
def test_from_sign_up_to_receipt(stack, browser, seats, shots, play, console, portal):
    play = replace(play, slug=f"b{secrets.token_hex(4)}")
    olga = sit_down(browser, "supplier", play.language, console, shots)
    dora = sit_down(browser, "dealer", play.language, portal, shots)
    seats += [olga, dora]

    opening.sign_up(olga, play, stack)
    opening.import_goods(olga, play)
    opening.set_up_warehouse(olga, play)
    opening.set_up_prices(olga, play)
    issued = opening.create_dealer(olga, play)
    opening.log_in_first(dora, play, stack, issued)

    trade.see_own_goods(dora, play)
    trade.add_address(dora, play)
    trade.top_up(dora, olga, play)
    number = trade.order(dora, play)
    trade.review(dora, play)
    trade.finance(olga, play, number)
    trade.ship(olga, play, number)
    trade.receive(dora, play, number)
    trade.read_history(dora, play)
    trade.count_up(olga, dora, play, stack)

    assert olga.complaints == []
    assert dora.complaints == []
