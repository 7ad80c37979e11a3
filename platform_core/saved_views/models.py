"""One table for what people saved of their lists."""

from __future__ import annotations

from django.db import models

from platform_core.db.fields import ClockTime, public_id

NAME_MAX = 60
QUERY_MAX = 2000


class SavedView(models.Model):
    """What one person wants to see of one list, under a name.

    `person` is the public id of a user, a value like every actor; `page` the name of the list's
    address (`dealers:list`); `query` what its URL asks (`web.lists.state_of`).
    """

    public_id = public_id("viw")
    person = models.CharField(max_length=40)
    page = models.CharField(max_length=80)
    name = models.CharField(max_length=NAME_MAX)
    query = models.CharField(max_length=QUERY_MAX, blank=True, default="")
    is_default = models.BooleanField(default=False)
    created_at = ClockTime(on="create")

    class Meta:
        db_table = "saved_view"
        constraints = [
            models.UniqueConstraint(fields=["person", "page", "name"], name="saved_view_name_once"),
            models.UniqueConstraint(
                fields=["person", "page"], condition=models.Q(is_default=True), name="saved_view_one_default"
            ),
        ]
