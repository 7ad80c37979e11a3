"""What a person may ask of shops."""

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
from tenant_apps.dealers.commands.shared import assign, facts, note, switched
from tenant_apps.dealers.models import Shop
from tenant_apps.dealers.permissions import DealerPermission


@command(DealerPermission.MANAGE_SHOPS)
def add_shop(*, actor: Actor, dealer_id: str, values: Mapping[str, Any]) -> Shop:
    """An offline shop of a dealer (W-100, W-103) with `code`, `name` and perhaps `auto_review` (W-104)."""
    dealer = queries.dealer_for(actor, dealer_id)
    asked = trimmed(values)
    refuse(rules.shop_problems({"code": "", "name": "", **asked}))
    row = Shop(dealer=dealer)
    assign(row, asked)
    with uniquely("code", "external_id"):
        row.save(force_insert=True)
    note(actor, row, "created", {}, facts(row))
    return row


@command(DealerPermission.MANAGE_SHOPS)
def change_shop(
    *, actor: Actor, shop_id: str, changes: Mapping[str, Any], version: int | None = None
) -> Shop:
    """Change code, name, external id or automatic review of a shop. Raises NotFound, Conflict, Invalid."""
    row = _locked_shop(actor, shop_id, version)
    values = trimmed(changes)
    refuse(rules.shop_problems(values))
    before = facts(row)
    assign(row, values)
    store(row, "code", "external_id")
    note(actor, row, "changed", *difference(before, facts(row)))
    return row


@command(DealerPermission.MANAGE_SHOPS)
def enable_shop(*, actor: Actor, shop_id: str, version: int | None = None) -> Shop:
    """Let orders be placed for a shop again."""
    return _switch_shop(actor, shop_id, version, enabled=True)


@command(DealerPermission.MANAGE_SHOPS)
def disable_shop(*, actor: Actor, shop_id: str, version: int | None = None) -> Shop:
    """Take no new orders for a shop; its open ones run on."""
    return _switch_shop(actor, shop_id, version, enabled=False)


def _locked_shop(actor: Actor, public_id: str, version: int | None) -> Shop:
    rows = locked(queries.shops_visible_to(actor))
    return current(rows.filter(public_id=public_id), _("shop"), version)


def _switch_shop(actor: Actor, public_id: str, version: int | None, *, enabled: bool) -> Shop:
    row = _locked_shop(actor, public_id, version)
    return switched(actor, row, enabled=enabled)
