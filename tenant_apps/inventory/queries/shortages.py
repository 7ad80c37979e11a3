"""Where more is reserved than there is, and which documents wait for it (FP-05)."""

from __future__ import annotations

from django.db.models import F, OuterRef, QuerySet, Subquery

from platform_core.kernel.actor import Actor
from tenant_apps.inventory.models import Movement, Reservation, Stock, StockOut
from tenant_apps.inventory.queries.stock import narrowed, stock_visible_to
from tenant_apps.inventory.states import MovementKind, ReservationState


def shortages(actor: Actor, q: str = "", warehouse: str = "") -> QuerySet[Stock]:
    """Visible stock rows with `missing` = reserved − on hand, the greatest first."""
    rows = narrowed(stock_visible_to(actor), q, warehouse).filter(on_hand__lt=F("reserved"))
    return rows.annotate(missing=F("reserved") - F("on_hand")).order_by("-missing", "id")


def waiting_for(stock_ids: list[int]) -> QuerySet[Reservation]:
    """Active reservations of the stock rows, oldest first: who is served last goes short.

    Each has `number`, the document's for people, and `stock_out`, the public id of its stock-out or None.
    """
    caused = Movement.objects.filter(
        stock=OuterRef("stock"),
        kind=MovementKind.RESERVE,
        source_kind=OuterRef("source_kind"),
        source_id=OuterRef("source_id"),
    ).order_by("-id")
    documents = StockOut.objects.filter(
        source_kind=OuterRef("source_kind"), source_id=OuterRef("source_id")
    ).order_by("-id")
    rows = Reservation.objects.filter(stock__in=stock_ids, state=ReservationState.ACTIVE)
    return rows.annotate(
        number=Subquery(caused.values("note")[:1]),
        stock_out=Subquery(documents.values("public_id")[:1]),
    ).order_by("id")
