"""Price rules in SQL: carried along with an offer, and as the exact price that lists sort by.

The same rule as `pricing.price_of`; a property test holds the two together. The texts have the
parameters `%(dealer)s` and `%(day)s` and the aliases of `overlay`: s (SKU), i (strategy's row), d (own).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tenant_apps.strategies.pricing import Rank, Rule, Terms

_LEVEL = "(SELECT l.level_id FROM dealers_dealer l WHERE l.id = %(dealer)s)"
# Four look-ups in the unique index, whatever the number of rules.
_CONCERNS = f"""(
 (r.dealer_id = %(dealer)s AND r.level_id IS NULL AND r.sku_id = s.id)
 OR (r.dealer_id = %(dealer)s AND r.level_id IS NULL AND r.sku_id IS NULL)
 OR (r.dealer_id IS NULL AND r.level_id = {_LEVEL} AND r.sku_id = s.id)
 OR (r.dealer_id IS NULL AND r.level_id = {_LEVEL} AND r.sku_id IS NULL))"""
_IN_FORCE = """(r.valid_from IS NULL OR r.valid_from <= %(day)s)
 AND (r.valid_until IS NULL OR r.valid_until >= %(day)s)"""
_RANK = """CASE WHEN r.dealer_id IS NOT NULL
 THEN CASE WHEN r.sku_id IS NOT NULL THEN 1 ELSE 2 END
 ELSE CASE WHEN r.sku_id IS NOT NULL THEN 3 ELSE 4 END END"""
PLACES = "(SELECT c.unit_price_precision FROM access_suppliersettings c)"
BASE = "COALESCE(i.settlement_price, d.settlement_price)"
# Text, because a number in JSON is read as a float.
_AS_JSON = f"""json_agg(json_build_array({_RANK}, r.fixed::text, r.rate::text, r.from_quantity::text,
 r.valid_from::text, r.valid_until::text, r.public_id))"""
_AGGREGATED = f"(SELECT {_AS_JSON} FROM strategies_pricerule r WHERE {_CONCERNS}"  # noqa: S608 - texts of our own

HAS_RULES = "(SELECT EXISTS (SELECT 1 FROM strategies_pricerule))"
"""Asked once per statement: a supplier without price rules pays for nothing else."""
RULES = f"CASE WHEN {HAS_RULES} THEN {_AGGREGATED} AND {_IN_FORCE}) END"
"""The rules in force today; `ALL_RULES` has those of other days too, for an explanation."""
ALL_RULES = f"{_AGGREGATED})"
TERMS = f"{RULES}, {BASE}, {PLACES}"
"""What `terms_of` reads: the rules, the base price, the supplier's decimals."""

FIRST_QUANTITY = "GREATEST(ceil(s.minimum / s.multiple), 1) * s.multiple"
"""The smallest quantity that may be ordered, as `kernel.quantity.next_orderable` says."""
_FOUND = f"""SELECT {_RANK} AS rank, COALESCE(r.fixed, round({BASE} * r.rate, {PLACES})) AS price
 FROM strategies_pricerule r
 WHERE {_CONCERNS} AND {_IN_FORCE} AND r.from_quantity <= {FIRST_QUANTITY}
 ORDER BY 1, r.from_quantity DESC, r.valid_from DESC NULLS LAST LIMIT 1"""  # noqa: S608 - texts of our own
BEST_RULE = f"LEFT JOIN LATERAL ({_FOUND}) q ON TRUE"
RULED_PRICE = """CASE WHEN q.rank = 1 THEN q.price
 WHEN d.settlement_price IS NOT NULL THEN d.settlement_price
 WHEN q.rank IS NOT NULL THEN q.price ELSE i.settlement_price END"""
"""The price at the smallest quantity, behind `BEST_RULE`."""


def terms_of(
    rules: Sequence[Sequence[Any]] | None, base: Decimal, places: int, own: Decimal | None, day: date
) -> Terms:
    """What `TERMS` selected, as the pure rule wants it."""
    return Terms(base, own, tuple(map(_rule, rules or ())), day, places)


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
