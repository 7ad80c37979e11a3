"""The states of an import, and what may become of one of its rows."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportState(models.TextChoices):
    """`uploaded` → `checked` → `running` → `done` | `failed`; a file with errors stays `uploaded`."""

    UPLOADED = "uploaded", _("Uploaded")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Running")
    DONE = "done", _("Stored")
    FAILED = "failed", _("Nothing stored")


WAITING = (ImportState.UPLOADED, ImportState.CHECKED)
CONFIRMED = (ImportState.RUNNING, ImportState.DONE, ImportState.FAILED)


class RowOutcome(models.TextChoices):
    """What became of one row of an import that stores row by row; what waits is stored and not yet whole."""

    CREATED = "created", _("created")
    CHANGED = "changed", _("changed")
    WAITS = "waits", _("waits")
    FAILED = "failed", _("failed")
