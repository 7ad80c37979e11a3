"""The audit log of a supplier, append-only."""

from __future__ import annotations

from typing import Any

from django.db import models

from platform_core.db.fields import ClockTime
from platform_core.db.models import ActedRow


class AuditLine(ActedRow):
    """One change of one thing: its kind, its public id, the verb, the values before and after."""

    subject_kind = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=40)
    verb = models.CharField(max_length=40)
    before: models.JSONField[Any, Any] = models.JSONField(default=dict)
    after: models.JSONField[Any, Any] = models.JSONField(default=dict)
    at = ClockTime(on="create")

    class Meta:
        db_table = "audit_line"
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="audit_subject"),
        ]
