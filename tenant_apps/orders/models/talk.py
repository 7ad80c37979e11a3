"""What dealer and supplier write to each other about an order."""

from __future__ import annotations

from django.db import models

from platform_core.db.fields import ClockTime
from platform_core.db.models import ActedRow


class OrderMessage(ActedRow):
    """One message on an order (W-154). Never changed, never deleted.

    `seen_at` is when somebody of the other side first opened it; until then it is unread for them.
    """

    order = models.ForeignKey(
        "orders.SalesOrder", on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    text = models.CharField(max_length=1000)
    from_dealer = models.BooleanField()
    at = ClockTime(on="create")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["order", "id"], name="messages_of_order"),
            models.Index(
                fields=["from_dealer", "order"],
                name="unread_messages",
                condition=models.Q(seen_at__isnull=True),
            ),
        ]
