"""Abstract rows that every app builds on."""

from __future__ import annotations

from typing import Any

from django.db import models

from platform_core.db.fields import ClockTime
from platform_core.kernel.actor import Actor


class ActedRow(models.Model):
    """Who did it, as a value: operators, machines and the system act too (design.md §2)."""

    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=120)
    actor_on_behalf_of = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        abstract = True


def actor_columns(actor: Actor) -> dict[str, str]:
    """The actor as columns of an `ActedRow`."""
    return {
        "actor_kind": actor.kind.value,
        "actor_id": actor.id,
        "actor_name": actor.name[:120],
        "actor_on_behalf_of": actor.on_behalf_of[:120],
    }


class AbstractStep(ActedRow):
    """One row for each move of a document: step, actor, time, reason, amounts before and after.

    `before` and `after` are decimal strings by name ("total", "freight", "goods"). Never
    updated, never deleted.
    """

    name = models.CharField(max_length=30)
    source = models.CharField(max_length=20, blank=True, default="")
    target = models.CharField(max_length=20)
    at = ClockTime(on="create")
    reason = models.CharField(max_length=500, blank=True, default="")
    before: models.JSONField[Any, Any] = models.JSONField(default=dict)
    after: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        abstract = True


class AddressColumns(models.Model):
    """A postal address anywhere: country, up to three regions, lines, who receives it.

    In China the regions are province, city and district in the spelling of W-054.
    """

    country = models.CharField(max_length=2, default="CN")
    region1 = models.CharField(max_length=60, blank=True, default="")
    region2 = models.CharField(max_length=60, blank=True, default="")
    region3 = models.CharField(max_length=60, blank=True, default="")
    postcode = models.CharField(max_length=20, blank=True, default="")
    line1 = models.CharField(max_length=200, blank=True, default="")
    line2 = models.CharField(max_length=200, blank=True, default="")
    consignee = models.CharField(max_length=80, blank=True, default="")
    phone = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        abstract = True


ADDRESS_FIELDS = (
    "country",
    "region1",
    "region2",
    "region3",
    "postcode",
    "line1",
    "line2",
    "consignee",
    "phone",
)
