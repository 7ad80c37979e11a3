"""Pages of one product: what it is, its SKUs, pictures and log, and the forms that change it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.base import File
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.attachments.answers import answer
from platform_core.kernel.errors import DomainError, Invalid
from platform_core.web.acts import INVALID, submitted, version_of
from platform_core.web.asking import actor_of, paged
from platform_core.web.form_refusals import show_refusal
from platform_core.web.forms import operation_of
from tenant_apps.catalog import queries
from tenant_apps.catalog.commands import pictures, products
from tenant_apps.catalog.forms import ProductForm, SkuForm, brand_choices, category_choices, product_values
from tenant_apps.catalog.models import Product
from tenant_apps.catalog.pages.answering import history, shown
from tenant_apps.catalog.permissions import CatalogPermission

LOG_SIZE = 30
PICTURE_SECONDS = 30 * 24 * 3600
FIRST_SKU = "/skus/0"


@require_GET
def details(request: HttpRequest, public_id: str) -> HttpResponse:
    """What a product is."""
    product = queries.product_for(actor_of(request), public_id)
    path = queries.tree().path_of(product.category_id)
    return _page(request, product, "details", {"path": path})


@require_GET
def skus(request: HttpRequest, public_id: str) -> HttpResponse:
    """A product's SKUs (W-086)."""
    actor = actor_of(request)
    product = queries.product_for(actor, public_id)
    rows = [(sku, queries.picture_url(sku.picture_key)) for sku in queries.skus_of(product)]
    # A panel of a higher app, for those who may read it.
    panel = reverse("strategies:publication_panel", args=[public_id]) if actor.may("strategies.read") else ""
    return _page(request, product, "skus", {"rows": rows, "publication_panel": panel})


@require_http_methods(["GET", "POST"])
def product_pictures(request: HttpRequest, public_id: str) -> HttpResponse:
    """A product's pictures; a POST adds some."""
    actor = actor_of(request)
    product = queries.product_for(actor, public_id)
    # The files are the whole form; a refusal stands above it.
    form, status = forms.Form(request.POST), 200
    if request.method == "POST":
        files: list[File[Any]] = list(request.FILES.getlist("files"))
        stored, status = submitted(
            form,
            lambda: pictures.add_pictures(
                actor=actor, operation_id=operation_of(request), product_id=public_id, files=files
            ),
        )
        if stored:
            messages.success(request, _("The pictures are stored."))
            return redirect("catalog:product_pictures", public_id)
    rows = [
        {
            "row": picture,
            "thumbnail": queries.picture_url(picture.public_id),
            "full": queries.picture_url(picture.public_id, full=True),
        }
        for picture in queries.pictures_of(product)
    ]
    context = {"pictures": rows, "errors": form.non_field_errors()}
    return _page(request, product, "pictures", context, status)


@require_GET
def log(request: HttpRequest, public_id: str) -> HttpResponse:
    """What happened to a product and its SKUs (W-086)."""
    product = queries.product_for(actor_of(request), public_id)
    page = paged(request, queries.log_of(product), LOG_SIZE)
    names = dict(product.skus.values_list("public_id", "merchant_code"))
    return _page(request, product, "log", {"page": page, "entries": history(page, names)})


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new product with its first SKU: most goods have one only."""
    actor = actor_of(request)
    actor.require(CatalogPermission.MANAGE)
    form = ProductForm(request.POST or None, **_choices(request))
    first = SkuForm(request.POST or None, initial={"multiple": "1", "tax_rate": "0"}, prefix="sku")
    status = 200
    if request.method == "POST":
        made, status = _created(request, form, first)
        if made:
            messages.success(request, _("The product is stored."))
            return redirect("catalog:product", made.public_id)
    context = {"form": form, "sku_form": first, "is_new": True}
    return shown(request, "catalog/product_form.html", context, status)


def _created(request: HttpRequest, form: ProductForm, first: SkuForm) -> tuple[Product | None, int]:
    if not first.is_valid():
        return None, INVALID
    return submitted(
        form,
        lambda: products.create_product(
            actor=actor_of(request),
            operation_id=operation_of(request),
            values=_product_input(form),
            skus=[first.values()],
        ),
        lambda form, error: _show_on_both(form, first, error),
    )


def _show_on_both(form: ProductForm, first: SkuForm, error: DomainError) -> int:
    """What is wrong with the first SKU stands at its own fields, the rest at the product's."""
    nested = [problem for problem in error.problems if problem.pointer.startswith(FIRST_SKU)]
    if nested:
        moved = [replace(one, pointer=one.pointer.removeprefix(FIRST_SKU)) for one in nested]
        show_refusal(first, Invalid(problems=moved))
    error.problems = tuple(problem for problem in error.problems if problem not in nested)
    return error.status if nested and not error.problems else show_refusal(form, error)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a product; its code stays."""
    actor = actor_of(request)
    actor.require(CatalogPermission.MANAGE)
    product = queries.product_for(actor, public_id)
    form = ProductForm(
        request.POST or None, initial=product_values(product), **_choices(request, product)
    ).without_code()
    version, status = version_of(request, product.version), 200
    if request.method == "POST":
        changed, status = submitted(
            form,
            lambda: products.change_product(
                actor=actor, product_id=public_id, version=version, changes=_product_input(form)
            ),
        )
        if changed:
            messages.success(request, _("The product is stored."))
            return redirect("catalog:product", public_id)
    context = {"form": form, "product": product, "version": version}
    return shown(request, "catalog/product_form.html", context, status)


@require_POST
def switch(request: HttpRequest, public_id: str, enabled: bool) -> HttpResponse:  # noqa: FBT001 - from the URL
    """Enable or disable a product with all its SKUs (W-083)."""
    products.set_product_enabled(
        actor=actor_of(request), operation_id=operation_of(request), product_id=public_id, enabled=enabled
    )
    text = (
        _("The product and its SKUs are enabled.") if enabled else _("The product and its SKUs are disabled.")
    )
    messages.success(request, text)
    return redirect("catalog:product", public_id)


@require_POST
def change_picture(request: HttpRequest, public_id: str, picture_id: str) -> HttpResponse:
    """Put a picture first, or delete it."""
    act = pictures.delete_picture if request.POST.get("action") == "delete" else pictures.put_picture_first
    act(
        actor=actor_of(request),
        operation_id=operation_of(request),
        product_id=public_id,
        picture_id=picture_id,
    )
    return redirect("catalog:product_pictures", public_id)


@require_GET
@login_not_required
def picture(request: HttpRequest, token: str, thumbnail: bool) -> HttpResponseBase:  # noqa: FBT001 - from the URL
    """A picture by its signed address: whoever was shown the address may load it (README)."""
    found = queries.picture_of_token(token)
    return answer(found, thumbnail=thumbnail, seconds_max=PICTURE_SECONDS)


def _page(
    request: HttpRequest,
    product: Product,
    active: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    names = {
        "details": ("catalog:product", _("Details")),
        "skus": ("catalog:product_skus", _("SKUs")),
        "pictures": ("catalog:product_pictures", _("Pictures")),
        "log": ("catalog:product_log", _("History")),
    }
    tabs = [
        {"label": label, "url": reverse(name, args=[product.public_id]), "active": key == active}
        for key, (name, label) in names.items()
    ]
    crumbs = [
        {"label": _("Goods"), "url": reverse("catalog:list")},
        {"label": product.code},
    ]
    facts = {"product": product, "tabs": tabs, "crumbs": crumbs, **context}
    return shown(request, f"catalog/product_{active}.html", facts, status)


def _choices(request: HttpRequest, product: Product | None = None) -> dict[str, Any]:
    brands = list(queries.brands_visible_to(actor_of(request)).order_by("name"))
    # An archived brand stays choosable on the product that bears it.
    if product and product.brand and product.brand not in brands:
        brands.append(product.brand)
    return {"categories": category_choices(queries.tree()), "brands": brand_choices(brands)}


def _product_input(form: ProductForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {**data, "category": data["category"] or None, "brand": data["brand"] or None}
