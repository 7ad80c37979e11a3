"""One table for what people saved of their lists.

It stands in `platform_core`, beside operations and attachments, and not in `access`, the lowest app: every
app with a list needs it from its pages, and a page may import a toolkit, but no other app's pages. It needs
no app either: a person is the public id of its actor, as everywhere; a list is the name of its address.
"""

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
