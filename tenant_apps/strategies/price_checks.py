"""What a price rule may say: one check for page, import and API. Pure. Sources: WK-13, W-010."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.quantity import QUANTITY_MAX, plain
from platform_core.kernel.words import noop
from tenant_apps.strategies.rules import decimals, price_problem

RATE_PLACES = 6
RATE_MAX = Decimal(10)
_WHO = noop("Name either a dealer or a level, not both.")
_WHAT = noop("Give either a fixed price or a rate, not both.")
_RATE_RANGE = noop("A rate is more than 0 and at most {maximum}: 0.85 is 85 % of the base price.")
_RATE_PLACES = noop("A rate has at most {places} decimals.")
_QUANTITY = noop("The quantity is between 0 and {maximum} and has at most {places} decimals.")
_DAYS = noop("The last day, {valid_until}, is before the first one, {valid_from}.")


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """A price rule as somebody wrote it, its dealer, level and SKU already found or not named."""

    has_dealer: bool
    has_level: bool
    fixed: Decimal | None
    rate: Decimal | None
    from_quantity: Decimal
    valid_from: date | None
    valid_until: date | None


def rule_problems(rule: RuleFacts, *, price_places: int, quantity_places: int) -> Iterator[FieldProblem]:
    """Everything wrong with a price rule, each at its field; nothing when it may be stored."""
    if rule.has_dealer == rule.has_level:
        yield FieldProblem("/dealer", "dealer_or_level", _WHO)
    if (rule.fixed is None) == (rule.rate is None):
        yield FieldProblem("/fixed", "fixed_or_rate", _WHAT)
    elif rule.fixed is not None:
        if problem := price_problem(rule.fixed, price_places, "/fixed"):
            yield problem
    elif rule.rate is not None:
        yield from _rate_problems(rule.rate)
    places = {"maximum": plain(QUANTITY_MAX), "places": str(quantity_places)}
    quantity = rule.from_quantity
    is_sound = quantity.is_finite() and 0 <= quantity <= QUANTITY_MAX
    if not is_sound or decimals(quantity) > quantity_places:
        yield FieldProblem("/from_quantity", "quantity_invalid", _QUANTITY, places)
    begin, end = rule.valid_from, rule.valid_until
    if begin is not None and end is not None and end < begin:
        facts = {"valid_from": str(begin), "valid_until": str(end)}
        yield FieldProblem("/valid_until", "until_before_from", _DAYS, facts)


def _rate_problems(rate: Decimal) -> Iterator[FieldProblem]:
    if not rate.is_finite() or not 0 < rate <= RATE_MAX:
        yield FieldProblem("/rate", "rate_out_of_range", _RATE_RANGE, {"maximum": plain(RATE_MAX)})
    elif decimals(rate) > RATE_PLACES:
        yield FieldProblem("/rate", "rate_too_precise", _RATE_PLACES, {"places": str(RATE_PLACES)})
