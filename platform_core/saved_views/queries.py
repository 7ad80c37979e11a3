"""The views that a person saved."""

from __future__ import annotations

from django.db.models import QuerySet

from platform_core.kernel.actor import Actor
from platform_core.saved_views.models import SavedView


def own_views(actor: Actor, page: str = "") -> QuerySet[SavedView]:
    """The person's own views, of one list or of all, by name."""
    rows = SavedView.objects.filter(person=actor.id).order_by("name", "pk")
    return rows.filter(page=page) if page else rows
