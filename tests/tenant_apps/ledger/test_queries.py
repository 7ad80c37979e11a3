"""What an actor sees: its own wallet, its period, and sums that add up."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from platform_core.kernel import clock
from platform_core.kernel.errors import NotFound, NotPermitted
from platform_core.kernel.source import Source
from tenant_apps.ledger import queries
from tenant_apps.ledger.models import LedgerAccount
from tenant_apps.ledger.operations import refund_source
from tests.factories.ledger import money, wallet
from tests.tenant_apps.ledger.test_operations import charge_order

DAY = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture
def year(dealer):
    """Opening 1,000 on the 20th; two orders on the 21st; a refund on the 22nd."""
    with clock.at(DAY):
        wallet(dealer, "1000.00")
    with clock.at(DAY + timedelta(days=1)):
        charge_order(dealer, ("goods", "100.00"), ("freight", "10.00"), source=Source("order", 1, "SO-1"))
        charge_order(dealer, ("goods", "200.00"), source=Source("order", 2, "SO-2"))
    with clock.at(DAY + timedelta(days=2)):
        refund_source(operation_id=uuid.uuid4(), source=Source("order", 1, "SO-1"))


def test_opening_and_movements_make_the_closing(dora, dealer, year):
    found = queries.statement(dora, dealer, queries.StatementFilter(date(2026, 11, 21), date(2026, 11, 21)))

    assert (found.opening, found.came_in, found.went_out, found.closing) == (
        money("1000.00"),
        money("0.00"),
        money("310.00"),
        money("690.00"),
    )
    assert [(e.transfer.source_number, e.balance_after_minor) for e in found.entries] == [
        ("SO-2", 69000),
        ("SO-1", 89000),
        ("SO-1", 90000),
    ]


def test_days_are_those_of_the_suppliers_time_zone(dora, dealer):
    with clock.at(datetime(2026, 11, 20, 15, 59, tzinfo=UTC)):
        wallet(dealer, "1.00")

    for day, count in [(20, 1), (21, 0)]:
        period = queries.StatementFilter(date(2026, 11, day), date(2026, 11, day))
        assert queries.statement(dora, dealer, period).entries.count() == count


@pytest.mark.parametrize(
    ("narrowing", "count"), [({}, 6), ({"kind": "goods"}, 2), ({"kind": "refund"}, 2), ({"q": "SO-2"}, 1)]
)
def test_lines_are_narrowed_and_the_sums_stay(dora, dealer, year, narrowing, count):
    found = queries.statement(dora, dealer, queries.StatementFilter(**narrowing))

    assert found.entries.count() == count
    assert found.closing == money("800.00")


def test_a_wallet_shows_what_is_available(dora, dealer):
    wallet(dealer, "100.00", credit="50.00", until=DAY + timedelta(days=1), frozen="20.00")

    with clock.at(DAY):
        now = queries.wallet_of(dora, dealer)
    with clock.at(DAY + timedelta(days=1)):
        later = queries.wallet_of(dora, dealer)

    assert (now.available, now.credit, now.is_overdue) == (money("130.00"), money("50.00"), False)
    assert (later.available, later.credit, later.is_overdue) == (money("80.00"), money("0.00"), False)


def test_a_debt_after_the_term_is_overdue(dora, dealer):
    with clock.at(DAY - timedelta(days=1)):
        wallet(dealer, "0.00", credit="50.00", until=DAY)
        LedgerAccount.objects.filter(dealer=dealer).update(balance_minor=-100)

    with clock.at(DAY):
        assert queries.wallet_of(dora, dealer).is_overdue is True


def test_a_stranger_and_nobody_see_no_wallet(xavier, nil, dealer):
    wallet(dealer, "100.00")

    with pytest.raises(NotFound):
        queries.wallet_of(xavier, dealer)
    with pytest.raises(NotPermitted):
        queries.wallet_of(nil, dealer)


def test_the_chip_shows_a_dealer_its_available_amount(dora, olga, dealer):
    wallet(dealer, "1234.50")

    assert (queries.chip(dora), queries.chip(olga)) == ("¥1,234.50", "")


def test_available_asks_no_permission(dealer, stranger):
    wallet(dealer, "10.00", credit="5.00")

    assert (queries.available(dealer.pk), queries.available(stranger.pk)) == (money("15.00"), money("0.00"))


@pytest.mark.parametrize(
    ("state", "codes"), [("debt", ["D-DORA"]), ("empty", ["D-DORA"]), ("", ["D-DORA", "D-XAVIER"])]
)
def test_wallets_are_found_by_state(olga, dealer, stranger, state, codes):
    wallet(dealer, "0.00", credit="5.00")
    wallet(stranger, "1.00")
    LedgerAccount.objects.filter(dealer=dealer).update(balance_minor=-500)

    found = queries.wallets_matching(olga, state=state, sort="code")

    assert [account.dealer.code for account in found] == codes
