"""Prices that somebody gave for packs, as prices of one base unit: the same for page, import and API."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from platform_core.kernel.errors import FieldProblem
from tenant_apps.catalog.models import Sku
from tenant_apps.strategies.packs import Packs, price_needed, unit_price
from tenant_apps.strategies.rules import ItemChange


def packs_of(sku_ids: Collection[int]) -> dict[int, Packs]:
    """The packs of SKUs, by row id, in one statement."""
    rows = Sku.objects.filter(pk__in=sku_ids).values_list(
        "pk", "merchant_code", "unit", "packs__name", "packs__units"
    )
    units: dict[int, dict[str, object]] = {}
    found: dict[int, Packs] = {}
    for sku_id, code, unit, name, held in rows:
        mine = units.setdefault(sku_id, {})
        if name is not None:
            mine[name] = held
        found[sku_id] = Packs(code, unit, mine)  # type: ignore[arg-type]
    return found


def in_base_units(
    items: Sequence[ItemChange], known: Mapping[str, int], places: int
) -> tuple[list[ItemChange], dict[int, FieldProblem]]:
    """The rows with the prices of base units, and by place what is wrong with a pack or its price.

    `known` are SKU ids by merchant code. No statement when no row names a pack, else one.
    """
    asked = {known[one.code] for one in items if one.pack and one.code in known}
    packs = packs_of(asked) if asked else {}
    found, problems = list[ItemChange](), dict[int, FieldProblem]()
    for place, one in enumerate(items):
        price = one.price
        if one.pack and one.code in known:
            if price is None:
                problems[place] = price_needed(one.pack)
            else:
                made = unit_price(price, one.pack, packs[known[one.code]], places)
                if isinstance(made, FieldProblem):
                    problems[place] = made
                else:
                    price = made
        found.append(replace(one, price=price, pack=""))
    return found, problems
