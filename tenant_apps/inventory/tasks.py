"""The worker's door to the stock import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext

from platform_core.idempotency.keys import operation_id
from platform_core.imports import operations
from platform_core.imports.kinds import Kind, grouped
from platform_core.imports.models import Import
from platform_core.kernel.actor import Actor
from platform_core.kernel.words import noop
from tenant_apps.inventory import commands
from tenant_apps.inventory.permissions import InventoryPermission
from tenant_apps.inventory.queries import IMPORT
from tenant_apps.logistics.queries import warehouses_visible_to


def _store(actor: Actor, row: Import) -> None:
    """Check the counts once more, as goods may have gone meanwhile, and set them all or none."""
    with operations.stored_whole(actor, row) as file:
        table = commands.counted(file, row.name, locale=get_language() or "en")
        operations.refuse_faults(table)
        changed = commands.import_stock(
            actor=actor,
            operation_id=operation_id(row.public_id, "store"),
            warehouse=row.subject,
            rows=commands.counts_of(table),
        )
        operations.finish(row, {"changed": changed})


def _said(result: Mapping[str, Any]) -> str:
    changed = result["changed"]
    said = ngettext("The stock of {count} SKU changed.", "The stock of {count} SKUs changed.", changed)
    return said.format(count=grouped(result)["changed"])


STOCK = Kind(
    key=IMPORT,
    name=noop("Stock"),
    permission=InventoryPermission.MANAGE,
    work=_store,
    said=_said,
    start=lambda _row: reverse("inventory:import"),
    home=lambda _row: reverse("inventory:list"),
    home_name=noop("To the stock"),
    subjects=warehouses_visible_to,
)
