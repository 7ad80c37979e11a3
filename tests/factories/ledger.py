"""Wallets for tests: dull on purpose, through the operations that production uses."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from platform_core.db.router import shard_alias
from platform_core.kernel.context import serving
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.source import Source
from tenant_apps.dealers.models import Dealer
from tenant_apps.ledger.models import LedgerAccount
from tenant_apps.ledger.operations import Posting, open_wallet, post
from tenant_apps.ledger.rules import wallet_code

ORDER = Source("order", 1, "SO-1")


def money(text: str) -> Money:
    """An amount in the supplier's currency."""
    return Money.parse(text, Currency(serving().currency))


def wallet(
    dealer: Dealer, balance: str = "0", *, credit: str = "0", until: datetime | None = None, frozen: str = "0"
) -> LedgerAccount:
    """The dealer's wallet, opened, filled from the opening account and given credit."""
    with transaction.atomic(using=shard_alias()):
        open_wallet(dealer=dealer)
        if money(balance):
            posting = Posting(
                "opening", "opening", wallet_code(dealer.pk), money(balance), Source("opening", dealer.pk)
            )
            post(uuid.uuid4(), [posting])
    LedgerAccount.objects.filter(dealer=dealer).update(
        credit_limit_minor=money(credit).minor, credit_until=until, frozen_minor=money(frozen).minor
    )
    return LedgerAccount.objects.get(dealer=dealer)


def balance(dealer: Dealer) -> str:
    """The balance as a decimal string."""
    return str(LedgerAccount.objects.get(dealer=dealer).balance.amount)
