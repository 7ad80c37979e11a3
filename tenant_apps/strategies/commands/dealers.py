"""What a person may ask of one dealer's goods: its strategy, and what differs from it.

Sources: W-075…W-077, G-41; decisions.md §2 row 4.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from platform_core.audit.record import Change, record
from platform_core.commands import command
from platform_core.db.editing import current
from platform_core.db.locks import locked
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, Invalid, NotFound
from platform_core.kernel.quantity import plain
from platform_core.kernel.words import noop
from tenant_apps.access import queries as access
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers.models import Dealer
from tenant_apps.dealers.queries import dealers_visible_to
from tenant_apps.strategies import queries
from tenant_apps.strategies.commands.goods import RowResult
from tenant_apps.strategies.errors import AssignmentNotConfirmed
from tenant_apps.strategies.models import Assignment, DealerItem, StrategyItem
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries.per_pack import in_base_units
from tenant_apps.strategies.rules import ItemChange, price_problem

KIND = "dealer_goods"
FIELDS = ("price", "enabled")
_NEEDS_PRICE = noop("{code} is not in the dealer's strategy and needs a price.")
_UNKNOWN = noop("There is no SKU {code} in the goods archive.")
_TWICE = noop("{code} comes twice. Keep one of them.")


@dataclass(frozen=True, slots=True)
class _Own:
    """A dealer's own row as values; None follows the strategy."""

    price: Decimal | None
    enabled: bool | None
    added: bool


@command(StrategyPermission.ASSIGN)
def assign_strategy(*, actor: Actor, dealer_id: str, strategy_id: str, losing: int = 0) -> Assignment:
    """Let a dealer buy by a strategy: nothing is copied (decisions.md §2 row 4).

    Another strategy than before deletes the dealer's own rows (W-077, G-41); `losing` confirms how many.
    Raises NotFound, AssignmentNotConfirmed when that is not the present number; nothing changed then.
    """
    dealer = _locked(actor, dealer_id)
    strategy = queries.strategy_for(actor, strategy_id)
    present = Assignment.objects.select_related("strategy").filter(dealer=dealer).first()
    if present is not None and present.strategy_id == strategy.pk:
        return present
    own = DealerItem.objects.filter(dealer=dealer)
    count = own.count()
    if count != losing:
        raise AssignmentNotConfirmed(dealer=dealer.name, count=count)
    own.delete()
    assignment, _ = Assignment.objects.update_or_create(dealer=dealer, defaults={"strategy": strategy})
    before = {"strategy": present.strategy.name if present else None, "own_rows": count}
    after = {"strategy": strategy.name, "own_rows": 0}
    record(actor, [Change(KIND, dealer.public_id, "strategy_assigned", before, after)])
    return assignment


@command(StrategyPermission.ASSIGN)
def put_own_items(
    *, actor: Actor, dealer_id: str, items: Sequence[ItemChange], partly: bool = False
) -> list[RowResult]:
    """Override price or state of SKUs for one dealer, and add SKUs to it alone (W-076); set-based.

    A SKU that is not in the dealer's strategy needs a price. With `partly` the good rows are stored and
    the others answered with their problem; else any problem raises Invalid and nothing changes.
    """
    dealer = _locked(actor, dealer_id)
    known = queries.sku_ids_by_code([item.code for item in items])
    held, followed = _held(dealer, known.values()), _followed(dealer, known.values())
    places = access.settings().unit_price_precision
    results, changes, seen = [], dict[str, tuple[_Own | None, _Own]](), set[str]()
    items, of_packs = in_base_units(items, known, places)
    for index, item in enumerate(items):
        sku = known.get(item.code)
        old = held.get(sku or 0)
        pointer = f"/items/{index}"
        problem = _problem(item, sku, places, pointer, seen)
        if index in of_packs and problem is None:
            problem = of_packs[index].below(pointer)
        new = problem or _laid(item, old, is_followed=sku in followed, pointer=pointer)
        if isinstance(new, FieldProblem):
            results.append(RowResult(item.code, "refused", new))
        elif new == old or new is None:
            results.append(RowResult(item.code, "unchanged"))
        else:
            results.append(RowResult(item.code, "updated" if old else "added"))
            changes[item.code] = (old, new)
    problems = [one.problem for one in results if one.problem]
    if problems and not partly:
        raise Invalid(problems=problems)
    _store(actor, dealer, known, changes)
    return results


@command(StrategyPermission.ASSIGN)
def return_to_strategy(
    *,
    actor: Actor,
    dealer_id: str,
    sku_ids: Collection[str] | None = None,
    fields: Collection[str] = FIELDS,
) -> int:
    """Let fields follow the strategy again; gives how many rows that changed.

    `sku_ids` are public ids, None is every own row; `fields` are among `FIELDS`. A SKU that was given to
    this dealer alone has no strategy to follow and leaves its goods. Raises NotFound.
    """
    dealer = _locked(actor, dealer_id)
    rows = DealerItem.objects.filter(dealer=dealer).select_related("sku")
    if sku_ids is not None:
        rows = rows.filter(sku__public_id__in=sku_ids)
    found = list(rows)
    if sku_ids is not None and len(found) != len(set(sku_ids)):
        raise NotFound(noun="SKU")
    followed = _followed(dealer, [row.sku_id for row in found])
    before: dict[str, Any] = {}
    gone: list[DealerItem] = []
    kept: list[DealerItem] = []
    for row in found:
        old = _Own(row.settlement_price, row.enabled, row.added)
        price = None if "price" in fields else row.settlement_price
        enabled = None if "enabled" in fields else row.enabled
        if (price, enabled) == (old.price, old.enabled):
            continue
        before[row.sku.merchant_code] = _told(old)
        row.settlement_price, row.enabled = price, enabled
        row.added = row.added and row.sku_id not in followed
        is_empty = price is None and (enabled is None or row.added)
        (gone if is_empty else kept).append(row)
    DealerItem.objects.filter(pk__in=[row.pk for row in gone]).delete()
    if kept:
        DealerItem.objects.bulk_update(kept, ["settlement_price", "enabled", "added"])
    if before:
        after = {
            row.sku.merchant_code: _told(_Own(row.settlement_price, row.enabled, row.added)) for row in kept
        }
        record(actor, [Change(KIND, dealer.public_id, "returned_to_strategy", before, after)])
    return len(before)


def codes_of(sku_ids: Collection[str]) -> list[str]:
    """Merchant codes of SKUs by public id. Raises NotFound."""
    codes = list(Sku.objects.filter(public_id__in=sku_ids).values_list("merchant_code", flat=True))
    if len(codes) != len(set(sku_ids)):
        raise NotFound(noun="SKU")
    return codes


def _locked(actor: Actor, dealer_id: str) -> Dealer:
    """The dealer, locked: changes of one dealer's goods go one after the other."""
    return current(locked(dealers_visible_to(actor).filter(public_id=dealer_id)), _("dealer"))


def _held(dealer: Dealer, sku_ids: Collection[int]) -> dict[int, _Own]:
    rows = DealerItem.objects.filter(dealer=dealer, sku_id__in=list(sku_ids))
    found = rows.values_list("sku", "settlement_price", "enabled", "added")
    return {sku: _Own(price, enabled, added) for sku, price, enabled, added in found}


def _followed(dealer: Dealer, sku_ids: Collection[int]) -> set[int]:
    """Which SKUs the dealer's strategy has."""
    rows = StrategyItem.objects.filter(strategy__assignments__dealer=dealer, sku_id__in=list(sku_ids))
    return set(rows.values_list("sku", flat=True))


def _problem(
    item: ItemChange, sku: int | None, places: int, pointer: str, seen: set[str]
) -> FieldProblem | None:
    if sku is None or item.code in seen:
        code, message = ("sku_unknown", _UNKNOWN) if sku is None else ("duplicate", _TWICE)
        return FieldProblem(f"{pointer}/merchant_code", code, message, {"code": item.code})
    seen.add(item.code)
    return None if item.price is None else price_problem(item.price, places, f"{pointer}/price")


def _laid(
    item: ItemChange, old: _Own | None, *, is_followed: bool, pointer: str
) -> _Own | FieldProblem | None:
    """The dealer's row after the change; None when it would say nothing."""
    base = old or _Own(None, None, added=False)
    price = base.price if item.price is None else item.price
    enabled = base.enabled if item.enabled is None else item.enabled
    if price is None and not is_followed:
        return FieldProblem(f"{pointer}/price", "price_missing", _NEEDS_PRICE, {"code": item.code})
    if price is None and enabled is None:
        return None
    return _Own(price, enabled, added=not is_followed)


def _store(
    actor: Actor, dealer: Dealer, known: Mapping[str, int], changes: Mapping[str, tuple[_Own | None, _Own]]
) -> None:
    if not changes:
        return
    rows = [
        DealerItem(
            dealer=dealer,
            sku_id=known[code],
            settlement_price=new.price,
            enabled=new.enabled,
            added=new.added,
        )
        for code, (_, new) in changes.items()
    ]
    DealerItem.objects.bulk_create(
        sorted(rows, key=lambda row: row.sku_id),
        update_conflicts=True,
        unique_fields=["dealer", "sku"],
        update_fields=["settlement_price", "enabled", "added", "updated_at"],
    )
    before = {code: _told(old) if old else None for code, (old, _) in changes.items()}
    after = {code: _told(new) for code, (_, new) in changes.items()}
    record(actor, [Change(KIND, dealer.public_id, "own_items_changed", before, after)])


def _told(row: _Own) -> dict[str, Any]:
    price = None if row.price is None else plain(row.price)
    return {"price": price, "enabled": row.enabled, "added": row.added}
