"""What a person may ask of goods strategies: every change reaches all their dealers at once (G-42)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from platform_core.attachments import store
from platform_core.audit.record import Change, difference, record
from platform_core.commands import command
from platform_core.db.editing import current, uniquely
from platform_core.db.locks import locked
from platform_core.imports import operations
from platform_core.imports.models import Import
from platform_core.imports.queries import file_of
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, Invalid, NotFound
from platform_core.kernel.quantity import plain
from platform_core.kernel.texts import text_problems
from platform_core.kernel.words import noop
from platform_core.workbooks.reading import Table
from tenant_apps.access import queries as access
from tenant_apps.strategies import queries
from tenant_apps.strategies.errors import ResetNotConfirmed, StrategyInUse, StrategyPublic
from tenant_apps.strategies.models import GoodsStrategy, StrategyItem
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries.per_pack import in_base_units
from tenant_apps.strategies.rules import ItemChange, price_problem

KIND = "goods_strategy"
_LIMITS = {"name": 80, "external_id": 80}
_NEEDS_PRICE = noop("{code} is new here and needs a price.")
_UNKNOWN = noop("There is no SKU {code} in the goods archive.")
_TWICE = noop("{code} comes twice. Keep one of them.")


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row: `added`, `updated`, `unchanged`, or refused with a problem."""

    code: str
    outcome: str
    problem: FieldProblem | None = None


@command(StrategyPermission.MANAGE)
def create_strategy(*, actor: Actor, name: str, external_id: str | None = None) -> GoodsStrategy:
    """A goods strategy without SKUs (W-070). Raises Invalid for an empty or taken name or external id."""
    strategy = GoodsStrategy(**_checked(name, external_id))
    with uniquely("name", "external_id"):
        strategy.save(force_insert=True)
    record(actor, [Change(KIND, strategy.public_id, "created", {}, {"name": strategy.name})])
    return strategy


@command(StrategyPermission.MANAGE)
def rename_strategy(
    *,
    actor: Actor,
    strategy_id: str,
    name: str | None = None,
    external_id: str | None = None,
    version: int | None = None,
) -> GoodsStrategy:
    """Another name or external id; goods and dealers stay (W-071), and so does what is None.

    Raises Invalid, Conflict for a stale `version`.
    """
    strategy = _locked(actor, strategy_id, version)
    before = _facts(strategy)
    asked = _checked(
        strategy.name if name is None else name,
        strategy.external_id if external_id is None else external_id,
    )
    strategy.name, strategy.external_id = asked["name"], asked["external_id"]
    strategy.version += 1
    with uniquely("name", "external_id"):
        strategy.save(update_fields=["name", "external_id", "version", "updated_at"])
    record(actor, [Change(KIND, strategy.public_id, "renamed", *difference(before, _facts(strategy)))])
    return strategy


@command(StrategyPermission.MANAGE)
def put_items(
    *, actor: Actor, strategy_id: str, items: Sequence[ItemChange], partly: bool = False
) -> list[RowResult]:
    """Update the SKUs that are there, add the missing ones (W-071, G-42); same statements for any count.

    A new SKU needs a price, of a base unit or of a pack; every SKU must exist in the archive. With
    `partly` the good rows are stored and the others answered with their problem; else any problem
    raises Invalid and nothing changes.
    """
    strategy = _locked(actor, strategy_id)
    known = queries.sku_ids_by_code([item.code for item in items])
    held = queries.stored_items(strategy, list(known.values()))
    results, rows, before, after = [], [], {}, {}
    places, seen = access.settings().unit_price_precision, set[str]()
    items, of_packs = in_base_units(items, known, places)
    for index, item in enumerate(items):
        old, pointer = held.get(known.get(item.code, 0)), f"/items/{index}"
        problem = _problem(item, known, old, places, pointer, seen)
        if index in of_packs and problem is None:
            problem = of_packs[index].below(pointer)
        new = None if problem else _after(item, old)
        if new is None or new == old:
            results.append(RowResult(item.code, "refused" if problem else "unchanged", problem))
            continue
        results.append(RowResult(item.code, "updated" if old else "added"))
        rows.append(
            StrategyItem(strategy=strategy, sku_id=known[item.code], settlement_price=new[0], enabled=new[1])
        )
        before[item.code], after[item.code] = old and _told(old), _told(new)
    problems = [one.problem for one in results if one.problem]
    if problems and not partly:
        raise Invalid(problems=problems)
    _store(actor, strategy, rows, before, after)
    return results


@command(StrategyPermission.MANAGE)
def set_prices(*, actor: Actor, strategy_id: str, prices: Mapping[str, Decimal]) -> int:
    """New settlement prices of SKUs (public ids) of the strategy; gives how many changed (W-072).

    Raises NotFound for a SKU the strategy does not have, Invalid for a price that may not be.
    """
    strategy = _locked(actor, strategy_id)
    places = access.settings().unit_price_precision
    problems = [price_problem(price, places, f"/prices/{sku}") for sku, price in prices.items()]
    if found := [one for one in problems if one]:
        raise Invalid(problems=found)
    items = _items_of(strategy, prices)
    changed = [one for one in items if one.settlement_price != prices[one.sku.public_id]]
    before = {one.sku.merchant_code: _told((one.settlement_price, one.enabled)) for one in changed}
    for one in changed:
        one.settlement_price = prices[one.sku.public_id]
    after = {one.sku.merchant_code: _told((one.settlement_price, one.enabled)) for one in changed}
    _store(actor, strategy, changed, before, after)
    return len(changed)


@command(StrategyPermission.MANAGE)
def set_enabled(
    *,
    actor: Actor,
    strategy_id: str,
    enabled: bool,
    sku_ids: Collection[str] = (),
    matching: queries.ItemFilter | None = None,
) -> int:
    """Put SKUs on offer or take them off, for all dealers; gives how many changed (W-072).

    `sku_ids` are public ids; with `matching` all that the list's filter shows. Raises NotFound.
    """
    strategy = _locked(actor, strategy_id)
    items = _chosen(strategy, sku_ids, matching)
    changed = [one for one in items if one.enabled != enabled]
    StrategyItem.objects.filter(pk__in=[one.pk for one in changed]).update(
        enabled=enabled, updated_at=clock.now()
    )
    codes = [one.sku.merchant_code for one in changed]
    _tell(actor, strategy, "enabled" if enabled else "disabled", {}, {"codes": codes} if codes else {})
    return len(changed)


@command(StrategyPermission.MANAGE)
def remove_items(
    *,
    actor: Actor,
    strategy_id: str,
    sku_ids: Collection[str] = (),
    matching: queries.ItemFilter | None = None,
) -> int:
    """Take SKUs out of the strategy and so from all its dealers; gives how many. Raises NotFound."""
    strategy = _locked(actor, strategy_id)
    items = _chosen(strategy, sku_ids, matching)
    gone = {one.sku.merchant_code: _told((one.settlement_price, one.enabled)) for one in items}
    StrategyItem.objects.filter(pk__in=[one.pk for one in items]).delete()
    _tell(actor, strategy, "items_removed", gone, {})
    return len(gone)


@command(StrategyPermission.MANAGE)
def reset_strategy(*, actor: Actor, strategy_id: str, items: int, dealers: int) -> int:
    """Clear all SKUs (W-072). The caller confirms how many SKUs and dealers it hits.

    Raises ResetNotConfirmed when the numbers are not the present ones; nothing changed then.
    """
    strategy = _locked(actor, strategy_id)
    present, users = strategy.items.count(), strategy.assignments.count()
    if (items, dealers) != (present, users):
        raise ResetNotConfirmed(items=present, dealers=users)
    rows = strategy.items.values_list("sku__merchant_code", "settlement_price", "enabled")
    gone = {code: _told((price, enabled)) for code, price, enabled in rows}
    strategy.items.all().delete()
    _tell(actor, strategy, "reset", gone, {})
    return present


@command(StrategyPermission.MANAGE)
def delete_strategy(*, actor: Actor, strategy_id: str) -> None:
    """Delete a strategy that no dealer buys by and no stranger sees. Raises StrategyInUse, StrategyPublic."""
    strategy = _locked(actor, strategy_id)
    chosen = access.settings()
    if chosen.public_price == "strategy" and chosen.public_strategy == strategy.public_id:
        raise StrategyPublic(name=strategy.name)
    count = strategy.assignments.count()
    if count:
        raise StrategyInUse(count=count, name=strategy.name)
    facts = {"name": strategy.name, "items": strategy.items.count()}
    strategy.items.all().delete()
    strategy.delete()
    record(actor, [Change(KIND, strategy_id, "deleted", facts, {})])


@command(StrategyPermission.MANAGE)
def upload_goods_table(
    *,
    actor: Actor,
    strategy_id: str,
    file: File,  # type: ignore[type-arg]
    table: Table | None = None,
) -> Import:
    """Keep a workbook until it is confirmed; stores no price. Raises NotFound, FileRefused."""
    strategy = queries.strategy_for(actor, strategy_id)
    return operations.keep(
        actor=actor, kind=queries.GOODS_IMPORT, file=file, subject=strategy.public_id, table=table
    )


@command(StrategyPermission.MANAGE)
def import_goods(*, actor: Actor, strategy_id: str, file_id: str, locale: str = "en") -> dict[str, int]:
    """Store a workbook that was uploaded and looked at; gives the count of each outcome (W-071).

    It is checked again, as the archive may have changed. Raises ImportGone, Invalid.
    """
    strategy = _locked(actor, strategy_id)
    row = queries.goods_file_for(actor, strategy, file_id, lock=True)
    places = access.settings().unit_price_precision
    with store.open_file(file_of(row)) as file:
        preview = queries.goods_preview(strategy, file, row.name, places=places, locale=locale)
    operations.refuse_faults(preview.table)
    results = put_items.run(actor=actor, strategy_id=strategy_id, items=queries.changes_of(preview.table))
    outcomes = [one.outcome for one in results]
    done = {name: outcomes.count(name) for name in ("added", "updated", "unchanged")}
    operations.finish(row, done)
    return done


def _checked(name: str, external_id: str | None) -> dict[str, Any]:
    values = {"name": " ".join(name.split()), "external_id": (external_id or "").strip() or None}
    if problems := text_problems(values, _LIMITS, required=["name"]):
        raise Invalid(problems=problems)
    return values


def _facts(strategy: GoodsStrategy) -> dict[str, Any]:
    return {"name": strategy.name, "external_id": strategy.external_id}


def _locked(actor: Actor, strategy_id: str, version: int | None = None) -> GoodsStrategy:
    """The strategy, locked: price changes of one strategy go one after the other."""
    rows = locked(queries.strategies_visible_to(actor).filter(public_id=strategy_id))
    return current(rows, _("goods strategy"), version)


def _items_of(strategy: GoodsStrategy, sku_ids: Collection[str]) -> list[StrategyItem]:
    items = list(strategy.items.select_related("sku").filter(sku__public_id__in=sku_ids))
    if len(items) != len(set(sku_ids)):
        raise NotFound(noun="SKU")
    return items


def _chosen(
    strategy: GoodsStrategy, sku_ids: Collection[str], matching: queries.ItemFilter | None
) -> list[StrategyItem]:
    if matching is not None:
        return list(queries.items_matching(strategy, matching))
    return _items_of(strategy, sku_ids)


def _problem(
    item: ItemChange,
    known: Mapping[str, int],
    held: tuple[Decimal, bool] | None,
    places: int,
    pointer: str,
    seen: set[str],
) -> FieldProblem | None:
    facts = {"code": item.code}
    if item.code not in known:
        return FieldProblem(f"{pointer}/merchant_code", "sku_unknown", _UNKNOWN, facts)
    if item.code in seen:
        return FieldProblem(f"{pointer}/merchant_code", "duplicate", _TWICE, facts)
    seen.add(item.code)
    if item.price is None:
        return None if held else FieldProblem(f"{pointer}/price", "price_missing", _NEEDS_PRICE, facts)
    return price_problem(item.price, places, f"{pointer}/price")


def _after(item: ItemChange, held: tuple[Decimal, bool] | None) -> tuple[Decimal, bool]:
    price, enabled = held or (Decimal(0), True)
    return (
        price if item.price is None else item.price,
        enabled if item.enabled is None else item.enabled,
    )


def _told(row: tuple[Decimal, bool]) -> dict[str, Any]:
    return {"price": plain(row[0]), "enabled": row[1]}


def _store(
    actor: Actor,
    strategy: GoodsStrategy,
    rows: list[StrategyItem],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Write the rows in one statement, ascending by SKU, and one audit line for all of them."""
    for row in rows:
        row.pk = None
        row._state.adding = True
    StrategyItem.objects.bulk_create(
        sorted(rows, key=lambda row: row.sku_id),
        update_conflicts=True,
        unique_fields=["strategy", "sku"],
        update_fields=["settlement_price", "enabled", "updated_at"],
    )
    _tell(actor, strategy, "items_changed", before, after)


def _tell(
    actor: Actor, strategy: GoodsStrategy, verb: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """One audit line, and the strategy's version; nothing when nothing changed."""
    if not before and not after:
        return
    GoodsStrategy.objects.filter(pk=strategy.pk).update(version=F("version") + 1, updated_at=clock.now())
    record(actor, [Change(KIND, strategy.public_id, verb, before, after)])
