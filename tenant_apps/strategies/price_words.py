"""Where a price comes from, said step by step to the supplier or to the dealer. Pure. Source: WK-13."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from platform_core.kernel.quantity import plain
from platform_core.kernel.words import Sentence, noop
from tenant_apps.strategies.pricing import Candidate, PriceAnswer, Source, Verdict

LABELS: Mapping[Source, Sentence] = {
    Source.DEALER_SKU: noop("Price rule for the dealer and the SKU"),
    Source.OWN: noop("Own price of the dealer"),
    Source.DEALER: noop("Price rule for the dealer, every SKU"),
    Source.LEVEL_SKU: noop("Price rule for the level and the SKU"),
    Source.LEVEL: noop("Price rule for the level, every SKU"),
    Source.BASE: noop("Goods strategy"),
}
_VERDICTS: Mapping[Verdict, Sentence] = {
    Verdict.WINS: noop("This price counts."),
    Verdict.NOT_YET: noop("Counts from {valid_from} on."),
    Verdict.OVER: noop("Ended on {valid_until}."),
    Verdict.NOT_REACHED: noop("Counts from {from_quantity} on; asked for {quantity}."),
    Verdict.BEHIND: noop("What stands above it goes before."),
}
_OF_BASE = noop("{percent} % of {base}")
_ROUNDED = noop("{exact} is rounded half up to {places} decimals.")
_ROUNDING = noop("Rounding")
# A dealer reads neither what others pay nor by what rate its price was made.
_FOR_DEALERS = frozenset({Verdict.WINS, Verdict.NOT_REACHED})


@dataclass(frozen=True, slots=True)
class PriceStep:
    """One line of the explanation: what was considered, its price, and what became of it.

    `rule` is the rule's public id and `detail` how a rate makes the price: both for the supplier only.
    """

    code: str
    verdict: str
    price: Decimal
    label: Sentence
    message: Sentence
    facts: Mapping[str, Any] = field(default_factory=dict)
    detail: str = ""
    rule: str = ""

    def __str__(self) -> str:
        return self.message.with_facts(self.facts)

    @property
    def title(self) -> str:
        """What was considered, in the reader's language."""
        return self.label.with_facts({})


def steps_of(answer: PriceAnswer, *, for_supplier: bool) -> tuple[PriceStep, ...]:
    """The answer step by step, the finest candidate first; a dealer gets what concerns itself."""
    considered = answer.considered
    if not for_supplier:
        return tuple(_step(one, answer, "") for one in considered if one.verdict in _FOR_DEALERS)
    return tuple(_for_supplier(considered, answer))


def _for_supplier(considered: tuple[Candidate, ...], answer: PriceAnswer) -> Iterator[PriceStep]:
    for one in considered:
        rate = None if one.rule is None else one.rule.rate
        facts = {"percent": plain((rate or Decimal(0)) * 100), "base": plain(answer.terms.base)}
        yield _step(one, answer, "" if rate is None else _OF_BASE.with_facts(facts), tells_rule=True)
    if answer.is_rounded:
        facts = {"exact": plain(answer.exact), "places": str(answer.terms.places)}
        yield PriceStep("rounded", Verdict.WINS, answer.price, _ROUNDING, _ROUNDED, facts)


def _step(one: Candidate, answer: PriceAnswer, detail: str, *, tells_rule: bool = False) -> PriceStep:
    facts = {"quantity": plain(answer.quantity)}
    if one.rule is not None:
        facts |= {
            "valid_from": str(one.rule.valid_from),
            "valid_until": str(one.rule.valid_until),
            "from_quantity": plain(one.rule.from_quantity),
        }
    rule = one.rule.id if one.rule is not None and tells_rule else ""
    message = _VERDICTS[one.verdict]
    return PriceStep(one.source, one.verdict, one.price, LABELS[one.source], message, facts, detail, rule)
