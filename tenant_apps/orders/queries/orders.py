"""Which orders an actor may see."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.kernel.actor import Actor
from tenant_apps.orders.models import RawOrder, SalesOrder
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.states import ORDER_FLOW, RAW_ORDER_FLOW


def orders_visible_to(actor: Actor) -> QuerySet[SalesOrder]:
    """Staff see the orders of their warehouses and dealers, a dealer its own shops' (W-024…W-026)."""
    actor.require(OrderPermission.READ)
    orders = SalesOrder.objects.all()
    if actor.dealer_id is not None:
        orders = orders.filter(dealer_id=actor.dealer_id)
        return orders if actor.shop_ids is None else orders.filter(shop_id__in=actor.shop_ids)
    if actor.warehouse_ids is not None:
        orders = orders.filter(warehouse_id__in=actor.warehouse_ids)
    if actor.dealer_ids is not None:
        orders = orders.filter(dealer_id__in=actor.dealer_ids)
    return orders


def order_for(actor: Actor, public_id: str) -> SalesOrder:
    """One visible order with its dealer. Raises NotFound."""
    rows = orders_visible_to(actor).select_related("dealer")
    return current(rows.filter(public_id=public_id), _("order"))


def orders_together(actor: Actor, order: SalesOrder) -> list[SalesOrder]:
    """The visible orders that one request became, the order among them; no statement for a single one."""
    if not order.part:
        return [order]
    rows = orders_visible_to(actor).filter(raw_order=order.raw_order_id).select_related("warehouse")
    return list(rows.order_by("part"))


def numbers_together(order: SalesOrder) -> str:
    """The numbers of all orders that the request of one became; no statement for a single one."""
    if not order.part:
        return order.number
    rows = SalesOrder.objects.filter(raw_order=order.raw_order_id).order_by("part")
    return ", ".join(rows.values_list("number", flat=True))


def with_ids_together(rows: QuerySet[SalesOrder]) -> QuerySet[SalesOrder]:
    """The same orders, each with what `ids_together` needs: no statement more."""
    others = SalesOrder.objects.filter(raw_order=OuterRef("raw_order"), part__gt=0).order_by("part")
    return rows.annotate(part_ids=ArraySubquery(others.values("public_id")))


def ids_together(order: SalesOrder) -> list[str]:
    """Public ids of the orders that one request became; a statement only for a part that came alone."""
    if not order.part:
        return [order.public_id]
    known: list[str] | None = getattr(order, "part_ids", None)
    if known is None:
        rows = SalesOrder.objects.filter(raw_order=order.raw_order_id).order_by("part")
        known = list(rows.values_list("public_id", flat=True))
    return known


# The same rule for a statement whose text is made once, order `o`; a test holds the two together.
VISIBLE_ORDER = """
(%(dealer)s::bigint IS NULL OR o.dealer_id = %(dealer)s)
AND (%(shops)s::bigint[] IS NULL OR o.shop_id = ANY(%(shops)s))
AND (%(warehouses)s::bigint[] IS NULL OR o.warehouse_id = ANY(%(warehouses)s))
AND (%(dealers)s::bigint[] IS NULL OR o.dealer_id = ANY(%(dealers)s))
"""


def visibility_of(actor: Actor) -> dict[str, Any]:
    """The parameters of `VISIBLE_ORDER`. Raises NotPermitted."""
    actor.require(OrderPermission.READ)
    is_dealer = actor.dealer_id is not None
    return {
        "dealer": actor.dealer_id,
        "shops": _listed(actor.shop_ids) if is_dealer else None,
        "warehouses": None if is_dealer else _listed(actor.warehouse_ids),
        "dealers": None if is_dealer else _listed(actor.dealer_ids),
    }


def _listed(ids: frozenset[int] | None) -> list[int] | None:
    return None if ids is None else sorted(ids)


def raw_orders_visible_to(actor: Actor) -> QuerySet[RawOrder]:
    """Only a dealer's own: before they are submitted, they have not entered the system (W-136)."""
    actor.require(OrderPermission.READ)
    if actor.dealer_id is None:
        return RawOrder.objects.none()
    raw = RawOrder.objects.filter(dealer_id=actor.dealer_id)
    return raw if actor.shop_ids is None else raw.filter(shop_id__in=actor.shop_ids)


def steps_open_to(actor: Actor, order: SalesOrder) -> list[str]:
    """The buttons of the page and the `steps` of the API. Shipping and receipt belong to higher apps."""
    own = {
        *("edit", "review", "decline", "approve", "adjust", "return_level"),
        *("reject_finance", "reject", "cancel_line", "cancel", "close_rest"),
    }
    found = [name for name in ORDER_FLOW.open_to(order.state, actor.grants) if name in own]
    if order.is_bought and actor.dealer_id is not None:
        found = [name for name in found if name not in {"edit", "cancel", "cancel_line"}]
    if "decline" in found and not (order.needs_approval and actor.dealer_id and actor.id != order.buyer):
        found.remove("decline")
    if "review" in found and order.needs_approval and actor.dealer_id and actor.id == order.buyer:
        found.remove("review")
    if "return_level" in found and not (order.approval and order.approval["level"]):
        found.remove("return_level")
    if not order.finance_reasons and "reject_finance" in found:
        found.remove("reject_finance")
    return found


def raw_steps_open_to(actor: Actor, raw: RawOrder) -> list[str]:
    """The same for a raw order."""
    return RAW_ORDER_FLOW.open_to(raw.state, actor.grants)
