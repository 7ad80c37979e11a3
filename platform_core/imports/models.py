"""An import as a row: who uploaded what, how far it is, who works at it, and what came of it."""

from __future__ import annotations

from typing import Any

from django.db import models

from platform_core.db.fields import ClockTime, public_id, state, state_is_known
from platform_core.db.models import ActedRow
from platform_core.imports.states import ImportState, RowOutcome


class Import(ActedRow):
    """A workbook from its upload to its report.

    `kind` is a key of `settings.IMPORTS`; `subject` the public id of what the file is about (a
    warehouse, a strategy) or nothing. The file is the attachment of owner `import`, until the
    end. `locale` is the sender's language. Who holds the lease works at it, under `holder`.
    `result` is what the kind's report is made of, `secret` what the kind needs for a day at most.
    """

    public_id = public_id("imp")
    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=40, blank=True, default="")
    name = models.CharField(max_length=200)
    locale = models.CharField(max_length=10)
    state = state(ImportState, ImportState.UPLOADED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    result: models.JSONField[Any, Any] = models.JSONField(default=dict)
    secret = models.CharField(max_length=64, blank=True, default="")
    holder = models.CharField(max_length=32, blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    created_at = ClockTime(on="create")
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "import"
        constraints = [state_is_known("import", ImportState)]
        indexes = [
            models.Index(fields=["lease_until"], name="import_running", condition=models.Q(state="running")),
            models.Index(fields=["-confirmed_at", "-id"], name="import_newest"),
        ]


class ImportRow(models.Model):
    """What became of one row of a workbook whose rows are stored one by one; `number` is Excel's.

    `detail` is what its kind must know of the row later.
    """

    import_of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="lines", db_index=False)
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    detail = models.CharField(max_length=200, blank=True, default="")
    outcome = models.CharField(max_length=10, choices=RowOutcome.choices)
    message = models.TextField(blank=True, default="")

    class Meta:
        db_table = "import_row"
        constraints = [
            models.UniqueConstraint(fields=["import_of", "number"], name="import_row_once"),
        ]
