"""A dealer's people give a SKU a star, or take it away (K-18, TB-09, ZZ-03)."""

from __future__ import annotations

from platform_core.commands import command
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from tenant_apps.dealers import queries as dealers
from tenant_apps.strategies.models import Favorite
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries.overlay import offers_named


@command(StrategyPermission.READ_OFFER)
def set_favorite(*, actor: Actor, sku_id: str, is_favorite: bool) -> bool:
    """Whether the actor's dealer sees a SKU (public id) first; said again it changes nothing.

    Raises NotFound for the supplier's people, and for a SKU that is not among the dealer's goods.
    """
    dealer = dealers.own_dealer(actor)
    # A star may outlive the SKU's place among the goods, and can be taken away all the same.
    if not is_favorite and Favorite.objects.filter(dealer=dealer, sku__public_id=sku_id).delete()[0]:
        return False
    found = offers_named(dealer_id=dealer.pk, names=[sku_id]).get(sku_id)
    if found is None:
        raise NotFound(noun="SKU")
    if not is_favorite:
        return False
    Favorite.objects.bulk_create([Favorite(dealer=dealer, sku=found[0])], ignore_conflicts=True)
    return True
