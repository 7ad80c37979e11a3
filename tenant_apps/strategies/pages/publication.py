"""Who gets a SKU: the panel on a product's page, the form of one SKU, many of a strategy at once (K-12)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from platform_core.kernel.actor import Actor
from platform_core.web.acts import submitted, version_of
from platform_core.web.bulk import BULK_MAX, chosen, one_by_one, show_results
from tenant_apps.catalog import queries as catalog
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers import queries as dealers
from tenant_apps.logistics.queries import warehouses_visible_to
from tenant_apps.strategies import queries
from tenant_apps.strategies.commands import publication as commands
from tenant_apps.strategies.forms import PublicationForm
from tenant_apps.strategies.pages.shared import asker, common, crumbs
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries import publication as published
from tenant_apps.strategies.queries.publication import Published

KEEP = "keep"


@require_GET
def product_panel(request: HttpRequest, product_id: str) -> HttpResponse:
    """What a product's own page shows: how each of its SKUs is published."""
    actor = asker(request)
    product = catalog.product_for(actor, product_id)
    rows = published.publications_of(actor, list(catalog.skus_of(product)))
    return render(request, "strategies/parts/publication_panel.html", {**common(actor), "rows": rows})


@require_http_methods(["GET", "POST"])
def sku_publication(request: HttpRequest, sku_id: str) -> HttpResponse:
    """The form of one SKU's publication."""
    actor = asker(request, StrategyPermission.MANAGE)
    row = published.publication_for(actor, sku_id)
    version = version_of(request, row.version)
    form = PublicationForm(request.POST or None, initial=_initial(row), **choices(actor, row))
    status = 200
    if request.method == "POST":
        done, status = submitted(
            form,
            lambda: commands.publish_sku(actor=actor, sku_id=sku_id, values=form.values(), version=version),
        )
        if done:
            messages.success(request, _("{code} is published so.").format(code=row.sku.merchant_code))
            return redirect("catalog:product_skus", row.sku.product.public_id)
    back = reverse("catalog:product_skus", args=[row.sku.product.public_id])
    context = {
        "form": form,
        "row": row,
        "version": version,
        "back": back,
        "crumbs": crumbs("catalog:list", _("Goods"), (row.sku.product.name, back)),
    }
    return render(request, "strategies/publication_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def publish_many(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the dialog on a strategy's SKUs holds; posted: publish the chosen ones alike, a result per SKU."""
    actor = asker(request, StrategyPermission.MANAGE)
    strategy = queries.strategy_for(actor, public_id)
    asked = request.GET
    if request.method == "GET":
        context = {**choices(actor), "keep": KEEP, "here": f"{request.path}?{asked.urlencode()}"}
        return render(request, "strategies/parts/publish_panel.html", context)
    wanted = queries.ItemFilter(asked.get("q", ""), asked.get("state", ""), asked.get("sort", "name"))
    goods = Sku.objects.select_related("product").order_by("sort_key", "id")
    rows = chosen(
        request,
        goods.filter(pk__in=strategy.items.values("sku")),
        goods.filter(pk__in=queries.items_matching(strategy, wanted).order_by().values("sku")),
    )
    values = asked_of_many(request)

    def publish(sku: Sku) -> str:
        return told(commands.publish_sku(actor=actor, sku_id=sku.public_id, values=values))

    return show_results(
        request,
        one_by_one(rows[:BULK_MAX], publish, named),
        title=_("Publish SKUs"),
        back=f"{reverse('strategies:detail', args=[public_id])}?{asked.urlencode()}",
        noun="SKU",
        left_out=len(rows) > BULK_MAX,
    )


def asked_of_many(request: HttpRequest) -> dict[str, Any]:
    """As it was posted, so that the command refuses what nobody knows; what shall stay is missing."""
    post = request.POST
    single = {name: post.get(name, KEEP) for name in ("organisation", "display_warehouse")}
    return {
        "dealers": post.get("dealers", "").split(),
        "groups": post.getlist("groups"),
        **{name: value for name, value in single.items() if value != KEEP},
    }


def choices(actor: Actor, row: Published | None = None) -> dict[str, Any]:
    """What can be chosen: what is enabled, and what `row` holds already."""
    sellers = published.organisations_visible_to(actor).filter(enabled=True)
    organisations = list(sellers.values_list("public_id", "name"))
    warehouses = list(warehouses_visible_to(actor).filter(enabled=True).values_list("public_id", "name"))
    if row and (seller := row.organisation) and not seller.enabled:
        organisations.append((seller.public_id, seller.name))
    if row and (shown := row.display_warehouse) and (shown.public_id, shown.name) not in warehouses:
        warehouses.append((shown.public_id, shown.name))
    return {
        "groups": list(dealers.groups_visible_to(actor).values_list("public_id", "name")),
        "organisations": organisations,
        "warehouses": warehouses,
    }


def told(row: Published) -> str:
    """To whom a SKU is published, in words."""
    names = [one.name for one in row.groups] + [one.code for one in row.dealers]
    if row.hidden:
        names.append(_("{count} more").format(count=row.hidden))
    return ", ".join(names) or _("every dealer")


def _initial(row: Published) -> dict[str, Any]:
    return {
        "dealers": "\n".join(one.code for one in row.dealers),
        "groups": [one.public_id for one in row.groups],
        "organisation": row.organisation.public_id if row.organisation else "",
        "display_warehouse": row.display_warehouse.public_id if row.display_warehouse else "",
    }


def named(sku: Sku) -> tuple[str, str]:
    """A SKU as a list of results tells it, and where it is changed."""
    name = f"{sku.product.name} ({sku.merchant_code})"
    return name, reverse("strategies:publication", args=[sku.public_id])
