"""Which SKUs a dealer gave a star (K-18, TB-09, ZZ-03)."""

from __future__ import annotations

from collections.abc import Collection

from tenant_apps.dealers.models import Dealer
from tenant_apps.strategies.models import Favorite


def favorites_among(dealer: Dealer, sku_ids: Collection[int]) -> set[int]:
    """Those of the SKUs (row ids) that are the dealer's favorites, in one statement."""
    rows = Favorite.objects.filter(dealer=dealer, sku__in=sku_ids)
    return set(rows.values_list("sku_id", flat=True))
