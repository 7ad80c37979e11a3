"""What a dealer's last orders did not get in full (TB-10, DV-01)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from platform_core.db.fast import fetched
from tenant_apps.dealers.models import Dealer

ORDERS_LOOKED_AT = 20
# Three ways to go short: granted less (a supply board, the finance review, a closed rest), a line closed
# without any delivery, and nothing granted at all. The last order that had the SKU decides.
_SHORT = """
WITH recent AS (SELECT o.id, o.raw_order_id, o.shipped_at FROM orders_salesorder o
  WHERE o.dealer_id = %(dealer)s AND o.state <> 'cancelled' ORDER BY o.id DESC LIMIT %(orders)s),
held AS (
  SELECT l.sku_id, r.id AS order_id, COALESCE(l.demanded, l.quantity) AS asked, l.quantity AS got
  FROM recent r JOIN orders_salesorderline l ON l.order_id = r.id WHERE NOT l.is_gift),
asked AS (
  SELECT * FROM held
  UNION ALL SELECT s.id, r.id, c.quantity, 0 FROM recent r
  JOIN orders_cancelledline c ON c.order_id = r.id AND c.at >= r.shipped_at
  JOIN catalog_sku s ON s.merchant_code = c.merchant_code
  WHERE NOT EXISTS (SELECT 1 FROM held h WHERE h.order_id = r.id AND h.sku_id = s.id)
  UNION ALL SELECT w.sku_id, r.id, w.quantity, 0 FROM recent r
  JOIN orders_raworderline w ON w.raw_order_id = r.raw_order_id AND w.sku_id IS NOT NULL
  WHERE NOT EXISTS (SELECT 1 FROM held h WHERE h.order_id = r.id AND h.sku_id = w.sku_id)
  AND NOT EXISTS (SELECT 1 FROM orders_salesorderstep t WHERE t.order_id = r.id
   AND t.name IN ('edit', 'cancel_line', 'close_rest'))),
last AS (SELECT DISTINCT ON (sku_id) * FROM asked ORDER BY sku_id, order_id DESC, got DESC)
SELECT l.sku_id, s.public_id, l.asked - l.got FROM last l JOIN catalog_sku s ON s.id = l.sku_id
WHERE l.asked > l.got ORDER BY s.merchant_code
"""


@dataclass(frozen=True, slots=True)
class Missing:
    """A SKU (row id and public id) and how much of it the last order went without, in base units."""

    sku_id: int
    sku: str
    quantity: Decimal


def short_last_time(dealer: Dealer) -> list[Missing]:
    """The SKUs whose last order got less than it asked, among the dealer's newest orders: one statement.

    Cancelled orders do not count, nor what the dealer took out itself.
    """
    rows = fetched(_SHORT, {"dealer": dealer.pk, "orders": ORDERS_LOOKED_AT})
    return [Missing(*row) for row in rows]
