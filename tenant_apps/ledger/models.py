"""Wallets, system accounts, transfers between them, and top-ups.

Rows of `LedgerAccount`, `Transfer` and `Entry` are written only by `ext.dd_post_transfers`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from platform_core.db.fields import (
    ClockTime,
    MoneyAttribute,
    currency,
    minor,
    public_id,
    state,
    state_is_known,
)
from platform_core.db.models import AbstractStep, ActedRow
from tenant_apps.ledger.states import TopUpState


class AccountKind(models.TextChoices):
    """A dealer's wallet, or one of the system's counter-accounts."""

    DEALER = "dealer", "dealer"
    SYSTEM = "system", "system"


class LedgerAccount(models.Model):
    """An account: a dealer's wallet, or one of the system's.

    A wallet keeps balance, frozen, credit and a gap-free `seq`; a system account keeps nothing
    and is summed (reliability.md §2.1).

    available = balance + credit limit (until `credit_until`) − frozen (decisions.md §2 row 8).
    """

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=8, choices=AccountKind.choices)
    dealer = models.OneToOneField(
        "dealers.Dealer", null=True, on_delete=models.PROTECT, related_name="wallet"
    )
    currency = currency()
    balance_minor = minor()
    frozen_minor = minor()
    credit_limit_minor = minor()
    credit_until = models.DateTimeField(null=True)
    seq = models.BigIntegerField(default=0)
    balance = MoneyAttribute("balance_minor")
    frozen = MoneyAttribute("frozen_minor")
    credit_limit = MoneyAttribute("credit_limit_minor")

    class Meta:
        db_table = "ledger_account"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(frozen_minor__gte=0, credit_limit_minor__gte=0),
                name="frozen_and_credit_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="dealer", dealer__isnull=False)
                | models.Q(
                    kind="system",
                    dealer__isnull=True,
                    balance_minor=0,
                    frozen_minor=0,
                    credit_limit_minor=0,
                    seq=0,
                ),
                name="system_accounts_keep_no_balance",
            ),
        ]


class Transfer(models.Model):
    """Money from one account to another: an unbalanced one cannot be written.

    `refunds` names the transfer it gives back; a refund is unique per (transfer, operation, line)
    and never exceeds the transfer in sum; any other transfer is unique per (operation, source,
    kind, line). Append-only.
    """

    public_id = public_id("trf")
    operation_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    from_account = models.ForeignKey(
        LedgerAccount, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    to_account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_minor = models.BigIntegerField()
    refunds = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    source_kind = models.CharField(max_length=20)
    source_id = models.BigIntegerField()
    source_number = models.CharField(max_length=30, blank=True, default="")
    source_line = models.BigIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True, default="")
    created_at = ClockTime(on="create")

    class Meta:
        db_table = "ledger_transfer"
        indexes = [models.Index(fields=["source_kind", "source_id"], name="transfers_of_source")]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="transfer_moves_something"),
            models.CheckConstraint(
                condition=~models.Q(from_account=F("to_account")), name="transfer_between_two"
            ),
            models.UniqueConstraint(
                fields=["refunds", "operation_id", "source_line"],
                condition=models.Q(refunds__isnull=False),
                name="refunded_once_per_cause",
            ),
            models.UniqueConstraint(
                fields=["operation_id", "source_kind", "source_id", "kind", "source_line"],
                condition=models.Q(refunds__isnull=True),
                name="charged_once_per_cause",
            ),
        ]


class Entry(models.Model):
    """A numbered line of a wallet's statement: gap-free `seq`, signed amount, balance after."""

    account = models.ForeignKey(
        LedgerAccount, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    seq = models.BigIntegerField()
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="entries", db_index=False)
    amount_minor = models.BigIntegerField()
    balance_after_minor = models.BigIntegerField()
    created_at = ClockTime(on="create")

    class Meta:
        db_table = "ledger_entry"
        constraints = [
            models.UniqueConstraint(fields=["account", "seq"], name="entry_has_its_place"),
            models.UniqueConstraint(fields=["transfer", "account"], name="transfer_entered_once"),
            models.CheckConstraint(condition=~models.Q(amount_minor=0), name="entry_moves_something"),
        ]


class TopUpKind(models.TextChoices):
    """Who recorded it; credit raises the limit and moves no money (W-190…W-192)."""

    DEALER = "dealer", _("dealer's top-up")
    SUPPLIER = "supplier", _("received payment")
    CREDIT = "credit", _("credit")


class TopUpMethod(models.TextChoices):
    """How the money came (decisions.md §3)."""

    BANK = "bank", _("bank transfer")
    ALIPAY = "alipay", _("Alipay")
    WECHAT = "wechat", _("WeChat Pay")
    CASH = "cash", _("cash")
    OTHER = "other", _("other")


class TopUp(ActedRow):
    """Money in, waiting for review. `received_minor` is what the reviewer saw arrive.

    `before_minor` and `after_minor` are the wallet's available amount around the approval (W-194);
    `credit_until` is the end that a credit top-up sets, null to leave it as it is.
    """

    public_id = public_id("top")
    external_id = models.CharField(max_length=80, null=True, blank=True, unique=True)
    number = models.CharField(max_length=30, unique=True)
    dealer = models.ForeignKey("dealers.Dealer", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=TopUpKind.choices)
    state = state(TopUpState, TopUpState.PENDING)
    currency = currency()
    amount_minor = models.BigIntegerField()
    received_minor = models.BigIntegerField(null=True)
    method = models.CharField(max_length=8, choices=TopUpMethod.choices)
    paid_from = models.CharField(max_length=80, blank=True, default="")
    paid_on = models.DateField(null=True)
    credit_until = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")
    before_minor = models.BigIntegerField(null=True)
    after_minor = models.BigIntegerField(null=True)
    only_reviewer = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")
    updated_at = ClockTime(on="save")
    amount = MoneyAttribute("amount_minor")

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="top_ups_by_state")]
        constraints = [
            state_is_known("top_up", TopUpState),
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="top_up_positive"),
        ]


class TopUpStep(AbstractStep):
    """One move of a top-up."""

    top_up = models.ForeignKey(TopUp, on_delete=models.CASCADE, related_name="steps")
