"""A dealer's unit price: where it comes from and why. Pure. Sources: WK-13, MO-01, K-19, G-19, G-68.

The order of precedence stands in README.md, and nowhere else in code but here and, for sorting and
filtering in SQL, in `queries/price_sql.py`; a property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum, StrEnum
from typing import NamedTuple

from platform_core.kernel.money import Money, UnitPrice

PRICE_PLACES_MAX = 6
_ZERO = Decimal(0)


def settlement_price(
    base: Decimal,
    *,
    fixed: Decimal | None = None,
    rate: Decimal | None = None,
    places: int = PRICE_PLACES_MAX,
) -> Decimal:
    """A dealer's unit price: the fixed price (一口价), or base × settlement rate (结算率, 0.85), or the base.

    The fixed price wins when both are set (WK-13, G-68). Rounded half up to `places` decimals.
    """
    price = fixed if fixed is not None else base if rate is None else base * rate
    return price.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def goods_profit(wholesale: UnitPrice, settlement: UnitPrice, quantity: Decimal) -> Money:
    """The supplier's gross profit of a line: settlement minus wholesale amount (G-19)."""
    return settlement.times(quantity) - wholesale.times(quantity)


class Rank(IntEnum):
    """How fine a price rule is; the first rank with a rule that is in force and reached wins."""

    DEALER_SKU = 1
    DEALER = 2
    LEVEL_SKU = 3
    LEVEL = 4


class Source(StrEnum):
    """Where a price comes from: a rule of one of the four ranks, the dealer's own row, the strategy."""

    DEALER_SKU = "dealer_sku"
    OWN = "own"
    DEALER = "dealer"
    LEVEL_SKU = "level_sku"
    LEVEL = "level"
    BASE = "base"


@dataclass(frozen=True, slots=True)
class Rule:
    """A price rule as it concerns one dealer and SKU: `fixed` for one unit, or `rate` of the base.

    It is in force on the days `valid_from` to `valid_until`, both included, None without end, and
    reached by `from_quantity` base units.
    """

    rank: Rank
    fixed: Decimal | None = None
    rate: Decimal | None = None
    from_quantity: Decimal = _ZERO
    valid_from: date | None = None
    valid_until: date | None = None
    id: str = ""

    @property
    def source(self) -> Source:
        """The rank as a word."""
        return Source[self.rank.name]


class Verdict(StrEnum):
    """What became of a candidate."""

    WINS = "wins"
    NOT_YET = "not_yet"
    OVER = "over"
    NOT_REACHED = "not_reached"
    BEHIND = "behind"


class Candidate(NamedTuple):
    """One price that was considered; `rule` is None for the dealer's own row and for the strategy's."""

    source: Source
    price: Decimal
    verdict: Verdict
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a dealer's price of one SKU depends on, besides the quantity.

    `base` is the strategy's settlement price, or the own one of a SKU that was given to the dealer
    alone; `own` the dealer's own row; prices by rate get `places` decimals, half up.
    """

    base: Decimal
    own: Decimal | None
    rules: tuple[Rule, ...]
    day: date
    places: int

    def at(self, quantity: Decimal) -> PriceAnswer:
        """The price for this many base units."""
        return price_of(self.base, self.own, self.rules, quantity, self.day, self.places)


@dataclass(frozen=True, slots=True)
class PriceAnswer:
    """A unit price, its source, and the rule it comes from when it comes from one."""

    price: Decimal
    source: Source
    rule: Rule | None
    terms: Terms
    quantity: Decimal

    @property
    def is_rounded(self) -> bool:
        """Whether base × rate had more decimals than prices have."""
        return self.exact != self.price

    @property
    def exact(self) -> Decimal:
        """The price before it was rounded."""
        rate = self.rule.rate if self.rule is not None else None
        return self.price if rate is None else self.terms.base * rate

    @property
    def considered(self) -> tuple[Candidate, ...]:
        """Every candidate with what became of it, in the order in which they were asked."""
        terms = self.terms
        found = [
            (_order(rule), Candidate(rule.source, price_by(rule, terms.base, terms.places), verdict, rule))
            for rule in terms.rules
            for verdict in [self._verdict(rule)]
        ]
        if terms.own is not None:
            won = Verdict.WINS if self.source is Source.OWN else Verdict.BEHIND
            found.append((_OWN_ORDER, Candidate(Source.OWN, terms.own, won)))
        won = Verdict.WINS if self.source is Source.BASE else Verdict.BEHIND
        return (
            *(one for _, one in sorted(found, key=lambda pair: pair[0])),
            Candidate(Source.BASE, terms.base, won),
        )

    def _verdict(self, rule: Rule) -> Verdict:
        if rule is self.rule:
            return Verdict.WINS
        return why_not(rule, self.quantity, self.terms.day) or Verdict.BEHIND


def price_of(
    base: Decimal,
    own: Decimal | None,
    rules: Iterable[Rule],
    quantity: Decimal,
    day: date,
    places: int,
) -> PriceAnswer:
    """What a dealer pays for one unit when it orders this many: the one rule of precedence (README.md).

    Ranks: dealer & SKU (rules, and the own row as one from quantity 0 on), dealer, level & SKU, level,
    base. In a rank the largest quantity reached wins, then the later first day, then a rule before the
    own row. A price by rate is rounded half up to `places` decimals; the others stand as they are stored.
    """
    terms = Terms(base, own, tuple(rules), day, places)
    reached = [rule for rule in terms.rules if why_not(rule, quantity, day) is None]
    best = min(reached, key=_order, default=None)
    if own is not None and (best is None or best.rank is not Rank.DEALER_SKU):
        return PriceAnswer(own, Source.OWN, None, terms, quantity)
    if best is None:
        return PriceAnswer(base, Source.BASE, None, terms, quantity)
    return PriceAnswer(price_by(best, base, places), best.source, best, terms, quantity)


def price_by(rule: Rule, base: Decimal, places: int) -> Decimal:
    """What a rule says: its fixed price, or its rate of the base, rounded half up."""
    return rule.fixed if rule.fixed is not None else settlement_price(base, rate=rule.rate, places=places)


def why_not(rule: Rule, quantity: Decimal, day: date) -> Verdict | None:
    """Why a rule does not count on this day for this quantity; None when it does."""
    if rule.valid_from is not None and day < rule.valid_from:
        return Verdict.NOT_YET
    if rule.valid_until is not None and day > rule.valid_until:
        return Verdict.OVER
    return Verdict.NOT_REACHED if quantity < rule.from_quantity else None


class Tier(NamedTuple):
    """The unit price from a quantity on."""

    from_quantity: Decimal
    price: Decimal


def tiers_of(terms: Terms, first: Decimal) -> tuple[Tier, ...]:
    """Where the price changes above the smallest quantity that may be ordered: “from 100: 7.50”."""
    steps = sorted(
        {
            rule.from_quantity
            for rule in terms.rules
            if rule.from_quantity > first and why_not(rule, rule.from_quantity, terms.day) is None
        }
    )
    found: list[Tier] = []
    price = terms.at(first).price
    for quantity in steps:
        here = terms.at(quantity).price
        if here != price:
            found.append(Tier(quantity, here))
        price = here
    return tuple(found)


def _order(rule: Rule) -> tuple[int, Decimal, int, int]:
    """Finer first, then the larger quantity, then the later first day; one without is the earliest."""
    began = rule.valid_from.toordinal() if rule.valid_from is not None else 0
    return rule.rank, -rule.from_quantity, -began, 0


# The own row counts from quantity 0 on, from ever, and behind a rule of the same quantity and day.
_OWN_ORDER = (Rank.DEALER_SKU, _ZERO, 0, 1)
