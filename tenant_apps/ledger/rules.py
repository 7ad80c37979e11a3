"""Which amounts may be topped up, and what is available in a wallet. Pure.

Sources: decisions.md §2 row 8, §3 "Top-up", §5 "Wallet edges".
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation

from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.money import MINOR_MAX, Currency, Money
from platform_core.kernel.words import Sentence, noop

SYSTEM_ACCOUNTS = ("cash", "sales", "freight", "fee", "tax", "adjustment", "opening")
# Which counter-account a charge goes to, by its kind.
ACCOUNT_OF_KIND = {
    "goods": "sales",
    "freight": "freight",
    "fee": "fee",
    "tax": "tax",
    "adjustment": "adjustment",
}


def wallet_code(dealer_id: int) -> str:
    """The code of a dealer's wallet: known without asking."""
    return f"wallet:{dealer_id}"


def credit_in_force(limit_minor: int, until: datetime | None, instant: datetime) -> int:
    """The limit while its term lasts, in minor units; after it 0 (the debt stays)."""
    return limit_minor if until is None or until > instant else 0


def checked_amount(text: str | Decimal, currency: Currency, *, pointer: str = "/amount") -> Money:
    """An amount that may be topped up: above 0, at most 10^15 minor units, not finer than one.

    Raises Invalid with one problem at `pointer`: amount_not_a_number, amount_not_positive,
    amount_too_fine or amount_too_large.
    """
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise _wrong(pointer, "amount_not_a_number", noop("Enter an amount, like 1200.50.")) from error
    if not amount.is_finite():
        raise _wrong(pointer, "amount_not_a_number", noop("Enter an amount, like 1200.50."))
    if amount <= 0:
        raise _wrong(pointer, "amount_not_positive", noop("The amount must be more than 0."))
    if amount.adjusted() > len(str(MINOR_MAX)) or amount.scaleb(currency.exponent) > MINOR_MAX:
        most = Money(MINOR_MAX, currency).amount
        raise _wrong(
            pointer, "amount_too_large", noop("The amount must be at most {most}."), most=f"{most:f}"
        )
    money = Money.rounded(amount, currency)
    if money.amount != amount:
        raise _wrong(
            pointer,
            "amount_too_fine",
            noop("{currency} has {places} decimals; the amount has more."),
            currency=currency.value,
            places=currency.exponent,
        )
    return money


def _wrong(pointer: str, code: str, sentence: Sentence, **facts: object) -> Invalid:
    return Invalid(problems=[FieldProblem(pointer, code, sentence, facts)])
