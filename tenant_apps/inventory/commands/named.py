"""Rows that name SKUs and bear a quantity: the one validator of counts, transfers and warning lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.words import noop
from tenant_apps.catalog.models import Sku
from tenant_apps.catalog.queries import skus_by_code
from tenant_apps.inventory.queries import goods_by_external_id

_UNKNOWN = noop("There is no SKU {code}.")
_TWICE = noop("This SKU stands in the list twice.")
Problems = dict[int, list[FieldProblem]]


class Named(Protocol):
    """A row that names a SKU by its merchant code or, without one, by another system's id."""

    @property
    def merchant_code(self) -> str:
        """The supplier's code."""

    @property
    def external_id(self) -> str:
        """The other system's id."""


def named(
    rows: Sequence[Named], base: str, wrong: Callable[[int, str], FieldProblem | None]
) -> tuple[dict[int, Sku], Problems]:
    """The SKU of every right row, and the problems of every wrong one, by the row's place.

    A row is wrong when its SKU is unknown or named before, or when `wrong(place, pointer)` says so;
    pointers are `/<base>/<place>`. Two statements.
    """
    by_code, by_external = _known(rows)
    found: dict[int, Sku] = {}
    problems: Problems = {}
    seen: set[int] = set()
    for place, row in enumerate(rows):
        pointer = f"/{base}/{place}"
        sku = by_code.get(row.merchant_code) if row.merchant_code else by_external.get(row.external_id)
        said = [_name_problem(row, sku, seen, pointer), wrong(place, pointer)]
        if faults := [problem for problem in said if problem is not None]:
            problems[place] = faults
        elif sku is not None:
            seen.add(sku.pk)
            found[place] = sku
    return found, problems


def flat(problems: Mapping[int, Sequence[FieldProblem]]) -> list[FieldProblem]:
    """All problems in the order of their rows."""
    return [problem for place in sorted(problems) for problem in problems[place]]


def _name_problem(row: Named, sku: Sku | None, seen: set[int], pointer: str) -> FieldProblem | None:
    member = "merchant_code" if row.merchant_code else "external_id"
    if sku is None:
        facts = {"code": row.merchant_code or row.external_id}
        return FieldProblem(f"{pointer}/{member}", "sku_unknown", _UNKNOWN, facts)
    return FieldProblem(f"{pointer}/{member}", "sku_twice", _TWICE) if sku.pk in seen else None


def _known(rows: Sequence[Named]) -> tuple[Mapping[str, Sku], Mapping[str, Sku]]:
    codes = {row.merchant_code for row in rows if row.merchant_code}
    externals = {row.external_id for row in rows if not row.merchant_code and row.external_id}
    return skus_by_code(codes), goods_by_external_id(externals)
