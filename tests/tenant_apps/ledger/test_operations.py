"""Charging and giving back: to the cent, once, and never below the floor."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from platform_core.kernel import clock
from platform_core.kernel.source import Source
from tenant_apps.ledger.errors import InsufficientBalance, RefundTooLarge
from tenant_apps.ledger.models import Entry, LedgerAccount, Transfer
from tenant_apps.ledger.operations import Charge, adjust, charge, refund_source
from tests.factories.ledger import ORDER, balance, money, wallet

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)


def charge_order(dealer, *parts, operation=None, source=ORDER):
    charge(
        operation_id=operation or uuid.uuid4(),
        dealer_id=dealer.pk,
        source=source,
        charges=[Charge(kind, money(amount)) for kind, amount in parts],
    )


def give_back(operation=None, source=ORDER):
    return refund_source(operation_id=operation or uuid.uuid4(), source=source)


def change(dealer, kind, amount, line=0, operation=None):
    adjust(
        operation_id=operation or uuid.uuid4(),
        dealer_id=dealer.pk,
        source=ORDER,
        kind=kind,
        amount=money(amount),
        note="agreed",
        line=line,
    )


def refused(error, act):
    """The refusal, and proof that nothing changed."""
    before = snapshot()
    with pytest.raises(error) as caught, transaction.atomic():
        act()
    assert snapshot() == before
    return caught.value


def snapshot():
    accounts = list(LedgerAccount.objects.order_by("pk").values_list("balance_minor", "seq"))
    return accounts, Transfer.objects.count(), Entry.objects.count()


def test_a_charge_writes_numbered_entries_with_the_balance_after_each(dealer):
    wallet(dealer, "300.00")

    charge_order(dealer, ("goods", "200.00"), ("freight", "10.00"), ("fee", "0.50"))

    assert list(Entry.objects.order_by("seq").values_list("seq", "amount_minor", "balance_after_minor")) == [
        (1, 30000, 30000),
        (2, -20000, 10000),
        (3, -1000, 9000),
        (4, -50, 8950),
    ]
    assert balance(dealer) == "89.50"


def test_each_kind_goes_to_its_own_account(dealer):
    wallet(dealer, "300.00")

    charge_order(dealer, ("goods", "200.00"), ("freight", "10.00"), ("fee", "0.50"), ("tax", "1.00"))

    charged = Transfer.objects.filter(source_kind="order").order_by("pk")
    assert list(charged.values_list("kind", "to_account__code", "amount_minor")) == [
        ("goods", "sales", 20000),
        ("freight", "freight", 1000),
        ("fee", "fee", 50),
        ("tax", "tax", 100),
    ]


def test_system_accounts_keep_no_balance(dealer):
    wallet(dealer, "300.00")

    charge_order(dealer, ("goods", "200.00"))

    assert set(LedgerAccount.objects.filter(kind="system").values_list("balance_minor", "seq")) == {(0, 0)}


def test_parts_of_nothing_are_not_posted(dealer):
    wallet(dealer, "300.00")

    charge_order(dealer, ("goods", "200.00"), ("freight", "0.00"))

    assert Transfer.objects.filter(source_kind="order").count() == 1


def test_a_charge_is_one_statement_for_1_and_for_4_parts(dealer, django_assert_num_queries):
    wallet(dealer, "300.00")

    with django_assert_num_queries(1):
        charge_order(dealer, ("goods", "1.00"))
    with django_assert_num_queries(1):
        charge_order(dealer, ("goods", "1.00"), ("freight", "1.00"), ("fee", "1.00"), ("tax", "1.00"))


def test_a_charge_beyond_the_available_amount_says_what_is_missing(dealer):
    wallet(dealer, "100.00")

    error = refused(
        InsufficientBalance, lambda: charge_order(dealer, ("goods", "100.00"), ("freight", "0.01"))
    )

    assert error.facts == {"missing": "0.01", "available": "100.00", "currency": "CNY"}


def test_the_last_cent_can_be_spent(dealer):
    wallet(dealer, "100.00")

    charge_order(dealer, ("goods", "99.99"), ("freight", "0.01"))

    assert balance(dealer) == "0.00"


def test_credit_counts_while_its_term_lasts(dealer):
    wallet(dealer, "100.00", credit="50.00", until=NOW + timedelta(days=1))

    with clock.at(NOW):
        charge_order(dealer, ("goods", "150.00"))

    assert balance(dealer) == "-50.00"


def test_after_the_term_the_limit_counts_nothing_and_the_debt_stays(dealer):
    wallet(dealer, "100.00", credit="50.00", until=NOW + timedelta(days=1))
    with clock.at(NOW):
        charge_order(dealer, ("goods", "120.00"))

    with clock.at(NOW + timedelta(days=1)):
        error = refused(InsufficientBalance, lambda: charge_order(dealer, ("goods", "0.01")))

    assert error.facts == {"missing": "20.01", "available": "0.00", "currency": "CNY"}
    assert balance(dealer) == "-20.00"


def test_frozen_money_is_not_available(dealer):
    wallet(dealer, "100.00", frozen="30.00")

    error = refused(InsufficientBalance, lambda: charge_order(dealer, ("goods", "70.01")))

    assert error.facts["available"] == "70.00"


def test_a_refund_gives_back_everything_to_the_wallet_that_paid(dealer):
    wallet(dealer, "300.00")
    charge_order(dealer, ("goods", "200.00"), ("freight", "10.00"))

    returned = give_back()

    assert returned == money("210.00")
    assert balance(dealer) == "300.00"
    pairs = Transfer.objects.filter(refunds__isnull=False).order_by("pk")
    assert list(pairs.values_list("from_account__code", "amount_minor", "refunds__kind")) == [
        ("sales", 20000, "goods"),
        ("freight", 1000, "freight"),
    ]


def test_a_second_refund_finds_nothing_left(dealer):
    wallet(dealer, "300.00")
    charge_order(dealer, ("goods", "200.00"))
    operation = uuid.uuid4()

    assert give_back(operation) == money("200.00")
    assert give_back(operation) == money("0.00")
    assert give_back() == money("0.00")

    assert balance(dealer) == "300.00"


def test_a_refund_of_a_source_that_never_charged_is_zero(dealer):
    wallet(dealer, "300.00")

    assert give_back() == money("0.00")


def test_a_refund_takes_the_same_statements_for_1_and_3_parts(dealer, django_assert_num_queries):
    wallet(dealer, "300.00")
    charge_order(dealer, ("goods", "1.00"))
    charge_order(dealer, ("goods", "1.00"), ("freight", "1.00"), ("fee", "1.00"), source=Source("order", 2))

    with django_assert_num_queries(3):
        give_back()
    with django_assert_num_queries(3):
        give_back(source=Source("order", 2))


def test_an_adjustment_down_is_a_refund_of_part(dealer):
    """G-16: freight 10, adjusted by −3, is 7."""
    wallet(dealer, "100.00")
    charge_order(dealer, ("freight", "10.00"))

    change(dealer, "freight", "-3.00")

    assert balance(dealer) == "93.00"
    assert give_back() == money("7.00")


def test_an_adjustment_up_is_a_further_charge(dealer):
    """G-17: goods 200, adjusted by +15, is 215."""
    wallet(dealer, "300.00")
    charge_order(dealer, ("goods", "200.00"))

    change(dealer, "goods", "15.00")

    assert balance(dealer) == "85.00"


def test_never_more_goes_back_than_was_really_deducted(dealer):
    """G-18: charged 210, adjusted by −15, then rejected: the deposit is what it was before."""
    wallet(dealer, "300.00")
    charge_order(dealer, ("goods", "200.00"), ("freight", "10.00"))
    change(dealer, "goods", "-15.00")

    returned = give_back()

    assert returned == money("195.00")
    assert balance(dealer) == "300.00"


def test_the_opposite_adjustment_undoes_one(dealer):
    wallet(dealer, "300.00")
    charge_order(dealer, ("goods", "200.00"))

    for amount in ["-15.00", "15.00", "7.00", "-7.00"]:
        change(dealer, "goods", amount, line=5)

    assert balance(dealer) == "100.00"
    assert give_back() == money("200.00")


def test_an_adjustment_below_nothing_is_refused(dealer):
    wallet(dealer, "300.00")
    charge_order(dealer, ("goods", "200.00"), ("freight", "10.00"))

    error = refused(RefundTooLarge, lambda: change(dealer, "freight", "-10.01"))

    assert error.facts == {"asked": "10.01", "left": "10.00", "currency": "CNY"}


def test_an_adjustment_beyond_the_available_amount_is_refused(dealer):
    wallet(dealer, "210.00")
    charge_order(dealer, ("goods", "200.00"))

    refused(InsufficientBalance, lambda: change(dealer, "goods", "10.01"))


def test_one_operation_charges_a_part_once(dealer):
    wallet(dealer, "300.00")
    operation = uuid.uuid4()
    charge_order(dealer, ("goods", "10.00"), operation=operation)

    refused(IntegrityError, lambda: charge_order(dealer, ("goods", "10.00"), operation=operation))


def test_an_unknown_wallet_or_another_currency_is_refused(dealer, stranger):
    wallet(dealer, "300.00")

    refused(DatabaseError, lambda: charge_order(stranger, ("goods", "10.00")))


def test_the_function_serves_schemas_whose_columns_stand_in_another_order(committed, django_db_blocker):
    """One connection, two schemas: a %ROWTYPE would freeze the first one's column order."""
    from platform_core.kernel.context import serve
    from tenants.schemas.connect import owner_connection
    from tests.cast import make_dealer
    from tests.conftest import sign_up_fresh

    other = sign_up_fresh()
    with owner_connection(other.shard) as owner:
        owner.execute(f'SET search_path = "{other.schema}", "ext"')
        for table, columns in {
            "ledger_account": ["balance_minor", "credit_limit_minor", "frozen_minor"],
            "ledger_transfer": ["amount_minor", "source_line"],
            "ledger_entry": ["amount_minor", "balance_after_minor"],
        }.items():
            for column in columns:
                move_to_the_end(owner, table, column)
    results = []
    for supplier in [committed, other, committed, other]:
        with serve(supplier):
            dealer = make_dealer(f"D{len(results)}", "Somebody")
            wallet(dealer, "100.00", credit="5.00")
            with transaction.atomic():
                charge_order(
                    dealer, ("goods", "60.00"), ("freight", "4.00"), source=Source("order", dealer.pk)
                )
            with transaction.atomic():
                give_back(source=Source("order", dealer.pk))
            with pytest.raises(InsufficientBalance), transaction.atomic():
                charge_order(dealer, ("goods", "105.01"), source=Source("order", dealer.pk))
            lines = Entry.objects.filter(account__dealer=dealer).order_by("seq")
            results.append(list(lines.values_list("seq", "amount_minor", "balance_after_minor")))

    assert (
        results
        == [[(1, 10000, 10000), (2, -6000, 4000), (3, -400, 3600), (4, 6000, 9600), (5, 400, 10000)]] * 4
    )


def move_to_the_end(owner, table, column):
    """What a schema looks like when a migration was applied in another order."""
    owner.execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO old_{column}")
    owner.execute(f"ALTER TABLE {table} ADD COLUMN {column} bigint NOT NULL DEFAULT 0")
    owner.execute(f"ALTER TABLE {table} ALTER COLUMN old_{column} SET DEFAULT 1")
