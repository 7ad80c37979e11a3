"""What a dealer's people may ask of their bundles (W-119)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from platform_core.attachments import store as attachments
from platform_core.audit.record import Change, difference, record
from platform_core.commands import command
from platform_core.db.editing import current, refuse, store, uniquely
from platform_core.db.locks import locked
from platform_core.imports import operations
from platform_core.imports.models import Import
from platform_core.imports.queries import file_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, NotPermitted
from platform_core.kernel.quantity import plain
from platform_core.kernel.texts import text_problems
from platform_core.kernel.words import noop
from platform_core.workbooks.reading import Table
from tenant_apps.access import queries as access
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers.models import Dealer
from tenant_apps.strategies import bundles, queries
from tenant_apps.strategies.models import Bundle, BundleItem
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries.bundle_table import (
    BUNDLE_IMPORT,
    bundle_file_for,
    bundle_preview,
    bundles_of,
)
from tenant_apps.strategies.queries.bundles import bundles_visible_to, not_own
from tenant_apps.strategies.rules import price_problem

KIND = "bundle"
_LIMITS = {"code": 60, "name": 120, "external_id": 80}
_UNKNOWN = noop("{sku} is not among your goods.")
_A_SKU = noop("{code} is the merchant code of a SKU. Choose another code for the bundle.")


@command(StrategyPermission.MANAGE_BUNDLES)
def add_bundle(*, actor: Actor, values: Mapping[str, Any]) -> Bundle:
    """A bundle of the actor's dealer.

    `values` has `code`, `name`, `items` as (merchant code, quantity), and perhaps `external_id` and
    `sales_price` (None: each SKU keeps its retail price). Raises Invalid.
    """
    if actor.dealer_id is None:
        raise NotPermitted(permission=str(StrategyPermission.MANAGE_BUNDLES))
    row = Bundle(dealer=Dealer.objects.get(pk=actor.dealer_id))
    items = _fill(row, {"code": "", "name": "", "items": (), **values})
    with uniquely("code", "external_id"):
        row.save(force_insert=True)
    _lay(row, items or ())
    record(actor, [Change(KIND, row.public_id, "created", {}, _facts(row))])
    return row


@command(StrategyPermission.MANAGE_BUNDLES)
def change_bundle(
    *, actor: Actor, bundle_id: str, changes: Mapping[str, Any], version: int | None = None
) -> Bundle:
    """Change the named parts; `items` replaces all of them. Orders that were placed stay as they are.

    Raises NotFound, Conflict, Invalid.
    """
    row = current(_own(actor, bundle_id), _("bundle"), version)
    before = _facts(row)
    items = _fill(row, changes)
    store(row, "code", "external_id")
    if items is not None:
        BundleItem.objects.filter(bundle=row).delete()
        _lay(row, items)
    changed = difference(before, _facts(row))
    if changed[1]:
        record(actor, [Change(KIND, row.public_id, "changed", *changed)])
    return row


@command(StrategyPermission.MANAGE_BUNDLES)
def delete_bundle(*, actor: Actor, bundle_id: str) -> None:
    """Delete a bundle; orders that were placed with it have its SKUs and stay. Raises NotFound."""
    row = current(_own(actor, bundle_id), _("bundle"))
    record(actor, [Change(KIND, row.public_id, "deleted", _facts(row), {})])
    row.delete()


@command(StrategyPermission.MANAGE_BUNDLES)
def put_bundles(*, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Add bundles and change those whose code exists, all or none; how many `added` and `updated`.

    Raises Invalid with a problem per wrong row.
    """
    known = dict(bundles_visible_to(actor).values_list("code", "public_id"))
    done = {"added": 0, "updated": 0}
    for values in rows:
        if values["code"] in known:
            change_bundle.run(actor=actor, bundle_id=known[values["code"]], changes=values)
            done["updated"] += 1
        else:
            add_bundle.run(actor=actor, values=values)
            done["added"] += 1
    return done


def _own(actor: Actor, bundle_id: str) -> QuerySet[Bundle]:
    return locked(bundles_visible_to(actor).filter(public_id=bundle_id, dealer=actor.dealer_id or 0))


def _fill(row: Bundle, values: Mapping[str, Any]) -> Sequence[tuple[str, Decimal]] | None:
    """Write checked values onto the row; the asked items, or None when none were named."""
    asked = {name: " ".join(str(values[name] or "").split()) for name in _LIMITS if name in values}
    problems = text_problems(asked, _LIMITS, {"code", "name"})
    settings = access.settings()
    if values.get("sales_price") is not None:
        wrong = price_problem(values["sales_price"], settings.unit_price_precision, "/sales_price")
        problems += [wrong] if wrong else []
    if asked.get("code") and Sku.objects.filter(merchant_code=asked["code"]).exists():
        problems.append(FieldProblem("/code", "code_of_a_sku", _A_SKU, {"code": asked["code"]}))
    items = values.get("items")
    if items is not None:
        problems += bundles.part_problems(items, settings.quantity_precision) or _unknown(row, items)
    refuse(problems)
    for name, value in asked.items():
        setattr(row, name, (value or None) if name == "external_id" else value)
    if "sales_price" in values:
        row.sales_price = values["sales_price"]
    if "enabled" in values:
        row.enabled = values["enabled"]
    return items


def _unknown(row: Bundle, items: Sequence[tuple[str, Decimal]]) -> list[FieldProblem]:
    strange = not_own(row.dealer_id, [sku for sku, _quantity in items])
    return [
        FieldProblem(f"/items/{index}/sku", "not_offered", _UNKNOWN, {"sku": sku})
        for index, (sku, _quantity) in enumerate(items)
        if sku in strange
    ]


def _lay(row: Bundle, items: Sequence[tuple[str, Decimal]]) -> None:
    offered = queries.offers_named(dealer_id=row.dealer_id, names=[sku for sku, _quantity in items])
    BundleItem.objects.bulk_create(
        BundleItem(bundle=row, position=place, sku=offered[sku][0], quantity=quantity)
        for place, (sku, quantity) in enumerate(items)
    )


def _facts(row: Bundle) -> dict[str, Any]:
    items = row.items.order_by("position").values_list("sku__merchant_code", "quantity")
    return {
        "code": row.code,
        "name": row.name,
        "external_id": row.external_id,
        "sales_price": None if row.sales_price is None else plain(Decimal(row.sales_price)),
        "enabled": row.enabled,
        "items": bundles.written(list(items)) if row.pk else "",
    }


@command(StrategyPermission.MANAGE_BUNDLES)
def upload_bundles(*, actor: Actor, file: File, table: Table | None = None) -> Import:  # type: ignore[type-arg]
    """Keep a workbook until it is confirmed; stores no bundle. Raises FileRefused."""
    return operations.keep(actor=actor, kind=BUNDLE_IMPORT, file=file, table=table)


@command(StrategyPermission.MANAGE_BUNDLES)
def import_bundles(*, actor: Actor, file_id: str, locale: str = "en") -> dict[str, int]:
    """Store a workbook that was looked at, whole or not at all. Raises NotFound, Invalid."""
    row = bundle_file_for(actor, file_id, lock=True)
    with attachments.open_file(file_of(row)) as file:
        preview = bundle_preview(actor, file, row.name, locale=locale)
    operations.refuse_faults(preview.table)
    done = put_bundles.run(actor=actor, rows=bundles_of(preview.table))
    operations.finish(row, done)
    return done
