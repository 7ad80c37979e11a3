"""Writes and reads audit lines. Commands call `record`; pages show `lines_of`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from platform_core.audit.models import AuditLine
from platform_core.db.models import actor_columns
from platform_core.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one thing. Only the fields that differ belong into before and after."""

    kind: str
    id: str
    verb: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def record(actor: Actor, changes: Iterable[Change]) -> None:
    """Write one line per change, in one statement."""
    AuditLine.objects.bulk_create(
        [
            AuditLine(
                subject_kind=change.kind,
                subject_id=change.id,
                verb=change.verb,
                before=_plain(change.before),
                after=_plain(change.after),
                **actor_columns(actor),
            )
            for change in changes
        ]
    )


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that differ, as they were and as they are."""
    changed = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in changed}, {key: after[key] for key in changed}


def lines_of(kind: str, id_: str) -> QuerySet[AuditLine]:
    """The log of one thing, newest first."""
    return AuditLine.objects.filter(subject_kind=kind, subject_id=id_).order_by("-id")


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value if isinstance(value, (bool, int, list, dict, type(None))) else str(value)
        for key, value in values.items()
    }
