"""The amount warning line (W-010): who is warned, where, and what the supplier sees."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenant_apps.access.models import SupplierSettings
from tenant_apps.ledger import queries
from tests.factories.ledger import wallet
from tests.factories.orders import trade as make_trade

SAID = "¥99.99 are available, less than ¥100.00."


@pytest.fixture
def line(acme):
    """Whoever has less than 100.00 is warned."""
    SupplierSettings.objects.update(balance_warning_minor=100_00)


@pytest.mark.parametrize(
    ("balance", "credit", "is_warned"),
    [("99.99", "0", True), ("100.00", "0", False), ("60.00", "40.00", False), ("0", "0", True)],
)
def test_less_available_than_the_line_warns(line, dora, dealer, balance, credit, is_warned):
    wallet(dealer, balance, credit=credit)

    assert (queries.low_balance(dora) is not None) == is_warned
    assert queries.wallets_visible_to(dora).get().is_low is is_warned


def test_a_line_of_nothing_warns_nobody(dora, olga, dealer):
    wallet(dealer, "0")

    assert queries.low_balance(dora) is None
    assert queries.low_count(olga) == 0
    assert [*queries.wallets_matching(olga, state="low")] == []


@pytest.mark.parametrize("path", ["/", "/orders/pad", "/ledger/account"])
def test_the_dealer_is_told_at_home_on_the_pad_and_in_its_account(line, as_dora, dealer, path):
    make_trade(dealer, balance="99.99")

    page = as_dora.get(path).content.decode()
    assert SAID in page
    assert "/ledger/top-ups/new" in page

    SupplierSettings.objects.update(balance_warning_minor=0)
    assert SAID not in as_dora.get(path).content.decode()


def test_the_supplier_finds_them_through_both_doors(line, as_olga, dealer, stranger):
    wallet(dealer, "99.99")
    wallet(stranger, "100.00")

    listed = as_olga.get("/ledger/wallets?state=low").content.decode()
    assert dealer.name.replace("'", "&#x27;") in listed
    assert stranger.name.replace("'", "&#x27;") not in listed
    found = as_olga.get("/api/v1/wallets?state=low").json()["items"]
    assert [(row["dealer"], row["is_low"]) for row in found] == [(dealer.public_id, True)]
    assert "/ledger/wallets?state=low" in as_olga.get("/orders/panels/waiting").content.decode()


def test_another_dealer_and_the_supplier_are_not_warned(line, xavier, olga, dealer, stranger):
    wallet(dealer, "1.00")
    wallet(stranger, "500.00")

    assert (queries.low_balance(xavier), queries.low_balance(olga)) == (None, None)


def test_the_count_and_the_warning_take_one_statement(line, olga, dora, dealer, stranger):
    wallet(dealer, "1.00")
    wallet(stranger, "1.00")

    with CaptureQueriesContext(connection) as seen:
        assert queries.low_count(olga) == 2
    assert len(seen) == 1
    with CaptureQueriesContext(connection) as seen:
        assert queries.low_balance(dora) is not None
    assert len(seen) == 1
