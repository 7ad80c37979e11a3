"""What higher apps need of strategies, inside their transaction."""

from __future__ import annotations

from django.db.models import Count, Q

from platform_core.db.locks import locked, require_transaction
from platform_core.kernel.errors import Invalid
from tenant_apps.strategies.models import CouponUse, Promotion
from tenant_apps.strategies.promotion_words import coupon_problem
from tenant_apps.strategies.promotions import State
from tenant_apps.strategies.queries.promotions import state_now, used_up


def take_coupon(*, promotion_id: int, dealer_id: int, source: str) -> None:
    """Note that a document (`source`, its public id) uses a coupon; two can never share the last use.

    The coupon's row is locked, then its uses are counted. Raises Invalid at `/coupon`.
    """
    require_transaction()
    row = locked(Promotion.objects.filter(pk=promotion_id)).get()
    counts = CouponUse.objects.filter(promotion=row).aggregate(
        every=Count("pk"), own=Count("pk", filter=Q(dealer_id=dealer_id))
    )
    problem = used_up(row, counts["every"], counts["own"])
    if problem is None and state_now(row) is not State.RUNNING:
        problem = coupon_problem("coupon_over", row.code or "")
    if problem:
        raise Invalid(problems=[problem])
    CouponUse.objects.create(promotion=row, dealer_id=dealer_id, source=source)


def give_back_coupon(*, source: str) -> None:
    """A document no longer uses its coupon: it was cancelled, or is edited. Asking again finds nothing."""
    require_transaction()
    CouponUse.objects.filter(source=source).delete()
