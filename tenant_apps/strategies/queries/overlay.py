"""A dealer's goods in SQL: the strategy's rows with the dealer's own laid over them, in one statement.

The same rule as `goods.effective`, narrowed by `publication.is_published`, with what
`pricing.price_of` needs; tests hold SQL and rules together. Sources: W-075, W-076, WK-13, K-12;
decisions.md §2 row 4.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from platform_core.db.fast import Read, fetched, looked_up, related
from platform_core.kernel import clock
from platform_core.kernel.context import serving
from tenant_apps.catalog.models import Product, Sku
from tenant_apps.strategies.goods import Offer
from tenant_apps.strategies.queries import price_sql, publication_sql

# Begins with the SKU, so that a list sorted by name walks the index `sku_sorted` and stops after a
# page; a look-up of given SKUs takes the primary keys.
_GOODS = """
FROM catalog_sku s
JOIN catalog_product p ON p.id = s.product_id
{join} strategies_strategyitem i ON i.sku_id = s.id AND i.strategy_id = {strategy}
LEFT JOIN strategies_dealeritem d ON d.sku_id = s.id AND d.dealer_id = %(dealer)s
{publication}
{more}
WHERE {among} AND {published}
"""
_AMONG = "(i.id IS NOT NULL OR d.added)"
_ASSIGNED = "(SELECT a.strategy_id FROM strategies_assignment a WHERE a.dealer_id = %(dealer)s)"
LISTED = "COALESCE(d.settlement_price, i.settlement_price)"
ENABLED = "COALESCE(d.enabled, i.enabled, TRUE)"
IN_ARCHIVE = "(s.enabled AND p.enabled)"


def source(*, strategy: str = _ASSIGNED, may_be_added: bool = True, more: str = "") -> str:
    """FROM and WHERE of a dealer's goods, with the parameter `dealer`; `more` are further joins.

    Known beforehand (`strategy` names a parameter), the strategy's size tells the planner whether to
    walk the sorted index or to start from the strategy; without added SKUs the join need not be an
    outer one.
    """
    return _GOODS.format(
        join="LEFT JOIN" if may_be_added else "JOIN",
        strategy=strategy,
        among=_AMONG if may_be_added else "TRUE",
        publication=publication_sql.JOIN,
        published=publication_sql.PUBLISHED,
        more=more,
    )


SOURCE = source()
_FACTS = (
    f"{LISTED}, {ENABLED}, d.settlement_price IS NOT NULL, d.enabled IS NOT NULL, {IN_ARCHIVE},"
    f" u.display_warehouse_id, {price_sql.TERMS}"
)
_OFFERS = f"SELECT s.id, {_FACTS} {SOURCE}"
_OFFERS_OF = f"{_OFFERS} AND s.id = ANY(%(skus)s)"
# A dealer's own codes (K-06), read only while the supplier shows them: PostgreSQL asks the switch once.
OWN_CODES = (
    "strategies_dealercode c WHERE c.dealer_id = %(dealer)s"
    " AND (SELECT g.show_own_codes FROM access_suppliersettings g WHERE g.id = 1)"
)
_OWN = f"""(SELECT c.code FROM {OWN_CODES} AND c.sku_id = s.id),
 (SELECT c.name FROM {OWN_CODES} AND c.sku_id = s.id)"""  # noqa: S608 - a text of our own
_MEANT = f"""(s.public_id = ANY(%(names)s) OR s.merchant_code = ANY(%(names)s)
 OR s.id = ANY(ARRAY(SELECT c.sku_id FROM {OWN_CODES} AND c.code = ANY(%(names)s))))"""  # noqa: S608 - the same
_NAMED = Read(f"SELECT {{s}}, {{p}}, {_OWN}, {_FACTS} {SOURCE} AND {_MEANT}", s=Sku, p=Product)


def offers(*, dealer_id: int, sku_ids: Collection[int] | None = None) -> dict[int, Offer]:
    """What a dealer is offered, by SKU id, in one statement; only SKUs that are among its goods.

    `sku_ids` None: all of them. A disabled SKU is there with `orderable` false, so that the caller can
    tell "not yours" from "not now".
    """
    asked: dict[str, Any] = {"dealer": dealer_id, "day": local_day()}
    if sku_ids is None:
        found = fetched(_OFFERS, asked)
    else:
        found = looked_up(_OFFERS_OF, {**asked, "skus": list(sku_ids)})
    return {sku_id: _offer(facts, asked["day"]) for sku_id, *facts in found}


def offers_named(*, dealer_id: int, names: Collection[str]) -> dict[str, tuple[Sku, Offer]]:
    """What a dealer is offered, by the name it was asked by: public id, merchant code or the dealer's own.

    One statement; the SKU has its product. What is not among the dealer's goods is missing. Where a
    merchant code and an own code are the same, the supplier's is meant (K-06).
    """
    wanted, day = set(names), local_day()
    found: dict[str, tuple[Sku, Offer]] = {}
    by_own_code: dict[str, tuple[Sku, Offer]] = {}
    values = {"dealer": dealer_id, "day": day, "names": sorted(wanted)}
    for sku, product, own_code, own_name, *facts in _NAMED.all(values):
        related(sku, product=product)
        offered = sku, _offer(facts, day, own_code or "", own_name or "")
        found.update(dict.fromkeys({sku.public_id, sku.merchant_code} & wanted, offered))
        if own_code in wanted:
            by_own_code[own_code] = offered
    return {**by_own_code, **found}


def local_day() -> date:
    """Today in the supplier's time zone: the day on which price rules are in force."""
    return clock.today(serving().timezone)


def _offer(facts: list[Any], day: date, own_code: str = "", own_name: str = "") -> Offer:
    listed, enabled, has_price, has_state, in_archive, house, *rules, base, places = facts
    terms = None
    if any(rules):
        own: Decimal | None = listed if has_price else None
        terms = price_sql.terms_of(rules, base, places, own, day)
    return Offer(listed, enabled, has_price, has_state, in_archive, own_code, own_name, terms, house)
