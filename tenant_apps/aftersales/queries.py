"""Which receipts an actor may see, and which shipments nobody confirmed in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from platform_core.kernel.search_keys import fold
from tenant_apps.access import queries as access
from tenant_apps.aftersales.models import Receipt, ReceiptLine
from tenant_apps.aftersales.permissions import AftersalesPermission
from tenant_apps.fulfilment import queries as shipments
from tenant_apps.fulfilment.models import Shipment
from tenant_apps.fulfilment.states import ShipmentState
from tenant_apps.orders.models import SalesOrder

_LINES = Prefetch(
    "lines",
    ReceiptLine.objects.select_related("shipment_line__stock_out_line").order_by(
        "shipment_line__stock_out_line__position"
    ),
)


SORTS = {"number": "id", "at": "created_at", "dealer": "dealer__sort_key"}


def receipts_visible_to(actor: Actor) -> QuerySet[Receipt]:
    """The receipts of the shipments that the actor may see. Raises NotPermitted."""
    actor.require(AftersalesPermission.READ)
    return Receipt.objects.filter(shipment__in=shipments.shipments_visible_to(actor).values("pk"))


def shown(receipts: QuerySet[Receipt]) -> QuerySet[Receipt]:
    """The same with what a list tells of each: `order_id` (public), `short`, `over`, `replenish`."""
    order = SalesOrder.objects.filter(pk=OuterRef("shipment__stock_out__source_id"))
    lines = ReceiptLine.objects.filter(receipt=OuterRef("pk"))
    return receipts.select_related("shipment__stock_out__warehouse", "shipment__carrier", "dealer").annotate(
        order_id=Subquery(order.values("public_id")[:1]),
        is_short=Exists(lines.filter(received__lt=F("shipped"))),
        is_over=Exists(lines.filter(received__gt=F("shipped"))),
        wants_more=Exists(lines.filter(replenish=True)),
    )


@dataclass(frozen=True, slots=True)
class ReceiptFilter:
    """What narrows a list of receipts; empty members narrow nothing.

    `difference`: `any`, `short`, `over`, `replenish` or `none`; `automatic`: `yes` or `no`.
    """

    q: str = ""
    difference: str = ""
    automatic: str = ""
    sort: str = ""


_DIFFERENCES = {
    "any": Q(is_short=True) | Q(is_over=True),
    "short": Q(is_short=True),
    "over": Q(is_over=True),
    "replenish": Q(wants_more=True),
    "none": Q(is_short=False, is_over=False),
}


def receipts_matching(actor: Actor, wanted: ReceiptFilter) -> QuerySet[Receipt]:
    """Visible receipts by number, shipment, tracking number, order or dealer, and by difference."""
    rows = shown(receipts_visible_to(actor))
    for word in wanted.q.split():
        rows = rows.filter(
            Q(number__icontains=word)
            | Q(shipment__number__icontains=word)
            | Q(shipment__tracking_number__icontains=word)
            | Q(shipment__stock_out__source_number__icontains=word)
            | Q(dealer__search_key__contains=fold(word))
        )
    if wanted.difference in _DIFFERENCES:
        rows = rows.filter(_DIFFERENCES[wanted.difference])
    if wanted.automatic in {"yes", "no"}:
        rows = rows.filter(automatic=wanted.automatic == "yes")
    sort = wanted.sort if wanted.sort.lstrip("-") in SORTS else "-number"
    column = SORTS[sort.lstrip("-")]
    return rows.order_by(f"-{column}" if sort.startswith("-") else column, "-id")


def with_lines(receipts: QuerySet[Receipt]) -> QuerySet[Receipt]:
    """The same with their lines, in two statements however many there are."""
    return receipts.prefetch_related(_LINES)


def receipt_for(actor: Actor, receipt_id: str) -> Receipt:
    """One receipt with its lines. Raises NotFound."""
    rows = with_lines(shown(receipts_visible_to(actor)))
    receipt = rows.filter(public_id=receipt_id).first()
    if receipt is None:
        raise NotFound(noun=_("receipt"))
    return receipt


def receipts_of_order(actor: Actor, order_id: str) -> QuerySet[Receipt]:
    """The visible receipts of a visible order, by its public id, oldest first. Raises NotFound."""
    actor.require(AftersalesPermission.READ)
    of_order = shipments.shipments_of_order(actor, order_id).order_by().values("pk")
    return with_lines(shown(Receipt.objects.filter(shipment__in=of_order))).order_by("pk")


def receipts_of_shipment(actor: Actor, shipment_id: str) -> QuerySet[Receipt]:
    """The receipt of a visible shipment, by its public id, if there is one. Raises NotFound."""
    actor.require(AftersalesPermission.READ)
    shipment = shipments.shipment_for(actor, shipment_id)
    return with_lines(shown(Receipt.objects.filter(shipment=shipment)))


def lines_of(receipts: QuerySet[Receipt]) -> QuerySet[ReceiptLine]:
    """Every line of the receipts, in their order."""
    lines = ReceiptLine.objects.filter(receipt__in=receipts.order_by().values("pk"))
    return lines.select_related(
        "receipt__shipment__stock_out", "receipt__dealer", "shipment_line__stock_out_line"
    ).order_by("-receipt_id", "shipment_line__stock_out_line__position")


def to_receive(actor: Actor) -> QuerySet[Shipment]:
    """Shipped and not confirmed (K-24), the longest on the way first."""
    actor.require(AftersalesPermission.READ)
    rows = shipments.shown(shipments.shipments_visible_to(actor))
    return rows.filter(state=ShipmentState.SHIPPED).order_by("shipped_at", "pk")


def unconfirmed_in_time() -> QuerySet[Shipment]:
    """Shipments that are on the way for more than the supplier's N days."""
    late = clock.now() - timedelta(days=access.settings().complete_after_days)
    return Shipment.objects.filter(state=ShipmentState.SHIPPED, shipped_at__lt=late).order_by("pk")
