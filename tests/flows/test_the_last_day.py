"""Nobody's calendar goes beyond 9999-12-31, and people write it for "for ever"."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest

from platform_core.kernel import clock
from tenant_apps.ledger.commands import TopUpFacts, approve_top_up, create_top_up
from tests.factories import ledger

LAST = date.max.isoformat()


def test_a_day_lasts_from_midnight_to_midnight_where_one_is():
    day = date(2026, 11, 21)

    assert clock.start_of(day, "Asia/Shanghai") == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert clock.end_of(day, "Asia/Shanghai") == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert clock.end_of(date.max, "UTC") == datetime(9999, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    "path",
    [
        f"/orders/?from={LAST}&to={LAST}",
        f"/orders/export?to={LAST}",
        f"/fulfilment/?from={LAST}&to={LAST}",
        f"/ledger/wallets/{{dealer}}?first={LAST}&last={LAST}",
        f"/ledger/wallets/{{dealer}}/export?last={LAST}",
    ],
)
def test_a_period_may_end_on_it(as_olga, dealer, path):
    ledger.wallet(dealer, "10")

    assert as_olga.get(path.format(dealer=dealer.public_id)).status_code == 200


def test_a_credit_may_end_on_it(as_olga, olga, dealer):
    ledger.wallet(dealer, "10")
    facts = TopUpFacts(amount="500", kind="credit", dealer=dealer.public_id, credit_until=date.max)
    row = create_top_up(actor=olga, operation_id=uuid.uuid4(), facts=facts)
    approve_top_up(actor=olga, operation_id=uuid.uuid4(), top_up=row.public_id, is_confirmed=True)

    assert as_olga.get(f"/ledger/wallets/{dealer.public_id}").status_code == 200
    assert as_olga.get(f"/ledger/top-ups/{row.public_id}").status_code == 200
