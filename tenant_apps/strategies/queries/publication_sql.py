"""Publication limits in SQL, part of every question for a dealer's goods: K-12, K-13, K-15.

The same rule as `publication.is_published`; a property test holds the two together. The texts have
the parameter `%(dealer)s` and the aliases of `overlay`: s (SKU), u (its publication).
"""

from __future__ import annotations

_GROUP = "(SELECT m.group_id FROM dealers_dealer m WHERE m.id = %(dealer)s)"
_HAS_TARGETS = "(SELECT EXISTS (SELECT 1 FROM strategies_publicationtarget))"
_LIMITED = "(SELECT EXISTS (SELECT 1 FROM strategies_dealerorganisation x WHERE x.dealer_id = %(dealer)s))"

JOIN = "LEFT JOIN strategies_skupublication u ON u.sku_id = s.id"
# The first half of each is asked once per statement, and most suppliers need no more.
PUBLISHED = f"""(NOT {_HAS_TARGETS}
 OR NOT EXISTS (SELECT 1 FROM strategies_publicationtarget t WHERE t.sku_id = s.id)
 OR EXISTS (SELECT 1 FROM strategies_publicationtarget t
  WHERE t.sku_id = s.id AND (t.dealer_id = %(dealer)s OR t.group_id = {_GROUP})))
AND (u.organisation_id IS NULL
 OR EXISTS (SELECT 1 FROM strategies_orderingorganisation o WHERE o.id = u.organisation_id AND o.enabled
  AND (NOT {_LIMITED} OR EXISTS (SELECT 1 FROM strategies_dealerorganisation x
   WHERE x.dealer_id = %(dealer)s AND x.organisation_id = o.id))))"""  # noqa: S608 - texts of our own
