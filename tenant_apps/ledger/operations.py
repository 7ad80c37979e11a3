"""What higher apps need of ledger, inside their transaction. Nothing else posts.

Order of locks: the caller's document, stock, then wallets ascending: so money comes last.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError
from django.db.models import F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from platform_core.db.fast import prepared_cursor
from platform_core.db.locks import locked, require_transaction
from platform_core.kernel.context import serving
from platform_core.kernel.ids import new_id
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.seeding import SeedFacts
from platform_core.kernel.source import Source
from tenant_apps.dealers.models import Dealer
from tenant_apps.ledger.errors import InsufficientBalance, RefundTooLarge
from tenant_apps.ledger.models import AccountKind, LedgerAccount, Transfer
from tenant_apps.ledger.rules import ACCOUNT_OF_KIND, SYSTEM_ACCOUNTS, wallet_code

_FLOOR_BROKEN = "DD402"


@dataclass(frozen=True, slots=True)
class Charge:
    """One part of what a document costs: "goods", "freight", "fee", "tax" or "adjustment".

    `line` tells parts of one kind apart: (operation, source, kind, line) is charged once.
    """

    kind: str
    amount: Money
    note: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Posting:
    """One transfer to write, between two accounts by code; `refunds` is a transfer's row id."""

    kind: str
    origin: str
    goal: str
    amount: Money
    source: Source
    note: str = ""
    line: int = 0
    refunds: int | None = None


def seed(facts: SeedFacts) -> None:
    """Lay the system's counter-accounts of a new supplier. Idempotent."""
    LedgerAccount.objects.bulk_create(
        [
            LedgerAccount(code=code, kind=AccountKind.SYSTEM, currency=facts.currency)
            for code in SYSTEM_ACCOUNTS
        ],
        ignore_conflicts=True,
    )


def open_wallet(*, dealer: Dealer) -> None:
    """Give a new dealer its one wallet, empty, in the supplier's currency. Idempotent."""
    require_transaction()
    LedgerAccount.objects.bulk_create(
        [
            LedgerAccount(
                code=wallet_code(dealer.pk),
                kind=AccountKind.DEALER,
                dealer=dealer,
                currency=serving().currency,
            )
        ],
        ignore_conflicts=True,
    )


def charge(*, operation_id: UUID, dealer_id: int, source: Source, charges: Sequence[Charge]) -> None:
    """Charge a dealer's wallet with the parts of a document, in one statement; zero parts are skipped.

    Raises InsufficientBalance (409) with what is missing of the whole: then the transaction is
    spent up to its last savepoint, so let it pass, or catch it outside an `atomic()` of your own.
    """
    post(
        operation_id,
        [
            Posting(
                part.kind,
                wallet_code(dealer_id),
                ACCOUNT_OF_KIND[part.kind],
                part.amount,
                source,
                part.note,
                part.line,
            )
            for part in charges
            if part.amount
        ],
    )


def refund_source(*, operation_id: UUID, source: Source, note: str = "") -> Money:
    """Give back whatever is left of everything the source charged; the sum, zero when nothing is left.

    Per transfer, to the wallet that paid. Asking again finds nothing left.
    """
    left = _refundable(source)
    post(
        operation_id,
        [_refund(transfer, transfer.left, source, note, transfer.source_line) for transfer in left],
    )
    return Money(sum(transfer.left for transfer in left), _currency())


def adjust(
    *,
    operation_id: UUID,
    dealer_id: int,
    source: Source,
    kind: str,
    amount: Money,
    note: str = "",
    line: int = 0,
) -> None:
    """Move a signed difference at once (decisions.md §2 row 7): positive charges, negative gives back.

    What goes back is taken from the kind's transfers, the same line's first, the latest first. The
    opposite adjustment undoes one. Raises InsufficientBalance or RefundTooLarge (both 409).
    """
    if amount.minor >= 0:
        parts = [Charge(kind, amount, note, line)]
        charge(operation_id=operation_id, dealer_id=dealer_id, source=source, charges=parts)
        return
    wanted = -amount.minor
    found = sorted(_refundable(source, kind), key=lambda t: (t.source_line != line, -t.pk))
    if sum(transfer.left for transfer in found) < wanted:
        raise _too_large(wanted, sum(transfer.left for transfer in found))
    postings = []
    for transfer in found:
        part = min(transfer.left, wanted)
        if part:
            postings.append(_refund(transfer, part, source, note, line))
            wanted -= part
    post(operation_id, postings)


def post(operation_id: UUID, postings: Sequence[Posting]) -> None:
    """Write transfers, entries and balances in one call of `ext.dd_post_transfers`.

    Raises InsufficientBalance when a wallet would fall below its floor.
    """
    require_transaction()
    if not postings:
        return
    assert all(posting.amount.minor > 0 for posting in postings), "a transfer moves something"
    try:
        with prepared_cursor() as cursor:
            cursor.execute(
                "SELECT ext.dd_post_transfers(%s, %s)",
                [operation_id, json.dumps([_as_json(posting) for posting in postings])],
            )
    except DatabaseError as error:
        raise _named(error) from error


def _as_json(posting: Posting) -> dict[str, Any]:
    return {
        "id": new_id("trf"),
        "kind": posting.kind,
        "from": posting.origin,
        "to": posting.goal,
        "amount": posting.amount.minor,
        "currency": posting.amount.currency.value,
        "refunds": posting.refunds,
        "source_kind": posting.source.kind,
        "source_id": posting.source.id,
        "source_number": posting.source.number,
        "line": posting.line,
        "note": posting.note[:200],
    }


def _refundable(source: Source, kind: str | None = None) -> list[Any]:
    """The source's charges of which something is left, as `left`; their wallets are locked before."""
    require_transaction()
    charged = Transfer.objects.filter(
        source_kind=source.kind,
        source_id=source.id,
        refunds__isnull=True,
        from_account__kind=AccountKind.DEALER,
    )
    if kind is not None:
        charged = charged.filter(kind=kind)
    wallets = LedgerAccount.objects.filter(pk__in=charged.values("from_account_id"))
    list(locked(wallets).values_list("pk"))
    returned = (
        Transfer.objects.filter(refunds=OuterRef("pk"))
        .order_by()
        .values("refunds")
        .annotate(total=Sum("amount_minor"))
        .values("total")
    )
    left = F("amount_minor") - Coalesce(Subquery(returned), Value(0))
    return list(
        charged.annotate(left=left)
        .filter(left__gt=0)
        .select_related("from_account", "to_account")
        .order_by("pk")
    )


def _refund(transfer: Any, minor: int, source: Source, note: str, line: int) -> Posting:
    return Posting(
        transfer.kind,
        transfer.to_account.code,
        transfer.from_account.code,
        Money(minor, _currency()),
        source,
        note,
        line,
        transfer.pk,
    )


def _currency() -> Currency:
    return Currency(serving().currency)


def _too_large(asked: int, left: int) -> RefundTooLarge:
    currency = _currency()
    return RefundTooLarge(
        asked=str(Money(asked, currency).amount),
        left=str(Money(left, currency).amount),
        currency=currency.value,
    )


def _named(error: DatabaseError) -> Exception:
    """The refusal that a SQLSTATE of ours stands for; any other error as it is."""
    cause: Any = error.__cause__
    if getattr(cause, "sqlstate", None) != _FLOOR_BROKEN:
        return error
    facts = json.loads(cause.diag.message_detail)
    currency = _currency()
    # After its term the debt itself may exceed the credit: then nothing is available, never less.
    return InsufficientBalance(
        missing=str(Money(facts["missing"], currency).amount),
        available=str(Money(max(facts["available"], 0), currency).amount),
        currency=currency.value,
    )
