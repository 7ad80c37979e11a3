"""Creating and changing SKUs (W-082, W-083, W-090)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from platform_core.audit.record import difference
from platform_core.commands import command
from platform_core.db.editing import refuse
from platform_core.kernel.actor import Actor
from tenant_apps.catalog import errors, queries
from tenant_apps.catalog.commands import writing
from tenant_apps.catalog.models import Pack, Product, Sku
from tenant_apps.catalog.permissions import CatalogPermission
from tenant_apps.catalog.rules.goods import cleaned, sku_problems

FIELDS = (
    "barcode",
    "spec_code",
    "spec",
    "unit",
    "weight_kg",
    "wholesale_price",
    "retail_price",
    "tax_rate",
    "multiple",
    "minimum",
    "external_id",
)
_REKEYS = frozenset({"barcode", "spec_code", "spec"})


@command(CatalogPermission.MANAGE, moves=True)
def create_sku(*, actor: Actor, operation_id: UUID, product_id: str, values: Mapping[str, Any]) -> Sku:
    """Add a SKU to a product. Raises NotFound, Invalid (422) at each wrong field."""
    values = cleaned(values)
    refuse(sku_problems(values, queries.precision(), is_new=True))
    product = writing.locked_one(Product.objects.select_related("brand"), _(queries.PRODUCT), product_id)
    sku = build_sku(product, values)
    first = queries.pictures_of(product).first()
    sku.picture_key = first.public_id if first else ""
    if not product.enabled:
        sku.enabled = bool(values.get("enabled", False))
        _enable_product(actor, product, sku)
    with writing.unique():
        insert_skus(actor, [sku])
    return sku


@command(CatalogPermission.MANAGE)
def change_sku(*, actor: Actor, sku_id: str, version: int | None, changes: Mapping[str, Any]) -> Sku:
    """Change what is given; `packs` replaces all packs. The merchant code never changes (W-082).

    Raises NotFound, Conflict, Invalid.
    """
    changes = cleaned(changes)
    rows = Sku.objects.select_related("product__brand").prefetch_related("packs")
    sku = writing.locked_one(rows, _(queries.SKU), sku_id, version)
    if changes.get("merchant_code", sku.merchant_code) != sku.merchant_code:
        raise errors.at("merchant_code", "immutable", errors.IMMUTABLE)
    refuse(sku_problems(changes, queries.precision(), is_new=False))
    before = _facts(sku)
    for key in FIELDS:
        if key in changes:
            setattr(sku, key, changes[key])
    sku.external_id = sku.external_id or None
    packs = _packs(sku, changes["packs"]) if "packs" in changes else None
    after = _facts(sku) if packs is None else {**_facts(sku), "packs": _pack_words(packs)}
    was, now = difference(before, after)
    if not now:
        return sku
    if _REKEYS & now.keys():
        writing.set_sku_keys(sku, sku.product)
    sku.version += 1
    with writing.unique():
        sku.save(force_update=True)
    if "packs" in now and packs is not None:
        sku.packs.all().delete()
        Pack.objects.bulk_create(packs)
        sku._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    writing.log(actor, "sku", "changed", [(sku.public_id, was, now)])
    return sku


@command(CatalogPermission.MANAGE, moves=True)
def set_sku_enabled(*, actor: Actor, operation_id: UUID, sku_id: str, enabled: bool) -> Sku:
    """Enable or disable one SKU (W-090). Raises NotFound.

    Enabling one of a disabled product enables the product as well, but not its other SKUs:
    otherwise the switch would have no effect.
    """
    home = Product.objects.filter(skus__public_id=sku_id).values_list("public_id", flat=True).first()
    # Product before SKU, as everywhere: the cascade takes them in this order.
    product = writing.locked_one(Product.objects.all(), _(queries.SKU), home or "")
    sku = writing.locked_one(Sku.objects.select_related("product"), _(queries.SKU), sku_id)
    if sku.enabled == enabled:
        return sku
    sku.enabled = enabled
    sku.version += 1
    sku.save(update_fields=["enabled", "version", "updated_at"])
    _enable_product(actor, product, sku)
    verb = "enabled" if enabled else "disabled"
    writing.log(actor, "sku", verb, [(sku.public_id, {"enabled": not enabled}, {"enabled": enabled})])
    return sku


@command(CatalogPermission.MANAGE, moves=True)
def put_sku(
    *,
    actor: Actor,
    operation_id: UUID,
    external_id: str,
    values: Mapping[str, Any],
    version: int | None = None,
) -> tuple[Sku, bool]:
    """Create or change the SKU another system knows by this id; True when it was created.

    A new one needs `product`, the public id of its product. Raises Invalid, NotFound, Conflict.
    """
    known = Sku.objects.filter(external_id=external_id).values_list("public_id", flat=True).first()
    return _put(actor, operation_id, known, {**values, "external_id": external_id}, version)


@command(CatalogPermission.MANAGE, moves=True)
def put_sku_by_code(*, actor: Actor, operation_id: UUID, values: Mapping[str, Any]) -> tuple[Sku, bool]:
    """Create or change the SKU with this merchant code. Raises Invalid, NotFound."""
    code = str(values.get("merchant_code") or "").strip()
    known = Sku.objects.filter(merchant_code=code).values_list("public_id", flat=True).first()
    return _put(actor, operation_id, known, values)


def build_sku(product: Product, values: Mapping[str, Any]) -> Sku:
    """A SKU from checked values, not stored yet; its packs wait in `new_packs`."""
    given = {key: values[key] for key in FIELDS if values.get(key) is not None}
    given["external_id"] = given.get("external_id") or None
    sku = Sku(product=product, merchant_code=values["merchant_code"], **given)
    sku.enabled = bool(values.get("enabled", True))
    sku.new_packs = _packs(sku, values.get("packs") or ())  # type: ignore[attr-defined]
    writing.set_sku_keys(sku, product)
    return sku


def insert_skus(actor: Actor, skus: Sequence[Sku]) -> None:
    """Store built SKUs with their packs and log lines: three statements."""
    Sku.objects.bulk_create(skus)
    Pack.objects.bulk_create([pack for sku in skus for pack in sku.new_packs])  # type: ignore[attr-defined]
    lines: list[writing.Line] = []
    for sku in skus:
        words = _pack_words(sku.new_packs)  # type: ignore[attr-defined]
        after = {
            key: value for key, value in {**_values(sku), "packs": words}.items() if value not in ("", None)
        }
        lines.append((sku.public_id, {}, {"merchant_code": sku.merchant_code, **after}))
    writing.log(actor, "sku", "created", lines)


def _put(
    actor: Actor,
    operation_id: UUID,
    known: str | None,
    values: Mapping[str, Any],
    version: int | None = None,
) -> tuple[Sku, bool]:
    rest = {key: value for key, value in values.items() if key != "product"}
    if known is not None:
        switch = rest.pop("enabled", None)
        sku = change_sku.run(actor=actor, sku_id=known, version=version, changes=rest)
        if switch is not None:
            sku = set_sku_enabled.run(
                actor=actor, operation_id=operation_id, sku_id=known, enabled=bool(switch)
            )
        return sku, False
    product = str(values.get("product") or "")
    if not Product.objects.filter(public_id=product).exists():
        raise errors.at("product", "unknown", errors.UNKNOWN)
    made = create_sku.run(actor=actor, operation_id=operation_id, product_id=product, values=rest)
    return made, True


def _enable_product(actor: Actor, product: Product, sku: Sku) -> None:
    if sku.enabled and not product.enabled:
        product.enabled = True
        product.version += 1
        product.save(update_fields=["enabled", "version", "updated_at"])
        writing.log(actor, "product", "enabled", [(product.public_id, {"enabled": False}, {"enabled": True})])


def _packs(sku: Sku, wanted: Sequence[Mapping[str, Any]]) -> list[Pack]:
    return [
        Pack(
            sku=sku,
            name=str(one["name"]).strip(),
            units=Decimal(one["units"]),
            barcode=str(one.get("barcode") or "").strip(),
        )
        for one in wanted
    ]


def _facts(sku: Sku) -> dict[str, Any]:
    """The SKU as its log shows it."""
    return {**_values(sku), "packs": _pack_words(sku.packs.all())}


def _values(sku: Sku) -> dict[str, Any]:
    found = {key: getattr(sku, key) for key in FIELDS}
    return {k: v.normalize() + 0 if isinstance(v, Decimal) else v for k, v in found.items()}


def _pack_words(packs: Sequence[Pack] | Any) -> str:
    words = [f"{pack.name} = {pack.units.normalize():f} {pack.barcode}".strip() for pack in packs]
    return ", ".join(sorted(words))
