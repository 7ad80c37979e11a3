"""One table for all files of a supplier; the bytes lie behind the storage seam."""

from __future__ import annotations

from django.db import models

from platform_core.db.fields import ClockTime, public_id
from platform_core.db.models import ActedRow


class Attachment(ActedRow):
    """A file of one owner (`owner_kind`, `owner_id`: opaque here). Size in bytes.

    `key` names the bytes in the storage; it begins with the supplier's id. The owner's app
    decides who may read it: there is no general download.
    """

    public_id = public_id("att")
    owner_kind = models.CharField(max_length=30)
    owner_id = models.BigIntegerField()
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    thumbnail_key = models.CharField(max_length=200, blank=True, default="")
    created_at = ClockTime(on="create")

    class Meta:
        db_table = "attachment"
        indexes = [models.Index(fields=["owner_kind", "owner_id", "position"], name="attachment_owner")]
