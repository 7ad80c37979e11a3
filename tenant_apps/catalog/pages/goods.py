"""The list of goods: search, filters, bulk switches, export."""

from __future__ import annotations

import tempfile
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from platform_core.idempotency.keys import part_of
from platform_core.kernel import clock
from platform_core.kernel.context import serving
from platform_core.kernel.errors import DomainError
from platform_core.saved_views.showing import keeps_views
from platform_core.web.asking import actor_of
from platform_core.web.forms import operation_of
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips
from platform_core.workbooks.writing import Sheet, write_csv, write_xlsx
from tenant_apps.catalog import queries
from tenant_apps.catalog.commands import skus
from tenant_apps.catalog.forms import brand_choices, category_choices
from tenant_apps.catalog.pages.answering import shown
from tenant_apps.catalog.permissions import CatalogPermission
from tenant_apps.catalog.queries import GoodsFilter
from tenant_apps.catalog.rules import columns as sheet

PAGE_SIZE = 50
BULK_MAX = 1000
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
LIST = ListColumns(
    ListColumn("picture", gettext_lazy("Picture"), quiet=True, export=()),
    ListColumn("code", gettext_lazy("Merchant code"), sort="code", export=("merchant_code", "product_code")),
    ListColumn(
        "name",
        gettext_lazy("Name"),
        sort="name",
        fixed=True,
        export=("product_name", "spec", "category", "brand", "origin"),
    ),
    ListColumn("barcode", gettext_lazy("Barcode"), shown=False),
    ListColumn("unit", gettext_lazy("Unit"), export=("unit", "pack_name", "pack_units")),
    ListColumn(
        "wholesale",
        gettext_lazy("Wholesale"),
        sort="wholesale",
        numeric=True,
        priced=True,
        export=("wholesale_price",),
    ),
    ListColumn(
        "retail", gettext_lazy("Retail"), sort="retail", numeric=True, priced=True, export=("retail_price",)
    ),
    ListColumn("weight", gettext_lazy("Weight"), numeric=True, shown=False, export=("weight_kg",)),
    ListColumn("multiple", gettext_lazy("Order multiple"), numeric=True, shown=False),
    ListColumn("minimum", gettext_lazy("Order minimum"), numeric=True, shown=False),
    ListColumn("state", gettext_lazy("State"), export=("enabled",)),
    order="name",
)


@require_GET
@keeps_views
def goods(request: HttpRequest) -> HttpResponse:
    """One row for each SKU (W-090). The whole state of the list stands in the URL."""
    return _list(request)


@require_GET
def export(request: HttpRequest) -> FileResponse:
    """What the filter finds, as the workbook that can be imported again (W-085)."""
    actor = actor_of(request)
    actor.require(CatalogPermission.EXPORT)
    kind = request.GET.get("format", "xlsx")
    if kind not in _TYPES:
        raise Http404
    tree = queries.tree()
    rows = queries.exported(queries.skus_found(actor, wanted(request.GET), tree), tree)
    title = _("Goods")
    columns = LIST.exported(request.GET, sheet.columns(queries.precision()))
    language = get_language() or "en"
    # A file without name, gone with the answer: the export never stands in memory.
    out = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    if kind == "xlsx":
        write_xlsx(out, [Sheet(title, columns, rows)], locale=language)
    else:
        write_csv(out, columns, rows, locale=language)
    out.seek(0)
    response = FileResponse(out, content_type=_TYPES[kind])
    day = clock.today(serving().timezone)
    name = content_disposition_header(True, f"{title}-{day:%Y%m%d}.{kind}")
    response["Content-Disposition"] = name or "attachment"
    return response


@require_POST
def switch_many(request: HttpRequest) -> HttpResponse:
    """Enable or disable the chosen SKUs, each by itself; the answer says which could not be."""
    enabled = request.POST.get("action") == "enable"
    operation = operation_of(request)
    results = []
    for public_id in _chosen(request):
        try:
            sku = skus.set_sku_enabled(
                actor=actor_of(request),
                operation_id=part_of(operation, public_id),
                sku_id=public_id,
                enabled=enabled,
            )
        except DomainError as error:
            if error.status == 403:  # noqa: PLR2004 - it would be refused for every row
                raise
            results.append({"code": public_id, "error": str(error)})
        else:
            results.append({"code": sku.merchant_code, "error": ""})
    failed = [result for result in results if result["error"]]
    done = len(results) - len(failed)
    text = (
        ngettext("%(count)d SKU is enabled.", "%(count)d SKUs are enabled.", done)
        if enabled
        else ngettext("%(count)d SKU is disabled.", "%(count)d SKUs are disabled.", done)
    )
    messages.success(request, text % {"count": done})
    if failed:
        return _list(request, results=failed)
    return redirect(_back(request))


def wanted(query: QueryDict) -> GoodsFilter:
    """The filter in a page's URL; what makes no sense is no filter."""
    switch = {"enabled": True, "disabled": False}.get(query.get("state", ""))
    return GoodsFilter(
        text=query.get("q", "")[:200],
        category=query.get("category", ""),
        brand=query.get("brand", ""),
        origin=query.get("origin", ""),
        enabled=switch,
        price_min=_amount(query.get("price_min", "")),
        price_max=_amount(query.get("price_max", "")),
        sort=query.get("sort", "name"),
    )


def _list(request: HttpRequest, results: list[dict[str, str]] | None = None) -> HttpResponse:
    actor = actor_of(request)
    tree = queries.tree()
    rows = queries.skus_found(actor, wanted(request.GET), tree)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    brands = brand_choices(list(queries.brands_visible_to(actor).order_by("name")))
    categories = category_choices(tree)
    states = [("enabled", _("Enabled")), ("disabled", _("Disabled"))]
    words = {
        "q": FilterWords(_("Search")),
        "category": FilterWords(_("Category"), dict(categories)),
        "brand": FilterWords(_("Brand"), dict(brands)),
        "origin": FilterWords(_("Origin")),
        "state": FilterWords(_("State"), dict(states)),
        "price_min": FilterWords(_("Retail price from")),
        "price_max": FilterWords(_("Retail price to")),
    }
    chips = filter_chips(request.GET, words)
    context: dict[str, Any] = {
        "section": "goods",
        "page": page,
        "query": request.GET,
        "chips": chips,
        "columns": LIST.chosen(request.GET, currency=serving().currency),
        "is_empty": not page.paginator.count and not chips,
        "categories": categories,
        "brands": brands,
        "origins": [(name, name) for name in queries.origins_of(actor)],
        "states": states,
        "rows": [
            (sku, queries.picture_url(sku.picture_key), tree.path_of(sku.product.category_id)) for sku in page
        ],
        "results": results,
        "export_query": request.GET.urlencode(),
    }
    return shown(request, "catalog/goods.html", context)


def _chosen(request: HttpRequest) -> list[str]:
    if request.POST.get("scope") == "all":
        found = queries.skus_found(actor_of(request), wanted(request.GET), queries.tree())
        ids = list(found.values_list("public_id", flat=True)[: BULK_MAX + 1])
        if len(ids) > BULK_MAX:
            messages.warning(
                request, _("At most 1,000 SKUs are changed at once; narrow the filter for the rest.")
            )
        return ids[:BULK_MAX]
    return request.POST.getlist("ids")[:BULK_MAX]


def _back(request: HttpRequest) -> str:
    """The list as it was filtered."""
    query = request.GET.urlencode()
    return f"{reverse('catalog:list')}{'?' if query else ''}{query}"


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
