"""What a person may ask of dealer groups (MO-03, K-12)."""

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
from tenant_apps.dealers.errors import GroupInUse
from tenant_apps.dealers.models import DealerGroup
from tenant_apps.dealers.permissions import DealerPermission

USES_SHOWN = 5


@command(DealerPermission.MANAGE_LEVELS)
def add_group(*, actor: Actor, values: Mapping[str, Any]) -> DealerGroup:
    """A dealer group with `name` and perhaps `external_id`. Raises Invalid."""
    asked = trimmed(values)
    refuse(rules.group_problems({"name": "", **asked}))
    row = DealerGroup()
    assign(row, asked)
    with uniquely("name", "external_id"):
        row.save(force_insert=True)
    note(actor, row, "created", {}, facts(row))
    return row


@command(DealerPermission.MANAGE_LEVELS)
def change_group(
    *, actor: Actor, group_id: str, changes: Mapping[str, Any], version: int | None = None
) -> DealerGroup:
    """Change a group's name or external id. Raises NotFound, Conflict, Invalid."""
    row = current(locked(queries.groups_visible_to(actor)).filter(public_id=group_id), _("group"), version)
    values = trimmed(changes)
    refuse(rules.group_problems(values))
    before = facts(row)
    assign(row, values)
    store(row, "name", "external_id")
    note(actor, row, "changed", *difference(before, facts(row)))
    return row


@command(DealerPermission.MANAGE_LEVELS)
def delete_group(*, actor: Actor, group_id: str) -> None:
    """Delete a group that nothing uses, here or in a higher app. Raises NotFound, GroupInUse."""
    # The full lock: whoever is about to name the group waits, and then finds it gone.
    rows = queries.groups_visible_to(actor).order_by("pk").select_for_update()
    row = current(rows.filter(public_id=group_id), _("group"))
    uses = queries.uses_of_group(row)
    if uses:
        more = ["…"] if len(uses) > USES_SHOWN else []
        raise GroupInUse(name=row.name, uses=", ".join(uses[:USES_SHOWN] + more))
    note(actor, row, "deleted", facts(row), {})
    row.delete()
