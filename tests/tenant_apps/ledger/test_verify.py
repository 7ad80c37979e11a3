"""Reconciliation: silent on an honest supplier, and it names each tampering."""

from __future__ import annotations

import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from tenant_apps.inventory import operations as inventory
from tenant_apps.ledger.commands import TopUpFacts, approve_top_up, create_top_up
from tenant_apps.ledger.operations import open_wallet, refund_source
from tenant_apps.ledger.verify import reconcile
from tenants.schemas.connect import owner_connection
from tests.cast import actor_of, make_dealer, make_person
from tests.factories.inventory import (
    ORDER,
    SYSTEM,
    D,
    create_stock_out,
    demand,
    reserve,
    skus,
    stocked,
    warehouse,
)
from tests.tenant_apps.ledger.test_operations import charge_order

TAMPERINGS = [
    (
        "UPDATE ledger_account SET balance_minor = balance_minor + 1 WHERE kind = 'dealer'",
        {
            "wallets whose balance is not the sum of their entries",
            "minor units by which wallets and system accounts together are not 0",
        },
    ),
    (
        "UPDATE ledger_account SET seq = seq + 1 WHERE kind = 'dealer'",
        {
            "wallets whose entries are not numbered without gap",
        },
    ),
    (
        "UPDATE ledger_account SET credit_limit_minor = 999999 WHERE kind = 'dealer'",
        {
            "wallets whose credit is not the sum of approved credits",
        },
    ),
    (
        "UPDATE ledger_entry SET balance_after_minor = balance_after_minor + 1 WHERE seq = 1",
        {
            "entries whose balance does not follow from the one before",
        },
    ),
    (
        "DELETE FROM ledger_entry WHERE seq = 2",
        {
            "wallets whose balance is not the sum of their entries",
            "wallets whose entries are not numbered without gap",
            "entries whose balance does not follow from the one before",
            "wallets' sides of transfers without their equal entry",
        },
    ),
    (
        "UPDATE ledger_transfer SET amount_minor = amount_minor - 1 WHERE source_kind = 'top_up'",
        {
            "wallets' sides of transfers without their equal entry",
            "minor units by which wallets and system accounts together are not 0",
            "top-ups whose transfer is missing, wrong or too many",
        },
    ),
    (
        "UPDATE ledger_topup SET state = 'pending'",
        {
            "top-ups whose transfer is missing, wrong or too many",
        },
    ),
    (
        (
            "UPDATE ledger_transfer SET refunds_id = NULL WHERE refunds_id IS NOT NULL AND kind = 'goods';"
            " UPDATE ledger_transfer SET refunds_id = (SELECT id FROM ledger_transfer WHERE kind = 'goods' ORDER BY id LIMIT 1)"
            " WHERE source_kind = 'top_up'"
        ),
        {
            "refunds that did not go back the way the money came",
            "transfers of which more was given back than was paid",
            "top-ups whose transfer is missing, wrong or too many",
        },
    ),
    (
        "UPDATE inventory_stock SET on_hand = on_hand + 1",
        {
            "stock rows that do not follow from their movements",
            "stock rows that are not what their last movement left",
        },
    ),
    (
        "UPDATE inventory_reservation SET quantity = quantity + 1 WHERE state = 'active'",
        {
            "stock rows whose reserved number is not the sum of active reservations",
        },
    ),
    (
        "UPDATE stock_movement SET on_hand_after = 5 WHERE kind = 'reserve'",
        {
            "movements that do not follow from the one before",
            "stock rows that are not what their last movement left",
        },
    ),
    (
        "UPDATE inventory_stockoutline SET packed = 20, shipped = 20",
        {
            "stock-out lines that shipped something else than was taken from stock",
        },
    ),
    ("UPDATE inventory_stockout SET state = 'done'", {"finished stock-outs whose source still holds stock"}),
]


@pytest.fixture
def busy(committed):
    """A supplier with a top-up, an order that is partly given back, and goods on their way."""
    from tenant_apps.access.models import Organisation

    dealer = make_dealer("D1", "Dora's Drinks")
    with transaction.atomic():
        open_wallet(dealer=dealer)
    dora = actor_of(make_person(dealer.organisation, "dora", administrator=True))
    reviewer = make_person(Organisation.objects.get(kind="supplier"), "fiona", administrator=True)
    row = create_top_up(actor=dora, operation_id=uuid.uuid4(), facts=TopUpFacts("300.00"))
    approve_top_up(actor=actor_of(reviewer), operation_id=uuid.uuid4(), top_up=row.public_id)
    place = warehouse()
    goods = skus(2)
    stocked(place, goods)
    lines = [demand(sku, "30", line) for line, sku in enumerate(goods, start=1)]
    with transaction.atomic():
        reserve(place, lines)
        charge_order(dealer, ("goods", "200.00"), ("freight", "10.00"))
        create_stock_out(
            source=ORDER,
            warehouse=place,
            carrier=None,
            dealer=dealer,
            address=place,
            demands=lines,
            weight_kg=D(1),
        )
        inventory.consume(actor=SYSTEM, operation_id=uuid.uuid4(), source=ORDER, taken={1: D(10)})
        refund_source(operation_id=uuid.uuid4(), source=ORDER)
    return committed


def found():
    return {finding.check for finding in reconcile() if finding.found}


def test_an_honest_supplier_reconciles(busy):
    assert found() == set()


@pytest.mark.parametrize(("sql", "expected"), TAMPERINGS)
def test_a_tampering_by_the_owner_is_found(busy, sql, expected):
    tamper(busy, sql)

    assert found() == expected


def test_the_command_reports_and_fails(busy, capsys):
    call_command("reconcile", supplier=busy.slug)
    tamper(busy, "UPDATE inventory_stock SET on_hand = on_hand + 1")

    with pytest.raises(CommandError):
        call_command("reconcile", supplier=busy.slug)

    assert f"{busy.slug}: 2 stock rows that do not follow from their movements" in capsys.readouterr().err


def tamper(supplier, sql):
    """As a superuser would: with every trigger out of the way."""
    with owner_connection(supplier.shard) as connection:
        connection.execute(f'SET search_path = "{supplier.schema}", "ext"')
        tables = ["ledger_account", "ledger_entry", "ledger_transfer", "ledger_topup", "stock_movement"]
        for table in tables:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        connection.execute(sql)
        for table in tables:
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    connections["default"].close()
