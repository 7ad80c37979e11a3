"""Pages of the category tree and of the brands (W-080)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from platform_core.web.acts import submitted, version_of
from platform_core.web.asking import actor_of, paged
from platform_core.web.forms import operation_of
from tenant_apps.catalog import queries
from tenant_apps.catalog.commands import brands as brand_commands
from tenant_apps.catalog.commands import categories as category_commands
from tenant_apps.catalog.errors import BrandInUse, CategoryInUse
from tenant_apps.catalog.forms import BrandForm, CategoryForm, category_choices
from tenant_apps.catalog.pages.answering import shown
from tenant_apps.catalog.permissions import CatalogPermission
from tenant_apps.catalog.rules.tree import Tree

BRANDS_SHOWN = 100


@require_http_methods(["GET", "POST"])
def categories(request: HttpRequest) -> HttpResponse:
    """The tree; a POST adds a category."""
    tree = queries.tree()
    form = CategoryForm(
        request.POST or None,
        initial={"parent": request.GET.get("parent", "")},
        parents=category_choices(tree),
    )
    status = 200
    if request.method == "POST":
        made, status = submitted(
            form,
            lambda: category_commands.create_category(
                actor=actor_of(request), operation_id=operation_of(request), values=form.cleaned_data
            ),
        )
        if made:
            messages.success(request, _("The category is stored."))
            return redirect("catalog:categories")
    return _categories(request, tree, {"form": form}, status)


@require_http_methods(["GET", "POST"])
def category(request: HttpRequest, public_id: str) -> HttpResponse:
    """Rename or move a category."""
    actor = actor_of(request)
    actor.require(CatalogPermission.MANAGE)
    found = queries.category_for(actor, public_id)
    tree = queries.tree()
    # Nothing may be moved below itself, so those places are not offered.
    places = category_choices(tree, without=frozenset(tree.below(found.pk)))
    initial = {"name": found.name, "parent": found.parent.public_id if found.parent else ""}
    form = CategoryForm(request.POST or None, initial=initial, parents=places)
    version, status = version_of(request, found.version), 200
    if request.method == "POST":
        changed, status = submitted(
            form,
            lambda: category_commands.change_category(
                actor=actor, category_id=public_id, version=version, changes=form.cleaned_data
            ),
        )
        if changed:
            messages.success(request, _("The category is stored."))
            return redirect("catalog:categories")
    context = {"form": form, "found": found, "version": version}
    return shown(request, "catalog/category_form.html", context, status)


@require_POST
def act_on_category(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move a category up or down, or archive it; archiving what is in use asks once more."""
    actor, operation = actor_of(request), operation_of(request)
    action = request.POST.get("action")
    if action != "archive":
        category_commands.reorder_category(
            actor=actor, operation_id=operation, category_id=public_id, down=action == "down"
        )
        return redirect("catalog:categories")
    try:
        category_commands.archive_category(
            actor=actor,
            operation_id=operation,
            category_id=public_id,
            confirmed=request.POST.get("confirmed") == "yes",
        )
    except CategoryInUse as refusal:
        tree = queries.tree()
        form = CategoryForm(parents=category_choices(tree))
        context = {"form": form, "asked": public_id, "refusal": refusal}
        return _categories(request, tree, context, refusal.status)
    messages.success(request, _("The category is archived."))
    return redirect("catalog:categories")


@require_http_methods(["GET", "POST"])
def brands(request: HttpRequest) -> HttpResponse:
    """The brands; a POST adds one."""
    form = BrandForm(request.POST or None)
    status = 200
    if request.method == "POST":
        made, status = submitted(
            form,
            lambda: brand_commands.create_brand(
                actor=actor_of(request), operation_id=operation_of(request), values=form.cleaned_data
            ),
        )
        if made:
            messages.success(request, _("The brand is stored."))
            return redirect("catalog:brands")
    return _brands(request, {"form": form}, status)


@require_http_methods(["GET", "POST"])
def brand(request: HttpRequest, public_id: str) -> HttpResponse:
    """Rename a brand."""
    actor = actor_of(request)
    actor.require(CatalogPermission.MANAGE)
    found = queries.brand_for(actor, public_id)
    form = BrandForm(request.POST or None, initial={"name": found.name})
    version, status = version_of(request, found.version), 200
    if request.method == "POST":
        changed, status = submitted(
            form,
            lambda: brand_commands.change_brand(
                actor=actor, brand_id=public_id, version=version, changes=form.cleaned_data
            ),
        )
        if changed:
            messages.success(request, _("The brand is stored."))
            return redirect("catalog:brands")
    context = {"form": form, "found": found, "version": version}
    return shown(request, "catalog/brand_form.html", context, status)


@require_POST
def archive_brand(request: HttpRequest, public_id: str) -> HttpResponse:
    """Archive a brand; one in use asks once more."""
    try:
        brand_commands.archive_brand(
            actor=actor_of(request),
            operation_id=operation_of(request),
            brand_id=public_id,
            confirmed=request.POST.get("confirmed") == "yes",
        )
    except BrandInUse as refusal:
        context = {"form": BrandForm(), "asked": public_id, "refusal": refusal}
        return _brands(request, context, refusal.status)
    messages.success(request, _("The brand is archived."))
    return redirect("catalog:brands")


def _categories(request: HttpRequest, tree: Tree, context: dict[str, Any], status: int) -> HttpResponse:
    actor_of(request).require(CatalogPermission.READ)
    counts = queries.goods_counts()
    text = request.GET.get("q", "")[:80].strip().casefold()
    rows = [
        {
            "node": node,
            "own": counts.get(node.leaf.id, 0),
            "all": sum(counts.get(id_, 0) for id_ in tree.below(node.leaf.id)),
            "indent": range(node.depth),
        }
        for node in tree.nodes
        if text in node.path.casefold()
    ]
    facts = {"section": "categories", "rows": rows, "q": text, "total": len(tree.nodes)}
    return shown(request, "catalog/categories.html", {**facts, **context}, status)


def _brands(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    text = request.GET.get("q", "")[:80].strip()
    found = queries.brands_visible_to(actor_of(request)).filter(name__icontains=text).order_by("name", "id")
    page = paged(request, found, BRANDS_SHOWN)
    counts = queries.brand_counts()
    rows = [(row, counts.get(row.pk, 0)) for row in page]
    facts = {"section": "brands", "page": page, "rows": rows, "q": text}
    return shown(request, "catalog/brands.html", {**facts, **context}, status)
