"""Which promotions an order gets, and how much each takes off which line. Pure.

The stacking rule (docs/decisions/ "promotions"): a line gets at most one line discount, the one that
leaves the least; then the order at most one amount off, the largest; then at most one coupon, on what
is left, when it may be combined, else the better of coupon and the rest. Gifts come beside all of
these. Equals: the older one. Sources: MO-03, FP-04.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from enum import StrEnum

from platform_core.kernel.money import Currency, Money

HUNDRED = Decimal(100)
_DIGITS = 60
LINE_DISCOUNT, ORDER_DISCOUNT, GIFT, COUPON = "line_discount", "order_discount", "gift", "coupon"


class State(StrEnum):
    """What a promotion is doing at an instant."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class Verdict(StrEnum):
    """What became of a coupon."""

    NONE = "none"
    USED = "used"
    BEATEN = "beaten"
    SHORT = "short"
    NO_GOODS = "no_goods"


@dataclass(frozen=True, slots=True)
class Bought:
    """A line before any discount: `amount` = price × quantity in minor units, rounded half up.

    A SKU stands in one line of an order only.
    """

    sku_id: int
    quantity: Decimal
    price: Decimal
    amount: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A promotion as the arithmetic needs it. `age` is smaller for an older one.

    `skus` are those of the order that it is about, None for all. Amounts in minor units, `unit_off`
    in major units for each base unit.
    """

    id: str
    age: int
    name: str
    kind: str
    skus: frozenset[int] | None = None
    percent: Decimal | None = None
    unit_off: Decimal | None = None
    off: int = 0
    threshold: int = 0
    every: Decimal = Decimal(0)
    gift_quantity: Decimal = Decimal(0)
    combines: bool = True

    def covers(self, sku_id: int) -> bool:
        """Whether the promotion is about this SKU."""
        return self.skus is None or sku_id in self.skus


@dataclass(frozen=True, slots=True)
class Part:
    """What one promotion takes off one line, in minor units."""

    rule: Rule
    minor: int


@dataclass(frozen=True, slots=True)
class GiftDue:
    """What a promotion gives along."""

    rule: Rule
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Settled:
    """What an order gets: parts by SKU, gifts, and what became of the coupon.

    `reached` is what the coupon's goods come to, for one that falls short.
    """

    parts: Mapping[int, tuple[Part, ...]]
    gifts: tuple[GiftDue, ...]
    coupon: Verdict = Verdict.NONE
    reached: int = 0

    def off(self, sku_id: int) -> int:
        """All that is taken off a line, in minor units."""
        return sum(part.minor for part in self.parts.get(sku_id, ()))

    @property
    def total(self) -> int:
        """All that is taken off the order, in minor units."""
        return sum(map(self.off, self.parts))


class _Ledger:
    """What is left of each line while promotions take their parts, always in the order of the SKUs."""

    def __init__(self, bought: Iterable[Bought], currency: Currency) -> None:
        self.lines = sorted(bought, key=lambda line: line.sku_id)
        self.currency = currency
        self.left = {line.sku_id: line.amount for line in self.lines}
        self.parts: dict[int, tuple[Part, ...]] = {}

    def covered(self, rule: Rule) -> list[Bought]:
        return [line for line in self.lines if rule.covers(line.sku_id)]

    def sum_of(self, rule: Rule) -> int:
        return sum(self.left[line.sku_id] for line in self.covered(rule))

    def take(self, rule: Rule, line: Bought, minor: int) -> None:
        if minor > 0:
            self.left[line.sku_id] -= minor
            self.parts[line.sku_id] = (*self.parts.get(line.sku_id, ()), Part(rule, minor))

    def spread(self, rule: Rule) -> None:
        """An amount off, in proportion to what is left of each line: the parts add up (largest remainder)."""
        lines = self.covered(rule)
        weights = [self.left[line.sku_id] for line in lines]
        if not sum(weights):
            return
        shares = Money(min(rule.off, sum(weights)), self.currency).split(weights)
        for line, share in zip(lines, shares, strict=True):
            self.take(rule, line, share.minor)

    def settled(self, gifts: tuple[GiftDue, ...], coupon: Verdict, reached: int = 0) -> Settled:
        return Settled(dict(self.parts), gifts, coupon, reached)


def state_of(
    *, enabled: bool, starts_at: datetime, ends_at: datetime, ended_at: datetime | None, now: datetime
) -> State:
    """What a promotion is doing: it runs from its start until just before its end."""
    if ended_at is not None or ends_at <= now:
        return State.ENDED
    if not enabled:
        return State.PAUSED
    return State.RUNNING if starts_at <= now else State.PLANNED


def settle(
    bought: Sequence[Bought], rules: Iterable[Rule], coupon: Rule | None, currency: Currency
) -> Settled:
    """What running promotions and a coupon take off an order; never more than a line comes to.

    The order of lines and rules makes no difference.
    """
    known = sorted(rules, key=lambda rule: rule.age)
    gifts = tuple(_gifts(bought, known))
    plain = _Ledger(bought, currency)
    for line in plain.lines:
        _discount(plain, line, [rule for rule in known if rule.kind == LINE_DISCOUNT])
    _take_off(plain, [rule for rule in known if rule.kind == ORDER_DISCOUNT])
    if coupon is None:
        return plain.settled(gifts, Verdict.NONE)
    without = plain.settled(gifts, Verdict.NONE)
    redeemed = plain if coupon.combines else _Ledger(bought, currency)
    verdict, reached = _redeem(redeemed, coupon)
    if verdict is not Verdict.USED:
        return Settled(without.parts, gifts, verdict, reached)
    found = redeemed.settled(gifts, Verdict.USED, reached)
    if found.total > without.total:
        return found
    return Settled(without.parts, gifts, Verdict.BEATEN, reached)


def after(rule: Rule, line: Bought, left: int, currency: Currency) -> int:
    """What a line comes to under a percentage or an amount per unit; half up, never below 0.

    A line that nothing was taken off yet is computed from its exact price, and so rounded once.
    """
    with localcontext() as context:
        context.prec = _DIGITS
        price = line.price
        if rule.unit_off is not None:
            exact = max(price - rule.unit_off, Decimal(0)) * line.quantity
        else:
            whole = price * line.quantity if left == line.amount else Money(left, currency).amount
            exact = whole * (HUNDRED - (rule.percent or Decimal(0))) / HUNDRED
        return min(left, max(Money.rounded(exact, currency).minor, 0))


def _discount(ledger: _Ledger, line: Bought, rules: Iterable[Rule]) -> None:
    """The one line discount that leaves the least; of equals the older."""
    left = ledger.left[line.sku_id]
    found = [
        (after(rule, line, left, ledger.currency), rule.age, rule)
        for rule in rules
        if rule.covers(line.sku_id)
    ]
    if found:
        rest, _age, best = min(found, key=lambda one: one[:2])
        ledger.take(best, line, left - rest)


def _take_off(ledger: _Ledger, rules: Iterable[Rule]) -> None:
    """The largest amount off whose goods reach its threshold; of equals the older."""
    reached = [rule for rule in rules if ledger.sum_of(rule) >= rule.threshold]
    if reached:
        ledger.spread(min(reached, key=lambda rule: (-rule.off, rule.age)))


def _redeem(ledger: _Ledger, coupon: Rule) -> tuple[Verdict, int]:
    lines, reached = ledger.covered(coupon), ledger.sum_of(coupon)
    if not lines:
        return Verdict.NO_GOODS, 0
    if coupon.percent is None:
        if reached < coupon.threshold:
            return Verdict.SHORT, reached
        ledger.spread(coupon)
        return Verdict.USED, reached
    for line in lines:
        left = ledger.left[line.sku_id]
        ledger.take(coupon, line, left - after(coupon, line, left, ledger.currency))
    return Verdict.USED, reached


def _gifts(bought: Sequence[Bought], rules: Iterable[Rule]) -> Iterable[GiftDue]:
    for rule in rules:
        if rule.kind == GIFT:
            quantity = sum((line.quantity for line in bought if rule.covers(line.sku_id)), Decimal(0))
            times = quantity // rule.every
            if times:
                yield GiftDue(rule, times * rule.gift_quantity)
