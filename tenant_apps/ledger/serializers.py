"""Shapes of the ledger in the API. Amounts are decimal strings in the supplier's currency."""

from __future__ import annotations

from typing import Any, cast

from rest_framework import serializers

from platform_core.api.fields import MoneyField, instant
from platform_core.api.paging import page_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.money import Currency, Money
from tenant_apps.ledger.models import Entry, LedgerAccount, TopUp, TopUpKind, TopUpMethod
from tenant_apps.ledger.queries import as_wallet, may_cancel
from tenant_apps.ledger.states import TOP_UP_FLOW, TopUpState


class WalletOutput(serializers.Serializer[Any]):
    """A dealer's wallet: available = balance + credit in force − frozen."""

    dealer = serializers.CharField()
    dealer_code = serializers.CharField()
    currency = serializers.CharField()
    balance = serializers.CharField()
    credit_limit = serializers.CharField()
    credit_until = serializers.DateTimeField(allow_null=True)
    frozen = serializers.CharField()
    available = serializers.CharField()
    is_overdue = serializers.BooleanField()
    is_low = serializers.BooleanField(help_text="Less is available than the supplier's amount warning line.")


WalletPage = page_of("WalletPage", WalletOutput)


class EntryOutput(serializers.Serializer[Any]):
    """A line of a wallet's statement, numbered without gap; the amount is signed."""

    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    is_refund = serializers.BooleanField()
    document_kind = serializers.CharField()
    document = serializers.CharField()
    note = serializers.CharField()
    amount = serializers.CharField()
    balance_after = serializers.CharField()
    transfer = serializers.CharField()


EntryPage = page_of("EntryPage", EntryOutput)


class TopUpInput(serializers.Serializer[Any]):
    """A top-up that comes in. `dealer` only from the supplier; `credit_until` only for a credit."""

    amount = serializers.CharField(max_length=40)
    kind = serializers.ChoiceField(choices=TopUpKind.choices, required=False)
    dealer = serializers.CharField(required=False, allow_blank=True, max_length=40)
    method = serializers.ChoiceField(choices=TopUpMethod.choices, required=False)
    paid_from = serializers.CharField(required=False, allow_blank=True)
    paid_on = serializers.DateField(required=False, allow_null=True)
    credit_until = serializers.DateField(required=False, allow_null=True)
    note = serializers.CharField(required=False, allow_blank=True)
    external_id = serializers.CharField(required=False, allow_blank=True)


class TopUpApproval(serializers.Serializer[Any]):
    """What the reviewer saw arrive; without it, the recorded amount."""

    received = serializers.CharField(required=False, allow_null=True, max_length=40)
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)
    is_confirmed = serializers.BooleanField(required=False)


class CancelInput(serializers.Serializer[Any]):
    """Why it is given up: asked of the supplier's people."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)


class TopUpOutput(serializers.Serializer[Any]):
    """A top-up that goes out. `steps` are the moves open to the caller."""

    id = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    number = serializers.CharField()
    dealer = serializers.CharField()
    kind = serializers.ChoiceField(choices=TopUpKind.choices)
    state = serializers.ChoiceField(choices=TopUpState.choices)
    currency = serializers.CharField()
    amount = MoneyField()
    received = serializers.CharField(allow_null=True)
    available_before = serializers.CharField(allow_null=True)
    available_after = serializers.CharField(allow_null=True)
    method = serializers.ChoiceField(choices=TopUpMethod.choices)
    paid_from = serializers.CharField()
    paid_on = serializers.DateField(allow_null=True)
    credit_until = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()
    only_reviewer = serializers.BooleanField()
    recorded_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()
    steps = serializers.ListField(child=serializers.CharField())


TopUpPage = page_of("TopUpPage", TopUpOutput)


def wallet_shape(row: LedgerAccount) -> dict[str, Any]:
    """A wallet as JSON."""
    wallet = as_wallet(row)
    assert row.dealer is not None
    return {
        "dealer": row.dealer.public_id,
        "dealer_code": row.dealer.code,
        "currency": row.currency,
        "balance": str(wallet.balance.amount),
        "credit_limit": str(wallet.credit_limit.amount),
        "credit_until": instant(wallet.credit_until),
        "frozen": str(wallet.frozen.amount),
        "available": str(wallet.available.amount),
        "is_overdue": wallet.is_overdue,
        "is_low": cast(Any, row).is_low,
    }


def entry_shape(row: Entry) -> dict[str, Any]:
    """A line of a statement as JSON."""
    currency = Currency(row.account.currency)
    return {
        "seq": row.seq,
        "at": instant(row.created_at),
        "kind": row.transfer.kind,
        "is_refund": row.transfer.refunds_id is not None,
        "document_kind": row.transfer.source_kind,
        "document": row.transfer.source_number,
        "note": row.transfer.note,
        "amount": str(Money(row.amount_minor, currency).amount),
        "balance_after": str(Money(row.balance_after_minor, currency).amount),
        "transfer": row.transfer.public_id,
    }


def top_up_shape(row: TopUp, actor: Actor) -> dict[str, Any]:
    """A top-up as JSON, with the steps that are open to the actor."""
    return {
        "id": row.public_id,
        "external_id": row.external_id,
        "number": row.number,
        "dealer": row.dealer.public_id,
        "kind": row.kind,
        "state": row.state,
        "currency": row.currency,
        "amount": str(row.amount.amount),
        "received": _amount(row, row.received_minor),
        "available_before": _amount(row, row.before_minor),
        "available_after": _amount(row, row.after_minor),
        "method": row.method,
        "paid_from": row.paid_from,
        "paid_on": row.paid_on.isoformat() if row.paid_on else None,
        "credit_until": instant(row.credit_until),
        "note": row.note,
        "only_reviewer": row.only_reviewer,
        "recorded_by": row.actor_name,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
        "version": row.version,
        "steps": _steps(row, actor),
    }


def _steps(row: TopUp, actor: Actor) -> list[str]:
    steps = TOP_UP_FLOW.open_to(row.state, actor.grants)
    return [step for step in steps if step != "cancel" or may_cancel(actor, row)]


def _amount(row: TopUp, minor: int | None) -> str | None:
    return None if minor is None else str(Money(minor, Currency(row.currency)).amount)
