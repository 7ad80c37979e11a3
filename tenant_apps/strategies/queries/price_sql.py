"""Price rules in SQL: carried along with an offer, and as the exact price that lists sort by.

The same rule as `pricing.price_of`; a property test holds the two together. The texts have the
parameters `%(dealer)s` and `%(day)s` and the aliases of `overlay`: s (SKU), i (strategy's row), d (own).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tenant_apps.strategies.pricing import Rank, Rule, Terms

_LEVEL = "(SELECT l.level_id FROM dealers_dealer l WHERE l.id = %(dealer)s)"
_IN_FORCE = """ AND (r.valid_from IS NULL OR r.valid_from <= %(day)s)
 AND (r.valid_until IS NULL OR r.valid_until >= %(day)s)"""
_RANKS = {
    Rank.DEALER_SKU: "r.dealer_id = %(dealer)s AND r.level_id IS NULL AND r.sku_id = s.id",
    Rank.DEALER: "r.dealer_id = %(dealer)s AND r.level_id IS NULL AND r.sku_id IS NULL",
    Rank.LEVEL_SKU: f"r.dealer_id IS NULL AND r.level_id = {_LEVEL} AND r.sku_id = s.id",
    Rank.LEVEL: f"r.dealer_id IS NULL AND r.level_id = {_LEVEL} AND r.sku_id IS NULL",
}


def _rules(*ranks: Rank, among: str = "") -> str:
    """The rules of some ranks, each by its own look-up: an OR of them scans the table."""
    return " UNION ALL ".join(
        f"SELECT {rank.value} AS rank, r.* FROM strategies_pricerule r WHERE {_RANKS[rank]}{among}"  # noqa: S608 - ours
        for rank in ranks
    )


def _aggregated(*ranks: Rank, among: str = "") -> str:
    """The rules of some ranks as one text, because a number in JSON is read as a float."""
    return f"""(SELECT json_agg(json_build_array(r.rank, r.fixed::text, r.rate::text, r.from_quantity::text,
 r.valid_from::text, r.valid_until::text, r.public_id))::text FROM ({_rules(*ranks, among=among)}) r)"""  # noqa: S608


PLACES = "(SELECT c.unit_price_precision FROM access_suppliersettings c)"
BASE = "COALESCE(i.settlement_price, d.settlement_price)"
_HAS_RULES = "(SELECT EXISTS (SELECT 1 FROM strategies_pricerule))"
_OF_SKU, _OF_ALL = (Rank.DEALER_SKU, Rank.LEVEL_SKU), (Rank.DEALER, Rank.LEVEL)

# Asked once per statement: whether there is any rule, and the rules that name no SKU.
RULES = (
    f"CASE WHEN {_HAS_RULES} THEN {_aggregated(*_OF_SKU, among=_IN_FORCE)} END",
    _aggregated(*_OF_ALL, among=_IN_FORCE),
)
"""The rules in force today, of the SKU and of every SKU; `ALL_RULES` has those of other days too."""
ALL_RULES = (_aggregated(*_OF_SKU), _aggregated(*_OF_ALL))
TERMS = ", ".join((*RULES, BASE, PLACES))
"""What `terms_of` reads: the rules, the base price, the supplier's decimals."""

FIRST_QUANTITY = "GREATEST(ceil(s.minimum / s.multiple), 1) * s.multiple"
"""The smallest quantity that may be ordered, as `kernel.quantity.next_orderable` says."""
_REACHED = f"{_IN_FORCE} AND r.from_quantity <= {FIRST_QUANTITY}"
_FOUND = f"""SELECT r.rank, COALESCE(r.fixed, round({BASE} * r.rate, {PLACES})) AS price
 FROM ({_rules(*Rank, among=_REACHED)}) r
 ORDER BY r.rank, r.from_quantity DESC, r.valid_from DESC NULLS LAST LIMIT 1"""  # noqa: S608 - texts of our own
BEST_RULE = f"LEFT JOIN LATERAL ({_FOUND}) q ON TRUE"
RULED_PRICE = """CASE WHEN q.rank = 1 THEN q.price
 WHEN d.settlement_price IS NOT NULL THEN d.settlement_price
 WHEN q.rank IS NOT NULL THEN q.price ELSE i.settlement_price END"""
"""The price at the smallest quantity, behind `BEST_RULE`."""


def terms_of(
    rules: Sequence[str | None], base: Decimal, places: int, own: Decimal | None, day: date
) -> Terms:
    """What `TERMS` selected, as the pure rule wants it."""
    of_sku, of_all = rules
    own_rules = tuple(map(_rule, json.loads(of_sku))) if of_sku else ()
    return Terms(base, own, (*own_rules, *_for_all(of_all)) if of_all else own_rules, day, places)


@lru_cache(maxsize=64)
def _for_all(text: str) -> tuple[Rule, ...]:
    """The rules that name no SKU stand in every row of a statement: read once."""
    return tuple(map(_rule, json.loads(text)))


def _rule(row: Sequence[Any]) -> Rule:
    rank, fixed, rate, quantity, begin, end, public_id = row
    return Rule(
        Rank(rank),
        None if fixed is None else Decimal(fixed),
        None if rate is None else Decimal(rate),
        Decimal(quantity),
        begin and date.fromisoformat(begin),
        end and date.fromisoformat(end),
        public_id,
    )
