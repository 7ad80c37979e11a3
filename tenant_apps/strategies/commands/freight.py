"""What a person may ask of freight tables: one per warehouse, by workbook (W-050…W-055)."""

from __future__ import annotations

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from platform_core.attachments import store
from platform_core.audit.record import Change, record
from platform_core.commands import command
from platform_core.db.editing import current
from platform_core.db.locks import locked
from platform_core.imports import operations
from platform_core.imports.models import Import
from platform_core.imports.queries import file_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.quantity import plain
from platform_core.kernel.texts import text_problems
from platform_core.kernel.words import noop
from platform_core.workbooks.reading import Table
from tenant_apps.access import queries as access
from tenant_apps.logistics import queries as logistics
from tenant_apps.logistics.models import Warehouse
from tenant_apps.strategies import queries
from tenant_apps.strategies.errors import WarehouseStillEnabled
from tenant_apps.strategies.freight import Rounding
from tenant_apps.strategies.models import FreightRow, FreightStrategy
from tenant_apps.strategies.permissions import StrategyPermission

KIND = "freight_strategy"
_LIMITS = {"name": 80}
_ROUNDINGS = noop("Choose one of the ways to count weight.")


@command(StrategyPermission.MANAGE)
def upload_freight_table(
    *,
    actor: Actor,
    warehouse_id: str,
    file: File,  # type: ignore[type-arg]
    table: Table | None = None,
) -> Import:
    """Keep a workbook until it is confirmed; stores no rate. Raises NotFound, FileRefused."""
    warehouse = logistics.warehouse_for(actor, warehouse_id)
    return operations.keep(
        actor=actor, kind=queries.FREIGHT_IMPORT, file=file, subject=warehouse.public_id, table=table
    )


@command(StrategyPermission.MANAGE)
def import_freight_table(
    *, actor: Actor, warehouse_id: str, file_id: str, locale: str = "en"
) -> FreightStrategy:
    """Store a workbook that was uploaded and looked at as the whole table of its warehouse (W-051).

    It is checked again, as carriers may have changed. Raises NotFound, ImportGone, Invalid.
    """
    warehouse = _locked_warehouse(actor, warehouse_id)
    row = queries.freight_file_for(actor, warehouse, file_id, lock=True)
    country = access.settings().country
    with store.open_file(file_of(row)) as file:
        preview = queries.freight_preview(file, row.name, country=country, locale=locale)
    operations.refuse_faults(preview.table)
    strategy, is_new = FreightStrategy.objects.get_or_create(
        warehouse=warehouse, defaults={"name": warehouse.name}
    )
    before = 0 if is_new else strategy.rows.count()
    strategy.rows.all().delete()
    FreightRow.objects.bulk_create([_row(strategy, line) for line in preview.lines])
    strategy.version += not is_new
    strategy.save(update_fields=["version", "updated_at"])
    operations.finish(row, {"rows": len(preview.lines), "table": strategy.public_id})
    change = Change(
        KIND, strategy.public_id, "table_imported", {"rows": before}, {"rows": len(preview.lines)}
    )
    record(actor, [change])
    return strategy


@command(StrategyPermission.MANAGE)
def change_freight_strategy(*, actor: Actor, strategy_id: str, name: str, rounding: str) -> FreightStrategy:
    """Another name, another way to count weight (decisions.md §2 row 1). Raises NotFound, Invalid."""
    strategy = _locked(actor, strategy_id)
    name = " ".join(name.split())
    problems = text_problems({"name": name}, _LIMITS, required=["name"])
    if rounding not in set(Rounding):
        problems.append(FieldProblem("/rounding", "invalid", _ROUNDINGS))
    if problems:
        raise Invalid(problems=problems)
    before = {"name": strategy.name, "rounding": strategy.rounding}
    strategy.name, strategy.rounding = name, rounding
    strategy.version += 1
    strategy.save(update_fields=["name", "rounding", "version", "updated_at"])
    after = {"name": name, "rounding": rounding}
    record(actor, [Change(KIND, strategy.public_id, "changed", before, after)])
    return strategy


@command(StrategyPermission.MANAGE)
def delete_freight_strategy(*, actor: Actor, strategy_id: str) -> None:
    """Delete the table of a disabled warehouse (W-055). Raises NotFound, WarehouseStillEnabled."""
    strategy = _locked(actor, strategy_id)
    if strategy.warehouse.enabled:
        raise WarehouseStillEnabled(warehouse=strategy.warehouse.name)
    facts = {"name": strategy.name, "rows": strategy.rows.count()}
    strategy.rows.all().delete()
    strategy.delete()
    record(actor, [Change(KIND, strategy_id, "deleted", facts, {})])


def _locked_warehouse(actor: Actor, warehouse_id: str) -> Warehouse:
    """The warehouse, locked: its table is replaced by one import at a time."""
    rows = logistics.warehouses_visible_to(actor).filter(public_id=warehouse_id)
    return current(locked(rows), _("warehouse"))


def _locked(actor: Actor, strategy_id: str) -> FreightStrategy:
    rows = queries.freight_strategies_visible_to(actor).filter(public_id=strategy_id)
    return current(locked(rows), _("freight strategy"))


def _row(strategy: FreightStrategy, line: queries.TableLine) -> FreightRow:
    area, rate = line.area, line.rate
    return FreightRow(
        strategy=strategy,
        carrier_id=line.carrier,
        position=line.position,
        country=area.country,
        region1=area.region1,
        region2=area.region2,
        region3=area.region3,
        postcode_prefix=area.postcode_prefix,
        first_kg=rate.first_kg,
        first_fee=rate.first_fee,
        tiers=[
            [
                queries.NO_LIMIT if tier.up_to_kg is None else plain(tier.up_to_kg),
                plain(tier.unit_kg),
                plain(tier.fee),
            ]
            for tier in rate.tiers
        ],
    )
