"""Supply boards: the supplier's list, the demand against them, and a dealer's own shares (TA-02, TA-04)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import connections
from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.db.locks import locked
from platform_core.db.router import shard_alias
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from tenant_apps.access import queries as access
from tenant_apps.dealers.models import Dealer, DealerGroup
from tenant_apps.orders.models import SalesOrderLine, SupplyBoard, SupplyShare
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.states import BoardState, OrderState

# The demand of an order day: what raw orders asked for, what their sales orders hold. Given up: neither.
_DEMAND = """
SELECT k.merchant_code, p.name, i.total,
  COALESCE((SELECT sum(s.quantity) FROM orders_supplyshare s WHERE s.item_id = i.id), 0),
  COALESCE((SELECT sum(l.quantity) FROM orders_raworderline l JOIN orders_raworder r ON r.id = l.raw_order_id
    JOIN dealers_dealer d ON d.id = r.dealer_id WHERE l.sku_id = i.sku_id AND r.cycle = b.day
    AND d.group_id = b.group_id AND r.state = 'submitted' AND NOT EXISTS (SELECT 1 FROM orders_salesorder o
    WHERE o.raw_order_id = r.id AND o.state = 'cancelled')), 0),
  COALESCE((SELECT sum(l.quantity) FROM orders_salesorderline l JOIN orders_salesorder o ON o.id = l.order_id
    JOIN dealers_dealer d ON d.id = o.dealer_id WHERE l.sku_id = i.sku_id AND NOT l.is_gift
    AND o.cycle = b.day AND d.group_id = b.group_id AND o.state <> 'cancelled'), 0)
FROM orders_supplyboard b JOIN orders_supplyitem i ON i.board_id = b.id
JOIN catalog_sku k ON k.id = i.sku_id JOIN catalog_product p ON p.id = k.product_id
WHERE b.id = %s ORDER BY k.merchant_code
"""


@dataclass(frozen=True, slots=True)
class DemandRow:
    """One SKU of a board: what there is, was shared out, demanded and granted; quantities in base units."""

    code: str
    name: str
    total: Decimal
    shared: Decimal
    demanded: Decimal
    granted: Decimal

    @property
    def missed(self) -> Decimal:
        """The demand that was not met (TA-04)."""
        return max(self.demanded - self.granted, Decimal(0))


def boards_visible_to(actor: Actor) -> QuerySet[SupplyBoard]:
    """All boards with their groups for the supplier's people; none for a dealer's."""
    actor.require(OrderPermission.READ)
    rows = SupplyBoard.objects.select_related("group")
    return rows if actor.dealer_id is None else rows.none()


def boards_listed(actor: Actor) -> QuerySet[SupplyBoard]:
    """The same, the latest order day first, each with `item_count`."""
    return boards_visible_to(actor).annotate(item_count=Count("items")).order_by("-day", "group__name", "id")


def board_for(actor: Actor, public_id: str) -> SupplyBoard:
    """One visible board. Raises NotFound."""
    return current(boards_visible_to(actor).filter(public_id=public_id), _("supply board"))


def locked_board(actor: Actor, public_id: str, version: int | None) -> SupplyBoard:
    """One visible board, locked. Raises NotFound, Conflict."""
    return current(locked(boards_visible_to(actor).filter(public_id=public_id)), _("supply board"), version)


def group_dealers(group: DealerGroup) -> list[int]:
    """The enabled dealers of a group, by code."""
    return list(
        Dealer.objects.filter(group=group, enabled=True).order_by("code").values_list("pk", flat=True)
    )


def ordered_of_late(
    dealers: Collection[int], sku_ids: Collection[int], weeks: int
) -> dict[tuple[int, int], Decimal]:
    """What each dealer ordered of each SKU in the last weeks, in base units, without gifts."""
    since = clock.now() - timedelta(weeks=weeks)
    rows = SalesOrderLine.objects.filter(
        order__dealer__in=dealers, sku__in=sku_ids, order__placed_at__gte=since, is_gift=False
    ).exclude(order__state=OrderState.CANCELLED)
    sums = rows.values_list("order__dealer", "sku").annotate(ordered=Sum("quantity")).order_by()
    return {(dealer, sku): ordered for dealer, sku, ordered in sums}


def demand_of(board: SupplyBoard) -> list[DemandRow]:
    """Demanded, granted and missed of every SKU of a board, in one statement (TA-04)."""
    with connections[shard_alias()].cursor() as cursor:
        cursor.execute(_DEMAND, [board.pk])
        return [DemandRow(*row) for row in cursor.fetchall()]


def shares_of(board: SupplyBoard) -> QuerySet[SupplyShare]:
    """Every dealer's part of every item, by SKU and dealer."""
    rows = SupplyShare.objects.filter(item__board=board).select_related("dealer", "item__sku")
    return rows.order_by("item__sku__merchant_code", "dealer__code")


def own_shares(actor: Actor) -> QuerySet[SupplyShare]:
    """A dealer's own shares on the published boards of today and later (货源公示); never another's."""
    rows = SupplyShare.objects.filter(item__board__state=BoardState.PUBLISHED)
    rows = rows.select_related("item__sku__product", "item__board")
    if actor.dealer_id is None:
        return rows.none()
    today = clock.today(access.settings().timezone)
    rows = rows.filter(dealer=actor.dealer_id, item__board__day__gte=today)
    return rows.order_by("item__board__day", "item__sku__merchant_code")
