"""Decides which orders of a warehouse need the supplier's finance review. Pure.

Sources: W-034, W-035, G-37; decisions.md §2 row 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from platform_core.kernel.addresses import level
from platform_core.kernel.money import Money
from platform_core.kernel.search_keys import fold
from platform_core.kernel.words import Sentence, noop

CARRIER, REGION, FREIGHT_ZERO = "carrier", "region", "freight_zero"
ALL_ORDERS = "all"
REASON_SENTENCES: dict[str, Sentence] = {
    ALL_ORDERS: noop("This warehouse reviews all orders."),
    CARRIER: noop("The order goes by a carrier that needs a review."),
    REGION: noop("The order goes to a region that needs a review."),
    FREIGHT_ZERO: noop("The order's freight is 0."),
}


class Place(Protocol):
    """The part of an address that a region condition reads."""

    @property
    def region1(self) -> str:
        """Province or state."""

    @property
    def region2(self) -> str:
        """City."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One alternative: a carrier's row id, a region (blank or 无 city: every city), or freight 0."""

    kind: str
    carrier_id: int | None = None
    region1: str = ""
    region2: str = ""


def finance_reasons(
    conditions: Iterable[Condition], carrier_id: int | None, address: Place, freight: Money
) -> list[str]:
    """Why an order of a warehouse with finance review is held; empty when it passes.

    Without conditions every order is held (`all`); otherwise any one that is met suffices, and
    each kind is named once: `carrier`, `region`, `freight_zero`.
    """
    asked = list(conditions)
    if not asked:
        return [ALL_ORDERS]
    met = [one.kind for one in asked if _is_met(one, carrier_id, address, freight)]
    return list(dict.fromkeys(met))


def _is_met(condition: Condition, carrier_id: int | None, address: Place, freight: Money) -> bool:
    if condition.kind == CARRIER:
        return carrier_id is not None and condition.carrier_id == carrier_id
    if condition.kind == FREIGHT_ZERO:
        return freight.minor == 0
    wanted = (level(condition.region1), level(condition.region2))
    actual = (fold(address.region1), fold(address.region2))
    return any(wanted) and all(not want or want == have for want, have in zip(wanted, actual, strict=True))
