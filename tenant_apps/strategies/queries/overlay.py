"""A dealer's goods in SQL: the strategy's rows with the dealer's own laid over them, in one statement.

The same rule as `goods.effective`; a test holds the two together. Sources: W-075, W-076;
decisions.md §2 row 4.
"""

from __future__ import annotations

from collections.abc import Collection

from platform_core.db.fast import Read, fetched, looked_up, related
from tenant_apps.catalog.models import Product, Sku
from tenant_apps.strategies.goods import Offer

# Begins with the SKU, so that a list sorted by name walks the index `sku_sorted` and stops after a
# page; a look-up of given SKUs takes the primary keys.
_GOODS = """
FROM catalog_sku s
JOIN catalog_product p ON p.id = s.product_id
{join} strategies_strategyitem i ON i.sku_id = s.id AND i.strategy_id = {strategy}
LEFT JOIN strategies_dealeritem d ON d.sku_id = s.id AND d.dealer_id = %s
WHERE {among}
"""
_AMONG = "(i.id IS NOT NULL OR d.added)"
_ASSIGNED = "(SELECT a.strategy_id FROM strategies_assignment a WHERE a.dealer_id = %s)"
# The dealer, twice.
SOURCE = _GOODS.format(join="LEFT JOIN", strategy=_ASSIGNED, among=_AMONG)
# The strategy, then the dealer. Known beforehand, the strategy's size tells the planner whether to walk
# the sorted index or to start from the strategy; without added SKUs the join need not be an outer one.
WITH_ADDED = _GOODS.format(join="LEFT JOIN", strategy="%s", among=_AMONG)
WITHOUT_ADDED = _GOODS.format(join="JOIN", strategy="%s", among="TRUE")
PRICE = "COALESCE(d.settlement_price, i.settlement_price)"
ENABLED = "COALESCE(d.enabled, i.enabled, TRUE)"
IN_ARCHIVE = "(s.enabled AND p.enabled)"

_FACTS = f"{PRICE}, {ENABLED}, d.settlement_price IS NOT NULL, d.enabled IS NOT NULL, {IN_ARCHIVE}"
_OFFERS = f"SELECT s.id, {_FACTS} {SOURCE}"
_OFFERS_OF = f"{_OFFERS} AND s.id = ANY(%s)"
# A dealer's own codes (K-06), read only while the supplier shows them: PostgreSQL asks the switch once.
_CODES = (
    "strategies_dealercode c WHERE c.dealer_id = %s"
    " AND (SELECT g.show_own_codes FROM access_suppliersettings g WHERE g.id = 1)"
)
_OWN = f"""(SELECT c.code FROM {_CODES} AND c.sku_id = s.id),
 (SELECT c.name FROM {_CODES} AND c.sku_id = s.id)"""  # noqa: S608 - a text of our own
_MEANT = f"""(s.public_id = ANY(%s) OR s.merchant_code = ANY(%s)
 OR s.id = ANY(ARRAY(SELECT c.sku_id FROM {_CODES} AND c.code = ANY(%s))))"""  # noqa: S608 - the same
_NAMED = Read(f"SELECT {{s}}, {{p}}, {_FACTS}, {_OWN} {SOURCE} AND {_MEANT}", s=Sku, p=Product)


def offers(*, dealer_id: int, sku_ids: Collection[int] | None = None) -> dict[int, Offer]:
    """What a dealer is offered, by SKU id, in one statement; only SKUs that are among its goods.

    `sku_ids` None: all of them. A disabled SKU is there with `orderable` false, so that the caller can
    tell "not yours" from "not now".
    """
    if sku_ids is None:
        found = fetched(_OFFERS, [dealer_id, dealer_id])
    else:
        found = looked_up(_OFFERS_OF, [dealer_id, dealer_id, list(sku_ids)])
    return {row[0]: Offer(*row[1:]) for row in found}


def offers_named(*, dealer_id: int, names: Collection[str]) -> dict[str, tuple[Sku, Offer]]:
    """What a dealer is offered, by the name it was asked by: public id, merchant code or the dealer's own.

    One statement; the SKU has its product. What is not among the dealer's goods is missing. Where a
    merchant code and an own code are the same, the supplier's is meant (K-06).
    """
    wanted = set(names)
    asked = sorted(wanted)
    found: dict[str, tuple[Sku, Offer]] = {}
    by_own_code: dict[str, tuple[Sku, Offer]] = {}
    values = [dealer_id, dealer_id, dealer_id, dealer_id, asked, asked, dealer_id, asked]
    for sku, product, *facts, own_code, own_name in _NAMED.all(values):
        related(sku, product=product)
        offered = sku, Offer(*facts, own_code=own_code or "", own_name=own_name or "")
        found.update(dict.fromkeys({sku.public_id, sku.merchant_code} & wanted, offered))
        if own_code in wanted:
            by_own_code[own_code] = offered
    return {**by_own_code, **found}
