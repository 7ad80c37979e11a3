"""Money that cannot be added to the wrong thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum


class Currency(StrEnum):
    """ISO 4217 currencies a supplier may keep its books in."""

    CNY = "CNY"
    USD = "USD"
    EUR = "EUR"
    GBP = "GBP"
    HKD = "HKD"
    TWD = "TWD"
    SGD = "SGD"
    MYR = "MYR"
    THB = "THB"
    AUD = "AUD"
    CAD = "CAD"
    CHF = "CHF"
    JPY = "JPY"
    KRW = "KRW"
    VND = "VND"
    KWD = "KWD"

    @property
    def exponent(self) -> int:
        """Number of decimals of the minor unit: yen 0, euro 2, dinar 3 (ISO 4217)."""
        return _EXPONENTS.get(self.value, 2)


_EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "KWD": 3}
MINOR_MAX = 10**15


class CurrencyMismatch(TypeError):
    """Two currencies met in one sum: a mistake of ours, never of a person."""


@dataclass(frozen=True, slots=True)
class Money:
    """A whole number of minor units (cents) of one currency."""

    minor: int
    currency: Currency

    @classmethod
    def parse(cls, text: str, currency: Currency) -> Money:
        """Read a decimal string exactly. Raises ValueError when it is no number or finer than a cent."""
        try:
            amount = Decimal(text)
        except InvalidOperation as error:
            raise ValueError(text) from error
        if not amount.is_finite():
            raise ValueError(text)
        money = cls.rounded(amount, currency)
        if money.amount != amount or abs(money.minor) > MINOR_MAX:
            raise ValueError(text)
        return money

    @classmethod
    def rounded(cls, amount: Decimal, currency: Currency) -> Money:
        """Round half up to the minor unit: the only place where an amount is rounded."""
        scaled = amount.scaleb(currency.exponent)
        return cls(int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP)), currency)

    @classmethod
    def zero(cls, currency: Currency) -> Money:
        """Nothing, of a currency."""
        return cls(0, currency)

    @classmethod
    def total(cls, parts: Iterable[Money], currency: Currency) -> Money:
        """Sum of the parts; zero when there are none."""
        return sum(parts, start=cls.zero(currency))

    @property
    def amount(self) -> Decimal:
        """The amount in major units, with exactly the currency's decimals."""
        return Decimal(self.minor).scaleb(-self.currency.exponent)

    def __add__(self, other: Money) -> Money:
        self._require_same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._require_same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._require_same(other)
        return self.minor < other.minor

    def __gt__(self, other: Money) -> bool:
        self._require_same(other)
        return self.minor > other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Shares by weight; the parts always add up to the whole (largest remainder).

        Raises ValueError when no weight is positive.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights must be non-negative and not all zero")
        shares = [self.minor * weight // total for weight in weights]
        by_remainder = sorted(range(len(weights)), key=lambda i: -(self.minor * weights[i] % total))
        for i in by_remainder[: self.minor - sum(shares)]:
            shares[i] += 1
        return [Money(share, self.currency) for share in shares]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency.value}"

    def _require_same(self, other: Money) -> None:
        if self.currency is not other.currency:
            raise CurrencyMismatch(f"{self} and {other}")


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """The price of one unit, up to 6 decimals. Becomes Money only times a quantity."""

    amount: Decimal
    currency: Currency

    def times(self, quantity: Decimal) -> Money:
        """Amount of a line, half up to the minor unit."""
        return Money.rounded(self.amount * quantity, self.currency)
