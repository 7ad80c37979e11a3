"""What lay there at an instant, from the movements alone (design.md §3 "Time")."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from platform_core.kernel.actor import Actor
from tenant_apps.inventory.models import Movement, Stock, StockTransferLine
from tenant_apps.inventory.queries.stock import narrowed, rows_visible_to

_QUANTITY: DecimalField[Decimal, Decimal] = DecimalField(max_digits=18, decimal_places=3)
_NOTHING = Value(Decimal(0), output_field=_QUANTITY)
PAST_SORTS = {
    "sku": "sku__merchant_code",
    "name": "sku__sort_key",
    "warehouse": "warehouse__code",
    "on_hand": "on_hand_then",
    "reserved": "reserved_then",
    "available": "available_then",
}


def rows_at(rows: QuerySet[Stock], at: datetime) -> QuerySet[Stock]:
    """Stock rows with what they were at an instant: what their last movement until then left.

    Adds `on_hand_then`, `reserved_then`, `available_then`, `in_transit_then`, `orderable_then`; all are 0
    before the first movement. One statement, an index look-up per row.
    """
    last = Movement.objects.filter(stock=OuterRef("pk"), at__lte=at).order_by("-at", "-id")
    free = F("on_hand_then") - F("reserved_then")
    return rows.annotate(
        on_hand_then=_or_nothing(last.values_list("on_hand_after")[:1]),
        reserved_then=_or_nothing(last.values_list("reserved_after")[:1]),
        available_then=Greatest(free, _NOTHING),
        in_transit_then=_or_nothing(_coming(at)),
        orderable_then=Greatest(free + F("in_transit_then"), _NOTHING),
    )


def stock_at(*, warehouse_id: int, at: datetime) -> dict[int, Decimal]:
    """What lay in a warehouse at an instant, by SKU id, from the movements. One statement."""
    return {sku: on_hand for sku, (on_hand, _) in numbers_at(warehouse_id=warehouse_id, at=at).items()}


def numbers_at(*, warehouse_id: int, at: datetime) -> dict[int, tuple[Decimal, Decimal]]:
    """On hand and reserved of a warehouse at an instant, by SKU id, from the movements. One statement."""
    rows: Any = rows_at(Stock.objects.filter(warehouse=warehouse_id), at)
    return {row.sku_id: (row.on_hand_then, row.reserved_then) for row in rows}


def stock_matching_at(
    actor: Actor, at: datetime, q: str = "", warehouse: str = "", state: str = "", sort: str = ""
) -> QuerySet[Stock]:
    """Visible stock as it was at an instant, by words, warehouse and state (`some`, `none`, `short`)."""
    rows = rows_at(narrowed(rows_visible_to(actor), q, warehouse), at)
    narrowing = {
        "none": Q(available_then=0),
        "short": Q(on_hand_then__lt=F("reserved_then")),
        "some": Q(on_hand_then__gt=0),
    }
    if state in narrowing:
        rows = rows.filter(narrowing[state])
    wanted = sort if sort.lstrip("-") in PAST_SORTS else "name"
    column = PAST_SORTS[wanted.lstrip("-")]
    return rows.order_by(f"-{column}" if wanted.startswith("-") else column, "warehouse__code", "id")


def _coming(at: datetime) -> QuerySet[StockTransferLine, Decimal]:
    """What was on its way to the row at that instant."""
    on_the_way = Q(transfer__ended_at__isnull=True) | Q(transfer__ended_at__gt=at)
    lines = StockTransferLine.objects.filter(
        on_the_way,
        sku=OuterRef("sku"),
        transfer__destination=OuterRef("warehouse"),
        transfer__sent_at__lte=at,
    )
    return lines.order_by().values("sku").annotate(sum=Sum("quantity")).values_list("sum", flat=True)


def _or_nothing(rows: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(rows), _NOTHING, output_field=_QUANTITY)
