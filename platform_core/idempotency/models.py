"""One row for each act that moves money, stock or documents."""

from __future__ import annotations

from typing import Any

from django.db import models

from platform_core.db.fields import ClockTime
from platform_core.db.models import ActedRow


class Operation(ActedRow):
    """The id of an accepted act, what it was asked and what it answered (design.md §3).

    `result` refers to what the command returned, `answer` is the body that the API sent,
    `refusal` a business refusal: all three make a repeated request answer as the first did.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=80)
    fingerprint = models.BinaryField(max_length=32)
    result: models.JSONField[Any, Any] = models.JSONField(null=True)
    answer: models.JSONField[Any, Any] = models.JSONField(null=True)
    refusal: models.JSONField[Any, Any] = models.JSONField(null=True)
    created_at = ClockTime(on="create")

    class Meta:
        db_table = "operation"
