"""Forms of one SKU."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.web.acts import submitted, version_of
from platform_core.web.asking import actor_of
from platform_core.web.forms import operation_of
from tenant_apps.catalog import queries
from tenant_apps.catalog.commands import skus
from tenant_apps.catalog.forms import SkuForm, sku_values
from tenant_apps.catalog.pages.answering import shown
from tenant_apps.catalog.permissions import CatalogPermission


@require_GET
def show(request: HttpRequest, public_id: str) -> HttpResponse:
    """A SKU stands on its product's page."""
    sku = queries.sku_for(actor_of(request), public_id)
    return redirect("catalog:product_skus", sku.product.public_id)


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, public_id: str) -> HttpResponse:
    """A further SKU of a product."""
    actor = actor_of(request)
    actor.require(CatalogPermission.MANAGE)
    product = queries.product_for(actor, public_id)
    form = SkuForm(request.POST or None, initial={"multiple": "1", "tax_rate": "0"})
    status = 200
    if request.method == "POST":
        made, status = submitted(
            form,
            lambda: skus.create_sku(
                actor=actor, operation_id=operation_of(request), product_id=public_id, values=form.values()
            ),
        )
        if made:
            messages.success(request, _("The SKU is stored."))
            return redirect("catalog:product_skus", public_id)
    return shown(request, "catalog/sku_form.html", {"form": form, "product": product}, status)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a SKU; its merchant code stays."""
    actor = actor_of(request)
    actor.require(CatalogPermission.MANAGE)
    sku = queries.sku_for(actor, public_id)
    form = SkuForm(request.POST or None, initial=sku_values(sku)).without_code()
    version, status = version_of(request, sku.version), 200
    if request.method == "POST":
        changed, status = submitted(
            form,
            lambda: skus.change_sku(actor=actor, sku_id=public_id, version=version, changes=form.values()),
        )
        if changed:
            messages.success(request, _("The SKU is stored."))
            return redirect("catalog:product_skus", sku.product.public_id)
    context = {"form": form, "sku": sku, "product": sku.product, "version": version}
    return shown(request, "catalog/sku_form.html", context, status)


@require_POST
def switch(request: HttpRequest, public_id: str, enabled: bool) -> HttpResponse:  # noqa: FBT001 - from the URL
    """Enable or disable one SKU (W-090)."""
    sku = skus.set_sku_enabled(
        actor=actor_of(request), operation_id=operation_of(request), sku_id=public_id, enabled=enabled
    )
    text = _("%(code)s is enabled.") if enabled else _("%(code)s is disabled.")
    messages.success(request, text % {"code": sku.merchant_code})
    return redirect("catalog:product_skus", sku.product.public_id)
