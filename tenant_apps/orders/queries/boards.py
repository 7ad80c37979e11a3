"""Supply boards: the supplier's list, the demand against them, and a dealer's own shares (TA-02, TA-04)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import connections
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.db.locks import locked
from platform_core.db.router import shard_alias
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.search_keys import fold
from tenant_apps.access import queries as access
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers.models import Dealer, DealerGroup
from tenant_apps.orders.models import (
    SalesOrderLine,
    SupplyBoard,
    SupplyCorrection,
    SupplyItem,
    SupplyShare,
)
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.states import BoardState, OrderState
from tenant_apps.strategies.queries.overlay import offers

CORRECTIONS_SHOWN = 10
SKUS_FOUND = 20
# The demand of an order day: what raw orders asked for, what their sales orders hold. Given up: neither.
_DEMAND = """
SELECT k.public_id, k.merchant_code, trim(p.name || ' ' || k.spec), i.total,
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


# What a dealer's orders of the board's order day hold of its share.
GRANTED = Coalesce(
    Subquery(
        SalesOrderLine.objects.filter(
            sku=OuterRef("item__sku"),
            is_gift=False,
            order__dealer=OuterRef("dealer"),
            order__cycle=OuterRef("item__board__day"),
        )
        .exclude(order__state=OrderState.CANCELLED)
        .values("sku")
        .annotate(sum=Sum("quantity"))
        .values("sum")
    ),
    Value(Decimal(0)),
)


@dataclass(frozen=True, slots=True)
class DemandRow:
    """One SKU of a board: what there is, was shared out, demanded and granted; quantities in base units."""

    sku: str
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


def boards_listed(actor: Actor, text: str = "", state: str = "") -> QuerySet[SupplyBoard]:
    """The same, the latest order day first, each with `item_count`; `text` is part of a group or note."""
    rows = boards_visible_to(actor).annotate(item_count=Count("items"))
    if text.strip():
        rows = rows.filter(Q(group__name__icontains=text.strip()) | Q(note__icontains=text.strip()))
    if state in BoardState.values:
        rows = rows.filter(state=state)
    return rows.order_by("-day", "group__name", "id")


def board_for(actor: Actor, public_id: str) -> SupplyBoard:
    """One visible board. Raises NotFound."""
    return current(boards_visible_to(actor).filter(public_id=public_id), _("supply board"))


def locked_board(actor: Actor, public_id: str, version: int | None) -> SupplyBoard:
    """One visible board, locked. Raises NotFound, Conflict."""
    return current(locked(boards_visible_to(actor).filter(public_id=public_id)), _("supply board"), version)


def skus_to_add(actor: Actor, board: SupplyBoard, text: str) -> list[Sku]:
    """The first SKUs that a search finds and that are not on the board; none without words."""
    actor.require(OrderPermission.MANAGE_CALENDARS)
    key = fold(text)
    if not key or actor.dealer_id is not None:
        return []
    rows = Sku.objects.filter(search_key__contains=key, enabled=True).select_related("product")
    here = SupplyItem.objects.filter(board=board, sku=OuterRef("pk"))
    return list(rows.exclude(Exists(here)).order_by("sort_key", "id")[:SKUS_FOUND])


@dataclass(frozen=True, slots=True)
class BoardCounts:
    """What publishing a board would show: SKUs, dealers with a share, and what is not as one would expect."""

    skus: int
    dealers: int
    without_share: int
    not_shared_out: int


def counts_of(board: SupplyBoard, rows: Collection[DemandRow]) -> BoardCounts:
    """The counts of a board whose rows are at hand, in two statements."""
    members = group_dealers(board.group)
    having = SupplyShare.objects.filter(item__board=board, quantity__gt=0).values("dealer").distinct()
    found = set(having.values_list("dealer", flat=True))
    return BoardCounts(
        len(rows), len(found), len(set(members) - found), sum(row.shared < row.total for row in rows)
    )


def corrections_of(board: SupplyBoard) -> list[SupplyCorrection]:
    """Why and how a published board was changed, newest first."""
    return list(board.corrections.order_by("-id")[:CORRECTIONS_SHOWN])


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


def shares_in(board: SupplyBoard) -> QuerySet[SupplyShare]:
    """The same for the API: each with `granted`, and `updated_at` of the board."""
    rows = SupplyShare.objects.filter(item__board=board).select_related("dealer", "item__sku", "item__board")
    return rows.annotate(granted=GRANTED, updated_at=F("item__board__updated_at"))


def shares_of(board: SupplyBoard) -> QuerySet[SupplyShare]:
    """Every dealer's part of every item, by SKU and dealer."""
    rows = SupplyShare.objects.filter(item__board=board).select_related("dealer", "item__sku")
    return rows.order_by("item__sku__merchant_code", "dealer__code")


def own_shares(actor: Actor) -> QuerySet[SupplyShare]:
    """A dealer's own shares on the published boards of today and later (货源公示); never another's.

    Each with `granted` (what its orders of the order day hold) and `left`.
    """
    rows = SupplyShare.objects.filter(item__board__state=BoardState.PUBLISHED)
    rows = rows.annotate(updated_at=F("item__board__updated_at"))
    rows = rows.select_related("item__sku__product", "item__board", "dealer")
    if actor.dealer_id is None:
        return rows.none()
    today = clock.today(access.settings().timezone)
    rows = rows.filter(dealer=actor.dealer_id, item__board__day__gte=today)
    # A board names no goods that are not the dealer's.
    shared = set(rows.values_list("item__sku", flat=True))
    own = offers(dealer_id=actor.dealer_id, sku_ids=shared) if shared else ()
    rows = rows.filter(item__sku__in=own).annotate(granted=GRANTED)
    rows = rows.annotate(left=Greatest(F("quantity") - F("granted"), Value(Decimal(0))))
    return rows.order_by("item__board__day", "item__sku__merchant_code")


def own_corrections(actor: Actor) -> list[SupplyCorrection]:
    """What was corrected of the published boards of a dealer's group that concerns it, newest first."""
    if actor.dealer_id is None:
        return []
    today = clock.today(access.settings().timezone)
    code, group = Dealer.objects.values_list("code", "group").get(pk=actor.dealer_id)
    rows = SupplyCorrection.objects.filter(
        board__group=group, board__day__gte=today, changes__contains=[{"dealer": code}]
    )
    return list(rows.select_related("board").order_by("-id")[:CORRECTIONS_SHOWN])
