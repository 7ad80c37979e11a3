"""The public catalogue (MO-04): a supplier's goods for everybody, without login, stock or dealers' prices."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from platform_core.kernel.errors import NotFound
from platform_core.rates import Rate, ip_of, spend
from platform_core.web.asking import actor_of, paged
from platform_core.web.lists import FilterWords, filter_chips
from tenant_apps.access.models import SupplierSettings
from tenant_apps.catalog.models import Sku
from tenant_apps.catalog.queries import picture_url, pictures_of
from tenant_apps.strategies.queries import public_catalogue as queries

LOOKS = Rate("catalogue-looks", most=240, seconds=60)
SECONDS = 60
_DESCRIBED = 160


@require_safe
@login_not_required
def catalogue(request: HttpRequest) -> HttpResponse:
    """The goods with search, category and brand; the login page while the catalogue is hidden."""
    chosen = _opened(request)
    if chosen is None:
        return redirect("account_login")
    asked = {name: request.GET.get(name, "") for name in ("q", "category", "brand")}
    facets = queries.public_facets(chosen)
    page = paged(request, queries.public_matching(chosen, **asked))
    words = {
        "q": FilterWords(_("Search")),
        "category": FilterWords(_("Category"), dict(facets.categories)),
        "brand": FilterWords(_("Brand"), dict(facets.brands)),
    }
    context = {
        "page": page,
        "rows": [_shown(sku) for sku in page.object_list],
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "facets": facets,
        "currency": chosen.currency,
        "prices": chosen.public_price != "none",
    }
    return _kept(render(request, "strategies/catalogue.html", context))


@require_safe
@login_not_required
def product(request: HttpRequest, product_id: str) -> HttpResponse:
    """One product with its pictures and SKUs; the login page while the catalogue is hidden."""
    chosen = _opened(request)
    if chosen is None and actor_of(request).id:
        raise NotFound(noun=_("product"))
    if chosen is None:
        return redirect("account_login")
    found, skus = queries.public_product(chosen, product_id)
    pictures = [picture_url(one.public_id, full=True) for one in pictures_of(found)]
    context = {
        "product": found,
        "rows": [_shown(sku) for sku in skus],
        "pictures": pictures,
        "summary": " ".join((found.description or found.name).split())[:_DESCRIBED],
        "currency": chosen.currency,
        "prices": chosen.public_price != "none",
        "crumbs": [{"label": pgettext("for strangers", "Catalogue"), "url": "/catalogue"}],
    }
    return _kept(render(request, "strategies/catalogue_product.html", context))


def _opened(request: HttpRequest) -> SupplierSettings | None:
    """The supplier's choice while everybody may look. Raises TooOften."""
    spend(LOOKS, ip_of(request))
    return queries.public_choice()


def _shown(sku: Sku) -> dict[str, Any]:
    return {
        "product": sku.product.public_id,
        "name": sku.product.name,
        "spec": sku.spec,
        "code": sku.merchant_code,
        "unit": sku.unit,
        "brand": sku.product.brand.name if sku.product.brand else "",
        "price": queries.price_of(sku),
        "picture_url": picture_url(sku.picture_key),
    }


def _kept(response: HttpResponse) -> HttpResponse:
    """For a minute in the reader's own browser: the page bears its form token."""
    patch_cache_control(response, private=True, max_age=SECONDS)
    return response
