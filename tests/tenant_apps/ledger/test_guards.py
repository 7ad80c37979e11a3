"""What the database refuses whoever asks: the application's role and the owner with raw SQL."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connections, transaction

from platform_core.kernel import clock
from tenant_apps.ledger.models import LedgerAccount, Transfer
from tenants.schemas.connect import owner_connection
from tests.cast import make_dealer
from tests.factories.ledger import wallet
from tests.tenant_apps.ledger.test_operations import charge_order

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
APPEND_ONLY = ["ledger_transfer", "ledger_entry", "ledger_topupstep", "stock_movement"]


@pytest.fixture(params=["dd_app", "dd_owner"])
def run(request, committed):
    """Run a statement as the application or as the owner; the SQLSTATE of its refusal, or nothing."""

    def as_owner(sql, *parameters):
        with owner_connection(committed.shard) as connection:
            connection.execute(f'SET search_path = "{committed.schema}", "ext"')
            if clock.staged():
                connection.execute(
                    "SELECT set_config('dealerdesk.now', %s, false)", [clock.staged().isoformat()]
                )
            connection.execute(sql, parameters)

    def as_app(sql, *parameters):
        connections["default"].ensure_connection()
        with connections["default"].cursor() as cursor:
            cursor.cursor.execute(sql, parameters)

    def answer(sql, *parameters):
        try:
            with transaction.atomic(using="default"):
                (as_app if request.param == "dd_app" else as_owner)(sql, *parameters)
        except (psycopg.Error, Exception) as error:  # noqa: BLE001 - Django wraps what psycopg raises
            return getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", repr(error))
        return ""

    return answer


@pytest.fixture
def paid(committed):
    """A wallet that paid 200 of 300; and a second, empty one."""
    dealer = make_dealer("D1", "Dora")
    wallet(dealer, "300.00", credit="50.00", until=NOW + timedelta(days=1))
    wallet(make_dealer("D2", "Xavier"), "0.00")
    with transaction.atomic():
        charge_order(dealer, ("goods", "200.00"))
    return LedgerAccount.objects.get(dealer=dealer)


def test_the_floor_holds_for_raw_sql(run, paid):
    with clock.at(NOW):
        assert run("UPDATE ledger_account SET balance_minor = -5000 WHERE id = %s", paid.pk) == ""
        assert run("UPDATE ledger_account SET balance_minor = -5001 WHERE id = %s", paid.pk) == "DD402"
    with clock.at(NOW + timedelta(days=1)):
        assert (
            run("UPDATE ledger_account SET balance_minor = balance_minor - 1 WHERE id = %s", paid.pk)
            == "DD402"
        )
        assert run("UPDATE ledger_account SET frozen_minor = 1 WHERE id = %s", paid.pk) == "DD402"


def test_a_debt_may_shrink_after_the_term(run, paid):
    with clock.at(NOW):
        assert run("UPDATE ledger_account SET balance_minor = -5000 WHERE id = %s", paid.pk) == ""

    with clock.at(NOW + timedelta(days=1)):
        assert run("UPDATE ledger_account SET balance_minor = -4999 WHERE id = %s", paid.pk) == ""
        assert run("UPDATE ledger_account SET credit_limit_minor = 0 WHERE id = %s", paid.pk) == ""


def test_a_system_account_keeps_no_balance(run, paid):
    assert run("UPDATE ledger_account SET balance_minor = 1 WHERE code = 'sales'") == "23514"


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_evidence_is_written_once(run, paid, table, request):
    # The application lacks the grant (42501); the owner, who has it, meets the trigger.
    expected = "42501" if request.node.callspec.params["run"] == "dd_app" else "DD409"
    if table in {"ledger_transfer", "ledger_entry"}:
        assert run(f"UPDATE {table} SET amount_minor = 1") == expected
        assert run(f"DELETE FROM {table}") == expected
    assert run(f"TRUNCATE {table} CASCADE") == expected


REFUND = """
INSERT INTO ledger_transfer (public_id, operation_id, kind, from_account_id, to_account_id, amount_minor,
  refunds_id, source_kind, source_id, source_number, source_line, note, created_at)
SELECT %s, %s, t.kind, t.to_account_id, coalesce(%s, t.from_account_id), %s, t.id, 'order', 1, '', 0, '', now()
FROM ledger_transfer t WHERE t.id = %s
"""


def test_refunds_stay_within_the_transfer(run, paid):
    charged = Transfer.objects.get(source_kind="order").pk

    assert run(REFUND, "r1", uuid.uuid4(), None, 15000, charged) == ""
    assert run(REFUND, "r2", uuid.uuid4(), None, 5001, charged) == "DD411"
    assert run(REFUND, "r3", uuid.uuid4(), None, 5000, charged) == ""
    assert run(REFUND, "r4", uuid.uuid4(), None, 1, charged) == "DD411"


def test_a_refund_goes_only_to_the_wallet_that_paid(run, paid):
    charged = Transfer.objects.get(source_kind="order").pk
    stranger = LedgerAccount.objects.get(dealer__code="D2").pk

    assert run(REFUND, "r1", uuid.uuid4(), stranger, 100, charged) == "DD410"


def test_a_refund_of_a_refund_is_refused(run, paid):
    charged = Transfer.objects.get(source_kind="order").pk
    assert run(REFUND, "r1", uuid.uuid4(), None, 100, charged) == ""
    refund = Transfer.objects.get(refunds=charged).pk

    assert run(REFUND, "r2", uuid.uuid4(), None, 100, refund) == "DD410"


def test_one_operation_refunds_a_line_once(run, paid):
    charged = Transfer.objects.get(source_kind="order").pk
    operation = uuid.uuid4()
    assert run(REFUND, "r1", operation, None, 100, charged) == ""

    assert run(REFUND, "r2", operation, None, 100, charged) == "23505"


def test_an_account_with_entries_is_never_deleted(run, paid, request):
    expected = "42501" if request.node.callspec.params["run"] == "dd_app" else "23503"

    assert run("DELETE FROM ledger_account WHERE id = %s", paid.pk) == expected
