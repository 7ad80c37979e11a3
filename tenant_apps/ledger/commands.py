"""What a person may ask of the ledger: record a top-up, approve it, give it up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.utils import timezone

from platform_core.attachments import store
from platform_core.audit.record import Change, record
from platform_core.commands import command
from platform_core.db import numbers
from platform_core.db.editing import current, uniquely
from platform_core.db.locks import locked
from platform_core.db.models import actor_columns
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor, ActorKind
from platform_core.kernel.context import serving
from platform_core.kernel.errors import FieldProblem, Invalid, NotPermitted
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.source import Source
from platform_core.kernel.texts import text_problems, trimmed
from platform_core.kernel.words import noop
from platform_core.outbox import record as outbox
from tenant_apps.dealers.queries import dealer_for, own_dealer
from tenant_apps.ledger import queries
from tenant_apps.ledger.errors import ConfirmAlone, CreditTermOver, OwnTopUp
from tenant_apps.ledger.events import TopUpApproved, TopUpCancelled, TopUpCreated
from tenant_apps.ledger.models import LedgerAccount, TopUp, TopUpKind, TopUpMethod, TopUpStep
from tenant_apps.ledger.operations import Posting, post
from tenant_apps.ledger.permissions import LedgerPermission as May
from tenant_apps.ledger.rules import checked_amount, wallet_code
from tenant_apps.ledger.states import TOP_UP_FLOW

SOURCE_KIND = "top_up"
_LIMITS = {"paid_from": 80, "note": 300, "external_id": 80}


@dataclass(frozen=True, slots=True)
class TopUpFacts:
    """What is recorded of a top-up. `amount` is a decimal string in the supplier's currency.

    `dealer` is a public id, blank for the actor's own; `credit_until` the last day of the credit.
    """

    amount: str
    kind: str = TopUpKind.DEALER.value
    dealer: str = ""
    method: str = TopUpMethod.BANK.value
    paid_from: str = ""
    paid_on: date | None = None
    credit_until: date | None = None
    note: str = ""
    external_id: str = ""


@command(May.TOP_UP, moves=True)
def create_top_up(
    *,
    actor: Actor,
    operation_id: UUID,
    facts: TopUpFacts,
    voucher: File | None = None,  # type: ignore[type-arg]
) -> TopUp:
    """Record money that came, or credit that was granted; it waits for review (W-190…W-193).

    A dealer's people record for themselves, the supplier's a received payment or a credit. The
    voucher is a picture or a PDF. Raises Invalid at the field, FileRefused at `voucher`, NotFound.
    """
    dealer = own_dealer(actor) if actor.dealer_id is not None else dealer_for(actor, facts.dealer)
    amount = _checked(actor, facts)
    texts = trimmed({name: getattr(facts, name) for name in _LIMITS})
    row = TopUp(
        number=numbers.draw("TU"),
        dealer=dealer,
        kind=facts.kind,
        currency=amount.currency.value,
        amount_minor=amount.minor,
        method=facts.method,
        paid_on=facts.paid_on,
        credit_until=queries.end_of(facts.credit_until) if facts.credit_until else None,
        paid_from=texts["paid_from"],
        note=texts["note"],
        external_id=texts["external_id"] or None,
        **actor_columns(actor),
    )
    with uniquely("external_id"):
        row.save(force_insert=True)
    if voucher is not None:
        store.save(
            voucher,
            owner_kind=queries.VOUCHER,
            owner_id=row.pk,
            actor=actor,
            purpose=store.Purpose.VOUCHER,
            field="voucher",
        )
    said = str(amount.amount)
    _tell(actor, row, "create", "", after={"amount": said})
    outbox.record(TopUpCreated(row.public_id, row.number, dealer.public_id, row.kind, said, row.currency))
    return row


@command(May.REVIEW_TOP_UP, moves=True)
def approve_top_up(
    *,
    actor: Actor,
    operation_id: UUID,
    top_up: str,
    received: str | None = None,
    note: str = "",
    is_confirmed: bool = False,
) -> TopUp:
    """Approve a top-up by its public id: money arrives in the wallet, or the credit limit rises.

    `received` corrects the amount that really came; both are kept. Available before and after are
    written down (W-194). Nobody approves their own, except the only active person who may: then
    `is_confirmed` says that they were asked twice, and the record is marked (decisions.md §5).
    Raises StepRefused, OwnTopUp, ConfirmAlone, CreditTermOver (409), Invalid at `received`, NotFound.
    """
    row = _locked(actor, top_up)
    target = TOP_UP_FLOW.target(row.state, "approve")
    row.only_reviewer = _reviews_alone(actor, row, is_confirmed=is_confirmed)
    amount = row.amount
    if received not in (None, ""):
        amount = checked_amount(str(received), Currency(row.currency), pointer="/received")
    wallet = locked(LedgerAccount.objects.filter(dealer_id=row.dealer_id)).get()
    before = queries.as_wallet(wallet).available
    if row.kind == TopUpKind.CREDIT:
        _raise_credit(wallet, row, amount)
    else:
        _pay_in(operation_id, row, amount)
        wallet.refresh_from_db()
    after = queries.as_wallet(wallet).available
    source = row.state
    row.state, row.received_minor = target, amount.minor
    row.before_minor, row.after_minor = before.minor, after.minor
    _store(row)
    _tell(
        actor,
        row,
        "approve",
        source,
        before={"amount": str(row.amount.amount), "available": str(before.amount)},
        after={"amount": str(amount.amount), "available": str(after.amount)},
        reason=note,
    )
    outbox.record(_approved(row, amount, after))
    return row


@command(May.CANCEL_TOP_UP, moves=True)
def cancel_top_up(*, actor: Actor, operation_id: UUID, top_up: str, reason: str = "") -> TopUp:
    """Give a pending top-up up. The supplier's people must say why; a dealer takes back its own only.

    Raises StepRefused (409), Invalid at `reason`, NotPermitted, NotFound.
    """
    row = _locked(actor, top_up)
    if not queries.may_cancel(actor, row):
        raise NotPermitted(permission=str(May.CANCEL_TOP_UP))
    target = TOP_UP_FLOW.target(row.state, "cancel")
    reason = reason.strip()
    if actor.dealer_id is None and not reason:
        sentence = noop("Say why: the dealer reads it.")
        raise Invalid(problems=[FieldProblem("/reason", "required", sentence)])
    source, row.state = row.state, target
    _store(row)
    _tell(actor, row, "cancel", source, reason=reason)
    outbox.record(TopUpCancelled(row.public_id, row.number, row.dealer.public_id, reason))
    return row


def _approved(row: TopUp, amount: Money, after: Money) -> TopUpApproved:
    return TopUpApproved(
        row.public_id,
        row.number,
        row.dealer.public_id,
        row.kind,
        str(amount.amount),
        str(after.amount),
        row.currency,
    )


def _checked(actor: Actor, facts: TopUpFacts) -> Money:
    """The amount; every rule of recording in one place, for every door."""
    problems = text_problems({name: getattr(facts, name) for name in _LIMITS}, _LIMITS)
    allowed = {TopUpKind.DEALER} if actor.dealer_id is not None else {TopUpKind.SUPPLIER, TopUpKind.CREDIT}
    if facts.kind not in allowed:
        problems.append(FieldProblem("/kind", "invalid", noop("Choose one of the kinds offered.")))
    if facts.method not in TopUpMethod.values:
        problems.append(FieldProblem("/method", "invalid", noop("Choose one of the ways offered.")))
    today = clock.today(serving().timezone)
    if facts.paid_on is not None and facts.paid_on > today:
        problems.append(FieldProblem("/paid_on", "in_future", noop("The day lies in the future.")))
    if facts.credit_until is not None and facts.kind != TopUpKind.CREDIT:
        sentence = noop("Only a credit has an end.")
        problems.append(FieldProblem("/credit_until", "not_a_credit", sentence))
    elif facts.credit_until is not None and facts.credit_until < today:
        problems.append(FieldProblem("/credit_until", "in_past", noop("The day lies in the past.")))
    try:
        amount = checked_amount(facts.amount, Currency(serving().currency))
    except Invalid as error:
        raise Invalid(problems=[*error.problems, *problems]) from error
    if problems:
        raise Invalid(problems=problems)
    return amount


def _locked(actor: Actor, public_id: str) -> TopUp:
    visible = queries.top_ups_visible_to(actor).filter(public_id=public_id)
    return current(locked(visible), "top-up")


def _reviews_alone(actor: Actor, row: TopUp, *, is_confirmed: bool) -> bool:
    """Whether the actor approves its own top-up because nobody else may. Raises OwnTopUp, ConfirmAlone."""
    if actor.kind is ActorKind.SYSTEM or not queries.is_own(actor, row):
        return False
    if actor.kind is not ActorKind.USER or queries.may_somebody_else_review(actor, row.dealer_id):
        raise OwnTopUp
    if not is_confirmed:
        raise ConfirmAlone
    return True


def _pay_in(operation_id: UUID, row: TopUp, amount: Money) -> None:
    source = Source(SOURCE_KIND, row.pk, row.number)
    post(operation_id, [Posting("top_up", "cash", wallet_code(row.dealer_id), amount, source, row.note)])


def _raise_credit(wallet: LedgerAccount, row: TopUp, amount: Money) -> None:
    """Raise the one limit and set its one end; nothing is posted, so "money in" excludes credit."""
    until = row.credit_until or wallet.credit_until
    if until is not None and until <= clock.now():
        raise CreditTermOver(until=timezone.localtime(until).date().isoformat())
    wallet.credit_limit_minor += amount.minor
    wallet.credit_until = until
    wallet.save(update_fields=["credit_limit_minor", "credit_until"])


def _store(row: TopUp) -> None:
    row.version += 1
    row.save()


def _tell(
    actor: Actor,
    row: TopUp,
    name: str,
    source: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Leave the step in the top-up's history and the line in the audit."""
    TopUpStep.objects.create(
        top_up=row,
        name=name,
        source=source,
        target=row.state,
        reason=reason[:500],
        before=before or {},
        after=after or {},
        **actor_columns(actor),
    )
    change = {**(after or {}), **({"reason": reason} if reason else {})}
    record(actor, [Change(SOURCE_KIND, row.public_id, name, before or {}, {**change, "state": row.state})])
