"""What a person may ask of dealer levels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from platform_core.audit.record import difference
from platform_core.commands import command
from platform_core.db.editing import current, refuse, store, uniquely
from platform_core.db.locks import locked
from platform_core.kernel.actor import Actor
from platform_core.kernel.texts import trimmed
from tenant_apps.dealers import queries, rules
from tenant_apps.dealers.commands.shared import assign, facts, note
from tenant_apps.dealers.errors import LastLevel, LevelInUse
from tenant_apps.dealers.models import Dealer, DealerLevel
from tenant_apps.dealers.permissions import DealerPermission


@command(DealerPermission.MANAGE_LEVELS)
def add_level(*, actor: Actor, values: Mapping[str, Any]) -> DealerLevel:
    """A level with `name` and `stock_percent` (W-065), after the others. Raises Invalid."""
    asked = {"stock_percent": rules.HUNDRED, **trimmed(values)}
    refuse(rules.level_problems({"name": "", **asked}))
    row = DealerLevel(position=DealerLevel.objects.count() + 1)
    assign(row, asked)
    with uniquely("name", "external_id"):
        row.save(force_insert=True)
    note(actor, row, "created", {}, facts(row))
    return row


@command(DealerPermission.MANAGE_LEVELS)
def change_level(
    *, actor: Actor, level_id: str, changes: Mapping[str, Any], version: int | None = None
) -> DealerLevel:
    """Change a level's name or share of the stock, for all its dealers at once (W-065)."""
    row = current(locked(queries.levels_visible_to(actor)).filter(public_id=level_id), _("level"), version)
    values = trimmed(changes)
    refuse(rules.level_problems(values))
    before = facts(row)
    assign(row, values)
    store(row, "name", "external_id")
    note(actor, row, "changed", *difference(before, facts(row)))
    return row


@command(DealerPermission.MANAGE_LEVELS)
def delete_level(*, actor: Actor, level_id: str) -> None:
    """Delete a level that no dealer is on. Raises NotFound, LevelInUse, LastLevel."""
    # The full lock: a dealer about to join the level waits, and then finds it gone.
    rows = queries.levels_visible_to(actor).order_by("pk").select_for_update()
    row = current(rows.filter(public_id=level_id), _("level"))
    if count := Dealer.objects.filter(level=row).count():
        raise LevelInUse(count=count, name=row.name)
    if not DealerLevel.objects.exclude(pk=row.pk).exists():
        raise LastLevel(name=row.name)
    note(actor, row, "deleted", facts(row), {})
    row.delete()
