"""The supplier's outbox: what happened and still has to be told."""

from __future__ import annotations

from typing import Any

from django.db import models

from platform_core.db.fields import ClockTime, public_id


class OutboxEntry(models.Model):
    """One event, written in the transaction of its cause, delivered at least once.

    `next_at` is when it may be taken next: whoever takes it moves it ahead, as its lease.
    `handled` lists the handlers that finished, so that a repeat asks only the others.
    """

    public_id = public_id("evt")
    name = models.CharField(max_length=80)
    body: models.JSONField[Any, Any] = models.JSONField()
    created_at = ClockTime(on="create")
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    handled: models.JSONField[Any, Any] = models.JSONField(default=list)
    error = models.CharField(max_length=300, blank=True, default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "outbox"
        indexes = [
            models.Index(
                fields=["next_at", "id"], name="outbox_waiting", condition=models.Q(done_at__isnull=True)
            )
        ]
