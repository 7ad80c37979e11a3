"""The worker's doors: imports of stock and of counts, and the sweep that tells of low stock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext

from platform_core.idempotency.keys import operation_id
from platform_core.imports import operations
from platform_core.imports.kinds import Kind, grouped
from platform_core.imports.models import Import
from platform_core.jobs import base
from platform_core.kernel.actor import Actor
from platform_core.kernel.words import noop
from tenant_apps.inventory import commands
from tenant_apps.inventory.permissions import InventoryPermission
from tenant_apps.inventory.queries import COUNTS_IMPORT, IMPORT, stock_takes_visible_to
from tenant_apps.logistics.queries import warehouses_visible_to

LOW = "tenant_apps.inventory.tasks.tell_low"
PERIOD_SECONDS, TICK_SECONDS = 1800, 600
GRANTS = frozenset(map(str, InventoryPermission))


@base.supplier_task(name=LOW)
def tell_low() -> int:
    """Tell of every row that fell to its warning line since the last sweep; how many turned."""
    actor = Actor.system("low stock", GRANTS)
    turned = 0
    while found := commands.tell_low_stock(actor=actor):
        turned += found
    return turned


@base.control_task(name="tenant_apps.inventory.tasks.wake_in_turn")
def wake_in_turn() -> int:
    """Every ten minutes: wake the suppliers whose turn it is; how many."""
    return base.wake_in_turn(LOW, period_seconds=PERIOD_SECONDS, tick_seconds=TICK_SECONDS)


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


def _store_counts(actor: Actor, row: Import) -> None:
    """Check the counts once more and enter them all or none; each is compared with what lies there now."""
    with operations.stored_whole(actor, row) as file:
        table = commands.counted_lines(file, row.name, locale=get_language() or "en")
        operations.refuse_faults(table)
        counts = commands.line_counts_of(table)
        commands.count_stock_take(
            actor=actor,
            operation_id=operation_id(row.public_id, "store"),
            stock_take_id=row.subject,
            counts=counts,
        )
        operations.finish(row, {"counted": len(counts)})


def _counts_said(result: Mapping[str, Any]) -> str:
    counted = result["counted"]
    said = ngettext("{count} SKU is counted.", "{count} SKUs are counted.", counted)
    return said.format(count=grouped(result)["counted"])


COUNTS = Kind(
    key=COUNTS_IMPORT,
    name=noop("Stock take"),
    permission=InventoryPermission.TAKE_STOCK,
    work=_store_counts,
    said=_counts_said,
    start=lambda row: reverse("inventory:stock_take_import", args=[row.subject]),
    home=lambda row: reverse("inventory:stock_take", args=[row.subject]),
    home_name=noop("To the stock take"),
    subjects=stock_takes_visible_to,
)
