"""The category tree: create, rename, move, put in order, archive (W-080)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from platform_core.audit.record import difference
from platform_core.commands import command
from platform_core.db.editing import refuse
from platform_core.db.locks import locked
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem
from tenant_apps.catalog import errors, queries
from tenant_apps.catalog.commands import writing
from tenant_apps.catalog.models import Category, Product
from tenant_apps.catalog.permissions import CatalogPermission
from tenant_apps.catalog.rules.goods import CATEGORY_DEPTH_MAX, TOO_DEEP, category_name_problems, cleaned
from tenant_apps.catalog.rules.tree import Tree

_ORDERED = ["parent", "position", "version", "updated_at"]


@command(CatalogPermission.MANAGE, moves=True)
def create_category(*, actor: Actor, operation_id: UUID, values: Mapping[str, Any]) -> Category:
    """Add a category at the end of its level. `parent` is a public id or nothing. Raises Invalid."""
    values = cleaned(values)
    refuse(category_name_problems(values.get("name") or ""))
    tree = _locked_tree()
    parent = _parent(values.get("parent"))
    _refuse_depth(tree, parent, 1)
    siblings = tree.siblings(parent.pk if parent else None)
    category = Category(
        name=values["name"],
        parent=parent,
        external_id=values.get("external_id") or None,
        position=max((leaf.position for leaf in siblings), default=-1) + 1,
    )
    with writing.unique():
        category.save(force_insert=True)
    writing.log(actor, "category", "created", [(category.public_id, {}, _facts(category))])
    return category


@command(CatalogPermission.MANAGE)
def change_category(
    *, actor: Actor, category_id: str, version: int | None, changes: Mapping[str, Any]
) -> Category:
    """Rename a category, or move it with all below it (`parent`: a public id, or None for the top).

    Raises NotFound, Conflict, Invalid, CategoryCircle.
    """
    changes = cleaned(changes)
    tree = _locked_tree()
    category = _category(category_id, version)
    before = _facts(category)
    if "name" in changes:
        refuse(category_name_problems(changes["name"] or ""))
        category.name = changes["name"]
    if "external_id" in changes:
        category.external_id = changes["external_id"] or None
    if "parent" in changes:
        _move(tree, category, _parent(changes["parent"]))
    was, now = difference(before, _facts(category))
    if not now:
        return category
    category.version += 1
    with writing.unique():
        category.save(force_update=True)
    writing.log(actor, "category", "changed", [(category.public_id, was, now)])
    return category


@command(CatalogPermission.MANAGE, moves=True)
def reorder_category(*, actor: Actor, operation_id: UUID, category_id: str, down: bool) -> Category:
    """Swap a category with its neighbor above or below; nothing at the end of the level."""
    tree = _locked_tree()
    category = _category(category_id, None)
    ids = [leaf.id for leaf in tree.siblings(category.parent_id)]
    here = ids.index(category.pk)
    there = here + (1 if down else -1)
    if not 0 <= there < len(ids):
        return category
    ids[here], ids[there] = ids[there], ids[here]
    rows = {row.pk: row for row in locked(Category.objects.filter(pk__in=ids))}
    for position, id_ in enumerate(ids):
        rows[id_].position = position
    Category.objects.bulk_update(rows.values(), ["position"])
    writing.log(actor, "category", "moved", [(category.public_id, {"place": here + 1}, {"place": there + 1})])
    return category


@command(CatalogPermission.MANAGE, moves=True)
def archive_category(
    *, actor: Actor, operation_id: UUID, category_id: str, confirmed: bool = False
) -> Category:
    """Hide a category for good. Raises NotFound, CategoryInUse.

    What it holds needs `confirmed`: the subcategories are archived too, the products move one level up.
    """
    tree = _locked_tree()
    category = _category(category_id, None)
    below = tree.below(category.pk)
    products = list(locked(Product.objects.filter(category__in=below)))
    if (products or len(below) > 1) and not confirmed:
        raise errors.CategoryInUse(name=category.name, products=len(products), categories=len(below) - 1)
    for product in products:
        product.category_id = category.parent_id
        product.version += 1
    writing.upsert(Product, products, key="code", fields=["category", "version", "updated_at"])
    rows = list(locked(Category.objects.filter(pk__in=below)))
    for row in rows:
        row.archived_at = clock.now()
        row.version += 1
        # The other system may use its id for a new category.
        row.external_id = None
    Category.objects.bulk_update(rows, ["archived_at", "version", "external_id", "updated_at"])
    writing.log(actor, "category", "archived", [(row.public_id, {"name": row.name}, {}) for row in rows])
    level = category.parent.name if category.parent else ""
    moved = [(product.public_id, {"category": category.name}, {"category": level}) for product in products]
    writing.log(actor, "product", "changed", moved)
    category.archived_at = clock.now()
    return category


def _locked_tree() -> Tree:
    """The tree, with its rows held: two moves at once could otherwise close a circle."""
    list(locked(Category.objects.filter(archived_at__isnull=True)).values_list("pk"))
    return queries.tree()


def _category(public_id: str, version: int | None) -> Category:
    rows = Category.objects.filter(archived_at__isnull=True).select_related("parent")
    return writing.locked_one(rows, _(queries.CATEGORY), public_id, version)


def _parent(public_id: str | None) -> Category | None:
    if not public_id:
        return None
    found = Category.objects.filter(public_id=public_id, archived_at__isnull=True).first()
    if found is None:
        raise errors.at("parent", "unknown", errors.UNKNOWN)
    return found


def _move(tree: Tree, category: Category, parent: Category | None) -> None:
    if (parent.pk if parent else None) == category.parent_id:
        return
    if parent is not None and parent.pk in tree.below(category.pk):
        raise errors.CategoryCircle
    _refuse_depth(tree, parent, tree.height(category.pk))
    siblings = tree.siblings(parent.pk if parent else None)
    category.parent = parent
    category.position = max((leaf.position for leaf in siblings), default=-1) + 1


def _refuse_depth(tree: Tree, parent: Category | None, levels: int) -> None:
    depth = tree.by_id[parent.pk].depth + 1 if parent else 0
    if depth + levels > CATEGORY_DEPTH_MAX:
        facts = {"maximum": CATEGORY_DEPTH_MAX}
        refuse([FieldProblem("/parent", "too_deep", TOO_DEEP, facts)])


def _facts(category: Category) -> dict[str, Any]:
    return {
        "name": category.name,
        "parent": category.parent.name if category.parent else "",
        "external_id": category.external_id or "",
    }
