"""The use of a coupon by an order, or by all orders of one request together."""

from __future__ import annotations

from platform_core.db.locks import locked
from tenant_apps.orders.models import RawOrder, SalesOrder
from tenant_apps.orders.queries.drafts import Draft
from tenant_apps.orders.states import OrderState
from tenant_apps.strategies import operations as strategies


def take_coupon_of(order: SalesOrder, draft: Draft) -> None:
    """Note the use of the draft's coupon, if it has one. Raises Invalid at `/coupon` when it is used up.

    Orders of one request have taken it together.
    """
    if draft.coupon is not None:
        strategies.take_coupon(
            promotion_id=draft.coupon.pk, dealer_id=draft.dealer.pk, source=coupon_source(order)
        )


def coupon_source(order: SalesOrder) -> str:
    """In whose name a coupon is taken: the order's, or that of the request which it is a part of."""
    return order.raw_order.public_id if order.part else order.public_id


def leave_coupon_of(order: SalesOrder) -> None:
    """The order no longer uses its coupon; of several the last to leave it gives it back."""
    if not order.coupon_code:
        return
    if order.part:
        # Two parts that leave at the same moment: one after the other.
        list(locked(RawOrder.objects.filter(pk=order.raw_order_id)).values_list("pk"))
        others = SalesOrder.objects.filter(raw_order=order.raw_order_id).exclude(pk=order.pk)
        if others.exclude(coupon_code="").exclude(state=OrderState.CANCELLED).exists():
            return
    strategies.give_back_coupon(source=coupon_source(order))
