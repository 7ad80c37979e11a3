"""Wallets, statements and top-ups: what an actor may see of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan
from django.utils.translation import gettext as _

from platform_core.attachments import store
from platform_core.attachments.models import Attachment
from platform_core.db.fast import Read
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving
from platform_core.kernel.errors import NotFound
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.search_keys import fold
from platform_core.web.formats import money_text
from tenant_apps.access.models import Membership, OrganisationKind, SupplierSettings
from tenant_apps.access.queries import actor_of_membership
from tenant_apps.dealers.models import Dealer
from tenant_apps.ledger.models import AccountKind, Entry, LedgerAccount, TopUp, TopUpKind
from tenant_apps.ledger.permissions import LedgerPermission
from tenant_apps.ledger.rules import credit_in_force

VOUCHER = "top_up"
_WALLET = Read("SELECT {a} FROM ledger_account a WHERE a.dealer_id = %s", a=LedgerAccount)
_WARNED = Read(
    "SELECT {a}, g.balance_warning_minor FROM ledger_account a"
    " JOIN access_suppliersettings g ON g.balance_warning_minor > 0 WHERE a.dealer_id = %s",
    a=LedgerAccount,
)
WALLET_SORTS = {
    "dealer": "dealer__sort_key",
    "code": "dealer__code",
    "balance": "balance_minor",
    "available": "available_minor",
    "credit": "credit_limit_minor",
}
TOP_UP_SORTS = {"number": "id", "amount": "amount_minor", "dealer": "dealer__sort_key", "state": "state"}


@dataclass(frozen=True, slots=True)
class Wallet:
    """A wallet's amounts at one instant: available = balance + credit in force − frozen.

    `is_overdue`: the term of the credit is over and the debt is still there (decisions.md §2 row 8).
    """

    balance: Money
    credit_limit: Money
    credit_until: datetime | None
    credit: Money
    frozen: Money
    available: Money
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class LowBalance:
    """A dealer has less `available` than the supplier's amount warning line (W-010)."""

    available: Money
    line: Money

    def __str__(self) -> str:
        available, line = (money_text(m.minor, m.currency.value) for m in (self.available, self.line))
        return _("{available} are available, less than {line}. Top up before you order.").format(
            available=available, line=line
        )


@dataclass(frozen=True, slots=True)
class StatementFilter:
    """What narrows a statement: days in the supplier's time zone, both included; a kind; words."""

    first: date | None = None
    last: date | None = None
    kind: str = ""
    q: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """Lines of a period, newest first; opening + came_in − went_out = closing, of the whole period."""

    entries: QuerySet[Entry]
    opening: Money
    came_in: Money
    went_out: Money
    closing: Money


def as_wallet(account: LedgerAccount) -> Wallet:
    """The amounts of a wallet's row, now."""
    currency = Currency(account.currency)
    credit = credit_in_force(account.credit_limit_minor, account.credit_until, clock.now())
    return Wallet(
        balance=account.balance,
        credit_limit=account.credit_limit,
        credit_until=account.credit_until,
        credit=Money(credit, currency),
        frozen=account.frozen,
        available=Money(account.balance_minor + credit - account.frozen_minor, currency),
        is_overdue=account.balance_minor < -credit,
    )


def wallets_visible_to(actor: Actor) -> QuerySet[LedgerAccount]:
    """The wallets of visible dealers with `available_minor`; raises NotPermitted without `ledger.read`.

    `is_low` says whether less is available than the supplier's amount warning line, if it has one.
    """
    actor.require(LedgerPermission.READ)
    rows = LedgerAccount.objects.filter(kind=AccountKind.DEALER).select_related("dealer")
    if actor.dealer_id is not None:
        rows = rows.filter(dealer_id=actor.dealer_id)
    elif actor.dealer_ids is not None:
        rows = rows.filter(dealer_id__in=actor.dealer_ids)
    in_force = Q(credit_until__isnull=True) | Q(credit_until__gt=clock.now())
    credit = Case(
        When(in_force, then=F("credit_limit_minor")), default=Value(0), output_field=BigIntegerField()
    )
    line = Subquery(
        SupplierSettings.objects.filter(balance_warning_minor__gt=0).values("balance_warning_minor")
    )
    rows = rows.annotate(available_minor=F("balance_minor") + credit - F("frozen_minor"))
    return rows.annotate(is_low=Coalesce(LessThan(F("available_minor"), line), Value(value=False)))


def wallets_matching(actor: Actor, q: str = "", state: str = "", sort: str = "") -> QuerySet[LedgerAccount]:
    """Visible wallets by words of the dealer and by state: `debt`, `overdue`, `low`, `empty`, `credit`."""
    rows = wallets_visible_to(actor)
    for word in fold(q).split():
        rows = rows.filter(dealer__search_key__contains=word)
    narrowing = {
        "debt": Q(balance_minor__lt=0),
        "overdue": Q(balance_minor__lt=0, credit_until__lte=clock.now()),
        "low": Q(is_low=True),
        "empty": Q(available_minor__lte=0),
        "credit": Q(credit_limit_minor__gt=0),
    }
    if state in narrowing:
        rows = rows.filter(narrowing[state])
    return _sorted(rows, sort, WALLET_SORTS, "dealer")


def wallet_of(actor: Actor, dealer: Dealer) -> Wallet:
    """A dealer's wallet. Raises NotFound when the actor may not see it."""
    return as_wallet(account_of(actor, dealer.pk))


def account_of(actor: Actor, dealer_id: int) -> LedgerAccount:
    """The row of a dealer's wallet. Raises NotFound."""
    account = wallets_visible_to(actor).filter(dealer_id=dealer_id).first()
    if account is None:
        raise NotFound(noun=_("wallet"))
    return account


def available(dealer_id: int) -> Money:
    """What a dealer may spend now."""
    row = _WALLET.first([dealer_id])
    return available_in(row[0] if row else None)


def available_in(account: LedgerAccount | None) -> Money:
    """What may be spent of a wallet's row now; a dealer without wallet has nothing."""
    return as_wallet(account).available if account else Money.zero(Currency(serving().currency))


def low_balance(actor: Actor) -> LowBalance | None:
    """What a dealer's people are warned of, in one statement; None for others and while enough is there."""
    if actor.dealer_id is None or not actor.may(LedgerPermission.READ):
        return None
    row = _WARNED.first([actor.dealer_id])
    return None if row is None else below_line(actor, available_in(row[0]), row[1])


def below_line(actor: Actor, amount: Money, line_minor: int) -> LowBalance | None:
    """The warning for a dealer's people who have this amount available; a line of 0 warns nobody."""
    if actor.dealer_id is None or not actor.may(LedgerPermission.READ) or amount.minor >= line_minor:
        return None
    return LowBalance(amount, Money(line_minor, amount.currency)) if line_minor else None


def low_count(actor: Actor) -> int:
    """How many visible dealers have less available than the amount warning line, in one statement."""
    return wallets_visible_to(actor).filter(Q(is_low=True)).count()


def chip(actor: Actor) -> str:
    """What the portal shows beside the name: the dealer's available amount."""
    if actor.dealer_id is None:
        return ""
    amount = available(actor.dealer_id)
    return money_text(amount.minor, amount.currency.value)


def statement(actor: Actor, dealer: Dealer, wanted: StatementFilter) -> Statement:
    """The lines of a dealer's wallet in a period, and its totals. Raises NotFound."""
    account = account_of(actor, dealer.pk)
    currency = Currency(account.currency)
    everything = Entry.objects.filter(account=account)
    period = everything
    before = everything.none()
    if wanted.first:
        start = clock.start_of(wanted.first, serving().timezone)
        before, period = everything.filter(created_at__lt=start), period.filter(created_at__gte=start)
    if wanted.last:
        period = period.filter(created_at__lt=end_of(wanted.last))
    opening = before.aggregate(total=Sum("amount_minor"))["total"] or 0
    totals = period.aggregate(
        came_in=Sum("amount_minor", filter=Q(amount_minor__gt=0)),
        went_out=Sum("amount_minor", filter=Q(amount_minor__lt=0)),
    )
    came_in, went_out = totals["came_in"] or 0, -(totals["went_out"] or 0)
    return Statement(
        entries=_narrowed(period, wanted).select_related("transfer").order_by("-seq"),
        opening=Money(opening, currency),
        came_in=Money(came_in, currency),
        went_out=Money(went_out, currency),
        closing=Money(opening + came_in - went_out, currency),
    )


def entries_of(actor: Actor, dealer: Dealer) -> QuerySet[Entry]:
    """All lines of a dealer's wallet with their transfers. Raises NotFound."""
    account = account_of(actor, dealer.pk)
    return Entry.objects.filter(account=account).select_related("transfer", "account")


def top_ups_visible_to(actor: Actor) -> QuerySet[TopUp]:
    """Top-ups of visible dealers; raises NotPermitted without `ledger.read`."""
    actor.require(LedgerPermission.READ)
    rows = TopUp.objects.select_related("dealer")
    if actor.dealer_id is not None:
        return rows.filter(dealer_id=actor.dealer_id)
    return rows if actor.dealer_ids is None else rows.filter(dealer_id__in=actor.dealer_ids)


def top_up_for(actor: Actor, public_id: str) -> TopUp:
    """One visible top-up. Raises NotFound."""
    top_up = top_ups_visible_to(actor).filter(public_id=public_id).first()
    if top_up is None:
        raise NotFound(noun=_("top-up"))
    return top_up


def top_ups_matching(
    actor: Actor, q: str = "", state: str = "", kind: str = "", sort: str = "-number"
) -> QuerySet[TopUp]:
    """Visible top-ups by number, payer or dealer, by state and kind, in the order of a column."""
    rows = top_ups_visible_to(actor)
    for word in q.split():
        named = Q(dealer__search_key__contains=fold(word))
        rows = rows.filter(named | Q(number__icontains=word) | Q(paid_from__icontains=word))
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    return _sorted(rows, sort, TOP_UP_SORTS, "-number")


def vouchers_of(top_up: TopUp) -> QuerySet[Attachment]:
    """Pictures and PDFs that prove the payment."""
    return store.of_owner(VOUCHER, top_up.pk)


def voucher_for(actor: Actor, top_up_id: str, public_id: str) -> Attachment:
    """One voucher of a visible top-up. Raises NotFound."""
    voucher = vouchers_of(top_up_for(actor, top_up_id)).filter(public_id=public_id).first()
    if voucher is None:
        raise NotFound(noun=_("voucher"))
    return voucher


def is_own(actor: Actor, top_up: TopUp) -> bool:
    """Whether the actor recorded the top-up itself."""
    return (top_up.actor_kind, top_up.actor_id) == (actor.kind.value, actor.id)


def may_somebody_else_review(actor: Actor, dealer_id: int) -> bool:
    """Whether another active person of the supplier may review this dealer's top-ups."""
    people = Membership.objects.filter(
        organisation__kind=OrganisationKind.SUPPLIER, enabled=True, user__is_active=True
    ).exclude(user__public_id=actor.id)
    return any(
        other.may(LedgerPermission.REVIEW_TOP_UP)
        and (other.dealer_ids is None or dealer_id in other.dealer_ids)
        for other in map(actor_of_membership, people.select_related("organisation", "user"))
    )


def pending_count(actor: Actor) -> int:
    """How many top-ups wait for a review."""
    return top_ups_visible_to(actor).filter(state="pending").count()


def may_cancel(actor: Actor, top_up: TopUp) -> bool:
    """A dealer's people may take back what their dealer recorded, nothing that the supplier did."""
    return actor.may(LedgerPermission.CANCEL_TOP_UP) and (
        actor.dealer_id is None or top_up.kind == TopUpKind.DEALER
    )


def end_of(day: date) -> datetime:
    """The instant at which a day ends in the supplier's time zone."""
    return clock.end_of(day, serving().timezone)


def _narrowed(entries: QuerySet[Entry], wanted: StatementFilter) -> QuerySet[Entry]:
    if wanted.kind == "refund":
        entries = entries.filter(transfer__refunds__isnull=False)
    elif wanted.kind:
        entries = entries.filter(transfer__kind=wanted.kind, transfer__refunds__isnull=True)
    for word in wanted.q.split():
        entries = entries.filter(
            Q(transfer__source_number__icontains=word) | Q(transfer__note__icontains=word)
        )
    return entries


def _sorted(rows: QuerySet[Any], sort: str, columns: dict[str, str], fallback: str) -> QuerySet[Any]:
    wanted = sort if sort.lstrip("-") in columns else fallback
    column = columns[wanted.lstrip("-")]
    return rows.order_by(f"-{column}" if wanted.startswith("-") else column, "id")
